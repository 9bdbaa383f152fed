# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What requests cost, and what happens to those who ask for too much."""

from __future__ import annotations

import uuid
from typing import Any

import httpx
import pytest
from unit.sandbox.graph_client import GraphClient, open_graph

from sandbox import Running

PERSONAL = {"displayName": "Personal", "signInAudience": "AzureADandPersonalMicrosoftAccount"}
PERSONAL_API = {"api": {"requestedAccessTokenVersion": 2}}


def throttle(graph: GraphClient, scale: float = 1.0) -> None:
    """Turn quotas on, in time that stands still."""
    graph.settings(throttling=True, throttle_scale=scale, clock_speed=0)


def send_until_refused(graph: GraphClient, method: str, path: str, body: Any = None) -> tuple[int, httpx.Response]:
    """How many requests were answered before the first 429, and that one."""
    for count in range(200):
        answer = graph.send(method, path, body)
        if answer.status_code == 429:
            return count, answer
    raise AssertionError("never refused")


@pytest.mark.parametrize(
    ("path", "units"),
    [
        ("organization", 1),
        ("applications", 2),
        ("applications?$select=id", 1),
        ("applications?$top=5", 1),
        ("applications?$top=5&$select=id", 1),
        ("applications?$expand=owners", 3),
        ("applications?$top=20", 2),
        ("groups/{group}/members", 3),
        ("groups/{group}/members?$select=id", 2),
        ("groups/{group}/transitiveMembers", 5),
        ("users", 2),
        ("users/{user}", 1),
        ("users/{user}/memberOf", 2),
        ("servicePrincipals/{principal}/appRoleAssignments", 2),
        ("servicePrincipals/{principal}/appRoleAssignedTo", 1),
        ("oauth2PermissionGrants", 2),
    ],
)
def test_reads_cost_what_the_table_says(graph: GraphClient, path: str, units: int) -> None:
    names = {
        "group": graph.get("groups?$top=1")["value"][0]["id"],
        "user": graph.get("users?$top=1")["value"][0]["id"],
        "principal": graph.get("servicePrincipals?$top=1")["value"][0]["id"],
    }
    answer = graph.send("GET", path.format(**names))
    assert (answer.status_code, answer.headers["x-ms-resource-unit"]) == (200, str(units))
    assert "x-ms-throttle-limit-percentage" not in answer.headers


def test_posts_writes_and_refusals_have_a_cost_too(graph: GraphClient) -> None:
    user = graph.get("users?$top=1")["value"][0]["id"]
    ids = {"ids": [user]}
    for method, path, body, cost in [
        ("POST", "directoryObjects/getByIds", ids, "5"),
        ("POST", "directoryObjects/getByIds?$select=id", ids, "2"),
        ("POST", f"users/{user}/getMemberGroups", {"securityEnabledOnly": False}, "2"),
        ("POST", "applications", {"displayName": "x"}, "1"),
        ("GET", f"groups/{uuid.uuid4()}/members", None, "3"),
    ]:
        assert graph.send(method, path, body).headers["x-ms-resource-unit"] == cost, path


def test_units_run_out_and_come_back(graph: GraphClient) -> None:
    throttle(graph, 0.01)  # 35 units in 10 seconds
    shares = [graph.send("GET", "organization").headers.get("x-ms-throttle-limit-percentage") for _turn in range(35)]
    assert shares[:28] == [None] * 28
    assert (shares[28], shares[-1]) == ("0.83", "1.00")
    refused = graph.send("GET", "organization")
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "TooManyRequests"
    assert refused.headers["x-ms-throttle-information"] == "ResourceUnitLimitExceeded"
    client = graph.tenant["operator"]["client_id"]
    assert refused.headers["x-ms-throttle-scope"] == f"Tenant_Application/ReadWrite/{client}/{graph.tenant['id']}"
    assert float(refused.headers["x-ms-throttle-limit-percentage"]) > 1
    graph.wait(int(refused.headers["Retry-After"]))
    graph.get("organization")


def test_who_does_not_wait_waits_longer(graph: GraphClient) -> None:
    throttle(graph, 0.01)
    _count, first = send_until_refused(graph, "GET", "users")
    for _turn in range(50):
        last = graph.send("GET", "users")
    assert int(last.headers["Retry-After"]) > int(first.headers["Retry-After"])
    assert last.headers["x-ms-throttle-limit-percentage"] == "1.80"
    graph.wait(int(last.headers["Retry-After"]) - 1)
    assert graph.send("GET", "users").status_code == 429
    graph.wait(2)
    graph.get("users")


def test_writes_have_a_quota_of_their_own(graph: GraphClient) -> None:
    throttle(graph, 0.003)  # 9 writes in 150 seconds
    path = f"applications/{graph.application()['id']}"
    graph.wait(150)
    for turn in range(9):
        graph.ask(204, "PATCH", path, {"notes": str(turn)})
        graph.wait(1)
    refused = graph.send("PATCH", path, {"notes": "refused"})
    assert (refused.status_code, refused.headers["x-ms-throttle-information"]) == (429, "WriteLimitExceeded")
    assert refused.headers["x-ms-throttle-scope"].startswith("Tenant_Application/Write/")
    assert graph.get(path)["notes"] == "8"
    graph.wait(int(refused.headers["Retry-After"]))
    graph.ask(204, "PATCH", path, {"notes": "later"})


def test_applications_of_personal_accounts_take_sixty_writes_a_minute(graph: GraphClient) -> None:
    made = graph.application(**PERSONAL, **PERSONAL_API)
    other = graph.application()
    throttle(graph)
    count, refused = send_until_refused(graph, "PATCH", f"applications/{made['id']}", {"notes": "x"})
    assert (count, refused.headers["Retry-After"]) == (60, "2")
    assert graph.send("POST", "applications", {**PERSONAL, **PERSONAL_API}).status_code == 429
    by_name = f"applications(appId='{made['appId']}')"
    assert graph.send("PATCH", by_name, {"notes": "x"}).status_code == 429
    graph.ask(204, "PATCH", f"applications/{other['id']}", {"notes": "x"})
    graph.get(f"applications/{made['id']}")
    graph.wait(60)
    graph.ask(204, "PATCH", by_name, {"notes": "x"})


def test_a_larger_tenant_has_more(graph: GraphClient) -> None:
    for number in range(50):
        graph.ask(201, "POST", "users", person(graph, number))
    throttle(graph, 0.002)
    assert send_until_refused(graph, "GET", "organization")[0] == 10  # 5,000 units, not 3,500


def person(graph: GraphClient, number: int) -> dict[str, Any]:
    return {
        "accountEnabled": True,
        "displayName": f"Person {number}",
        "mailNickname": f"person{number}",
        "userPrincipalName": f"person{number}@{graph.tenant['default_domain']}",
        "passwordProfile": {"password": "Long-enough-1"},
    }


def test_one_tenant_does_not_slow_another(fresh_sandbox: Running, graph: GraphClient) -> None:
    throttle(graph, 0.001)
    send_until_refused(graph, "GET", "organization")
    open_graph(fresh_sandbox, 1).get("organization")


def test_an_application_has_a_quota_over_all_tenants(fresh_sandbox: Running, graph: GraphClient) -> None:
    shared = graph.tenant["operator"]
    body = {"grant_type": "client_credentials", "scope": "https://graph.microsoft.com/.default", **shared}
    refusals = set()
    throttle(graph, 0.0002)  # 7 writes and 0.6 units in each tenant; 7 writes and 30 units in all
    for tenant in fresh_sandbox.control("POST", "/tenants", {"count": 12})["tenants"]:
        token = graph.http.post(f"/{tenant['id']}/oauth2/v2.0/token", data=body).json()["access_token"]
        place = GraphClient(fresh_sandbox, tenant, token)
        answer = place.send("POST", "applications", {"displayName": "x"})
        if answer.status_code == 429:
            refusals.add(answer.headers["x-ms-throttle-scope"].rpartition("/")[0])
    assert refusals == {f"Application/Write/{shared['client_id']}"}


def test_the_items_of_a_batch_are_throttled_one_by_one(graph: GraphClient) -> None:
    throttle(graph, 0.001)  # 3.5 units in 10 seconds
    items: list[dict[str, Any]] = [{"id": str(number), "method": "GET", "url": "/organization"} for number in range(5)]
    items.append({"id": "last", "method": "GET", "url": "/organization", "dependsOn": ["4"]})
    answer = graph.send("POST", "$batch", {"requests": items})
    assert answer.status_code == 200
    found = {one["id"]: one for one in answer.json()["responses"]}
    assert [found[str(number)]["status"] for number in range(5)] == [200, 200, 200, 429, 429]
    assert found["last"]["status"] == 424
    assert int(found["4"]["headers"]["Retry-After"]) >= int(found["3"]["headers"]["Retry-After"]) > 0
    assert found["0"]["headers"]["x-ms-resource-unit"] == "1"
    graph.wait(10)
    graph.get("organization")


def test_without_the_setting_nothing_is_counted(graph: GraphClient) -> None:
    graph.settings(throttle_scale=1e-6)
    for _turn in range(20):
        graph.get("organization")
    graph.settings(throttling=True)
    graph.get("organization")
    graph.sandbox.reset()
    assert graph.sandbox.control("GET", "/settings")["throttling"] is False
