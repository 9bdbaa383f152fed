# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Directory roles: those that are in use, who holds them, and the assignments as unified role management gives them.

Source: https://learn.microsoft.com/graph/api/resources/directoryrole and
https://learn.microsoft.com/graph/api/resources/unifiedroleassignment
"""

from __future__ import annotations

import base64
import uuid

from sandbox.graph.calls import Answer, Call
from sandbox.graph.directory import find_objects
from sandbox.graph.errors import not_found
from sandbox.graph.pages import Item, entity_answer, list_answer, mixed_answer
from sandbox.graph.schema import find_type
from sandbox.store import Record, Tenant, View

KIND = "directoryRole"
ASSIGNMENT = "unifiedRoleAssignment"


def list_roles(call: Call) -> Answer:
    """GET directoryRoles: those that somebody holds."""
    return list_answer(call, KIND, _list_held(call.tenant, call.view), "directoryRoles")


def get_role(call: Call) -> Answer:
    """GET directoryRoles/{id} and (roleTemplateId='...')."""
    return entity_answer(call, KIND, _require(call), "directoryRoles")


def list_members(call: Call) -> Answer:
    """GET directoryRoles/{id}/members."""
    held = call.view.where(KIND, roleTemplateId=_require(call)["roleTemplateId"])
    return mixed_answer(call, find_objects(call.view, [one["principalId"] for one in held]))


def list_assignments(call: Call) -> Answer:
    """GET roleManagement/directory/roleAssignments."""
    found = [_show(one) for one in call.view.all(KIND)]
    return list_answer(call, ASSIGNMENT, found, "roleManagement/directory/roleAssignments")


def get_assignment(call: Call) -> Answer:
    """GET roleManagement/directory/roleAssignments/{id}."""
    found = next((one for one in map(_show, call.view.all(KIND)) if one["id"] == call.key()), None)
    if found is None:
        raise not_found(call.key())
    return entity_answer(call, ASSIGNMENT, found, "roleManagement/directory/roleAssignments")


def roles_of(tenant: Tenant, view: View, principal: str) -> list[Item]:
    """The directory roles that an object holds, as it is a member of them."""
    return [(KIND, _role(tenant, one)) for one in view.where(KIND, principalId=principal)]


def _list_held(tenant: Tenant, view: View) -> list[Record]:
    return list({one["roleTemplateId"]: _role(tenant, one) for one in view.all(KIND)}.values())


def _role(tenant: Tenant, assignment: Record) -> Record:
    """The role of an assignment, with an id that it has in this tenant only."""
    template = assignment["roleTemplateId"]
    return {
        **find_type(KIND).defaults(),
        "id": str(uuid.uuid5(uuid.UUID(tenant.id), template)),
        "displayName": assignment["displayName"],
        "roleTemplateId": template,
    }


def _show(assignment: Record) -> Record:
    raw = uuid.UUID(assignment["roleTemplateId"]).bytes + uuid.UUID(assignment["principalId"]).bytes
    return {
        **find_type(ASSIGNMENT).defaults(),
        "id": f"{base64.urlsafe_b64encode(raw).decode().rstrip('=')}-1",
        "directoryScopeId": "/",
        "principalId": assignment["principalId"],
        "roleDefinitionId": assignment["roleTemplateId"],
    }


def _require(call: Call) -> Record:
    key = call.keys[0]
    name, wanted = next(iter(key.items())) if isinstance(key, dict) else ("id", key)
    found = [one for one in _list_held(call.tenant, call.view) if one.get(name) == wanted.lower()]
    if not found:
        raise not_found(wanted)
    return found[0]
