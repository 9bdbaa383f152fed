# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two processes run a task on one application, group or grant at the same moment: nothing is made twice and nothing is lost."""

from __future__ import annotations

import multiprocessing
import os
import pathlib
import typing as t

import pytest
from integration.test_contract import Teller, writes

from ansible_collections.tenantops.entra.plugins.module_utils._memory import Memory
from ansible_collections.tenantops.entra.plugins.module_utils._turn import turn
from sandbox import Running

PAIRS = int(os.environ.get("PAIRS", "2"))
FORK = multiprocessing.get_context("fork")
Task = tuple[str, dict[str, t.Any]]


@pytest.fixture
def teller(sandbox: Running, tmp_path: pathlib.Path) -> Teller:
    return Teller(sandbox, tmp_path)


def run_together(teller: Teller, *tasks: Task) -> list[dict[str, t.Any]]:
    """The results of tasks that processes of their own begin at once."""
    start, results = FORK.Barrier(len(tasks)), FORK.SimpleQueue()

    def run(index: int, name: str, args: dict[str, t.Any]) -> None:
        start.wait()
        results.put((index, teller.run(name, args)))

    processes = [FORK.Process(target=run, args=(index, *task)) for index, task in enumerate(tasks)]
    for process in processes:
        process.start()
    told = dict(results.get() for _process in processes)
    for process in processes:
        process.join()
    for result in told.values():
        assert not result.get("failed"), result["msg"]
    return [told[index] for index in range(len(tasks))]


@pytest.mark.parametrize("kind", ["an application", "redirect URIs", "a group", "an assignment"])
def test_pairs(kind: str, teller: Teller) -> None:
    register = ("entra_app_registration", {"display_name": "Pair"})
    lost, doubled = [], []
    for pair in range(PAIRS):
        name = {"unique_name": f"pair-{pair}"}
        if kind == "an application":
            one, other = run_together(teller, *[(register[0], {**name, **register[1]})] * 2)
            doubled += [pair] if one["app_id"] != other["app_id"] else []
            continue
        if kind == "a group":
            run_together(teller, *[("entra_group", {**name, "display_name": f"Pair {pair}"})] * 2)
            found = teller.get(f"/v1.0/groups?$filter=displayName eq 'Pair {pair}'")["value"]
            doubled += [pair] if len(found) != 1 else []
            continue
        made = teller.run(register[0], {**name, **register[1]})
        if kind == "an assignment":
            run_together(teller, *[("entra_app_assignment", {**name, "groups": ["Pozi Viewers"]})] * 2)
            path = f"/v1.0/servicePrincipals/{made['service_principal_id']}/appRoleAssignedTo"
            doubled += [pair] if len(teller.get(path)["value"]) != 1 else []
            continue
        uris = [f"https://{side}.example/" for side in "ab"]
        run_together(teller, *(("entra_redirect_uri", {**name, "web": [uri]}) for uri in uris))
        web = teller.get(f"/v1.0/applications/{made['object_id']}")["web"]["redirectUris"]
        lost += [pair] if sorted(web) != uris else []
    print(f"{kind}: {PAIRS} pairs, {len(doubled)} made twice, {len(lost)} lost")
    assert (doubled, lost) == ([], [])


@pytest.mark.parametrize("lag", [0, 60])
def test_what_another_run_wrote_between_two_tasks_stays(lag: int, teller: Teller) -> None:
    """Whether or not the replica that the last task reads knows of the task before it."""
    name, ours = {"unique_name": "between"}, Memory(1 << 20)
    made = teller.run("entra_app_registration", {**name, "display_name": "Between"}, memory=ours)
    for side, memory in (("a", ours), ("b", None), ("c", ours), ("d", ours)):
        teller.sandbox.control("PUT", "/settings", {"replication_lag_seconds": lag if side in "cd" else 0})
        teller.run("entra_redirect_uri", {**name, "web": [f"https://{side}.example/"]}, memory=memory)
    teller.sandbox.control("PUT", "/settings", {"replication_lag_seconds": 0})
    web = teller.get(f"/v1.0/applications/{made['object_id']}")["web"]["redirectUris"]
    assert sorted(web) == [f"https://{side}.example/" for side in "abcd"]


@pytest.mark.parametrize("lag", [0, 60])
def test_what_another_run_adds_to_what_this_run_has_just_made_stays(lag: int, teller: Teller) -> None:
    """Lists that were there from the beginning, and those that stand beside what the creation set."""
    name, ours = {"unique_name": "young"}, Memory(1 << 20)
    made = {"display_name": "Young", "tags": ["a"], "home_page_url": "https://a.example/"}
    id_ = teller.run("entra_app_registration", {**name, **made}, memory=ours)["object_id"]
    for side, memory in (("b", None), ("c", ours), ("d", ours)):
        teller.sandbox.control("PUT", "/settings", {"replication_lag_seconds": lag if side in "cd" else 0})
        teller.run("entra_redirect_uri", {**name, "web": [f"https://{side}.example/"]}, memory=memory)
        teller.run("entra_app_registration", {**name, "tags": [side]}, memory=memory)
    teller.sandbox.control("PUT", "/settings", {"replication_lag_seconds": 0})
    held = teller.get(f"/v1.0/applications/{id_}")
    assert sorted(held["web"]["redirectUris"]) == [f"https://{side}.example/" for side in "bcd"]
    assert (sorted(held["tags"]), held["web"]["homePageUrl"]) == (["a", "b", "c", "d"], "https://a.example/")


def test_who_waits_too_long_says_who_holds_the_tenant(teller: Teller) -> None:
    start = teller.mark()
    with turn(teller.sandbox.url, teller.tenant, 1):
        result = teller.run("entra_group", {"unique_name": "held", "display_name": "Held", "timeout": 1})
    assert result["error"]["kind"] == "Busy"
    assert f"process {os.getpid()}" in result["msg"]
    assert "Nothing was changed" in result["msg"]
    assert writes(teller, start) == []
