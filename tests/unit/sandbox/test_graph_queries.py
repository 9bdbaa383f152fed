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
        "$count=perhaps",
        "$orderby=displayName",
        "$top=5&top=5",
        "$top=5&$Top=5",
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


def test_order(graph: GraphClient) -> None:
    """Users and groups are sorted by default, the others and what is filtered with the advanced parameters only."""
    names = [one["displayName"] for one in graph.get("users?$orderBy=displayName%20desc")["value"]]
    assert names == sorted(names, reverse=True)
    refusal = ("Request_UnsupportedQuery", "Sorting not supported for current query.")
    for path in ("applications?$orderby=displayName", "users?$orderby=displayName&$filter=accountEnabled%20eq%20true"):
        assert graph.refused(400, "GET", path) == refusal
        assert graph.refused(400, "GET", path, headers=EVENTUAL) == refusal
        names = [one["displayName"].casefold() for one in graph.get(f"{path}&$count=true", EVENTUAL)["value"]]
        assert names == sorted(names)


def test_some_filters_of_users_are_advanced_queries(graph: GraphClient) -> None:
    for text in (
        "endsWith(userPrincipalName,'example')",
        "companyName eq 'x'",
        "startswith(mobilePhone,'2')",
        "mail eq null",
    ):
        code, message = graph.refused(400, "GET", f"users?$filter={quote(text)}")
        assert (code, message.endswith("Refer to https://aka.ms/graph-docs/advanced-queries for more information")) == (
            "Request_UnsupportedQuery",
            True,
        )
        graph.get(f"users?$filter={quote(text)}&$count=true", EVENTUAL)
    message = graph.refused(400, "GET", "users?$filter=endswith(mail,'x')")[1]
    assert message.startswith("Operator 'endsWith' is not supported because the required parameters might be missing.")


def test_a_count_is_given_with_the_header_only(graph: GraphClient) -> None:
    """Without it the option is passed over."""
    assert "@odata.count" not in graph.get("users?$count=true")
    assert graph.get("users?$count=true&$top=2", EVENTUAL)["@odata.count"] == 7
    assert "@odata.count" not in graph.get("users?$count=false", EVENTUAL)


def test_the_dollar_sign_is_optional(graph: GraphClient) -> None:
    found = graph.get("users?select=id&top=1&format=json")
    assert [set(one) for one in found["value"]] == [{"id"}]
    graph.refused(501, "GET", "users?$format=atom")


def test_members_are_cast_counted_and_referred_to(graph: GraphClient) -> None:
    group = graph.filtered("groups", "displayName eq 'Pozi Viewers'")[0]["id"]
    members = [one["id"] for one in graph.get(f"groups/{group}/members")["value"]]
    path = f"groups/{group}/members/microsoft.graph.user"
    assert len(graph.get(f"{path}?$count=true", EVENTUAL)["value"]) == 3
    assert graph.send("GET", f"{path}/$count", headers=EVENTUAL).text == "3"
    assert graph.send("GET", f"groups/{group}/members/microsoft.graph.group/$count", headers=EVENTUAL).text == "0"
    assert graph.send("GET", f"users/{members[0]}/memberOf/$count", headers=EVENTUAL).text == "2"
    found = graph.get(f"groups/{group}/members/$ref")
    assert found["@odata.context"].endswith("/v1.0/$metadata#Collection($ref)")
    address = found["value"][0]["@odata.id"]
    tenant = graph.tenant["id"]
    assert address.endswith(f"/v2/{tenant}/directoryObjects/{members[0]}/Microsoft.DirectoryServices.User")
    other = graph.filtered("groups", "displayName eq 'Finance'")[0]["id"]
    graph.ask(204, "POST", f"groups/{other}/members/$ref", {"@odata.id": address})
    graph.refused(400, "GET", f"groups/{group}/members/microsoft.graph.nonsense?$count=true", headers=EVENTUAL)
    graph.refused(400, "GET", f"groups/{group}/members?$select=colour")
    graph.refused(400, "GET", f"groups/{group}/members?$filter=colour eq 'x'")


def test_expand_is_no_advanced_query(graph: GraphClient) -> None:
    graph.get("applications?$expand=owners")
    graph.refused(400, "GET", "applications?$expand=owners&$count=true", headers=EVENTUAL)


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
    code, message = graph.refused(400, "GET", "applications/$count")
    assert code == "Request_UnsupportedQuery"
    assert message.startswith("Raw count (/$count) is not supported because the 'ConsistencyLevel:eventual' header")


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


def test_objects_by_their_ids(graph: GraphClient) -> None:
    user = graph.get("users?$top=1")["value"][0]["id"]
    made = graph.application()["id"]
    ids = [user, made, "11111111-1111-4111-8111-111111111111"]

    def found(body: dict[str, object]) -> list[str]:
        return [one["@odata.type"] for one in graph.ask(200, "POST", "directoryObjects/getByIds", body)["value"]]

    assert found({"ids": ids}) == ["#microsoft.graph.user", "#microsoft.graph.application"]
    assert found({"ids": ids, "types": ["User", "device"]}) == ["#microsoft.graph.user"]
    assert found({"ids": ids, "types": ["device"]}) == []
    assert found({"ids": ids, "types": ["directoryObject"]}) == found({"ids": ids})
    for body in (
        {"ids": []},
        {"ids": [user] * 1001},
        {"ids": user},
        {"ids": [5]},
        {"ids": ids, "types": 5},
        {"ids": ids, "types": [5]},
        {"ids": ids, "types": ["planet"]},
        {"ids": ids, "colour": "red"},
        {},
    ):
        graph.refused(400, "POST", "directoryObjects/getByIds", body)
