# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Change tracking over HTTP."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from unit.sandbox.graph_client import GraphClient, open_graph

MINIMAL = {"Prefer": "return=minimal"}
DAY = 86_400


def follow(graph: GraphClient, path: str, headers: dict[str, str] | None = None) -> tuple[list[dict[str, Any]], str]:
    """All entries of a round and the path of its deltaLink."""
    found: list[dict[str, Any]] = []
    while True:
        page = graph.get(path, headers)
        found += page["value"]
        if "@odata.deltaLink" in page:
            return found, page["@odata.deltaLink"].removeprefix(graph.sandbox.url)
        path = page["@odata.nextLink"].removeprefix(graph.sandbox.url)


def latest(graph: GraphClient, path: str) -> str:
    """The deltaLink from now on."""
    found, link = follow(graph, f"{path}{'&' if '?' in path else '?'}$deltaToken=latest")
    assert found == []
    return link


def group(graph: GraphClient, **properties: Any) -> dict[str, Any]:
    body = {"displayName": "Test", "mailEnabled": False, "mailNickname": "test", "securityEnabled": True, **properties}
    made: dict[str, Any] = graph.ask(201, "POST", "groups", body)
    return made


def users(graph: GraphClient) -> list[str]:
    return [one["id"] for one in graph.get("users?$select=id")["value"]]


@pytest.mark.parametrize("noun", ["users", "groups", "applications", "servicePrincipals", "oauth2PermissionGrants"])
def test_a_first_round_gives_all_there_is(graph: GraphClient, noun: str) -> None:
    found, link = follow(graph, f"{noun}/delta")
    assert {one["id"] for one in found} == {one["id"] for one in graph.get(f"{noun}?$top=999")["value"]}
    assert link.startswith(f"/v1.0/{noun}/delta?$deltatoken=")
    assert follow(graph, link)[0] == []


@pytest.mark.parametrize("path", ["groups/delta", "groups/delta()", "groups/microsoft.graph.delta", "groups/delta/"])
def test_the_function_may_be_written_in_full(graph: GraphClient, path: str) -> None:
    assert len(follow(graph, path)[0]) == 4


def test_properties_that_were_never_set_are_left_out(graph: GraphClient) -> None:
    found = follow(graph, "groups/delta")[0][0]
    assert "classification" not in found
    assert found["displayName"]


def test_changes_are_told_once(graph: GraphClient) -> None:
    old = graph.application(displayName="Old", notes="to go")
    link = latest(graph, "applications/delta")
    new = graph.application(displayName="New")
    graph.ask(204, "PATCH", f"applications/{old['id']}", {"notes": None})
    found, link = follow(graph, link)
    by_id = {one["id"]: one for one in found}
    assert set(by_id) == {old["id"], new["id"]}
    assert by_id[old["id"]]["notes"] is None
    assert by_id[old["id"]]["displayName"] == "Old"
    assert by_id[new["id"]]["displayName"] == "New"
    assert follow(graph, link)[0] == []


def test_only_what_changed_where_the_client_prefers_that(graph: GraphClient) -> None:
    made = graph.application(displayName="Old")
    link = latest(graph, "applications/delta")
    graph.ask(204, "PATCH", f"applications/{made['id']}", {"notes": "x"})
    assert follow(graph, link, MINIMAL)[0] == [{"id": made["id"], "notes": "x"}]


def test_select_is_remembered_and_says_what_is_tracked(graph: GraphClient) -> None:
    made = graph.application(displayName="One", notes="x")
    found, link = follow(graph, "applications/delta?$select=displayName")
    assert {"displayName": "One", "id": made["id"]} in found
    graph.ask(204, "PATCH", f"applications/{made['id']}", {"notes": "y"})
    found, link = follow(graph, link)
    assert found == []
    graph.ask(204, "PATCH", f"applications/{made['id']}", {"displayName": "Two", "notes": "z"})
    assert follow(graph, link)[0] == [{"displayName": "Two", "id": made["id"]}]
    assert follow(graph, f"{link}&$select=notes")[0] == [{"notes": "z", "id": made["id"]}]


def test_what_is_gone_is_told_with_the_reason(graph: GraphClient) -> None:
    soft, hard = graph.application(), graph.application()
    link = latest(graph, "applications/delta")
    for one in (soft, hard):
        graph.ask(204, "DELETE", f"applications/{one['id']}")
    graph.ask(204, "DELETE", f"directory/deletedItems/{hard['id']}")
    found, link = follow(graph, link)
    assert {one["id"]: one["@removed"] for one in found} == {
        soft["id"]: {"reason": "changed"},
        hard["id"]: {"reason": "deleted"},
    }
    assert all(set(one) == {"id", "@removed"} for one in found)
    graph.ask(200, "POST", f"directory/deletedItems/{soft['id']}/restore")
    found, link = follow(graph, link)
    assert [(one["id"], one["displayName"]) for one in found] == [(soft["id"], "Test")]
    graph.ask(204, "DELETE", f"applications/{soft['id']}")
    graph.ask(204, "DELETE", f"directory/deletedItems/{soft['id']}")
    assert follow(graph, link)[0] == [{"id": soft["id"], "@removed": {"reason": "deleted"}}]


def test_members_of_groups(graph: GraphClient) -> None:
    people = users(graph)
    made = group(graph, **{"members@odata.bind": [f"https://graph.microsoft.com/v1.0/users/{people[0]}"]})
    found, link = follow(graph, f"groups/delta?$filter=id eq '{made['id']}'")
    assert found[0]["members@delta"] == [{"@odata.type": "#microsoft.graph.user", "id": people[0]}]
    graph.ask(204, "DELETE", f"groups/{made['id']}/members/{people[0]}/$ref")
    body = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{people[1]}"}
    graph.ask(204, "POST", f"groups/{made['id']}/members/$ref", body)
    found, link = follow(graph, link)
    assert [one["id"] for one in found] == [made["id"]]
    assert found[0]["members@delta"] == [
        {"@odata.type": "#microsoft.graph.user", "id": people[1]},
        {"@odata.type": "#microsoft.graph.user", "id": people[0], "@removed": {"reason": "deleted"}},
    ]
    graph.ask(204, "DELETE", f"users/{people[1]}")
    removed = {"@odata.type": "#microsoft.graph.user", "id": people[1], "@removed": {"reason": "deleted"}}
    assert follow(graph, link)[0][0]["members@delta"] == [removed]
    assert follow(graph, f"{link}&$select=members")[0] == [{"id": made["id"], "members@delta": [removed]}]
    assert follow(graph, f"{link}&$select=description")[0] == []


def test_a_group_with_many_members_comes_several_times(graph: GraphClient) -> None:
    made = group(graph)
    for _turn in range(6):
        bound = [f"https://graph.microsoft.com/v1.0/directoryObjects/{graph.application_with_principal()[1]['id']}"]
        for _again in range(19):
            bound.append(bound[0].replace(bound[0][-36:], graph.application_with_principal()[1]["id"]))
        graph.ask(204, "PATCH", f"groups/{made['id']}", {"members@odata.bind": bound})
    found = follow(graph, f"groups/delta?$filter=id eq '{made['id']}'")[0]
    assert [len(one["members@delta"]) for one in found] == [100, 20]
    assert {one["id"] for one in found} == {made["id"]}


def test_pages_hold_though_the_directory_changes_meanwhile(graph: GraphClient) -> None:
    made = [graph.application(displayName=f"Page {number:03}")["id"] for number in range(120)]
    before = {one["id"] for one in graph.get("applications?$top=999")["value"]}
    page = graph.get("applications/delta?$select=id")
    assert len(page["value"]) == 100
    next_link = page["@odata.nextLink"].removeprefix(graph.sandbox.url)
    for key in made[:40]:
        graph.ask(204, "DELETE", f"applications/{key}")
    late = graph.application()["id"]
    rest, link = follow(graph, next_link)
    assert {one["id"] for one in page["value"] + rest} == before
    found = follow(graph, link)[0]
    assert {one["id"] for one in found if "@removed" in one} == set(made[:40])
    assert {one["id"] for one in found if "@removed" not in one} == {late}


def test_directory_objects_of_several_types(graph: GraphClient) -> None:
    query = "isof('microsoft.graph.user') or isof('microsoft.graph.group')"
    found, link = follow(graph, f"directoryObjects/delta?$filter={query}")
    assert {one["@odata.type"] for one in found} == {"#microsoft.graph.user", "#microsoft.graph.group"}
    graph.application()
    made = group(graph)
    assert [(one["@odata.type"], one["id"]) for one in follow(graph, link)[0]] == [
        ("#microsoft.graph.group", made["id"])
    ]
    graph.refused(501, "GET", "directoryObjects/delta?$filter=isof('microsoft.graph.device')")


def test_a_change_is_told_when_it_has_replicated(graph: GraphClient) -> None:
    link = latest(graph, "applications/delta")
    graph.settings(replication_lag_seconds=30)
    made = graph.application()
    found, link = follow(graph, link)
    assert found == []
    graph.wait(31)
    assert [one["id"] for one in follow(graph, link)[0]] == [made["id"]]


def test_a_token_ages(graph: GraphClient) -> None:
    link = latest(graph, "users/delta")
    graph.wait(7 * DAY - 60)
    again = follow(open_graph(graph.sandbox), link)[1]
    graph.wait(120)
    fresh = open_graph(graph.sandbox)
    answer = fresh.send("GET", link)
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "syncStateNotFound")
    assert len(fresh.get(answer.headers["Location"].removeprefix(graph.sandbox.url))["value"]) == 7
    assert follow(fresh, again)[0] == []
    graph.wait(24 * DAY)
    fresh = open_graph(graph.sandbox)
    assert fresh.refused(400, "GET", link) == (
        "Request_UnsupportedQuery",
        "DeltaLink older than 30 days is not supported.",
    )


def test_a_token_is_good_in_its_own_tenant_collection_and_life_only(graph: GraphClient) -> None:
    link = latest(graph, "users/delta")
    token = link.partition("=")[2]
    open_graph(graph.sandbox, 1).refused(400, "GET", link)
    graph.refused(400, "GET", link.replace("users", "groups"))
    graph.refused(400, "GET", link.replace("v1.0", "beta"))
    assert b"users" not in base64.urlsafe_b64decode(token)
    graph.sandbox.control("POST", "/reset")
    open_graph(graph.sandbox).refused(400, "GET", link)


@pytest.mark.parametrize(
    "query",
    [
        "$top=5",
        "$expand=members",
        "$orderby=displayName",
        "$count=true",
        "$select=colour",
        "$filter=displayName eq 'x'",
        "$filter=id ne 'x'",
        "$filter=isof('microsoft.graph.user')",
        "$deltatoken=nonsense",
        "$skiptoken=nonsense",
        "$skiptoken=nonsense&$select=id",
        "$deltatoken=nonsense&$filter=id eq 'x'",
    ],
)
def test_what_change_tracking_does_not_take(graph: GraphClient, query: str) -> None:
    graph.refused(400, "GET", f"groups/delta?{query}")


def test_at_most_fifty_ids(graph: GraphClient) -> None:
    graph.refused(400, "GET", "groups/delta?$filter=" + " or ".join(["id eq 'x'"] * 51))
    graph.get("groups/delta?$filter=" + " or ".join(["id eq 'x'"] * 50))


def test_permissions(graph: GraphClient) -> None:
    reader = graph.as_client(["Application.Read.All"])
    reader.get("applications/delta")
    reader.refused(403, "GET", "users/delta")


def test_what_has_no_delta_answers_501(graph: GraphClient) -> None:
    graph.refused(501, "GET", "domains/delta")
    graph.refused(501, "POST", "users/delta")
