# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""@microsoft/microsoft-graph-client 3.0: Microsoft's client of Graph for JavaScript (node/graph-client.mjs)."""

from __future__ import annotations

from typing import Any

import pytest
from clients import node_packages
from unit.sandbox.signing_in import Place


def run(place: Place) -> Any:
    token = place.by_secret().json()["access_token"]
    return node_packages.run("graph-client", place.sandbox.ca_file, {"sandbox": place.sandbox.url, "token": token})


def test_a_days_work(place: Place) -> None:
    told = run(place)
    assert told["application"] == {"notes": "changed", "tags": ["one"]}
    assert told["hint"] is True
    assert told["names"] == [f"Paged {number}" for number in (1, 2, 3, 4, 5)]
    assert told["count"] == 5
    assert told["batch"] == {"1": 201, "2": 404, "3": 200}
    assert told["batched"] == "Batched"
    assert told["members"] == 1
    assert told["absent"]["statusCode"] == 404
    assert told["absent"]["code"] == "Request_ResourceNotFound"
    assert told["absent"]["requestId"]
    assert (told["wrong"]["statusCode"], told["wrong"]["code"]) == (400, "BadRequest")


@pytest.mark.parametrize("status", [429, 503])
def test_it_is_throttled_and_tries_again(place: Place, status: int) -> None:
    rule = {"path_regex": r"^/v1\.0/users\?\$select", "method": "GET", "point": "before", "status": status}
    place.sandbox.control("POST", "/faults", {"rules": [{**rule, "headers": {"Retry-After": "1"}}]})
    start = len(place.sandbox.journal())
    try:
        assert run(place)["members"] == 1
    finally:
        place.sandbox.control("DELETE", "/faults")
    asked = [one["status"] for one in place.sandbox.journal(start) if one["path"] == "/v1.0/users" and not one["batch"]]
    assert asked == [status, 200]
