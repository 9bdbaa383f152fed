# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Settings: what there is, and what lag, clock and seed do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from unit.sandbox.graph_client import EVENTUAL, GraphClient, open_graph

from sandbox import Running

LAG = 20


def test_all_settings_and_what_a_refused_change_leaves(fresh_sandbox: Running) -> None:
    settings = fresh_sandbox.control("GET", "/settings")
    assert settings == {
        "replication_lag_seconds": 0,
        "index_lag_seconds": None,
        "stale_read_ratio": 1,
        "delegated_stale_ratio": 0.05,
        "enforce_permissions": True,
        "app_proxy_app_only": False,
        "throttling": False,
        "throttle_scale": 1,
        "clock_speed": 1,
        "seed": 0,
    }
    with pytest.raises(ValueError, match="seed"):
        fresh_sandbox.control("PUT", "/settings", {"replication_lag_seconds": 3, "seed": "x"})
    assert fresh_sandbox.control("GET", "/settings") == settings
    changed = {"index_lag_seconds": 9, "clock_speed": 0, "seed": 3, "throttling": True}
    assert fresh_sandbox.control("PUT", "/settings", changed) == {**settings, **changed}
    fresh_sandbox.reset()
    assert fresh_sandbox.control("GET", "/settings") == settings


def test_only_a_share_of_reads_is_stale(graph: GraphClient) -> None:
    graph.settings(replication_lag_seconds=LAG, stale_read_ratio=0.5)
    path = f"applications/{graph.application()['id']}"
    assert {graph.send("GET", path).status_code for _turn in range(40)} == {200, 404}
    graph.settings(stale_read_ratio=0.0)
    assert {graph.send("GET", path).status_code for _turn in range(10)} == {200}
    found = graph.get("applications?$filter=startswith(displayName,'Test')&$count=true", EVENTUAL)
    assert found["value"] == []


def test_a_seed_makes_a_run_repeatable_whatever_other_tenants_do(graph: GraphClient) -> None:
    other = open_graph(graph.sandbox, 1)

    def draw(seed: int, busy: bool) -> list[int]:
        graph.settings(replication_lag_seconds=LAG, stale_read_ratio=0.5, seed=seed)
        path, elsewhere = (f"applications/{one.application()['id']}" for one in (graph, other))
        statuses = []
        for _turn in range(30):
            statuses.append(graph.send("GET", path).status_code)
            if busy:
                other.send("GET", elsewhere)
        graph.wait(LAG + 1)
        return statuses

    first = draw(7, busy=False)
    assert draw(7, busy=True) == first
    assert draw(8, busy=False) != first


def test_turning_the_lag_off_shows_everything(graph: GraphClient) -> None:
    graph.settings(replication_lag_seconds=LAG)
    path = f"applications/{graph.application()['id']}"
    graph.refused(404, "GET", path)
    graph.settings(replication_lag_seconds=0)
    graph.get(path)


def test_a_clock_may_run_fast_or_stand_still(graph: GraphClient) -> None:
    graph.settings(clock_speed=0)
    first = graph.now()
    assert graph.now() == first
    graph.wait(5)
    second = graph.now()
    assert second - first == timedelta(seconds=5)
    graph.settings(replication_lag_seconds=LAG, clock_speed=10_000)
    path = f"applications/{graph.application()['id']}"
    assert graph.now() > second
    while graph.send("GET", path).status_code == 404:
        pass
    graph.sandbox.reset()
    assert graph.sandbox.control("GET", "/settings")["clock_speed"] == 1
