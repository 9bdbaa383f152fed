# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the Azure CLI needs beside Graph: its own application, Resource Manager's lists, the directory as its user.

And what azure.azcollection does that nobody else here does.
"""

from __future__ import annotations

import base64
from typing import Any

import pytest
from unit.sandbox.graph_client import GraphClient, open_graph, sign_in
from unit.sandbox.signing_in import claims_of, make_certificate

AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
RESOURCE_MANAGER = "https://management.core.windows.net/"
PORTAL = "74658136-14ec-4630-ad9b-26e160ff0fc6"
AS_USER = "Directory.AccessAsUser.All"


def sign_in_by_cli(graph: GraphClient, name: str, resource: str) -> str:
    """An access token that the Azure CLI was given for a user."""
    user = f"{name}@{graph.tenant['default_domain']}"
    body = {"tenant": graph.tenant["id"], "user": user, "client_id": AZURE_CLI}
    answer = graph.sandbox.control("POST", "/tokens", body)
    form = {"grant_type": "refresh_token", "client_id": AZURE_CLI, "refresh_token": answer["refresh_token"]}
    tokens = graph.http.post(
        f"/{graph.tenant['id']}/oauth2/v2.0/token", data={**form, "scope": f"{resource}/.default openid profile"}
    )
    assert tokens.status_code == 200, tokens.text
    token: str = tokens.json()["access_token"]
    return token


def list_at(graph: GraphClient, path: str, token: str | None) -> tuple[int, Any]:
    """Status and body of one of Resource Manager's lists."""
    answer = graph.http.get(path, headers={"Authorization": f"Bearer {token}" if token else ""})
    return answer.status_code, answer.json()


def test_the_cli_needs_no_consent(graph: GraphClient) -> None:
    claims = claims_of(sign_in_by_cli(graph, "admin", "https://graph.microsoft.com"))
    assert claims["appid"] == AZURE_CLI
    assert AS_USER in claims["scp"].split()
    assert graph.filtered("oauth2PermissionGrants", "clientId eq '{}'".format(claims.get("azp") or AZURE_CLI)) == []


@pytest.mark.parametrize("shared", [True, False])
def test_the_cli_signs_in_on_another_device(graph: GraphClient, shared: bool) -> None:
    path = f"/{'organizations' if shared else graph.tenant['id']}/oauth2/v2.0"
    asked = {"client_id": AZURE_CLI, "scope": f"{RESOURCE_MANAGER}/.default openid profile offline_access"}
    begun = graph.http.post(f"{path}/devicecode", data=asked).json()
    admin = graph.tenant["admin"]["user_principal_name"]
    graph.sandbox.control("POST", "/device_codes", {"user_code": begun["user_code"], "user": admin})
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": begun["device_code"]}
    answer = graph.http.post(f"{path}/token", data={**form, "client_id": AZURE_CLI})
    assert answer.status_code == 200, answer.text
    assert claims_of(answer.json()["access_token"])["aud"] == RESOURCE_MANAGER


def test_the_cli_finds_a_tenant_and_no_subscription(graph: GraphClient) -> None:
    token = sign_in_by_cli(graph, "admin", RESOURCE_MANAGER)
    assert claims_of(token)["scp"] == "user_impersonation"
    status, found = list_at(graph, "/tenants?api-version=2022-12-01", token)
    assert status == 200
    home = next(one for one in found["value"] if one["tenantId"] == graph.tenant["id"])
    assert (home["displayName"], home["tenantCategory"]) == (graph.tenant["display_name"], "Home")
    assert len(found["value"]) == 3, "the first tenant's administrator is a partner of the others"
    status, found = list_at(graph, "/subscriptions?api-version=2022-12-01", token)
    assert (status, found["value"]) == (200, [])


@pytest.mark.parametrize("path", ["/tenants", "/subscriptions"])
def test_resource_manager_wants_a_token_of_its_own(graph: GraphClient, path: str) -> None:
    assert list_at(graph, path, None)[1]["error"]["code"] == "AuthenticationFailed"
    assert list_at(graph, path, "nonsense")[1]["error"]["code"] == "InvalidAuthenticationToken"
    status, body = list_at(graph, path, graph.token)
    assert (status, body["error"]["code"]) == (401, "InvalidAuthenticationTokenAudience")
    token = sign_in_by_cli(graph, "admin", RESOURCE_MANAGER)
    graph.wait(2 * 3600)
    assert list_at(graph, path, token)[1]["error"]["code"] == "ExpiredAuthenticationToken"


def test_access_as_user_goes_as_far_as_the_user(graph: GraphClient) -> None:
    application = graph.application()
    admin, staff = graph.as_user("admin", [AS_USER]), graph.as_user("priya.nair", [AS_USER])
    admin.ask(204, "PATCH", f"applications/{application['id']}", {"notes": "by an administrator"})
    assert staff.get(f"applications/{application['id']}")["notes"] == "by an administrator"
    refused = staff.refused(403, "PATCH", f"applications/{application['id']}", {"notes": "by anybody"})
    assert refused[0] == "Authorization_RequestDenied"


def test_me_is_a_user(graph: GraphClient) -> None:
    message = "/me request is only valid with delegated authentication flow."
    for path in ("me", "me/memberOf", "me/ownedObjects"):
        assert graph.refused(400, "GET", path) == ("BadRequest", message)


def test_owned_objects(graph: GraphClient) -> None:
    admin = graph.as_user("admin")
    application = admin.application()
    assert [one["id"] for one in admin.get("me/ownedObjects")["value"]] == [application["id"]]
    user = admin.get("me")["id"]
    assert [one["id"] for one in graph.get(f"users/{user}/ownedObjects")["value"]] == [application["id"]]
    assert graph.get(f"servicePrincipals(appId='{graph.tenant['operator']['client_id']}')/ownedObjects")["value"] == []


def test_a_certificate_in_lines(graph: GraphClient) -> None:
    made = make_certificate()
    der = base64.b64decode(made.credential["key"])
    broken = base64.encodebytes(der).decode()
    assert "\n" in broken.strip()
    application = graph.application(keyCredentials=[{**made.credential, "key": broken}])
    assert len(application["keyCredentials"]) == 1


def test_secrets_asked_for_with_the_application(graph: GraphClient) -> None:
    asked = [{"displayName": "first"}, {"displayName": "second", "endDateTime": "2030-01-01T00:00:00Z"}]
    made = graph.application(passwordCredentials=asked)
    given = made["passwordCredentials"]
    assert [one["displayName"] for one in given] == ["first", "second"]
    held = graph.get(f"applications/{made['id']}")["passwordCredentials"]
    assert held == [{**one, "secretText": None} for one in given]
    graph.ask(201, "POST", "servicePrincipals", {"appId": made["appId"]})
    for one in given:
        assert sign_in(graph.sandbox, graph.tenant["id"], made["appId"], one["secretText"])


@pytest.mark.parametrize("name", ["keyId", "secretText", "hint"])
def test_what_a_secret_is_stays_the_services(graph: GraphClient, name: str) -> None:
    value = "0d0e1f2a-0000-4000-8000-000000000001"
    body = {"displayName": "Not made", "passwordCredentials": [{"displayName": "mine", name: value}]}
    message = "New password credentials must be generated using service actions."
    assert graph.refused(400, "POST", "applications", body)[1] == message
    assert graph.filtered("applications", "displayName eq 'Not made'") == []


def test_type_of_a_service_principal(graph: GraphClient) -> None:
    body = {"appId": graph.application()["appId"], "servicePrincipalType": "managedIdentity"}
    graph.refused(400, "POST", "servicePrincipals", body)
    made = graph.ask(201, "POST", "servicePrincipals", {**body, "servicePrincipalType": "application"})
    assert made["servicePrincipalType"] == "Application"


def test_extension_attributes(graph: GraphClient) -> None:
    path = f"users/priya.nair@{graph.tenant['default_domain']}?$select=OnPremisesExtensionAttributes,id"
    attributes = graph.get(path)["onPremisesExtensionAttributes"]
    assert attributes == {f"extensionAttribute{number}": None for number in range(1, 16)}


def test_blanks_around_a_filter(graph: GraphClient) -> None:
    group = graph.get("groups")["value"][0]
    assert [one["id"] for one in graph.filtered("groups", f" id eq '{group['id']}' ")] == [group["id"]]


def test_consent_stays_in_its_tenant(graph: GraphClient) -> None:
    other = open_graph(graph.sandbox, 1)
    foreign = other.application(signInAudience="AzureADMyOrg")
    path = f"/api/RegisteredApplications/{foreign['appId']}/Consent?onBehalfOfAll=true"
    token = sign_in_by_cli(graph, "admin", PORTAL)
    assert graph.http.post(path, headers={"Authorization": f"Bearer {token}"}).status_code == 404
    assert graph.filtered("servicePrincipals", f"appId eq '{foreign['appId']}'") == []


def test_consent_by_the_portal(graph: GraphClient) -> None:
    access = [{"id": "e1fe6dd8-ba31-4d61-89e7-88639da4683d", "type": "Scope"}]  # User.Read
    access += [{"id": "5b567255-7703-4780-807c-7be8301ae99b", "type": "Role"}]  # Group.Read.All
    required = [{"resourceAppId": "00000003-0000-0000-c000-000000000000", "resourceAccess": access}]
    application = graph.application(requiredResourceAccess=required)
    path = f"/api/RegisteredApplications/{application['appId']}/Consent?onBehalfOfAll=true"

    def post(token: str) -> int:
        return graph.http.post(path, headers={"Authorization": f"Bearer {token}"}).status_code

    assert post(graph.token) == 401, "a token for Graph is none for the portal"
    assert post(sign_in_by_cli(graph, "priya.nair", PORTAL)) == 403
    assert post(sign_in_by_cli(graph, "app.admin", PORTAL)) == 403, (
        "an application permission of Graph takes a higher role"
    )
    assert graph.filtered("servicePrincipals", f"appId eq '{application['appId']}'") == []
    assert post(sign_in_by_cli(graph, "admin", PORTAL)) == 204
    [principal] = graph.filtered("servicePrincipals", f"appId eq '{application['appId']}'")
    [given] = graph.filtered("oauth2PermissionGrants", f"clientId eq '{principal['id']}'")
    assert (given["scope"], given["consentType"]) == ("User.Read", "AllPrincipals")
    [role] = graph.get(f"servicePrincipals/{principal['id']}/appRoleAssignments")["value"]
    assert role["appRoleId"] == access[1]["id"]
