# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""P17, concurrency: two runs at once on one object make it once and lose nothing, and a conflict that the service tells of passes."""

from __future__ import annotations

import itertools
import multiprocessing
import time
from collections.abc import Iterator
from typing import Any

from ansible_collections.tenantops.entra.plugins.module_utils import _request, _run, _turn
from faults import task
from faults.figures import census, duplicates, engine
from faults.figures.duplicates import MAKING
from faults.figures.figure import Figure
from faults.place import Place
from faults.systematic import Case
from faults.watch import Violation

PROMISE = "P17"
FAILED, TWICE, LOST = "tasks that failed", "things made twice", "things that are lost"
PAIRS = 20
TOGETHER = 60.0  # seconds that both have to begin
NAME = {"unique_name": "pair"}
MADE = ("entra_app_registration", {**NAME, "display_name": "Pair"})
Task = tuple[str, dict[str, Any]]
KINDS: dict[str, tuple[tuple[Task, ...], Task, Task]] = {
    "an application": ((), MADE, MADE),
    "a group": ((), *(("entra_group", {**NAME, "display_name": "Pair"}),) * 2),
    "redirect URIs": (
        (MADE,),
        ("entra_redirect_uri", {**NAME, "web": ["https://a.example/"]}),
        ("entra_redirect_uri", {**NAME, "web": ["https://b.example/"]}),
    ),
    "assignments": (
        (MADE,),
        ("entra_app_assignment", {**NAME, "groups": ["Pozi Viewers"]}),
        ("entra_app_assignment", {**NAME, "groups": ["Pozi Viewers", "Finance"]}),
    ),
    "permissions": (
        (MADE,),
        ("entra_api_permission", {**NAME, "delegated": ["openid"], "admin_consent": True}),
        ("entra_api_permission", {**NAME, "delegated": ["email"], "admin_consent": True}),
    ),
    "a secret": ((MADE,), *(("entra_app_secret", {**NAME, "name": "iis"}),) * 2),
}
CONFLICTS = {
    f"{status}, {times} times": {"status": status, "code": "Directory_ConcurrencyViolation", "times": times}
    for status, times in itertools.product((400, 409, 412), (1, 3))
}


def cases() -> Iterator[Case]:
    for number, kind in itertools.product(range(PAIRS), KINDS):
        yield Case(PROMISE, f"{PROMISE} pair {number + 1} on {kind}", _pair(kind))
    for making in MAKING:
        for number, (name, conflict) in itertools.product(range(making.calls), CONFLICTS.items()):
            told = f"{PROMISE} {making.module} step {making.step}, call {number + 1}: a conflict told by {name}"
            yield Case(PROMISE, told, _conflict(making, number, conflict))


def breaks() -> Iterator[Case]:
    def go_ahead() -> None:
        genuine = _turn.turn
        task.replace(_run, turn=lambda graph, tenant, seconds: genuine(graph, f"{tenant}-{time.monotonic()}", seconds))

    def give_up() -> None:
        task.replace(_request, TRANSIENT=())

    def play(place: Place, change: task.Change | None) -> list[Violation]:
        return next(filter(None, (_pair("redirect URIs")(place, change) for _number in range(PAIRS))), [])

    yield Case("mutant", f"{PROMISE} does not wait for its turn", play, go_ahead, LOST)
    conflict = _conflict(MAKING[0], 0, CONFLICTS["409, 1 times"])
    yield Case("mutant", f"{PROMISE} gives up at a conflict", conflict, give_up, FAILED)


def _pair(kind: str) -> Any:
    def play(place: Place, change: task.Change | None) -> list[Violation]:
        before, *both = KINDS[kind]
        place.clear()
        _one_by_one(place, *before, *both)
        wanted = census.take(place)
        place.clear()
        _one_by_one(place, *before)
        gate = multiprocessing.get_context("fork").Barrier(2)

        def begin() -> None:
            if change:
                change()
            gate.wait(TOGETHER)

        began = time.monotonic()
        started = [engine.start(place, name, _options(place, name, one), change=begin, real=True) for name, one in both]
        found = [(FAILED, told.said) for one in started if (told := engine.wait(one, began)).failed]
        held = census.take(place)
        found += [(TWICE, " ".join(one)) for one in held - wanted]
        return found + [(LOST, " ".join(one)) for one in wanted - held]

    return play


def _one_by_one(place: Place, *tasks: Task) -> None:
    for name, options in tasks:
        told = engine.run(place, name, _options(place, name, options))
        if told.failed:
            raise RuntimeError(told.said)


def _options(place: Place, name: str, options: dict[str, Any]) -> dict[str, Any]:
    return {**options, "store": task.where(place)} if name == "entra_app_secret" else options


def _conflict(making: duplicates.Making, number: int, conflict: dict[str, Any]) -> Any:
    def play(place: Place, change: task.Change | None) -> list[Violation]:
        words = {duplicates.TWICE: TWICE, duplicates.UNDONE: LOST, duplicates.FAILED: FAILED}
        return [(words[what], told) for what, told in duplicates.player(making, number, conflict)(place, change)]

    return play


FIGURE = Figure(PROMISE, "two runs at once", (FAILED, TWICE, LOST), cases, breaks, slow=True)
