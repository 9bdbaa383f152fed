# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Delegated permission grants.

Source: https://learn.microsoft.com/graph/api/resources/oauth2permissiongrant. That a second grant answers 409 was
observed by the maintainers of terraform-provider-azuread.
"""

from __future__ import annotations

import base64
import uuid

from sandbox.graph.bodies import check_body
from sandbox.graph.calls import NO_CONTENT, Answer, Call
from sandbox.graph.directory import find_object, require_object
from sandbox.graph.errors import GraphError, bad_request, invalid_value, missing_reference, not_found
from sandbox.graph.pages import entity_answer, list_answer
from sandbox.graph.permissions import check_role
from sandbox.graph.schema import find_type
from sandbox.store import Record, Tenant, View

KIND = "oauth2PermissionGrant"
TYPE = "oAuth2PermissionGrant"
LONGEST = 3850


def grant_permissions(
    tenant: Tenant,
    client_id: str,
    resource_id: str,
    scope: str,
    principal_id: str | None = None,
    view: View | None = None,
) -> Record:
    """Grant a client's service principal scopes of a resource, for one user or (None) for all."""
    view = view or tenant.view()
    for key in (client_id, resource_id):
        if view.get("servicePrincipal", key) is None:
            raise missing_reference(key)
    if principal_id and view.get("user", principal_id) is None:
        raise missing_reference(principal_id)
    if len(scope or "") > LONGEST:
        raise invalid_value("scope", TYPE)
    same = {"clientId": client_id, "resourceId": resource_id, "principalId": principal_id}
    if tenant.view().find(KIND, **same):
        raise GraphError(409, "Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists.")
    consent = "Principal" if principal_id else "AllPrincipals"
    key = base64.urlsafe_b64encode(uuid.UUID(client_id).bytes + uuid.uuid4().bytes).decode().rstrip("=")
    defaults = find_type(TYPE).defaults()
    return tenant.put(KIND, {**defaults, **same, "id": key, "consentType": consent, "scope": scope})


def list_grants(call: Call) -> Answer:
    """GET oauth2PermissionGrants."""
    return list_answer(call, TYPE, _living(call, call.view.all(KIND)), "oauth2PermissionGrants")


def list_grants_of(call: Call) -> Answer:
    """GET servicePrincipals|users/{id}/oauth2PermissionGrants."""
    kind, owner = require_object(call, ("servicePrincipal", "user"))
    name = "principalId" if kind == "user" else "clientId"
    found = call.view.where(KIND, **{name: owner["id"]})
    return list_answer(call, TYPE, _living(call, found), "oauth2PermissionGrants")


def create_grant(call: Call) -> Answer:
    """POST oauth2PermissionGrants."""
    check_role(call)
    given = check_body(call.body, TYPE, call.version, creating=True)
    principal = given.get("principalId")
    if (given["consentType"] == "Principal") != bool(principal):
        raise bad_request("Invalid value specified for property 'principalId' of resource 'OAuth2PermissionGrant'.")
    record = grant_permissions(
        call.tenant, given["clientId"], given["resourceId"], given.get("scope") or "", principal, call.view
    )
    return entity_answer(call, TYPE, record, "oauth2PermissionGrants", 201)


def get_grant(call: Call) -> Answer:
    """GET oauth2PermissionGrants/{id}."""
    return entity_answer(call, TYPE, _require(call), "oauth2PermissionGrants")


def update_grant(call: Call) -> Answer:
    """PATCH oauth2PermissionGrants/{id}: the scope alone may change."""
    check_role(call)
    record = _require(call)
    changes = check_body(call.body, TYPE, call.version)
    if any(record[name] != value for name, value in changes.items() if name != "scope"):
        raise bad_request("Only property 'scope' of resource 'OAuth2PermissionGrant' can be updated.")
    if len(changes.get("scope") or "") > LONGEST:
        raise invalid_value("scope", TYPE)
    call.tenant.put(KIND, {**record, **changes})
    return NO_CONTENT


def delete_grant(call: Call) -> Answer:
    """DELETE oauth2PermissionGrants/{id}."""
    check_role(call)
    call.tenant.remove(KIND, _require(call)["id"])
    return NO_CONTENT


def _require(call: Call) -> Record:
    record = next((r for r in call.view.where(KIND, id=call.key()) if r["id"] == call.key()), None)
    if record is None:
        raise not_found(call.key())
    return record


def _living(call: Call, records: list[Record]) -> list[Record]:
    """Without the grants of clients or resources that are deleted."""
    return [r for r in records if all(find_object(call.view, r[name]) for name in ("clientId", "resourceId"))]
