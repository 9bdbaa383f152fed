# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What belongs to the tenant over HTTP: policies, roles, licences, guests, other tenants, extensions, logos."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from unit.sandbox.graph_client import GraphClient, open_graph
from unit.sandbox.test_graph_credentials import certificate

from sandbox import running
from sandbox.seed_file import DEFAULT

POLICY = "policies/defaultAppManagementPolicy"
PICTURE = b"\x89PNG\r\n\x1a\n picture"


@pytest.fixture
def policy(graph: GraphClient) -> GraphClient:
    """A caller that may change policies and applications."""
    return graph.as_client(["Policy.ReadWrite.ApplicationConfiguration", "Application.ReadWrite.All"])


def restrict(policy: GraphClient, credentials: str, **rule: Any) -> None:
    rules = {name: {credentials: [rule]} for name in ("applicationRestrictions", "servicePrincipalRestrictions")}
    policy.ask(204, "PATCH", POLICY, {"isEnabled": True, **rules})


def test_the_default_policy_restricts_nothing(policy: GraphClient) -> None:
    found = policy.get(POLICY)
    assert (found["id"], found["isEnabled"]) == ("00000000-0000-0000-0000-000000000000", False)
    assert found["applicationRestrictions"] == {"passwordCredentials": [], "keyCredentials": []}
    policy.ask(200, "POST", f"applications/{policy.application()['id']}/addPassword", {})


def test_secrets_may_be_refused(policy: GraphClient) -> None:
    application, principal = policy.application_with_principal()
    restrict(policy, "passwordCredentials", restrictionType="passwordAddition")
    for path in (f"applications/{application['id']}", f"servicePrincipals/{principal['id']}"):
        code, message = policy.refused(400, "POST", f"{path}/addPassword", {})
        assert code == "CredentialTypeNotAllowedAsPerAppPolicy"
        assert message.startswith("Credential type not allowed as per assigned policy '")
    policy.ask(204, "PATCH", POLICY, {"isEnabled": False})
    policy.ask(200, "POST", f"applications/{application['id']}/addPassword", {})


def test_secrets_may_be_held_short(policy: GraphClient) -> None:
    made = policy.application()
    restrict(policy, "passwordCredentials", restrictionType="passwordLifetime", maxLifetime="P90D")
    path = f"applications/{made['id']}/addPassword"
    assert policy.refused(400, "POST", path, {})[0] == "CredentialInvalidLifetimeAsPerAppPolicy"
    end = (datetime.now(UTC) + timedelta(days=89)).isoformat()
    policy.ask(200, "POST", path, {"passwordCredential": {"endDateTime": end}})


def test_certificates_may_be_held_short(policy: GraphClient) -> None:
    made = policy.application()
    restrict(policy, "keyCredentials", restrictionType="asymmetricKeyLifetime", maxLifetime="P30D")
    key = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": certificate("short")[0]}
    code, _message = policy.refused(400, "PATCH", f"applications/{made['id']}", {"keyCredentials": [key]})
    assert code == "CredentialInvalidLifetimeAsPerAppPolicy"


def test_a_policy_may_be_for_later_applications(policy: GraphClient) -> None:
    old = policy.application()
    policy.wait(60)
    since = policy.sandbox.control("GET", "/clock")["now"]
    rule = {"restrictionType": "passwordAddition", "restrictForAppsCreatedAfterDateTime": since}
    restrict(policy, "passwordCredentials", **rule)
    policy.wait(60)
    policy.ask(200, "POST", f"applications/{old['id']}/addPassword", {})
    policy.refused(400, "POST", f"applications/{policy.application()['id']}/addPassword", {})
    rule["state"] = "disabled"
    restrict(policy, "passwordCredentials", **rule)
    policy.ask(200, "POST", f"applications/{policy.application()['id']}/addPassword", {})


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        ({"restrictionType": "colour"}, 400),
        ({"restrictionType": "passwordLifetime", "maxLifetime": "soon"}, 400),
        ({"state": "enabled"}, 400),
        ({"restrictionType": "passwordAddition", "colour": "red"}, 400),
        ({"restrictionType": "passwordAddition", "excludeActors": {}}, 501),
    ],
)
def test_rules_of_a_policy(policy: GraphClient, rule: dict[str, Any], status: int) -> None:
    policy.refused(status, "PATCH", POLICY, {"applicationRestrictions": {"passwordCredentials": [rule]}})


def test_restrictions_that_are_not_carried_out_are_not_taken(policy: GraphClient) -> None:
    policy.refused(501, "PATCH", POLICY, {"applicationRestrictions": {"identifierUris": {}}})


def test_a_seed_may_hold_a_policy(tmp_path: Path) -> None:
    seed = yaml.safe_load(DEFAULT.read_text())
    rule = {"restrictionType": "passwordAddition"}
    seed["tenants"][0]["app_management_policy"] = {
        "isEnabled": True,
        "applicationRestrictions": {"passwordCredentials": [rule]},
    }
    path = tmp_path / "seed.yml"
    path.write_text(yaml.safe_dump(seed))
    with running(seed=path) as sandbox:
        graph = open_graph(sandbox)
        made = graph.application()["id"]
        code = graph.refused(400, "POST", f"applications/{made}/addPassword", {})[0]
        assert code == "CredentialTypeNotAllowedAsPerAppPolicy"
        other = open_graph(sandbox, 1)
        other.ask(200, "POST", f"applications/{other.application()['id']}/addPassword", {})


def test_other_policies(graph: GraphClient) -> None:
    reader = graph.as_client(["Policy.Read.All"])
    assert reader.get("policies/appManagementPolicies")["value"] == []
    reader.refused(404, "GET", "policies/appManagementPolicies/11111111-1111-4111-8111-111111111111")
    assert reader.get("policies/authorizationPolicy")["defaultUserRolePermissions"]["allowedToCreateApps"] is True
    reader.refused(403, "PATCH", POLICY, {"isEnabled": True})
    reader.refused(501, "PATCH", "policies/authorizationPolicy", {})
    reader.refused(501, "GET", "policies/tokenIssuancePolicies")


def test_directory_roles_and_who_holds_them(graph: GraphClient) -> None:
    admin = graph.filtered("users", "displayName eq 'Morgan Lee'")[0]["id"]
    role = graph.filtered("directoryRoles", "displayName eq 'Global Administrator'")[0]
    template = role["roleTemplateId"]
    assert template == "62e90394-69f5-4237-9190-012177145e10"
    assert graph.get(f"directoryRoles(roleTemplateId='{template}')")["id"] == role["id"]
    assert [one["id"] for one in graph.get(f"directoryRoles/{role['id']}/members")["value"]] == [admin]
    found = graph.filtered("roleManagement/directory/roleAssignments", f"principalId eq '{admin}'")
    assert [(one["roleDefinitionId"], one["directoryScopeId"]) for one in found] == [(template, "/")]
    assert graph.get(f"roleManagement/directory/roleAssignments/{found[0]['id']}")["principalId"] == admin
    held = graph.get(f"users/{admin}/memberOf")["value"]
    assert [(one["@odata.type"], one["id"]) for one in held] == [("#microsoft.graph.directoryRole", role["id"])]
    assert graph.ask(200, "POST", f"users/{admin}/getMemberGroups", {})["value"] == []
    assert graph.ask(200, "POST", f"users/{admin}/getMemberObjects", {})["value"] == [role["id"]]
    body = {"ids": [role["id"], admin]}
    assert graph.ask(200, "POST", f"users/{admin}/checkMemberObjects", body)["value"] == [role["id"]]
    graph.refused(404, "GET", "directoryRoles/11111111-1111-4111-8111-111111111111")
    graph.refused(501, "POST", "roleManagement/directory/roleAssignments", {})


def test_licences(graph: GraphClient) -> None:
    found = graph.get("subscribedSkus")["value"]
    assert [one["skuPartNumber"] for one in found] == ["AAD_PREMIUM"]
    assert graph.get(f"subscribedSkus/{found[0]['id']}")["skuId"] == found[0]["skuId"]
    graph.refused(404, "GET", "subscribedSkus/nonsense")


def test_a_guest_is_invited(graph: GraphClient) -> None:
    body = {"invitedUserEmailAddress": "mia@fabrikam.example", "inviteRedirectUrl": "https://maps.example/"}
    made = graph.ask(201, "POST", "invitations", body)
    assert (made["status"], made["invitedUserType"]) == ("PendingAcceptance", "Guest")
    user = graph.get(f"users/{made['invitedUser']['id']}?$select=userPrincipalName,userType,externalUserState,mail")
    assert user["userPrincipalName"] == f"mia_fabrikam.example#EXT#@{graph.tenant['initial_domain']}"
    assert (user["userType"], user["externalUserState"]) == ("Guest", "PendingAcceptance")
    again = graph.ask(201, "POST", "invitations", {**body, "sendInvitationMessage": True})
    assert again["invitedUser"] == made["invitedUser"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"invitedUserEmailAddress": "nobody"}, 400),
        ({"invitedUserEmailAddress": None}, 400),
        ({"invitedUserEmailAddress": "tom@harbourview.example"}, 400),
        ({"inviteRedirectUrl": "maps"}, 400),
        ({"status": "Completed"}, 400),
        ({"colour": "red"}, 400),
        ({"resetRedemption": True}, 501),
    ],
)
def test_rules_of_invitations(graph: GraphClient, changes: dict[str, Any], status: int) -> None:
    body = {"invitedUserEmailAddress": "a@fabrikam.example", "inviteRedirectUrl": "https://maps.example/", **changes}
    graph.refused(status, "POST", "invitations", body)


def test_other_tenants_are_found(graph: GraphClient) -> None:
    reader = graph.as_client(["CrossTenantInformation.ReadBasic.All"])
    other = graph.sandbox.tenants()[1]
    for call in (
        f"findTenantInformationByTenantId(tenantId='{other['id']}')",
        f"findTenantInformationByDomainName(domainName='{other['default_domain']}')",
        f"microsoft.graph.findTenantInformationByDomainName(domainName='{other['initial_domain']}')",
    ):
        found = reader.get(f"tenantRelationships/{call}")
        assert (found["tenantId"], found["displayName"]) == (other["id"], other["display_name"])
    missing = "tenantRelationships/findTenantInformationByDomainName(domainName='nobody.example')"
    assert reader.refused(404, "GET", missing)[0] == "Directory_ObjectNotFound"
    reader.refused(400, "GET", missing.replace("domainName=", "name="))


def test_extensions(graph: GraphClient) -> None:
    made = graph.application(displayName="Owner")
    path = f"applications/{made['id']}/extensionProperties"
    body = {"name": "jobGroup", "dataType": "String", "targetObjects": ["User"]}
    one = graph.ask(201, "POST", path, body)
    assert one["name"] == f"extension_{made['appId'].replace('-', '')}_jobGroup"
    assert (one["appDisplayName"], one["isMultiValued"]) == ("Owner", False)
    assert [one["id"]] == [other["id"] for other in graph.get(path)["value"]]
    graph.refused(400, "POST", path, body)
    graph.refused(400, "POST", path, {**body, "name": "x", "targetObjects": ["Planet"]})
    graph.refused(400, "POST", path, {**body, "name": "x", "dataType": "Number"})
    user = graph.get("users?$top=1")["value"][0]["id"]
    graph.refused(501, "PATCH", f"users/{user}", {one["name"]: "x"})
    graph.ask(204, "DELETE", f"{path}/{one['id']}")
    assert graph.get(path)["value"] == []


def test_a_logo(graph: GraphClient) -> None:
    made = graph.application()
    url = f"{graph.sandbox.url}/v1.0/applications/{made['id']}/logo"
    graph.refused(404, "GET", f"applications/{made['id']}/logo")
    assert graph.http.put(url, content=PICTURE, headers={"Content-Type": "image/png"}).status_code == 204
    answer = graph.http.get(url)
    assert (answer.content, answer.headers["content-type"]) == (PICTURE, "image/png")
    assert graph.get(f"applications/{made['id']}")["info"]["logoUrl"]
    assert graph.http.put(url, content=b"text", headers={"Content-Type": "image/png"}).status_code == 400
    assert graph.http.put(url, content=PICTURE, headers={"Content-Type": "application/json"}).status_code == 400
    body = base64.b64encode(PICTURE).decode()
    item = {"id": "1", "method": "PUT", "url": url.partition("v1.0")[2], "headers": {"Content-Type": "image/png"}}
    read = {"id": "2", "method": "GET", "url": url.partition("v1.0")[2], "dependsOn": ["1"]}
    answers = graph.ask(200, "POST", "$batch", {"requests": [{**item, "body": body}, read]})["responses"]
    assert [one["status"] for one in answers] == [204, 200]
    assert answers[1]["body"] == body
