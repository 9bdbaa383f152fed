# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Service principals, app role assignments, delegated grants and owners over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from unit.sandbox.graph_client import UPSERT, GraphClient, open_graph

from sandbox import Running

GRAPH = "servicePrincipals(appId='00000003-0000-0000-c000-000000000000')"
DEFAULT_ROLE = "00000000-0000-0000-0000-000000000000"
ROLE = {"allowedMemberTypes": ["User"], "displayName": "Reader", "value": "read", "isEnabled": True}


def someone(graph: GraphClient, kind: str = "users") -> dict[str, Any]:
    found: dict[str, Any] = graph.get(kind)["value"][0]
    return found


def test_create_once_and_upsert(graph: GraphClient) -> None:
    made, principal = graph.application_with_principal()
    assert (principal["displayName"], principal["servicePrincipalType"]) == ("Test", "Application")
    assert principal["appOwnerOrganizationId"] == graph.tenant["id"]
    graph.refused(409, "POST", "servicePrincipals", {"appId": made["appId"]})
    other = graph.application()
    path = f"servicePrincipals(appId='{other['appId']}')"
    graph.refused(404, "PATCH", path, {})
    assert graph.ask(201, "PATCH", path, {"tags": ["HideApp"]}, UPSERT)["tags"] == ["HideApp"]
    graph.ask(204, "PATCH", path, {"appRoleAssignmentRequired": True}, UPSERT)
    assert graph.get(path)["appRoleAssignmentRequired"] is True


def test_without_an_application_there_is_none(graph: GraphClient) -> None:
    app_id = str(uuid.uuid4())
    message = graph.refused(400, "POST", "servicePrincipals", {"appId": app_id})[1]
    assert message == f"The appId '{app_id}' of the service principal does not reference a valid application object."


def test_it_follows_its_application(graph: GraphClient) -> None:
    made, principal = graph.application_with_principal(tags=["app"])
    path = f"servicePrincipals/{principal['id']}"
    graph.ask(204, "PATCH", path, {"tags": ["own"], "notes": "mine"})
    graph.ask(
        204,
        "PATCH",
        f"applications/{made['id']}",
        {"displayName": "New", "tags": ["app2"], "appRoles": [{**ROLE, "id": made["id"]}]},
    )
    after = graph.get(path)
    assert (after["displayName"], sorted(after["tags"]), after["notes"]) == ("New", ["app2", "own"], "mine")
    assert after["appRoles"][0]["value"] == "read"
    graph.refused(400, "PATCH", path, {"appRoles": []})


def test_a_multi_tenant_application_of_another_tenant(graph: GraphClient, fresh_sandbox: Running) -> None:
    other = open_graph(fresh_sandbox, 1)
    shared = graph.application(signInAudience="AzureADMultipleOrgs")
    principal = other.ask(201, "POST", "servicePrincipals", {"appId": shared["appId"]})
    assert principal["appOwnerOrganizationId"] == graph.tenant["id"]
    other.refused(400, "POST", "servicePrincipals", {"appId": graph.application()["appId"]})
    other.refused(404, "GET", f"applications/{shared['id']}")


def test_microsoft_graph_has_its_real_permissions(graph: GraphClient) -> None:
    found = graph.get(f"{GRAPH}?$select=id,appRoles,oauth2PermissionScopes")
    roles = {role["value"]: role["id"] for role in found["appRoles"]}
    scopes = {scope["value"]: scope["id"] for scope in found["oauth2PermissionScopes"]}
    assert roles["Application.ReadWrite.OwnedBy"] == "18a4783c-866b-4cc7-a460-3d5e5662c884"
    assert scopes["User.Read"] == "e1fe6dd8-ba31-4d61-89e7-88639da4683d"
    assert len(roles) > 500
    assert len(scopes) > 500


def test_assignments(graph: GraphClient) -> None:
    role_id = str(uuid.uuid4())
    _ignored, principal = graph.application_with_principal(appRoles=[{**ROLE, "id": role_id}])
    path = f"servicePrincipals/{principal['id']}/appRoleAssignedTo"
    for kind, named in (("users", "User"), ("groups", "Group")):
        who = someone(graph, kind)
        body = {"principalId": who["id"], "resourceId": principal["id"], "appRoleId": role_id}
        made = graph.ask(201, "POST", path, body)
        assert (made["principalType"], made["principalDisplayName"]) == (named, who["displayName"])
        assert graph.refused(400, "POST", path, body)[1] == "Permission being assigned already exists on the object"
        assert [one["id"] for one in graph.get(f"{kind}/{who['id']}/appRoleAssignments")["value"]] == [made["id"]]
    held = graph.get(path)["value"]
    assert len(held) == 2
    for one in held:
        graph.ask(204, "DELETE", f"{path}/{one['id']}")
    assert graph.get(path)["value"] == []


def test_the_default_role_only_where_none_is_declared(graph: GraphClient) -> None:
    user = someone(graph)
    _ignored, bare = graph.application_with_principal()
    _ignored, declared = graph.application_with_principal(appRoles=[{**ROLE, "id": str(uuid.uuid4())}])
    for principal, status in ((bare, 201), (declared, 400)):
        body = {"principalId": user["id"], "resourceId": principal["id"], "appRoleId": DEFAULT_ROLE}
        graph.ask(status, "POST", f"servicePrincipals/{principal['id']}/appRoleAssignedTo", body)


def test_an_assignment_names_what_exists(graph: GraphClient) -> None:
    _ignored, principal = graph.application_with_principal()
    path = f"servicePrincipals/{principal['id']}/appRoleAssignedTo"
    body = {"principalId": str(uuid.uuid4()), "resourceId": principal["id"], "appRoleId": DEFAULT_ROLE}
    assert graph.refused(400, "POST", path, body)[1] == "Not a valid reference update"
    body = {"principalId": someone(graph)["id"], "resourceId": str(uuid.uuid4()), "appRoleId": DEFAULT_ROLE}
    graph.refused(400, "POST", path, body)


def test_grants(graph: GraphClient) -> None:
    _ignored, principal = graph.application_with_principal()
    resource = graph.get(GRAPH)["id"]
    body = {"clientId": principal["id"], "consentType": "AllPrincipals", "resourceId": resource, "scope": "User.Read"}
    made = graph.ask(201, "POST", "oauth2PermissionGrants", body)
    code, message = graph.refused(409, "POST", "oauth2PermissionGrants", {**body, "scope": "openid"})
    assert (code, message) == ("Request_MultipleObjectsWithSameKeyValue", "Permission entry already exists.")
    graph.ask(
        201, "POST", "oauth2PermissionGrants", {**body, "consentType": "Principal", "principalId": someone(graph)["id"]}
    )
    graph.ask(204, "PATCH", f"oauth2PermissionGrants/{made['id']}", {"scope": "User.Read openid"})
    graph.refused(400, "PATCH", f"oauth2PermissionGrants/{made['id']}", {"consentType": "Principal"})
    text = f"clientId eq '{principal['id']}' and consentType eq 'AllPrincipals'"
    assert [one["scope"] for one in graph.filtered("oauth2PermissionGrants", text)] == ["User.Read openid"]
    graph.ask(204, "DELETE", f"oauth2PermissionGrants/{made['id']}")
    assert len(graph.get(f"servicePrincipals/{principal['id']}/oauth2PermissionGrants")["value"]) == 1


def test_a_grant_names_what_exists(graph: GraphClient) -> None:
    missing = str(uuid.uuid4())
    body = {
        "clientId": missing,
        "consentType": "AllPrincipals",
        "resourceId": graph.get(GRAPH)["id"],
        "scope": "User.Read",
    }
    code, message = graph.refused(400, "POST", "oauth2PermissionGrants", body)
    assert code == "Request_BadRequest"
    assert message.startswith(f"Resource '{missing}' does not exist")


def test_owners(graph: GraphClient) -> None:
    made, principal = graph.application_with_principal()
    user = someone(graph)
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{user['id']}"}
    for path in (f"applications/{made['id']}/owners", f"servicePrincipals/{principal['id']}/owners"):
        graph.ask(204, "POST", f"{path}/$ref", reference)
        message = graph.refused(400, "POST", f"{path}/$ref", reference)[1]
        assert message.endswith("already exist for the following modified properties: 'owners'.")
        (owner,) = graph.get(path)["value"]
        assert (owner["@odata.type"], owner["id"]) == ("#microsoft.graph.user", user["id"])
        graph.ask(204, "DELETE", f"{path}/{user['id']}/$ref")
        graph.refused(404, "DELETE", f"{path}/{user['id']}/$ref")


def test_owners_at_creation(graph: GraphClient) -> None:
    user = someone(graph)
    made = graph.application(**{"owners@odata.bind": [f"https://graph.microsoft.com/v1.0/users/{user['id']}"]})
    assert [one["id"] for one in graph.get(f"applications/{made['id']}/owners")["value"]] == [user["id"]]
    (listed,) = graph.get(f"applications?$filter=appId eq '{made['appId']}'&$expand=owners($select=id)")["value"]
    assert [one["id"] for one in listed["owners"]] == [user["id"]]
    address = [f"https://graph.microsoft.com/v1.0/users/{uuid.uuid4()}"]
    graph.refused(400, "POST", "applications", {"displayName": "x", "owners@odata.bind": address})


def test_the_custom_template(graph: GraphClient) -> None:
    (template,) = graph.filtered("applicationTemplates", "displayName eq 'Custom'")
    answer = graph.ask(201, "POST", f"applicationTemplates/{template['id']}/instantiate", {"displayName": "Maps"})
    assert answer["application"]["applicationTemplateId"] == template["id"]
    assert answer["servicePrincipal"]["appId"] == answer["application"]["appId"]
    assert {role["displayName"] for role in answer["application"]["appRoles"]} == {"User", "msiam_access"}
