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
    ],
    ids=["none", "21", "same id", "no content type", "missing dependency", "no url"],
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
