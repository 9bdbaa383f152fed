# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""$batch over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from unit.sandbox.graph_client import GraphClient

JSON = {"Content-Type": "application/json"}


def run(graph: GraphClient, *requests: dict[str, Any]) -> dict[str, Any]:
    answer = graph.ask(200, "POST", "$batch", {"requests": list(requests)})
    return {response["id"]: response for response in answer["responses"]}


def test_each_request_is_answered_by_itself(graph: GraphClient) -> None:
    answers = run(
        graph,
        {"id": "a", "method": "GET", "url": "/organization?$select=id"},
        {"id": "b", "method": "GET", "url": "applications/nonsense"},
        {"id": "c", "method": "POST", "url": "/applications", "headers": JSON, "body": {"displayName": "Batched"}},
    )
    assert answers["a"]["body"]["value"] == [{"id": graph.tenant["id"]}]
    assert (answers["b"]["status"], answers["b"]["body"]["error"]["code"]) == (400, "Request_BadRequest")
    assert answers["c"]["status"] == 201
    assert graph.get(f"applications/{answers['c']['body']['id']}")["displayName"] == "Batched"


def test_what_depends_on_a_failure_fails(graph: GraphClient) -> None:
    answers = run(
        graph,
        {"id": "3", "method": "GET", "url": "/organization", "dependsOn": ["2"]},
        {"id": "2", "method": "GET", "url": "/organization", "dependsOn": ["1"]},
        {"id": "1", "method": "GET", "url": "/applications/nonsense"},
        {"id": "4", "method": "GET", "url": "/organization"},
    )
    assert {key: answer["status"] for key, answer in answers.items()} == {"1": 400, "2": 424, "3": 424, "4": 200}


def test_each_request_is_in_the_journal(graph: GraphClient) -> None:
    start = len(graph.sandbox.journal())
    body = {"displayName": "Batched"}
    run(
        graph,
        {"id": "1", "method": "GET", "url": "/organization"},
        {"id": "2", "method": "POST", "url": "/applications", "headers": JSON, "body": body},
    )
    entries = graph.sandbox.journal(start)
    assert [(one["method"], one["path"], one["write"]) for one in entries] == [
        ("GET", "/v1.0/organization", False),
        ("POST", "/v1.0/applications", True),
        ("POST", "/v1.0/$batch", False),
    ]
    assert entries[1]["body"] == body


@pytest.mark.parametrize(
    "requests",
    [
        [],
        [{"id": str(number), "method": "GET", "url": "/organization"} for number in range(21)],
        [{"id": "a", "method": "GET", "url": "/organization"}, {"id": "A", "method": "GET", "url": "/domains"}],
        [{"id": "1", "method": "POST", "url": "/applications", "body": {}}],
        [{"id": "1", "method": "GET", "url": "/organization", "dependsOn": ["2"]}],
        [{"id": "1", "method": "GET"}],
        [{"id": 1, "method": "GET", "url": "/organization"}],
        [{"id": "1", "method": "HEAD", "url": "/organization"}],
        [{"id": "1", "method": "GET", "url": "/organization", "headers": ["x"]}],
        [{"id": "1", "method": "GET", "url": "/organization", "dependsOn": "2"}],
        [{"id": "1", "method": "GET", "url": "/organization", "colour": "red"}],
        ["/organization"],
        {"id": "1"},
    ],
    ids=[
        *("none", "21", "same id", "no content type", "missing dependency", "no url", "number", "method", "headers"),
        *("dependency", "colour", "text", "object"),
    ],
)
def test_a_malformed_batch_is_refused(graph: GraphClient, requests: list[dict[str, Any]]) -> None:
    assert graph.refused(400, "POST", "$batch", {"requests": requests})[0] == "BadRequest"


def test_an_absolute_address_is_no_segment(graph: GraphClient) -> None:
    """As msgraph-sdk for Python writes it unless told otherwise, with its depends_on."""
    one = {"id": "1", "method": "GET", "url": "https://graph.microsoft.com/v1.0/organization", "depends_on": []}
    answers = run(graph, one, {"id": "2", "method": "GET", "url": "/organization", "depends_on": ["1"]})
    assert {key: answer["status"] for key, answer in answers.items()} == {"1": 400, "2": 200}
    assert answers["1"]["body"]["error"]["message"] == "Resource not found for the segment 'https:'."


def test_the_version_is_no_segment(graph: GraphClient) -> None:
    """As microsoft-graph-client for JavaScript writes it where it is given a whole address."""
    answers = run(graph, {"id": "1", "method": "GET", "url": "/v1.0/organization"})
    assert answers["1"]["status"] == 400
    assert answers["1"]["body"]["error"]["message"] == "Resource not found for the segment 'v1.0'."


def test_a_circle_is_refused_before_anything_is_done(graph: GraphClient) -> None:
    first = {"id": "0", "method": "POST", "url": "/applications", "headers": JSON, "body": {"displayName": "Batched"}}
    circle = [
        {"id": "1", "method": "GET", "url": "/organization", "dependsOn": ["2"]},
        {"id": "2", "method": "GET", "url": "/organization", "dependsOn": ["1"]},
    ]
    graph.refused(400, "POST", "$batch", {"requests": [first, *circle]})
    assert graph.filtered("applications", "displayName eq 'Batched'") == []


def test_items_are_requests_like_any_other(graph: GraphClient) -> None:
    answers = run(
        graph,
        {"id": "1", "method": "get", "url": "users?$count=true&$top=1", "headers": {"ConsistencyLevel": "eventual"}},
        {"id": "2", "method": "GET", "url": "/users/$count", "headers": {"consistencylevel": "eventual"}},
        {"id": "3", "method": "GET", "url": "/users/$count"},
        {"id": "4", "method": "GET", "url": "/chats"},
        {"id": "5", "method": "GET", "url": "/groups/delta?$deltatoken=latest"},
        {"id": "6", "method": "POST", "url": "/applications", "headers": {"Content-Type": "text/plain"}, "body": {}},
        {"id": "7", "method": "GET", "url": "//[organization"},
        {"id": "8", "method": "POST", "url": "/$batch", "headers": JSON, "body": {"requests": []}},
        {"id": "9", "method": "DELETE", "url": "/applications/11111111-1111-4111-8111-111111111111"},
    )
    assert {key: answer["status"] for key, answer in answers.items()} == {
        "1": 200,
        "2": 200,
        "3": 400,
        "4": 501,
        "5": 200,
        "6": 400,
        "7": 400,
        "8": 400,
        "9": 404,
    }
    assert answers["1"]["body"]["@odata.count"] == 7
    assert answers["2"]["body"] == "7"
    assert answers["1"]["headers"]["OData-Version"] == "4.0"
    assert "x-ms-resource-unit" in answers["1"]["headers"]


def test_an_item_may_be_throttled_alone(graph: GraphClient) -> None:
    rule = {"path_regex": "/v1.0/domains$", "status": 429, "code": "TooManyRequests", "headers": {"Retry-After": "7"}}
    graph.sandbox.control("POST", "/faults", {"rules": [rule]})
    answers = run(
        graph,
        {"id": "1", "method": "GET", "url": "/domains"},
        {"id": "2", "method": "GET", "url": "/organization"},
        {"id": "3", "method": "GET", "url": "/organization", "dependsOn": ["1"]},
    )
    assert {key: answer["status"] for key, answer in answers.items()} == {"1": 429, "2": 200, "3": 424}
    assert answers["1"]["headers"]["Retry-After"] == "7"
