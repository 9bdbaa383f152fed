# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""To publish an application, to change how it is published, or to unpublish it. No I/O here."""

from __future__ import annotations

import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._app_proxy import BETA, FIELDS, PROFILE, Publishing
from ansible_collections.tenantops.entra.plugins.module_utils._connection_rules import GUID
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import keys_of
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call, Later, Object, Plan, compare
from ansible_collections.tenantops.entra.plugins.module_utils._schema import KEEP, put_at, value_at, wish

Params = t.Mapping[str, t.Any]
NEEDED = ("internal_url", "external_url", "external_authentication_type")


def plan(params: Params, found: Publishing) -> Plan:
    if params["state"] == "absent":
        return _unpublish(found)
    settings = found.settings or {}
    missing = [name for name in NEEDED if not found.settings and not params.get(name)]
    if missing:
        raise InputError(
            f"{', '.join(missing)} missing, and the application is not published yet", remedy="Set what is missing."
        )
    changes = compare(FIELDS, params, settings)
    steps: list[Call] = []
    if changes.body or not found.settings:
        body = _given(params, settings)
        steps.append(_publish(found, body, {**settings, **body}))
    if not found.settings:
        changes.before = {"state": "absent"}
        changes.after["state"] = "present"
    group = found.wanted_group
    if group:
        by_id = bool(GUID.fullmatch(params["connector_group"]))
        now = (found.group or {}).get("id")
        if found.group:
            changes.before["connector_group"] = found.group["id" if by_id else "name"]
        changes.after["connector_group"] = group["id" if by_id else "name"]
        changes.state |= {
            "connector_group": changes.after["connector_group"],
            "connector_group_id": group["id"] or None,
        }
        if now != group["id"]:
            steps.append(_assign(found, group))
    return Plan(changes.before, changes.after, tuple(steps), {"application": found.application or {}}, changes.state)


def _given(params: Params, settings: Object) -> Object:
    """What is given, all of it: the endpoint takes a part, and how it merges the parts of a part is not documented."""
    body: Object = {}
    for field in FIELDS:
        value = wish(field, params, value_at(settings, field.where), "")
        if value is not KEEP:
            put_at(body, field.where, value)
    return body


def _publish(found: Publishing, body: t.Any, means: t.Any) -> Call:
    """onPremisesPublishing goes alone in its request, https://learn.microsoft.com/graph/api/application-update"""
    return Call(
        "publish the application" if body else "unpublish the application",
        "PATCH",
        "/applications/{application.id}",
        {"onPremisesPublishing": body},
        version=BETA,
        kind="applicationProxy",
        keys=keys_of(found.application or {}),
        means={"onPremisesPublishing": means},
    )


def _assign(found: Publishing, group: Object) -> Call:
    return Call(
        f"have connector group '{group['name']}' serve the application",
        "PUT",
        "/applications/{application.id}/connectorGroup/$ref",
        {"@odata.id": Later(f"{{graph.origin}}/beta{PROFILE}/connectorGroups/{group['id']}")},
        version=BETA,
        settles=("Application_NotFound",),  # it is published by now
        kind="applicationConnectorGroup",
        keys=keys_of(found.application or {}),
        means=group,
    )


def _unpublish(found: Publishing) -> Plan:
    if not found.settings:
        return Plan({"state": "absent"}, {"state": "absent"}, objects={"application": found.application or {}})
    shown = {field.option: value_at(found.settings, field.where) for field in FIELDS[:2]}
    return Plan(
        {**shown, "state": "present"},
        {"state": "absent"},
        (_publish(found, None, None),),
        {"application": found.application or {}},
    )
