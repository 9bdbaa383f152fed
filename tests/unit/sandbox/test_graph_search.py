# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""$search over HTTP, and how a text is split into words."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from unit.sandbox.graph_client import EVENTUAL, GraphClient

from sandbox.graph.search import split_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello world", {"hello", "world"}),
        ("HelloWorld", {"hello", "world", "helloworld"}),
        ("helloWORLD", {"hello", "world", "helloworld"}),
        ("HELLOworld", {"helloworld"}),
        ("hello.world", {"hello", ".", "world", "helloworld"}),
        ("hello123world", {"hello", "123", "world", "hello123world"}),
    ],
)
def test_words_as_the_documentation_splits_them(text: str, words: set[str]) -> None:
    assert split_words(text) == words


@pytest.fixture
def maps(graph: GraphClient) -> GraphClient:
    """Applications to look for."""
    for name, description in (
        ("OneVideo Maps", "For field crews"),
        ("Video archive", "For the library"),
        ("hello-world", "Greets"),
        ("李四(David Li)", None),
    ):
        graph.application(displayName=name, description=description, tags=["blue"] if name == "hello-world" else [])
    return graph


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ('"displayName:video"', {"OneVideo Maps", "Video archive"}),
        ('"displayName:OneVideo"', {"OneVideo Maps"}),
        ('"displayName:video one"', {"OneVideo Maps"}),
        ('"displayName:vid"', {"OneVideo Maps", "Video archive"}),
        ('"displayName:ideo"', set()),
        ('"displayName:helloworld"', {"hello-world"}),
        ('"displayName:Li 李"', {"李四(David Li)"}),
        ('"displayName:(李四"', {"李四(David Li)"}),
        ('"description:for" AND "displayName:archive"', {"Video archive"}),
        ('"displayName:archive" OR "displayName:hello"', {"Video archive", "hello-world"}),
        ('"description:for" AND ("displayName:one" OR "displayName:hello")', {"OneVideo Maps"}),
        ('"displayName:hello" OR "description:for" AND "displayName:one"', {"OneVideo Maps", "hello-world"}),
        ('"tags:bl"', {"hello-world"}),
        ('"tags:lue"', set()),
    ],
)
def test_what_is_found(maps: GraphClient, search: str, names: set[str]) -> None:
    found = maps.get(f"applications?$search={quote(search)}", EVENTUAL)
    assert {one["displayName"] for one in found["value"]} == names
    assert "@odata.count" not in found


def test_with_a_filter_an_order_and_a_count(maps: GraphClient) -> None:
    search = quote('"displayName:video"')
    query = f"$search={search}&$filter=tags/any(t:t eq 'blue')&$count=true&$orderby=displayName desc"
    assert maps.get(f"applications?{query}", EVENTUAL)["@odata.count"] == 0
    query = query.replace("tags/any(t:t eq 'blue')", "startswith(displayName,'Video')")
    assert [one["displayName"] for one in maps.get(f"applications?{query}", EVENTUAL)["value"]] == ["Video archive"]
    assert maps.send("GET", 'applications/$count?$search="displayName:video"', headers=EVENTUAL).text == "2"


def test_users_and_members_are_searched_too(graph: GraphClient) -> None:
    search = quote('"displayName:nair" OR "mail:nobody" OR "userPrincipalName:tom.walsh"')
    found = graph.get(f"users?$search={search}", EVENTUAL)["value"]
    assert {one["displayName"] for one in found} == {"Priya Nair", "Tom Walsh"}
    group = graph.filtered("groups", "displayName eq 'Pozi Viewers'")[0]["id"]
    found = graph.get(f"groups/{group}/members?$search={search}", EVENTUAL)["value"]
    assert {one["displayName"] for one in found} == {"Priya Nair", "Tom Walsh"}


def test_the_header_is_needed(graph: GraphClient) -> None:
    code, message = graph.refused(400, "GET", 'applications?$search="displayName:x"')
    assert code == "Request_UnsupportedQuery"
    assert message.endswith("a special request header: 'ConsistencyLevel: eventual'")


@pytest.mark.parametrize(
    "search",
    [
        "displayName:x",
        '"displayName"',
        '"displayName:"',
        '"colour:x"',
        '"notes:x"',
        '"displayName:x" and "displayName:y"',
        '"displayName:x" NOT "displayName:y"',
        'NOT "displayName:x"',
        '"displayName:x" AND',
        '("displayName:x"',
        '"displayName:x")',
        '"displayName:x" "displayName:y"',
        "",
    ],
)
def test_what_is_no_search(graph: GraphClient, search: str) -> None:
    graph.refused(400, "GET", f"applications?$search={quote(search)}", headers=EVENTUAL)
