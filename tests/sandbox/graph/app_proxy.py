# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Application Proxy: what `onPremisesPublishing` of an application takes, and the application's connector group.

Source: https://learn.microsoft.com/graph/api/resources/onpremisespublishing (beta) and
https://learn.microsoft.com/graph/application-proxy-configure-api. That a top-level @odata.type is refused was observed
by the maintainers of terraform-provider-microsoft365.
"""

from __future__ import annotations

from sandbox.graph.app_proxy_rules import check_publishing, read_certificate
from sandbox.graph.applications import save_application
from sandbox.graph.bodies import check_body, id_of_reference, merge
from sandbox.graph.calls import NO_CONTENT, Answer, Call
from sandbox.graph.connectors import GROUP, default_group
from sandbox.graph.directory import require_object
from sandbox.graph.errors import GraphError, bad_request, not_found
from sandbox.graph.pages import entity_answer
from sandbox.graph.permissions import require_app_proxy
from sandbox.graph.schema import find_type
from sandbox.store import Record

PROPERTY = "onPremisesPublishing"
ASSIGNED = "applicationConnectorGroup"
#: What a newly published application has where the request leaves it out.
NEW: Record = {
    "applicationServerTimeout": "default",
    "applicationType": "enterpriseapp",
    "externalAuthenticationType": "aadPreAuthentication",
    "isAccessibleViaZTNAClient": False,
    "isBackendCertificateValidationEnabled": True,
    "isContinuousAccessEvaluationEnabled": True,
    "isDeviceAccessEnabled": False,
    "isDnsResolutionEnabled": False,
    "isHttpOnlyCookieEnabled": False,
    "isOnPremPublishingEnabled": True,
    "isPersistentCookieEnabled": False,
    "isSecureCookieEnabled": True,
    "isStateSessionEnabled": False,
    "isTranslateHostHeaderEnabled": True,
    "isTranslateLinksInBodyEnabled": False,
    "singleSignOnSettings": {"singleSignOnMode": "none", "kerberosSignOnSettings": None},
    "trafficRoutingMethod": "none",
    "useAlternateUrlForTranslationAndRedirect": False,
}


def publish(call: Call, application: Record) -> None:
    """Carry out a PATCH that holds onPremisesPublishing: an object publishes or changes, null unpublishes."""
    require_app_proxy(call)
    if "@odata.type" in call.body:
        raise bad_request("Property '@odata.type' is not allowed in a request that updates 'onPremisesPublishing'.")
    if set(call.body) != {PROPERTY}:
        raise bad_request(
            "Property 'onPremisesPublishing' cannot be updated in the same request as other application properties."
        )
    given = check_body(call.body, "application", "beta")[PROPERTY]
    if given is None:
        call.tenant.remove(ASSIGNED, application["id"])
        save_application(call.tenant, {name: value for name, value in application.items() if name != PROPERTY})
        return
    before = application.get(PROPERTY) or {**find_type(PROPERTY).defaults(), **NEW}
    certificate = read_certificate(given)
    after = {**merge(before, given, PROPERTY), **certificate}
    check_publishing(call.tenant, application, after)
    save_application(call.tenant, {**application, PROPERTY: after})


def get_connector_group(call: Call) -> Answer:
    """GET applications/{id}/connectorGroup: the one assigned, else the tenant's default one."""
    application = _published(call)
    edge = call.view.get(ASSIGNED, application["id"])
    group = (call.view.get(GROUP, edge["group"]) if edge else None) or default_group(call.view)
    return entity_answer(call, GROUP, group, "connectorGroups")


def put_connector_group(call: Call) -> Answer:
    """PUT applications/{id}/connectorGroup/$ref."""
    application = _published(call)
    key = id_of_reference(call.body)
    if call.view.get(GROUP, key) is None:
        raise not_found(key)
    call.tenant.put(ASSIGNED, {"id": application["id"], "application": application["id"], "group": key.lower()})
    return NO_CONTENT


def delete_connector_group(call: Call) -> Answer:
    """DELETE applications/{id}/connectorGroup/$ref: back to the default group."""
    call.tenant.remove(ASSIGNED, _published(call)["id"])
    return NO_CONTENT


def _published(call: Call) -> Record:
    application = require_object(call, ("application",))[1]
    if not application.get(PROPERTY):
        raise GraphError(
            404,
            "Application_NotFound",
            f"Application '{application['id']}' not found or OnPremisesPublishing is not enabled for your tenant.",
        )
    return application
