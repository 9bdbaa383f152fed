# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Application templates: the gallery, of which the sandbox holds the custom application.

Source: https://learn.microsoft.com/graph/api/applicationtemplate-instantiate
"""

from __future__ import annotations

from sandbox.graph.application_calls import first_owners
from sandbox.graph.applications import add_owner, create_application
from sandbox.graph.calls import Answer, Call
from sandbox.graph.errors import bad_request, not_found
from sandbox.graph.pages import entity_answer, list_answer, project
from sandbox.graph.schema import find_type
from sandbox.graph.service_principals import create_service_principal
from sandbox.store import Record

KIND = "applicationTemplate"
#: The custom application of the public cloud.
CUSTOM: Record = {
    "id": "8adf8e6e-67b2-4cf2-a259-e3dc5476c621",
    "displayName": "Custom",
    "description": "A custom application.",
    "publisher": None,
    "supportedProvisioningTypes": [],
    "supportedSingleSignOnModes": ["password", "saml", "external", "oidc"],
}
#: The roles that an application made from this template has.
ROLES = [
    {"id": "18d14569-c3bd-439b-9a66-3a2aee01d14f", "displayName": "User", "description": "User"},
    {"id": "b9632174-c057-4f7e-951b-be3adc52bfe6", "displayName": "msiam_access", "description": "msiam_access"},
]


def list_templates(call: Call) -> Answer:
    """GET applicationTemplates."""
    return list_answer(call, KIND, [{**find_type(KIND).defaults(), **CUSTOM}], "applicationTemplates")


def get_template(call: Call) -> Answer:
    """GET applicationTemplates/{id}."""
    _require(call)
    return entity_answer(call, KIND, {**find_type(KIND).defaults(), **CUSTOM}, "applicationTemplates")


def instantiate(call: Call) -> Answer:
    """POST applicationTemplates/{id}/instantiate: an application and its service principal."""
    _require(call)
    body = call.body if isinstance(call.body, dict) else {}
    if set(body) - {"displayName", "serviceManagementReference"} or not isinstance(body.get("displayName"), str):
        raise bad_request("Parameter 'displayName' is required and no other but 'serviceManagementReference' is known.")
    properties = {
        **body,
        "appRoles": [{**role, "allowedMemberTypes": ["User"], "isEnabled": True} for role in ROLES],
    }
    by = call.caller.client_id
    application = create_application(call.tenant, properties, created_by=by, template=CUSTOM["id"])
    tags = ["WindowsAzureActiveDirectoryCustomSingleSignOnApplication", "WindowsAzureActiveDirectoryIntegratedApp"]
    principal = create_service_principal(call.tenant, application, call.tenant, {"tags": tags}, by)
    for owner in first_owners(call):
        add_owner(call.tenant, application, owner)
        add_owner(call.tenant, principal, owner)
    body = {
        "@odata.context": f"{call.base}/$metadata#microsoft.graph.applicationServicePrincipal",
        "application": project(call, "application", application),
        "servicePrincipal": project(call, "servicePrincipal", principal),
    }
    return Answer(201, body)


def _require(call: Call) -> None:
    if call.key().lower() != CUSTOM["id"]:
        raise not_found(call.key())
