# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Queries, paging, headers and error bodies over HTTP."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from unit.sandbox.graph_client import EVENTUAL, GraphClient


def names(graph: GraphClient, text: str) -> set[str]:
    return {one["displayName"] for one in graph.filtered("applications", text)}


def test_filters_of_applications(graph: GraphClient) -> None:
    uri = f"https://{graph.tenant['default_domain']}/one"
    one = graph.application(displayName="Test One", identifierUris=[uri], tags=["blue"])
    graph.application(displayName="Test 'Two'")
    both = {"Test One", "Test 'Two'"}
    assert names(graph, "startswith(displayName,'test')") == both
    assert names(graph, "startsWith(displayName,'Test')") == both
    assert names(graph, "displayName eq 'Test ''Two'''") == {"Test 'Two'"}
    assert names(graph, f"appId eq '{one['appId']}'") == {"Test One"}
    assert names(graph, f"identifierUris/any(x:x eq '{uri}')") == {"Test One"}
    assert names(graph, "tags/any(t:startswith(t,'bl'))") == {"Test One"}
    assert names(graph, "displayName in ('Test One','x') or displayName eq 'Test ''Two'''") == both


def test_advanced_filters_need_header_and_count(graph: GraphClient) -> None:
    graph.application(displayName="Test One")
    for text in ("displayName ne 'Test One'", "not(displayName eq 'Test One')"):
        path = f"applications?$filter={quote(text)}"
        assert graph.refused(400, "GET", path)[0] == "Request_UnsupportedQuery"
        graph.refused(400, "GET", path, headers=EVENTUAL)
        answer = graph.get(f"{path}&$count=true", EVENTUAL)
        assert "Test One" not in [one["displayName"] for one in answer["value"]]
        assert answer["@odata.count"] == len(answer["value"]) > 0


@pytest.mark.parametrize(
    "query",
    [
        "$filter=uniqueName eq 'x'",
        "$filter=endswith(displayName,'x')",
        "$filter=colour eq 'red'",
        "$filter=displayName eq",
        "$filter=displayName eq displayName",
        "$filter=contains(displayName,'x')",
        "$filter=notes eq 'x'",
        "$filter=web/homePageUrl eq 'x'",
        "$filter=tags eq 'x'",
        "$select=colour",
        "$select=onPremisesPublishing",
        "$expand=colour",
        "$top=0",
        "$top=1000",
        "$skip=5",
        "$orderby=notes",
        "$orderby=displayName&$filter=startswith(displayName,'x')",
        "$search=\"displayName:x\"",
        "$count=true",
        "$skiptoken=nonsense",
        "colour=red",
    ],
)  # fmt: skip
def test_a_query_that_is_not_supported_is_refused(graph: GraphClient, query: str) -> None:
    graph.refused(400, "GET", f"applications?{query}")


def test_options_that_make_no_sense_on_one_object_or_a_write(graph: GraphClient) -> None:
    made = graph.application()
    graph.refused(400, "GET", f"applications/{made['id']}?$top=1")
    graph.refused(400, "PATCH", f"applications/{made['id']}?$select=id", {"notes": "x"})


def test_search_and_order(graph: GraphClient) -> None:
    for name in ("Beta Maps", "Alpha Maps", "Other"):
        graph.application(displayName=name)
    found = graph.get("applications?$search=%22displayName:maps%22&$count=true&$orderby=displayName%20desc", EVENTUAL)
    assert [one["displayName"] for one in found["value"]] == ["Beta Maps", "Alpha Maps"]


def test_select_names_what_is_given(graph: GraphClient) -> None:
    made = graph.application()
    found = graph.get(f"applications/{made['id']}?$select=id,displayName")
    assert set(found) == {"@odata.context", "id", "displayName"}
    assert found["@odata.context"].endswith("#applications(id,displayName)/$entity")


def test_pages_follow_one_another(graph: GraphClient) -> None:
    made = {graph.application(displayName=f"Page {number:03}")["id"] for number in range(7)}
    page = graph.get("applications?$top=3&$filter=startswith(displayName,'Page%20')&$select=id")
    seen = [one["id"] for one in page["value"]]
    while "@odata.nextLink" in page:
        link = page["@odata.nextLink"]
        assert link.startswith(f"{graph.sandbox.url}/v1.0/applications?")
        page = graph.get(link.removeprefix(graph.sandbox.url))
        assert len(page["value"]) <= 3
        seen += [one["id"] for one in page["value"]]
    assert sorted(seen) == sorted(made)


def test_a_page_has_a_hundred_unless_asked_otherwise(graph: GraphClient) -> None:
    for number in range(101):
        graph.application(displayName=f"Page {number:03}")
    page = graph.get("applications")
    assert len(page["value"]) == 100
    assert "@odata.nextLink" in page
    assert "@odata.nextLink" not in graph.get("applications?$top=999")


def test_the_number_alone(graph: GraphClient) -> None:
    answer = graph.send("GET", "applications/$count", headers=EVENTUAL)
    assert answer.text == str(len(graph.get("applications?$top=999")["value"]))
    graph.refused(400, "GET", "applications/$count")


def test_headers_and_error_bodies_name_the_request(graph: GraphClient) -> None:
    answer = graph.send("GET", "applications/nonsense", headers={"client-request-id": "my-id"})
    inner = answer.json()["error"]["innerError"]
    assert answer.headers["client-request-id"] == inner["client-request-id"] == "my-id"
    assert answer.headers["request-id"] == inner["request-id"]
    assert "ServerInfo" in answer.headers["x-ms-ags-diagnostic"]
    assert "date" in answer.headers
    assert set(inner) == {"date", "request-id", "client-request-id"}


def test_bodies_must_be_json(graph: GraphClient) -> None:
    url = f"{graph.sandbox.url}/v1.0/applications"
    assert graph.http.post(url, content=b"{", headers={"Content-Type": "application/json"}).status_code == 400
    assert graph.http.post(url, content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 400
    graph.refused(400, "POST", "applications", [])


def test_tokens_are_checked(graph: GraphClient) -> None:
    answer = graph.http.get(f"{graph.sandbox.url}/v1.0/applications", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "InvalidAuthenticationToken"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "chats"), ("GET", "domains/delta"), ("PUT", "applications"), ("POST", "organization"), ("GET", "")],
)
def test_what_is_not_built_answers_501(graph: GraphClient, method: str, path: str) -> None:
    assert graph.refused(501, method, path)[0] == "NotImplemented"
