# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Deleted items: thirty days in which an object can be restored or purged.

Source: https://learn.microsoft.com/graph/api/resources/directory and
https://learn.microsoft.com/entra/identity/enterprise-apps/delete-recover-faq
"""

from __future__ import annotations

from sandbox.graph.applications import save_application
from sandbox.graph.calls import NO_CONTENT, Answer, Call
from sandbox.graph.directory import is_restorable
from sandbox.graph.errors import no_segment, not_found
from sandbox.graph.pages import entity_answer, list_answer
from sandbox.graph.permissions import check_access, check_owned, find_access
from sandbox.graph.service_principals import follow_application
from sandbox.store import Record

KINDS = {
    "application": "deletedApplication",
    "servicePrincipal": "deletedServicePrincipal",
    "user": "deletedUser",
    "group": "deletedGroup",
}
#: The relations that end with an object, by the properties that name it.
EDGES = {
    "appRoleAssignment": ("principalId", "resourceId"),
    "oauth2PermissionGrant": ("clientId", "resourceId", "principalId"),
    "owner": ("object", "owner"),
    "groupMember": ("group", "member"),
    "federatedIdentityCredential": ("application",),
    "applicationConnectorGroup": ("application",),
}


def list_deleted(call: Call) -> Answer:
    """GET directory/deletedItems/microsoft.graph.{type}."""
    if call.cast not in KINDS:
        raise no_segment("deletedItems")
    _check_access(call, call.cast)
    found = [record for record in call.view.all(KINDS[call.cast]) if is_restorable(record, call.now)]
    return list_answer(call, call.cast, found, "directoryObjects")


def get_deleted(call: Call) -> Answer:
    """GET directory/deletedItems/{id}."""
    kind, record = _require(call)
    answer = entity_answer(call, kind, record, "directoryObjects")
    return Answer(200, {"@odata.type": f"#microsoft.graph.{kind}", **(answer.body or {})})


def restore(call: Call) -> Answer:
    """POST directory/deletedItems/{id}/restore; an application brings back the service principal that went with it."""
    kind, record = _require(call)
    check_owned(call, record)
    _put_back(call, kind, record)
    if kind == "application":
        principal = call.present.find("deletedServicePrincipal", appId=record["appId"])
        if principal:
            _put_back(call, "servicePrincipal", principal)
            follow_application(call.tenant, record)
    answer = entity_answer(call, kind, {**record, "deletedDateTime": None}, "directoryObjects")
    return Answer(200, {"@odata.type": f"#microsoft.graph.{kind}", **(answer.body or {})})


def purge(call: Call) -> Answer:
    """DELETE directory/deletedItems/{id}: for good, with everything that refers to it."""
    kind, record = _require(call)
    check_owned(call, record)
    call.tenant.remove(KINDS[kind], record["id"])
    for edge_kind, names in EDGES.items():
        for name in names:
            for edge in call.tenant.view().where(edge_kind, **{name: record["id"]}):
                call.tenant.remove(edge_kind, edge["id"])
    return NO_CONTENT


def _put_back(call: Call, kind: str, record: Record) -> None:
    call.tenant.remove(KINDS[kind], record["id"])
    living = {**record, "deletedDateTime": None}
    if kind == "application":
        save_application(call.tenant, living)
    else:
        call.tenant.put(kind, living)


def _require(call: Call) -> tuple[str, Record]:
    for kind, deleted in KINDS.items():
        record = call.view.get(deleted, call.key())
        if record and call.present.get(deleted, call.key()) and is_restorable(record, call.now):
            _check_access(call, kind)
            return kind, record
    raise not_found(call.key())


def _check_access(call: Call, kind: str) -> None:
    """Each type of deleted object has its own permissions."""
    check_access(call, find_access(call.method, f"directory/deletedItems/microsoft.graph.{kind}"))
