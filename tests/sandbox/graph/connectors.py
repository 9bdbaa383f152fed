# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Connectors and connector groups of Application Proxy (beta).

Source: https://learn.microsoft.com/graph/api/resources/connectorgroup. What POST and PATCH really answer was observed
by the maintainers of terraform-provider-microsoft365 on 2026-07-05.
"""

from __future__ import annotations

import uuid

from sandbox.graph.bodies import check_body, id_of_reference
from sandbox.graph.calls import NO_CONTENT, Answer, Call
from sandbox.graph.errors import bad_request, not_found
from sandbox.graph.pages import entity_answer, list_answer
from sandbox.graph.schema import find_type
from sandbox.store import Record, Tenant, View

GROUP = "connectorGroup"
CONNECTOR = "connector"
IGNORED_ON_POST = ("connectorGroupType", "isDefault", "@odata.type")


def create_connector_group(tenant: Tenant, name: str, region: str = "nam", *, default: bool = False) -> Record:
    """Create a connector group; the default one is the tenant's own."""
    record = {"id": str(uuid.uuid4()), "name": name, "region": region, "isDefault": default}
    return tenant.put(GROUP, {**find_type(GROUP).defaults(), **record})


def add_connector(
    tenant: Tenant, machine_name: str, group_id: str, *, external_ip: str = "203.0.113.10", status: str = "active"
) -> Record:
    """Register a connector in a group, as its installation does; its record names the group it is in."""
    record = {
        "id": str(uuid.uuid4()),
        "externalIp": external_ip,
        "machineName": machine_name,
        "status": status,
        "version": "1.5.4522.0",
        GROUP: group_id,
    }
    return tenant.put(CONNECTOR, record)


def default_group(view: View) -> Record:
    """The tenant's default connector group; 404 where no connector was ever installed."""
    found = view.find(GROUP, isDefault=True)
    if found is None:
        raise not_found("connectorGroup")
    return found


def _move(call: Call, connector_id: str, group_id: str) -> None:
    """Put a connector in another group; a connector is always in exactly one."""
    connector, group = call.view.get(CONNECTOR, connector_id), call.view.get(GROUP, group_id)
    if connector is None or group is None:
        raise not_found(group_id if connector else connector_id)
    call.tenant.put(CONNECTOR, {**connector, GROUP: group["id"]})


def list_groups(call: Call) -> Answer:
    """GET connectorGroups."""
    return list_answer(call, GROUP, call.view.all(GROUP), "connectorGroups")


def get_group(call: Call) -> Answer:
    """GET connectorGroups/{id}."""
    return entity_answer(call, GROUP, _require(call, GROUP), "connectorGroups")


def post_group(call: Call) -> Answer:
    """POST connectorGroups: answers 200; connectorGroupType and isDefault are ignored."""
    body = call.body
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name not in IGNORED_ON_POST}
    given = check_body(body, GROUP, call.version, creating=True)
    record = create_connector_group(call.tenant, given["name"], given.get("region") or "nam")
    return entity_answer(call, GROUP, record, "connectorGroups")


def patch_group(call: Call) -> Answer:
    """PATCH connectorGroups/{id}: the name, and the region while the group is empty."""
    group = _require(call, GROUP)
    changes = check_body(call.body, GROUP, call.version)
    if changes.get("region", group["region"]) != group["region"] and _in_use(call.present, group):
        raise bad_request("The region can only be changed while the connector group has no connectors or applications.")
    call.tenant.put(GROUP, {**group, **changes})
    return NO_CONTENT


def delete_group(call: Call) -> Answer:
    """DELETE connectorGroups/{id}: not the default one, and none in use."""
    group = _require(call, GROUP)
    if group["isDefault"]:
        raise bad_request("The default connector group cannot be deleted.")
    if _in_use(call.present, group):
        raise bad_request(
            "All connectors and applications must be removed from the connector group before it is deleted."
        )
    call.tenant.remove(GROUP, group["id"])
    return NO_CONTENT


def list_members(call: Call) -> Answer:
    """GET connectorGroups/{id}/members."""
    group = _require(call, GROUP)
    found = call.view.where(CONNECTOR, connectorGroup=group["id"])
    return list_answer(call, CONNECTOR, found, "connectors")


def post_member(call: Call) -> Answer:
    """POST connectorGroups/{id}/members/$ref: the connector leaves the group that it was in."""
    group = _require(call, GROUP)
    _move(call, id_of_reference(call.body), group["id"])
    return NO_CONTENT


def list_applications(call: Call) -> Answer:
    """GET connectorGroups/{id}/applications; what no group was assigned to is in the default one."""
    group = _require(call, GROUP)
    found = []
    for application in call.view.all("application"):
        edge = call.view.get("applicationConnectorGroup", application["id"])
        assigned = edge["group"] == group["id"] if edge else group["isDefault"]
        if application.get("onPremisesPublishing") and assigned:
            found.append(application)
    return list_answer(call, "application", found, "applications")


def list_connectors(call: Call) -> Answer:
    """GET connectors."""
    return list_answer(call, CONNECTOR, call.view.all(CONNECTOR), "connectors")


def get_connector(call: Call) -> Answer:
    """GET connectors/{id}."""
    return entity_answer(call, CONNECTOR, _require(call, CONNECTOR), "connectors")


def list_groups_of(call: Call) -> Answer:
    """GET connectors/{id}/memberOf: the one group."""
    connector = _require(call, CONNECTOR)
    group = call.view.get(GROUP, connector[GROUP])
    return list_answer(call, GROUP, [group] if group else [], "connectorGroups")


def post_group_of(call: Call) -> Answer:
    """POST connectors/{id}/memberOf/$ref: move the connector to another group."""
    connector = _require(call, CONNECTOR)
    _move(call, connector["id"], id_of_reference(call.body))
    return NO_CONTENT


def get_profile(call: Call) -> Answer:
    """GET onPremisesPublishingProfiles/applicationProxy: enabled once a connector was installed."""
    enabled = bool(call.view.all(CONNECTOR))
    record = {"id": "applicationProxy", "isEnabled": enabled, "isDefaultAccessEnabled": False}
    return entity_answer(call, "onPremisesPublishingProfile", record, "onPremisesPublishingProfiles")


def _require(call: Call, kind: str) -> Record:
    found = call.view.get(kind, call.key())
    if found is None:
        raise not_found(call.key())
    return found


def _in_use(view: View, group: Record) -> bool:
    return bool(
        view.find(CONNECTOR, connectorGroup=group["id"]) or view.find("applicationConnectorGroup", group=group["id"])
    )
