# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Faults by rule: at three points of any request and its answer, slow, in shares, in bodies, in a $batch."""

from __future__ import annotations

import socket
import time
from typing import Any

import httpx
import pytest
from unit.sandbox.graph_client import GraphClient
from unit.sandbox.signing_in import Place, code_of

from sandbox import Running


@pytest.fixture
def place(fresh_sandbox: Running) -> Place:
    return Place(fresh_sandbox, fresh_sandbox.tenants()[0])


def rules(graph: GraphClient | Place, *given: dict[str, Any]) -> None:
    graph.sandbox.control("POST", "/faults", {"rules": list(given)})


def used(graph: GraphClient | Place) -> list[int]:
    return [rule["used"] for rule in graph.sandbox.control("GET", "/faults")["rules"]]


def raw_answer(graph: GraphClient, method: str, path: str, body: bytes = b"") -> bytes:
    """Everything that comes over the connection until it ends."""
    host, port = graph.sandbox.url.removeprefix("https://").split(":")
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}:{port}", f"Authorization: Bearer {graph.token}"]
    lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    with (
        socket.create_connection((host, int(port)), timeout=5) as plain,
        graph.sandbox.tls().wrap_socket(plain, server_hostname=host, suppress_ragged_eofs=True) as connection,
    ):
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        parts = iter(lambda: connection.recv(65536), b"")
        return b"".join(parts)


def test_during_sends_all_headers_and_half_of_the_body(graph: GraphClient) -> None:
    path = f"/v1.0/applications/{graph.application(notes='n' * 1000)['id']}"
    whole = graph.send("GET", path)
    rules(graph, {"path_regex": "^/v1.0/applications/", "point": "during"})
    head, _ignored, body = raw_answer(graph, "GET", path).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert f"content-length: {len(whole.content)}".encode() in head.lower()
    assert body == whole.content[: len(whole.content) // 2]
    assert used(graph) == [1]


def test_during_a_large_answer_half_of_it_arrives(graph: GraphClient) -> None:
    path = "/v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')"
    whole = graph.send("GET", path).content
    assert len(whole) > 100_000
    rules(graph, {"path_regex": "servicePrincipals", "point": "during"})
    assert raw_answer(graph, "GET", path).partition(b"\r\n\r\n")[2] == whole[: len(whole) // 2]


def test_during_an_answer_without_a_body_the_headers_break_off(graph: GraphClient) -> None:
    made = graph.application()
    rules(graph, {"path_regex": "^/v1.0/applications/", "method": "PATCH", "point": "during"})
    answer = raw_answer(graph, "PATCH", f"/v1.0/applications/{made['id']}", b'{"notes": "done"}')
    assert answer.startswith(b"HTTP/1.1 204 No Content\r\n")
    assert b"\r\n\r\n" not in answer
    assert graph.get(f"applications/{made['id']}")["notes"] == "done"


@pytest.mark.parametrize(("point", "stays", "status"), [("before", 0, None), ("after", 1, 201)])
@pytest.mark.parametrize("drop", [{"status": None}, {"drop": True}])
def test_a_connection_is_closed_with_no_answer(
    graph: GraphClient, point: str, stays: int, status: int | None, drop: dict[str, Any]
) -> None:
    rules(graph, {"path_regex": "applications$", "method": "POST", "point": point, **drop})
    with pytest.raises(httpx.RemoteProtocolError):
        graph.send("POST", "applications", {"displayName": "Dropped"})
    assert len(graph.filtered("applications", "displayName eq 'Dropped'")) == stays
    (entry,) = [entry for entry in graph.sandbox.journal() if entry["write"]]
    assert (entry["status"], entry["fault"]) == (status, point)


def test_some_pass_before_some_fail(graph: GraphClient) -> None:
    rules(graph, {"path_regex": "organization", "skip": 2, "times": 2})
    assert [graph.send("GET", "organization").status_code for _turn in range(6)] == [200, 200, 503, 503, 200, 200]
    assert used(graph) == [2]


def test_a_share_fails_and_the_same_share_for_the_same_seed(graph: GraphClient) -> None:
    def draw(seed: int) -> list[int]:
        graph.settings(seed=seed)
        rules(graph, {"path_regex": "organization", "ratio": 0.5, "times": None})
        return [graph.send("GET", "organization").status_code for _turn in range(40)]

    first = draw(1)
    assert 8 < first.count(503) < 32
    assert used(graph) == [first.count(503)]
    assert draw(1) == first
    assert draw(2) != first


def test_an_answer_can_be_late(graph: GraphClient) -> None:
    rules(graph, {"path_regex": "organization", "point": "slow", "delay_seconds": 0.3})
    start = time.monotonic()
    assert graph.get("organization")["value"]
    assert time.monotonic() - start >= 0.3
    start = time.monotonic()
    assert graph.get("organization")["value"]
    assert time.monotonic() - start < 0.3


def test_a_client_that_does_not_wait_does_not_know_what_was_done(graph: GraphClient) -> None:
    rules(graph, {"path_regex": "applications$", "method": "POST", "point": "slow", "delay_seconds": 0.4})
    with pytest.raises(httpx.ReadTimeout):
        graph.http.post("/v1.0/applications", json={"displayName": "Late"}, timeout=0.1)
    assert len(graph.filtered("applications", "displayName eq 'Late'")) == 1


def test_a_body_of_ones_own(graph: GraphClient) -> None:
    rules(graph, {"path_regex": "organization", "status": 502, "body": "<html>Bad Gateway</html>"})
    answer = graph.send("GET", "organization")
    assert (answer.status_code, answer.text) == (502, "<html>Bad Gateway</html>")
    assert answer.headers["content-type"].startswith("text/html")
    rules(graph, {"path_regex": "organization", "status": 200, "body": '{"value": [{"id'})
    with pytest.raises(ValueError, match="Unterminated"):
        graph.send("GET", "organization").json()
    rules(graph, {"path_regex": "organization", "status": 200, "body": {"value": []}})
    assert graph.get("organization") == {"value": []}


def test_an_item_of_a_batch_fails_by_itself(graph: GraphClient) -> None:
    body = {"displayName": "Item"}
    post = {"method": "POST", "url": "/applications", "body": body, "headers": {"Content-Type": "application/json"}}
    items = [{"id": "1", **post}, {"id": "2", "method": "GET", "url": "/organization"}, {"id": "3", **post}]
    items.append({"id": "4", "method": "GET", "url": "/organization", "dependsOn": ["1"]})
    rule = {"path_regex": "^/v1.0/applications$", "point": "after", "status": 429, "code": "TooManyRequests"}
    rules(graph, {**rule, "headers": {"Retry-After": "7"}})
    responses = graph.ask(200, "POST", "$batch", {"requests": items})["responses"]
    found = {one["id"]: one for one in responses}
    assert {key: one["status"] for key, one in found.items()} == {"1": 429, "2": 200, "3": 201, "4": 424}
    assert found["1"]["headers"]["Retry-After"] == "7"
    assert found["1"]["body"]["error"]["code"] == "TooManyRequests"
    assert len(graph.filtered("applications", "displayName eq 'Item'")) == 2
    marked = [(entry["path"], entry["status"]) for entry in graph.sandbox.journal() if entry["fault"]]
    assert marked == [("/v1.0/applications", 429)]
    assert used(graph) == [1]


def test_what_cuts_connections_is_not_for_items(graph: GraphClient) -> None:
    items = [{"id": "1", "method": "GET", "url": "/organization"}]
    rules(graph, {"path_regex": "organization", "drop": True}, {"path_regex": "organization", "point": "during"})
    assert graph.ask(200, "POST", "$batch", {"requests": items})["responses"][0]["status"] == 200
    assert used(graph) == [0, 0]
    start = time.monotonic()
    rules(graph, {"path_regex": "organization", "point": "slow", "delay_seconds": 0.3})
    assert graph.ask(200, "POST", "$batch", {"requests": items})["responses"][0]["status"] == 200
    assert time.monotonic() - start >= 0.3


def test_the_query_is_matched_as_it_reads(graph: GraphClient) -> None:
    rules(graph, {"path_regex": r"\$filter=displayName eq 'a b'"})
    assert graph.send("GET", "applications?$filter=displayName%20eq%20%27a%20b%27").status_code == 503


def test_the_token_endpoint_fails_in_its_own_shape(place: Place) -> None:
    rules(place, {"path_regex": "/token$", "code": "AADSTS90033"}, {"path_regex": "/token$", "code": "AADSTS50196"})
    busy, loop = place.by_secret(), place.by_secret()
    assert (busy.status_code, code_of(busy), busy.json()["error"]) == (503, 90033, "temporarily_unavailable")
    assert (loop.status_code, code_of(loop), loop.json()["error"]) == (400, 50196, "invalid_grant")
    assert place.by_secret().status_code == 200
    rule = {"path_regex": "/token$", "status": 429, "code": "too_many_requests", "headers": {"Retry-After": "60"}}
    rules(place, rule)
    answer = place.by_secret()
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    assert {"error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id"} <= set(
        answer.json()
    )


def test_a_text_with_names_has_them_filled(place: Place) -> None:
    rules(place, {"path_regex": "/token$", "code": "AADSTS7000215", "times": 2})
    answer = place.by_secret()
    assert (answer.status_code, code_of(answer)) == (401, 7000215)
    assert place.operator["client_id"] in answer.json()["error_description"]


@pytest.mark.parametrize("path", ["/v2.0/.well-known/openid-configuration", "/discovery/v2.0/keys"])
def test_discovery_and_keys_can_fail(place: Place, path: str) -> None:
    address = f"/{place.id}{path}"
    rules(place, {"path_regex": path.replace(".", r"\."), "point": "during"}, {"path_regex": "/", "status": 500})
    with pytest.raises(httpx.RemoteProtocolError):
        place.http.get(address)
    assert [place.http.get(address).status_code for _turn in range(2)] == [500, 200]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"status": 200}, "from 400 to 599"),
        ({"status": True}, "from 400 to 599"),
        ({"status": 100, "body": "x"}, "from 200 to 599"),
        ({"drop": True, "body": "x"}, "no body"),
        ({"drop": "yes"}, "drop must be a boolean"),
        ({"status": None, "point": "during"}, "point before or after"),
        ({"point": "during", "body": "x"}, "no body"),
        ({"point": "slow"}, "needs delay_seconds"),
        ({"delay_seconds": 61}, "delay_seconds must be a number from 0 to 60"),
        ({"delay_seconds": "1"}, "delay_seconds must be a number"),
        ({"ratio": 1.5}, "ratio must be a number from 0 to 1"),
        ({"skip": -1}, "skip must be a number"),
        ({"skip": 0.5}, "skip must be a number"),
        ({"times": 0}, "times must be a whole number from 1"),
        ({"times": True}, "times must be a whole number"),
        ({"code": "AADSTS1"}, "does not know AADSTS1"),
        ({"headers": []}, "unknown key"),
    ],
)
def test_bad_rules_are_refused_with_a_sentence(place: Place, rule: dict[str, Any], words: str) -> None:
    extra = {"often": 1} if words == "unknown key" else {}
    with pytest.raises(ValueError, match=words):
        rules(place, {"path_regex": "x", **rule, **extra})
