# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""P14, bounded time: whatever does not answer or never comes, a task ends within its timeout and 5 s."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from typing import Any

from ansible_collections.tenantops.entra.plugins.module_utils import _graph
from faults import task
from faults.figures import engine
from faults.figures.figure import Figure
from faults.place import Place
from faults.systematic import Case
from faults.watch import Violation

PROMISE = "P14"
LATE, UNTOLD, ENDLESS = "tasks that ended too late", "failures without words", "tasks that went well all the same"
GRACE = 5.0  # seconds
SOON, USUAL = 3, 120  # seconds a task may take: where it waits for real, and where time is made
YEAR = 366 * 86400
GRAPH, LOGIN = "^/(v1.0|beta)/", "/(openid-configuration|token)$"
SILENT = {"drop": True, "delay_seconds": SOON + GRACE + 1}
HALF = {"point": "slow", "delay_seconds": SOON * 0.7}
REFUSALS: dict[str, dict[str, Any]] = {
    "Retry-After 3600": {"status": 429, "code": "TooManyRequests", "headers": {"Retry-After": "3600"}},
    "Retry-After 3600 with 503": {"status": 503, "headers": {"Retry-After": "3600"}},
    "Retry-After 5 for ever": {"status": 429, "code": "TooManyRequests", "headers": {"Retry-After": "5"}},
    "429 for ever": {"status": 429, "code": "TooManyRequests"},
    "503 for ever": {"status": 503},
    "resets for ever": {"drop": True},
}
ADMIN = "admin@harbourview.example"
TASK = {"unique_name": "bounded", "display_name": "Bounded"}
NEVER = {
    "an application": ("entra_app_registration", {"identifier_uris": ["api://{app_id}"], "owners": [ADMIN]}),
    "a group": ("entra_group", {"members": [ADMIN]}),
}


def cases() -> Iterator[Case]:
    for kind in ("client_secret", "refresh_token"):
        yield _case(f"a black hole for login, by {kind}", _in_a_black_hole("authority", kind))
        yield _case(f"a silent login, by {kind}", _with({"path_regex": LOGIN, **SILENT}, kind))
        yield _case(f"a login twice slow, by {kind}", _with({"path_regex": LOGIN, **HALF}, kind))
        for name, refusal in REFUSALS.items():
            for at in ("openid-configuration", "token"):
                rule = {"path_regex": f"/{at}$", **refusal}
                yield _case(f"{name} at login's {at}, by {kind}", _with(rule, kind, USUAL))
    for variable in ("AZURE_POD_IDENTITY_AUTHORITY_HOST", "IDENTITY_ENDPOINT"):
        yield _case(f"a black hole for a managed identity at {variable}", _without_an_identity(variable))
    yield _case("a black hole for Graph", _in_a_black_hole("graph_url", "access_token"))
    yield _case("a slow Graph", _with({"path_regex": GRAPH, **HALF}))
    for method in ("GET", "PATCH"):
        yield _case(f"a silent Graph at {method}", _with({"path_regex": GRAPH, "method": method, **SILENT}))
        for name, refusal in REFUSALS.items():
            rule = {"path_regex": GRAPH, "method": method, **refusal}
            yield _case(f"{name} of Graph at {method}", _with(rule, seconds=USUAL))
    for name, (module, options) in NEVER.items():
        yield _case(f"{name} that never replicates", _never(module, options))
    yield _case("a client secret that never replicates", _never_a_secret)


def breaks() -> Iterator[Case]:
    def forget() -> None:
        genuine = _graph.Graph.__init__

        def endless(self: Any, *given: Any) -> None:
            genuine(self, *given)
            self._ends += YEAR

        setattr(_graph.Graph, "__init__", endless)  # noqa: B010

    rule = {"path_regex": GRAPH, "method": "GET", "times": 20, **REFUSALS["503 for ever"]}
    yield Case("mutant", f"{PROMISE} forgets the time", _with(rule, seconds=USUAL), forget, LATE)


def _case(name: str, play: Any) -> Case:
    return Case(PROMISE, f"{PROMISE} {name}", play)


def _judge(place: Place, told: engine.Told, timeout: float) -> list[Violation]:
    place.measured = told.seconds - timeout
    if told.seconds > timeout + GRACE:
        return [(LATE, f"after {told.seconds:.1f} s of {timeout} s: {told.said}")]
    if not told.failed:
        return [(ENDLESS, str(told.result))]
    return [] if "Defect" not in str(told.result["error"]) else [(UNTOLD, told.said)]


def _with(rule: dict[str, Any], kind: str = "client_secret", seconds: int = SOON) -> Any:
    def play(place: Place, change: task.Change | None) -> list[Violation]:
        place.clear()
        place.fail({"times": None, **rule})
        options = {**TASK, **_identity(place, kind), "timeout": seconds}
        found = _judge(place, engine.run(place, "entra_app_registration", options, change=change), seconds)
        place.wait_for_answers()
        return found

    return play


def _identity(place: Place, kind: str) -> dict[str, Any]:
    tokens = {"refresh_token": place.env["ENTRA_REFRESH_TOKEN"], "access_token": place.token()}
    return {"auth_kind": kind, **({kind: tokens[kind]} if kind in tokens else {})}


def _in_a_black_hole(option: str, kind: str) -> Any:
    def play(place: Place, change: task.Change | None) -> list[Violation]:
        place.clear()
        with black_hole() as address:
            options = {**TASK, **_identity(place, kind), option: address, "timeout": SOON}
            told = engine.run(place, "entra_app_registration", options, change=change)
        return _judge(place, told, SOON)

    return play


def _without_an_identity(variable: str) -> Any:
    def play(place: Place, change: task.Change | None) -> list[Violation]:
        place.clear()
        with black_hole() as address:

            def point() -> None:
                os.environ |= {variable: address.replace("https:", "http:"), "IDENTITY_HEADER": "none"}

            options = {**TASK, "auth_kind": "managed_identity", "timeout": SOON}
            return _judge(place, engine.run(place, "entra_app_registration", options, change=point), SOON)

    return play


@contextlib.contextmanager
def black_hole() -> Iterator[str]:
    """An address where connections are taken and nothing is ever said."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        yield f"https://localhost:{silent.getsockname()[1]}"


def _never(module: str, options: dict[str, Any]) -> Any:
    """A second task needs what the first made, and no replica has it."""

    def play(place: Place, change: task.Change | None) -> list[Violation]:
        place.clear()
        place.control("PUT", "/settings", {"replication_lag_seconds": YEAR})
        told = engine.run(place, module, {**TASK, **options, "timeout": USUAL}, change=change)
        return [one for one in _judge(place, told, USUAL) if one[0] != ENDLESS]

    return play


def _never_a_secret(place: Place, change: task.Change | None) -> list[Violation]:
    place.begin()
    place.control("PUT", "/settings", {"replication_lag_seconds": YEAR})
    options = {"unique_name": "kept", "name": "iis", "store": task.where(place), "timeout": USUAL, "proof_seconds": 60}
    told = engine.run(place, "entra_app_secret", options, change=change)
    return [one for one in _judge(place, told, USUAL) if one[0] != ENDLESS]


FIGURE = Figure(
    PROMISE,
    "every task ends in time",
    (LATE, UNTOLD, ENDLESS),
    cases,
    breaks,
    measures=("longest after the timeout", " s", GRACE),
)
