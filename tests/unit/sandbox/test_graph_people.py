# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Users, groups, memberships and the tenant's own objects over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from unit.sandbox.graph_client import EVENTUAL, UPSERT, GraphClient

GROUP = {"displayName": "Maps", "mailEnabled": False, "mailNickname": "maps", "securityEnabled": True}


def user_body(graph: GraphClient, **changes: Any) -> dict[str, Any]:
    body = {
        "accountEnabled": True,
        "displayName": "New Person",
        "mailNickname": "new",
        "userPrincipalName": f"new@{graph.tenant['default_domain']}",
        "passwordProfile": {"password": "Corr3ct-horse"},
    }
    return {**body, **changes}


def reference(key: str) -> dict[str, str]:
    return {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{key}"}


def test_users(graph: GraphClient) -> None:
    made = graph.ask(201, "POST", "users", user_body(graph))
    assert "passwordProfile" not in made
    assert "accountEnabled" not in made
    name = made["userPrincipalName"]
    assert graph.get(f"users/{name}?$select=id,accountEnabled")["accountEnabled"] is True
    assert graph.get(f"users('{name.upper()}')")["id"] == made["id"]
    graph.ask(204, "PATCH", f"users/{made['id']}", {"jobTitle": "Cartographer", "accountEnabled": False})
    assert graph.get(f"users/{made['id']}")["jobTitle"] == "Cartographer"
    graph.ask(204, "DELETE", f"users/{made['id']}")
    graph.refused(404, "GET", f"users/{name}")


@pytest.mark.parametrize(
    "changes",
    [
        {"userPrincipalName": "new@elsewhere.example"},
        {"userPrincipalName": "new"},
        {"passwordProfile": {"password": "short"}},
        {"passwordProfile": {}},
        {"displayName": None},
        {"colour": "red"},
    ],
    ids=str,
)
def test_rules_of_users(graph: GraphClient, changes: dict[str, Any]) -> None:
    graph.refused(400, "POST", "users", user_body(graph, **changes))


def test_a_user_name_is_taken_once(graph: GraphClient) -> None:
    graph.ask(201, "POST", "users", user_body(graph))
    message = graph.refused(400, "POST", "users", user_body(graph))[1]
    assert message == "Another object with the same value for property userPrincipalName already exists."


def test_groups(graph: GraphClient) -> None:
    made = graph.ask(201, "POST", "groups", GROUP)
    graph.ask(204, "PATCH", f"groups/{made['id']}", {"description": "Who may open the map"})
    assert graph.get(f"groups/{made['id']}")["description"] == "Who may open the map"
    graph.ask(204, "DELETE", f"groups/{made['id']}")
    graph.refused(404, "GET", f"groups/{made['id']}")
    graph.refused(400, "POST", "groups", {**GROUP, "mailNickname": "two words"})
    graph.refused(400, "POST", "groups", {**GROUP, "mailEnabled": True})
    graph.refused(400, "POST", "groups", {"displayName": "x"})


def test_groups_are_upserted_by_unique_name(graph: GraphClient) -> None:
    path = "groups(uniqueName='maps')"
    graph.refused(404, "PATCH", path, GROUP)
    made = graph.ask(201, "PATCH", path, GROUP, UPSERT)
    graph.ask(204, "PATCH", path, {**GROUP, "description": "d"}, UPSERT)
    assert (graph.get(path)["id"], graph.get(path)["description"]) == (made["id"], "d")


def test_members(graph: GraphClient) -> None:
    group = graph.ask(201, "POST", "groups", GROUP)
    users = [user["id"] for user in graph.get("users")["value"]]
    path = f"groups/{group['id']}/members"
    graph.ask(204, "POST", f"{path}/$ref", reference(users[0]))
    message = graph.refused(400, "POST", f"{path}/$ref", reference(users[0]))[1]
    assert (
        message == "One or more added object references already exist for the following modified properties: 'members'."
    )
    graph.refused(404, "POST", f"{path}/$ref", reference(str(uuid.uuid4())))
    bind = [reference(key)["@odata.id"] for key in users[1:3]]
    graph.ask(204, "PATCH", f"groups/{group['id']}", {"members@odata.bind": bind})
    graph.refused(
        400, "PATCH", f"groups/{group['id']}", {"members@odata.bind": [*bind, reference(users[3])["@odata.id"]]}
    )
    assert [one["id"] for one in graph.get(path)["value"]] == users[:3]
    graph.ask(204, "DELETE", f"{path}/{users[0]}/$ref")
    graph.refused(404, "DELETE", f"{path}/{users[0]}/$ref")
    graph.refused(501, "DELETE", f"{path}/{users[1]}")
    assert len(graph.get(path)["value"]) == 2


def test_memberships_through_groups(graph: GraphClient) -> None:
    outer = graph.ask(201, "POST", "groups", {**GROUP, "displayName": "Outer"})["id"]
    user = graph.get("users")["value"][0]["id"]
    bind = {"members@odata.bind": [reference(user)["@odata.id"]]}
    inner = graph.ask(201, "POST", "groups", {**GROUP, **bind, "displayName": "Inner"})["id"]
    graph.ask(204, "POST", f"groups/{outer}/members/$ref", reference(inner))
    assert outer not in [one["id"] for one in graph.get(f"users/{user}/memberOf")["value"]]
    assert {inner, outer} <= {one["id"] for one in graph.get(f"users/{user}/transitiveMemberOf")["value"]}
    cast = f"groups/{outer}/members/microsoft.graph.user?$count=true"
    graph.refused(400, "GET", f"groups/{outer}/members/microsoft.graph.user")
    assert graph.get(cast, EVENTUAL)["@odata.count"] == 0
    asked = graph.ask(200, "POST", f"users/{user}/checkMemberGroups", {"groupIds": [outer, str(uuid.uuid4())]})
    assert asked["value"] == [outer]


def test_objects_of_any_type(graph: GraphClient) -> None:
    user, group = graph.get("users")["value"][0], graph.get("groups")["value"][0]
    assert graph.get(f"directoryObjects/{user['id']}")["@odata.type"] == "#microsoft.graph.user"
    body: dict[str, Any] = {"ids": [group["id"], user["id"], str(uuid.uuid4())]}
    assert [one["id"] for one in graph.ask(200, "POST", "directoryObjects/getByIds", body)["value"]] == body["ids"][:2]
    body["types"] = ["user"]
    assert [one["id"] for one in graph.ask(200, "POST", "directoryObjects/getByIds", body)["value"]] == [user["id"]]


def test_organization_and_domains(graph: GraphClient) -> None:
    (organization,) = graph.get("organization")["value"]
    assert (organization["id"], organization["tenantType"]) == (graph.tenant["id"], "AAD")
    assert [plan["service"] for plan in organization["assignedPlans"]] == ["AADPremiumService"]
    (default,) = [domain for domain in organization["verifiedDomains"] if domain["isDefault"]]
    assert default["name"] == graph.tenant["default_domain"]
    assert graph.get(f"domains/{default['name']}")["isVerified"] is True


def test_me(graph: GraphClient) -> None:
    assert graph.as_user("admin").get("me")["userPrincipalName"].startswith("admin@")
    assert graph.as_user("priya.nair", ["User.Read"]).get("me/memberOf")["value"]
    graph.refused(400, "GET", "me")
