# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Application Proxy over HTTP: publishing, connector groups, connectors, and who may."""

from __future__ import annotations

from typing import Any

import pytest
from unit.sandbox.graph_client import GraphClient

PROFILE = "/beta/onPremisesPublishingProfiles/applicationProxy"
URLS = {"internalUrl": "http://gis01.local/", "externalUrl": "https://maps-harbourview.msappproxy.net/"}


@pytest.fixture
def proxy(graph: GraphClient) -> GraphClient:
    """The first tenant through its application administrator."""
    return graph.as_user("app.admin")


def publish(client: GraphClient, status: int, application: dict[str, Any], **changes: Any) -> Any:
    body = {"onPremisesPublishing": {**URLS, **changes}}
    return client.ask(status, "PATCH", f"/beta/applications/{application['id']}", body)


def test_publishing_sets_the_defaults(proxy: GraphClient) -> None:
    made, principal = proxy.application_with_principal()
    publish(proxy, 204, made, externalAuthenticationType="passthru")
    path = f"/beta/applications/{made['id']}"
    assert "onPremisesPublishing" not in proxy.get(path)
    shown = proxy.get(f"{path}?$select=id,onPremisesPublishing")["onPremisesPublishing"]
    assert (shown["externalAuthenticationType"], shown["applicationServerTimeout"]) == ("passthru", "default")
    assert (
        shown["isSecureCookieEnabled"],
        shown["isHttpOnlyCookieEnabled"],
        shown["isTranslateHostHeaderEnabled"],
    ) == (True, False, True)
    assert (shown["isBackendCertificateValidationEnabled"], shown["isOnPremPublishingEnabled"]) == (True, True)
    assert "WindowsAzureActiveDirectoryOnPremApp" in proxy.get(f"servicePrincipals/{principal['id']}")["tags"]
    proxy.ask(204, "PATCH", path, {"onPremisesPublishing": {"isHttpOnlyCookieEnabled": True}})
    after = proxy.get(f"{path}?$select=onPremisesPublishing")["onPremisesPublishing"]
    assert (after["isHttpOnlyCookieEnabled"], after["internalUrl"]) == (True, URLS["internalUrl"])
    proxy.ask(204, "PATCH", path, {"onPremisesPublishing": None})
    assert proxy.get(f"{path}?$select=onPremisesPublishing")["onPremisesPublishing"] is None
    assert "WindowsAzureActiveDirectoryOnPremApp" not in proxy.get(f"servicePrincipals/{principal['id']}")["tags"]


def test_publishing_stands_alone_and_in_beta(proxy: GraphClient) -> None:
    made = proxy.application()
    path = f"/beta/applications/{made['id']}"
    both = {"onPremisesPublishing": URLS, "notes": "x"}
    assert "same request" in proxy.refused(400, "PATCH", path, both)[1]
    typed = {"onPremisesPublishing": URLS, "@odata.type": "#microsoft.graph.application"}
    assert "@odata.type" in proxy.refused(400, "PATCH", path, typed)[1]
    proxy.refused(400, "PATCH", f"applications/{made['id']}", {"onPremisesPublishing": URLS})
    proxy.refused(400, "POST", "/beta/applications", {"displayName": "x", "onPremisesPublishing": URLS})
    proxy.refused(400, "GET", f"applications/{made['id']}?$select=onPremisesPublishing")
    proxy.refused(400, "PATCH", path, {"onPremisesPublishing": {**URLS, "colour": "red"}})
    proxy.refused(400, "PATCH", path, {"onPremisesPublishing": {**URLS, "isOnPremPublishingEnabled": True}})


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"externalUrl": "https://maps-wrong.msappproxy.net/"}, "ExternalUrl_InvalidAsciiRules"),
        ({"externalUrl": "https://maps.msappproxy.net/"}, "ExternalUrl_InvalidAsciiRules"),
        ({"externalUrl": "https://maps.elsewhere.example/"}, "ExternalUrl_DomainNotVerified"),
        ({"externalUrl": "https://maps-harbourview.msappproxy.net"}, "ExternalUrl_Invalid"),
        ({"externalUrl": "https://maps-harbourview.msappproxy.net:8443/"}, "ExternalUrl_Invalid"),
        ({"externalUrl": None}, "ExternalUrl_Invalid"),
        ({"internalUrl": "http://gis01.local"}, "InternalUrl_Invalid"),
        ({"internalUrl": "ftp://gis01.local/"}, "InternalUrl_Invalid"),
        ({"externalAuthenticationType": "none"}, "Request_BadRequest"),
        ({"singleSignOnSettings": {"singleSignOnMode": "onPremisesKerberos"}}, "Request_BadRequest"),
    ],
    ids=str,
)
def test_rules_of_publishing(proxy: GraphClient, changes: dict[str, Any], code: str) -> None:
    answer = publish(proxy, 400, proxy.application(), **changes)
    assert answer["error"]["code"] == code
    if code == "ExternalUrl_InvalidAsciiRules":
        assert "-harbourview.msappproxy.net" in answer["error"]["message"]


def test_a_verified_custom_domain(proxy: GraphClient) -> None:
    publish(proxy, 204, proxy.application(), externalUrl=f"https://maps.{proxy.tenant['default_domain']}/pozi/")


def test_urls_are_published_once(proxy: GraphClient) -> None:
    publish(proxy, 204, proxy.application())
    other = "https://other-harbourview.msappproxy.net/"
    error = publish(proxy, 400, proxy.application(), externalUrl=other)["error"]
    assert error["code"] == "InternalUrl_Duplicate"
    assert error["message"] == f"Internal url '{URLS['internalUrl']}' is invalid since it is already in use."
    assert publish(proxy, 400, proxy.application(), internalUrl="http://b/")["error"]["code"] == "ExternalUrl_Duplicate"


def test_single_sign_on(proxy: GraphClient) -> None:
    made = proxy.application()
    kerberos = {"kerberosServicePrincipalName": "HTTP/gis01", "kerberosSignOnMappingAttributeType": "userPrincipalName"}
    sign_on = {"singleSignOnMode": "onPremisesKerberos", "kerberosSignOnSettings": kerberos}
    publish(proxy, 204, made, singleSignOnSettings=sign_on)
    shown = proxy.get(f"/beta/applications/{made['id']}?$select=onPremisesPublishing")["onPremisesPublishing"]
    assert shown["singleSignOnSettings"] == sign_on


def test_the_connector_group_of_an_application(proxy: GraphClient) -> None:
    made = proxy.application()
    groups = {group["name"]: group["id"] for group in proxy.get(f"{PROFILE}/connectorGroups")["value"]}
    path = f"/beta/applications/{made['id']}/connectorGroup"
    reference = {"@odata.id": f"https://graph.microsoft.com{PROFILE}/connectorGroups/{groups['Depot Servers']}"}
    code, message = proxy.refused(404, "PUT", f"{path}/$ref", reference)
    assert code == "Application_NotFound"
    assert message.endswith("not found or OnPremisesPublishing is not enabled for your tenant.")
    publish(proxy, 204, made)
    assert proxy.get(path)["name"] == "Default"
    proxy.ask(204, "PUT", f"{path}/$ref", reference)
    assert proxy.get(path)["name"] == "Depot Servers"
    listed = proxy.get(f"{PROFILE}/connectorGroups/{groups['Depot Servers']}/applications")["value"]
    assert [one["id"] for one in listed] == [made["id"]]
    proxy.ask(204, "DELETE", f"{path}/$ref")
    assert proxy.get(path)["name"] == "Default"


def test_connector_groups(proxy: GraphClient) -> None:
    made = proxy.ask(200, "POST", f"{PROFILE}/connectorGroups", {"name": "New", "region": "aus", "isDefault": True})
    assert (made["isDefault"], made["region"]) == (False, "aus")
    path = f"{PROFILE}/connectorGroups/{made['id']}"
    proxy.ask(204, "PATCH", path, {"name": "Renamed", "region": "eur"})
    proxy.refused(400, "PATCH", path, {"isDefault": True})
    connector = next(one for one in proxy.get(f"{PROFILE}/connectors")["value"] if "depot" in one["machineName"])
    reference = {"@odata.id": f"https://graph.microsoft.com{path}"}
    proxy.ask(204, "POST", f"{PROFILE}/connectors/{connector['id']}/memberOf/$ref", reference)
    assert [one["name"] for one in proxy.get(f"{PROFILE}/connectors/{connector['id']}/memberOf")["value"]] == [
        "Renamed"
    ]
    assert [one["id"] for one in proxy.get(f"{path}/members")["value"]] == [connector["id"]]
    proxy.refused(400, "PATCH", path, {"region": "nam"})
    proxy.refused(400, "DELETE", path)
    default = proxy.filtered(f"{PROFILE}/connectorGroups", "isDefault eq true")[0]
    proxy.ask(
        204,
        "POST",
        f"{PROFILE}/connectorGroups/{default['id']}/members/$ref",
        {"@odata.id": f"https://x{PROFILE}/connectors/{connector['id']}"},
    )
    proxy.ask(204, "DELETE", path)
    message = proxy.refused(400, "DELETE", f"{PROFILE}/connectorGroups/{default['id']}")[1]
    assert message == "The default connector group cannot be deleted."
    proxy.refused(400, "GET", "onPremisesPublishingProfiles/applicationProxy/connectorGroups")


def test_it_is_for_users_with_the_role(graph: GraphClient, proxy: GraphClient) -> None:
    made = graph.application()
    code = "NotAdminRoleNoEnoughCustomPermission_UnauthorizedAccess"
    plain = graph.as_user("priya.nair")
    for client in (graph, plain):
        assert client.refused(403, "GET", f"{PROFILE}/connectorGroups")[0] == code
        assert client.refused(403, "GET", f"{PROFILE}/connectors")[0] == code
    assert publish(graph, 403, made)["error"]["code"] == code
    assert graph.refused(403, "PUT", f"/beta/applications/{made['id']}/connectorGroup/$ref", {})[0] == code
    graph.ask(200, "POST", f"{PROFILE}/connectorGroups", {"name": "By application"})
    graph.settings(app_proxy_app_only=True)
    graph.get(f"{PROFILE}/connectorGroups")
    publish(graph, 204, made)
