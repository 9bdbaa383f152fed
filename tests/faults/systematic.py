# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every request of a rotation with every fault, every write of its store, and every moment of it with every signal."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from typing import Any

from faults import task
from faults.place import Place
from faults.watch import Violation, Watch

OPTIONS = {"lifetime_days": 100, "renew_before_days": 92, "overlap_days": 5}
DUE = 9 * 86400  # seconds until a renewal is due, and the overlap is over
LATE = task.LATE * 1.4  # seconds, longer than a task waits for an answer
TOUCHES = 30  # moments at which a rotation touches the world, at most


@dataclasses.dataclass(frozen=True)
class Case:
    kind: str
    name: str
    play: Callable[[Place, task.Change | None], list[Violation]]
    change: task.Change | None = None
    """Breaks the code on purpose in every task."""
    breaks: str = ""
    """The promise that is then seen to be broken."""


# The requests of a run: method, path, and which of its kind it is. The operator's sign-in is the first for a token.
DISCOVERY, TOKEN = ("GET", "/openid-configuration"), ("POST", "/oauth2/v2.0/token")
CALLS = {
    "discovery": (*DISCOVERY, 0),
    "operator's token": (*TOKEN, 0),
    "read the application": ("GET", "/v1.0/applications", 0),
    "read the service principal": ("GET", "/v1.0/servicePrincipals", 0),
    "addPassword": ("POST", "/addPassword", 0),
    "first proof's discovery": (*DISCOVERY, 1),
    "first proof": (*TOKEN, 1),
    "second proof's discovery": (*DISCOVERY, 2),
    "second proof": (*TOKEN, 2),
    "third proof's discovery": (*DISCOVERY, 3),
    "third proof": (*TOKEN, 3),
}
REMOVALS = {
    "sweep": ("POST", "/removePassword", 0),
    "retire": ("POST", "/removePassword", 1),
}
HTML = {"body": "<html>a proxy's page</html>", "status": 200}
EMPTY = {"body": "", "status": 200}
BROKEN = {"body": '{"value": [', "status": 200}
FAULTS: dict[str, dict[str, Any]] = {
    **{f"rejected {status}": {"status": status} for status in (400, 403, 404, 409)},
    "throttled": {"status": 429, "headers": {"Retry-After": "1"}},
    **{f"{status} not applied": {"status": status} for status in (408, 429, 500, 502, 503, 504)},
    "reset not applied": {"drop": True},
    "timeout not applied": {"drop": True, "delay_seconds": LATE},
    "HTML not applied": HTML,
    "empty not applied": EMPTY,
    "broken JSON not applied": BROKEN,
    **{f"{status} applied": {"point": "after", "status": status} for status in (400, 408, 429, 500, 502, 503, 504)},
    "reset applied": {"point": "after", "drop": True},
    "timeout applied": {"point": "slow", "delay_seconds": LATE},
    "HTML applied": {"point": "after", **HTML},
    "empty applied": {"point": "after", **EMPTY},
    "broken JSON applied": {"point": "after", **BROKEN},
    "body cut": {"point": "during"},
}
TIMES = (1, 5)


def cases() -> Iterator[Case]:
    for run, (call, fault), times in itertools.product(RUNS, _failures(), TIMES):
        if call in REMOVALS and run == "first":
            continue
        yield _case("fault", run, f"{call}: {fault}, {times} times", rules=[_rule(call, FAULTS[fault], times)])
    for run, number, moment in itertools.product(RUNS, range(1, 5), ("before", "after")):
        yield _case("disk", run, f"write {number} of the store fails {moment}", disk=task.BadDisk(number, moment))
    for run, call, how in itertools.product(RUNS, {**CALLS, **REMOVALS}, task.SIGNALS):
        slow = _rule(call, {"point": "slow", "delay_seconds": 0.4}, 1)
        yield _case("kill", run, f"{how} during {call}", rules=[slow], stop=task.Stop(how))
    for run, touch, how in itertools.product(RUNS, range(1, TOUCHES + 1), task.SIGNALS):
        yield _case("kill", run, f"{how} at touch {touch}", stop=task.Stop(how, touch))
    for run, tenths in itertools.product(RUNS, range(1, 11)):
        yield _case("kill", run, f"timeout after {tenths / 10} s", stop=task.Stop("timeout", seconds=tenths / 10))


def _failures() -> Iterator[tuple[str, str]]:
    return itertools.product({**CALLS, **REMOVALS}, FAULTS)


def _rule(call: str, fault: dict[str, Any], times: int) -> dict[str, Any]:
    method, path, skip = {**CALLS, **REMOVALS}[call]
    return {"method": method, "path_regex": path, "skip": skip, "times": times, **fault}


def _first(watch: Watch) -> None:
    """Nothing is there yet."""


def _rotation(watch: Watch) -> None:
    """A secret is due, a former one's overlap is over, and the value of a third was lost with its answer."""
    watch.run()
    watch.place.advance(DUE)
    watch.run()
    watch.place.fail(_rule("addPassword", FAULTS["reset applied"], 1))
    watch.run(force=True)
    watch.place.advance(DUE)


RUNS = {"first": _first, "rotation": _rotation}


def _case(
    kind: str,
    run: str,
    name: str,
    *,
    rules: list[dict[str, Any]] | None = None,
    stop: task.Stop | None = None,
    disk: task.BadDisk | None = None,
) -> Case:
    def play(place: Place, change: task.Change | None) -> list[Violation]:
        place.begin()
        watch = Watch(place, OPTIONS, change=change)
        RUNS[run](watch)
        place.fail(*(rules or []))
        watch.run(stop=stop, disk=disk)
        watch.clean()
        return watch.violations

    return Case(kind, f"{run} run, {name}", play)
