# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""P13, throttling is obeyed: no request comes before Retry-After has ended, and what cannot be waited for is told at once."""

from __future__ import annotations

import datetime
import email.utils
import itertools
import math
from collections.abc import Iterator
from typing import Any

from ansible_collections.tenantops.entra.plugins.module_utils import _graph
from faults import task
from faults.figures import engine
from faults.figures.figure import Figure
from faults.place import Place
from faults.systematic import Case
from faults.watch import Violation

PROMISE = "P13"
EARLY, UNTOLD = "requests before Retry-After had ended", "waits that were neither done nor refused in words"
WAITS = (5, 60, 170, 200, 400)  # seconds
TIMEOUTS = (120, 300)  # of the task
AT_ONCE = 5.0  # seconds within which a wait is refused
REQUESTS = {
    "a sign-in": {"method": "POST", "path_regex": "/oauth2/v2.0/token"},
    "a read": {"method": "GET", "path_regex": "^/v1.0/applications"},
    "a creation": {"method": "PATCH", "path_regex": "^/v1.0/applications"},
    "a creation after another": {"path_regex": "^/v1.0/servicePrincipals"},
}
STATUSES = (429, 503)
TASK = {"unique_name": "throttled", "display_name": "Throttled"}


def cases() -> Iterator[Case]:
    for (name, request), status, wait, dated, times, timeout in itertools.product(
        REQUESTS.items(), STATUSES, WAITS, (False, True), (1, 2), TIMEOUTS
    ):
        told = f"{status} with {'a date in' if dated else ''} {wait} s, {times} times, timeout {timeout} s"
        rule = {**request, "status": status, "times": times}
        yield Case(PROMISE, f"{PROMISE} {name}: {told}", _player(rule, wait, timeout, dated=dated))


def breaks() -> Iterator[Case]:
    def hurry() -> None:
        task.replace(_graph, pause=lambda state: 1.0)

    play = _player({**REQUESTS["a read"], "status": 429, "times": 1}, 60, 120, dated=False)
    yield Case("mutant", f"{PROMISE} does not wait", play, hurry, EARLY)


def _player(rule: dict[str, Any], wait: int, timeout: int, *, dated: bool) -> Any:
    def play(place: Place, change: task.Change | None) -> list[Violation]:
        place.clear()
        ends = place.now() + datetime.timedelta(seconds=wait)
        after = email.utils.format_datetime(ends.astimezone(datetime.UTC), usegmt=True) if dated else str(wait)
        place.fail({**rule, "headers": {"Retry-After": after}})
        told = engine.run(place, "entra_app_registration", {**TASK, "timeout": timeout}, change=change)
        entries = place.journal(0)
        found = [(EARLY, early) for early in _early(entries, wait, ends if dated else None)]
        if not told.failed:
            return found
        if told.seconds > AT_ONCE + wait * (rule["times"] - 1) or "Retry-After" not in told.said:
            found.append((UNTOLD, f"after {told.seconds:.1f} s: {told.said}"))
        return found

    return play


def _early(entries: list[dict[str, Any]], wait: int, ends: datetime.datetime | None) -> Iterator[str]:
    """Requests to whom was told to wait, by the sandbox's clock, which the journal has in whole seconds."""
    until: dict[bool, datetime.datetime] = {}
    for entry in entries:
        at, graph = datetime.datetime.fromisoformat(entry["time"]), entry["path"].startswith("/v1.0/")
        if graph in until and at < until[graph]:
            yield f"{entry['method']} {entry['path']} {math.ceil((until[graph] - at).total_seconds())} s too early"
        if entry["fault"]:
            until[graph] = ends.replace(microsecond=0) if ends else at + datetime.timedelta(seconds=wait)


FIGURE = Figure(PROMISE, "Retry-After is obeyed", (EARLY, UNTOLD), cases, breaks)
