# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""App role assignments: users, groups and service principals on the roles of a resource.

Source: https://learn.microsoft.com/graph/api/resources/approleassignment
"""

from __future__ import annotations

import base64
import uuid

from sandbox.graph.bodies import check_body, format_time
from sandbox.graph.calls import NO_CONTENT, Answer, Call
from sandbox.graph.directory import find_object, require_object
from sandbox.graph.errors import bad_request, not_found
from sandbox.graph.pages import entity_answer, list_answer
from sandbox.graph.permissions import check_consent
from sandbox.graph.schema import find_type
from sandbox.store import Record, Tenant, View

KIND = "appRoleAssignment"
DEFAULT_ROLE = "00000000-0000-0000-0000-000000000000"
PRINCIPALS = {"user": "User", "group": "Group", "servicePrincipal": "ServicePrincipal"}
MEMBER_TYPES = {"User": "User", "Group": "User", "ServicePrincipal": "Application"}
MOST = 1500


def assign_app_role(
    tenant: Tenant, principal_id: str, resource_id: str, role_id: str, view: View | None = None
) -> Record:
    """Give a principal a role of a resource; `view` is the replica that must know both. Raises 400 where it may not be."""
    view = view or tenant.view()
    found, resource = find_object(view, principal_id, PRINCIPALS), view.get("servicePrincipal", resource_id)
    if found is None or resource is None:
        raise bad_request("Not a valid reference update")
    principal_type = PRINCIPALS[found[0]]
    _check_role(resource, role_id, principal_type)
    present = tenant.view()
    if present.find(KIND, principalId=principal_id, resourceId=resource_id, appRoleId=role_id):
        raise bad_request("Permission being assigned already exists on the object")
    if len(present.where(KIND, principalId=principal_id)) >= MOST:
        raise bad_request(f"The number of app role assignments exceeds the limit of {MOST}.")
    record = {
        **find_type(KIND).defaults(),
        "id": base64.urlsafe_b64encode(uuid.UUID(principal_id).bytes + uuid.uuid4().bytes).decode().rstrip("="),
        "appRoleId": role_id,
        "createdDateTime": format_time(tenant.clock()),
        "principalDisplayName": found[1]["displayName"],
        "principalId": principal_id,
        "principalType": principal_type,
        "resourceDisplayName": resource["displayName"],
        "resourceId": resource_id,
    }
    return tenant.put(KIND, record)


def _check_role(resource: Record, role_id: str, principal_type: str) -> None:
    """The default role only where the resource declares none; else a role that is enabled and for such principals."""
    roles = [role for role in resource["appRoles"] if role["isEnabled"]]
    if role_id == DEFAULT_ROLE:
        if any(MEMBER_TYPES[principal_type] in role["allowedMemberTypes"] for role in roles):
            raise bad_request("Permission being assigned was not found on application")
        return
    role = next((role for role in roles if role["id"] == role_id), None)
    if role is None or MEMBER_TYPES[principal_type] not in role["allowedMemberTypes"]:
        raise bad_request("Permission being assigned was not found on application")


def _list(call: Call, side: str, kinds: tuple[str, ...]) -> Answer:
    owner = require_object(call, kinds)[1]
    other = "principalId" if side == "resourceId" else "resourceId"
    found = call.view.where(KIND, **{side: owner["id"]})
    return list_answer(
        call, KIND, [record for record in found if find_object(call.view, record[other])], "appRoleAssignments"
    )


def list_assigned_to(call: Call) -> Answer:
    """GET servicePrincipals/{id}/appRoleAssignedTo."""
    return _list(call, "resourceId", ("servicePrincipal",))


def list_assignments(call: Call) -> Answer:
    """GET servicePrincipals|users|groups/{id}/appRoleAssignments."""
    return _list(call, "principalId", tuple(PRINCIPALS))


def _create(call: Call, side: str, kinds: tuple[str, ...]) -> Answer:
    given = check_body(call.body, KIND, call.version, creating=True)
    owner = require_object(call, kinds)[1]
    if given[side] != owner["id"]:
        raise bad_request("Not a valid reference update")
    check_consent(call, call.view.get("servicePrincipal", given["resourceId"]) or {"appId": None})
    record = assign_app_role(call.tenant, given["principalId"], given["resourceId"], given["appRoleId"], call.view)
    return entity_answer(call, KIND, record, "appRoleAssignments", 201)


def create_assigned_to(call: Call) -> Answer:
    """POST servicePrincipals/{id}/appRoleAssignedTo."""
    return _create(call, "resourceId", ("servicePrincipal",))


def create_assignment(call: Call) -> Answer:
    """POST servicePrincipals|users|groups/{id}/appRoleAssignments."""
    return _create(call, "principalId", tuple(PRINCIPALS))


def _find(call: Call) -> Record:
    owner = require_object(call, tuple(PRINCIPALS))[1]
    key = call.key(1)
    record = next((r for r in call.view.where(KIND, principalId=owner["id"]) if r["id"] == key), None)
    record = record or next((r for r in call.view.where(KIND, resourceId=owner["id"]) if r["id"] == key), None)
    if record is None:
        raise not_found(key)
    return record


def get_assignment(call: Call) -> Answer:
    """GET .../appRoleAssignedTo/{id} and .../appRoleAssignments/{id}."""
    return entity_answer(call, KIND, _find(call), "appRoleAssignments")


def delete_assignment(call: Call) -> Answer:
    """DELETE .../appRoleAssignedTo/{id} and .../appRoleAssignments/{id}."""
    record = _find(call)
    resource = call.view.get("servicePrincipal", record["resourceId"])
    check_consent(call, resource or {"appId": None})
    call.tenant.remove(KIND, record["id"])
    return NO_CONTENT
