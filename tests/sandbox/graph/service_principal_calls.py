# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Calls on service principals.

Source: https://learn.microsoft.com/graph/api/resources/serviceprincipal. The texts that a caller meets before the
application has replicated were observed by the maintainers of terraform-provider-azuread.
"""

from __future__ import annotations

from typing import Any

from sandbox.graph.application_calls import first_owners
from sandbox.graph.applications import add_owner, delete_softly
from sandbox.graph.audience_restrictions import allows_tenant
from sandbox.graph.bodies import check_body
from sandbox.graph.calls import NO_CONTENT, Answer, Call
from sandbox.graph.directory import require_object
from sandbox.graph.errors import bad_request, denied, not_found
from sandbox.graph.pages import entity_answer, list_answer
from sandbox.graph.permissions import check_owned
from sandbox.graph.service_principals import create_service_principal, update_service_principal
from sandbox.store import Record, Tenant

KINDS = ("servicePrincipal",)


def list_service_principals(call: Call) -> Answer:
    """GET servicePrincipals."""
    return list_answer(call, "servicePrincipal", call.view.all("servicePrincipal"), "servicePrincipals")


def get_service_principal(call: Call) -> Answer:
    """GET servicePrincipals/{id} and (appId='...')."""
    return entity_answer(call, "servicePrincipal", require_object(call, KINDS)[1], "servicePrincipals")


def post_service_principal(call: Call) -> Answer:
    """POST servicePrincipals {"appId": ...}."""
    record = _create(call, call.body)
    return entity_answer(call, "servicePrincipal", record, "servicePrincipals", 201)


def patch_service_principal(call: Call) -> Answer:
    """PATCH servicePrincipals: by appId with `Prefer: create-if-missing` it creates what is not there (201)."""
    key = call.keys[0]
    if isinstance(key, dict) and "appId" in key and call.prefers("create-if-missing"):
        found = call.present.find("servicePrincipal", **key)
        if found is None:
            record = _create(call, {**(call.body if isinstance(call.body, dict) else {}), **key})
            return entity_answer(call, "servicePrincipal", record, "servicePrincipals", 201)
    else:
        found = call.present.get("servicePrincipal", require_object(call, KINDS)[1]["id"])
    if found is None:
        raise not_found(call.key())
    check_owned(call, found)
    changes = check_body(call.body, "servicePrincipal", call.version)
    update_service_principal(call.tenant, found, changes, call.present.find("application", appId=found["appId"]))
    return NO_CONTENT


def delete_service_principal(call: Call) -> Answer:
    """DELETE servicePrincipals/{id}: into the deleted items."""
    record = require_object(call, KINDS)[1]
    check_owned(call, record)
    delete_softly(call.tenant, "servicePrincipal", record)
    return NO_CONTENT


def _create(call: Call, body: Any) -> Record:
    if isinstance(body, dict) and str(body.get("servicePrincipalType")).lower() == "application":
        # read-only, but what it is anyway: azure.azcollection sends it with every new service principal
        body = {name: value for name, value in body.items() if name != "servicePrincipalType"}
    given = check_body(body, "servicePrincipal", call.version, creating=True)
    application = call.view.find("application", appId=given["appId"])
    home: Tenant | None = call.tenant
    if application is None and call.only_owned:
        raise denied(
            "When using this permission, the backing application of the service principal being created must in the local tenant"
        )
    if application is None:
        home, application = _find_elsewhere(call, given["appId"])
    if application is None or home is None:
        raise bad_request(
            f"The appId '{given['appId']}' of the service principal does not reference a valid application object.",
        )
    own = {name: value for name, value in body.items() if name != "appId" and "@odata" not in name}
    record = create_service_principal(call.tenant, application, home, own, call.caller.client_id)
    for owner in first_owners(call):
        add_owner(call.tenant, record, owner)
    return record


def _find_elsewhere(call: Call, app_id: str) -> tuple[Tenant | None, Record | None]:
    """A multi-tenant application that lives in another tenant."""
    for tenant in call.world.tenants.values():
        found = tenant.view().find("application", appId=app_id) if tenant is not call.tenant else None
        if found and found["signInAudience"] != "AzureADMyOrg":
            if not allows_tenant(found, call.tenant.id):
                # That it cannot be used there is documented, the text is the sandbox's own.
                raise bad_request(f"The application '{app_id}' is not allowed to be used by tenant '{call.tenant.id}'.")
            return tenant, found
    return None, None
