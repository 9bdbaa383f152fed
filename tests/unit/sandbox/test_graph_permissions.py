# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Permissions and roles over HTTP: what opens what."""

from __future__ import annotations

import pytest
from unit.sandbox.graph_client import GraphClient

DENIED = ("Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


@pytest.mark.parametrize(
    ("permission", "method", "path", "status"),
    [
        ("Application.Read.All", "GET", "applications", 200),
        ("Application.Read.All", "POST", "applications", 403),
        ("Directory.Read.All", "GET", "servicePrincipals", 200),
        ("User.Read.All", "GET", "applications", 403),
        ("User.Read.All", "GET", "users", 200),
        ("Group.Create", "POST", "groups", 400),
        ("Group.Create", "GET", "groups", 403),
        ("Organization.Read.All", "GET", "organization", 200),
        ("Organization.Read.All", "GET", "domains", 403),
        ("Domain.Read.All", "GET", "domains", 200),
        ("DelegatedPermissionGrant.ReadWrite.All", "GET", "oauth2PermissionGrants", 200),
        ("Application.Read.All", "GET", "oauth2PermissionGrants", 403),
    ],
)
def test_a_permission_opens_its_calls_only(
    graph: GraphClient, permission: str, method: str, path: str, status: int
) -> None:
    body: dict[str, str] | None = {} if method == "POST" else None
    assert graph.as_client([permission]).send(method, path, body).status_code == status


def test_a_refusal_says_so_and_changes_nothing(graph: GraphClient) -> None:
    made = graph.application()
    assert graph.as_client(["Application.Read.All"]).refused(403, "DELETE", f"applications/{made['id']}") == DENIED
    assert graph.get(f"applications/{made['id']}")["id"] == made["id"]


def test_assigning_roles_needs_two_permissions(graph: GraphClient) -> None:
    _ignored, principal = graph.application_with_principal()
    user = graph.get("users")["value"][0]["id"]
    path = f"servicePrincipals/{principal['id']}/appRoleAssignedTo"
    body = {"principalId": user, "resourceId": principal["id"], "appRoleId": "00000000-0000-0000-0000-000000000000"}
    assert graph.as_client(["AppRoleAssignment.ReadWrite.All"]).refused(403, "POST", path, body) == DENIED
    graph.as_client(["AppRoleAssignment.ReadWrite.All", "Application.Read.All"]).ask(201, "POST", path, body)


def test_owned_by_reaches_its_own_applications_only(graph: GraphClient) -> None:
    limited = graph.as_client(["Application.ReadWrite.OwnedBy"])
    other = graph.application()
    own = limited.application()
    for method, path, body in (
        ("PATCH", "", {"notes": "x"}),
        ("POST", "/addPassword", {}),
        (
            "POST",
            "/federatedIdentityCredentials",
            {"name": "abc", "issuer": "https://i", "subject": "s", "audiences": ["a"]},
        ),
        ("DELETE", "", None),
    ):
        assert limited.refused(403, method, f"applications/{other['id']}{path}", body) == DENIED
        assert limited.send(method, f"applications/{own['id']}{path}", body).status_code in (200, 201, 204)
    assert limited.get(f"applications/{other['id']}")["id"] == other["id"]


def test_owned_by_cannot_instantiate_a_foreign_application(graph: GraphClient) -> None:
    limited = graph.as_client(["Application.ReadWrite.OwnedBy"])
    message = limited.refused(403, "POST", "servicePrincipals", {"appId": "d3590ed6-52b3-4102-aeff-aad2292ab01c"})[1]
    assert message.startswith("When using this permission, the backing application of the service principal")


def test_a_user_needs_a_role_or_to_own_the_object(graph: GraphClient) -> None:
    made = graph.application()
    plain, admin = graph.as_user("priya.nair"), graph.as_user("app.admin")
    assert plain.refused(403, "PATCH", f"applications/{made['id']}", {"notes": "x"}) == DENIED
    admin.ask(204, "PATCH", f"applications/{made['id']}", {"notes": "x"})
    own = plain.application()
    plain.ask(204, "PATCH", f"applications/{own['id']}", {"notes": "x"})


def test_consent_to_microsoft_graph_takes_a_higher_role(graph: GraphClient) -> None:
    _ignored, principal = graph.application_with_principal()
    found = graph.get("servicePrincipals(appId='00000003-0000-0000-c000-000000000000')?$select=id,appRoles")
    role = next(one["id"] for one in found["appRoles"] if one["value"] == "User.Read.All")
    path = f"servicePrincipals/{found['id']}/appRoleAssignedTo"
    body = {"principalId": principal["id"], "resourceId": found["id"], "appRoleId": role}
    grant = {"clientId": principal["id"], "consentType": "AllPrincipals", "resourceId": found["id"], "scope": "openid"}
    plain, admin = graph.as_user("priya.nair"), graph.as_user("app.admin")
    assert plain.refused(403, "POST", "oauth2PermissionGrants", grant) == DENIED
    admin.ask(201, "POST", "oauth2PermissionGrants", grant)
    for client in (plain, admin):
        assert client.refused(403, "POST", path, body) == DENIED
    graph.as_user("admin").ask(201, "POST", path, body)


def test_scopes_limit_what_a_role_allows(graph: GraphClient) -> None:
    made = graph.application()
    reader = graph.as_user("app.admin", ["Application.Read.All"])
    reader.get(f"applications/{made['id']}")
    reader.refused(403, "PATCH", f"applications/{made['id']}", {"notes": "x"})


def test_enforcement_can_be_turned_off(graph: GraphClient) -> None:
    nobody = graph.as_client([])
    nobody.refused(403, "GET", "applications")
    graph.settings(enforce_permissions=False)
    nobody.get("applications")
    nobody.application()
