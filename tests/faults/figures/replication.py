# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""P15, eventual consistency: an onboarding comes to its end in one run while replicas lag by up to a minute, in two above that."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from ansible_collections.tenantops.entra.plugins.module_utils import _request
from ansible_collections.tenantops.entra.plugins.module_utils._memory import Writes
from faults import task
from faults.figures import census, onboarding
from faults.figures.figure import Figure
from faults.place import Place
from faults.systematic import Case
from faults.watch import Violation

PROMISE = "P15"
AGAIN, TWICE, UNDONE = "runs more than promised", "things made twice", "things missing or changed again at the end"
RUNS = {(5, 0.5): 1, (30, 0.5): 1, (60, 0.5): 1, (120, 0.5): 2, (5, 1.0): 1, (30, 1.0): 1, (60, 1.0): 1}
"""In how many an onboarding comes to its end, by seconds of lag and the share of the reads that are stale."""
SEEDS = 5


def cases() -> Iterator[Case]:
    yield Case(PROMISE, f"{PROMISE} no lag", _player(0, 1, 0, 1))
    for ((lag, stale), runs), seed in itertools.product(RUNS.items(), range(SEEDS)):
        told = f"{PROMISE} a lag of {lag} s, {stale:.0%} of the reads stale, seed {seed}"
        yield Case(PROMISE, told, _player(lag, stale, seed, runs))


def breaks() -> Iterator[Case]:
    def forget_what_was_written() -> None:
        setattr(Writes, "correct", lambda self, kind, key, read: read)  # noqa: B010

    def be_impatient() -> None:
        task.replace(_request, SETTLE=0.0)

    yield Case("mutant", f"{PROMISE} forgets what it wrote", _player(30, 1, 0, 1), forget_what_was_written, AGAIN)
    yield Case("mutant", f"{PROMISE} waits for no replica", _player(30, 1, 0, 1), be_impatient, AGAIN)


def _player(lag: float, stale: float, seed: int, runs: int) -> Any:
    def play(place: Place, change: task.Change | None) -> list[Violation]:
        wanted = _look(place)
        place.clear()
        settings = {"replication_lag_seconds": lag, "stale_read_ratio": stale, "seed": seed}
        place.control("PUT", "/settings", settings)
        found: list[Violation] = []
        for number in itertools.count(1):
            told = onboarding.run(place, change)
            place.measured = max(place.measured or 0, sum(one.seconds for one in told))
            if not told[-1].failed:
                break
            if number >= runs:
                found.append((AGAIN, f"{list(onboarding.TASKS)[len(told) - 1]}: {told[-1].said}"))
            if number == runs + 2:
                return found
        place.advance(2 * lag + 1)
        place.settle()
        last = onboarding.run(place)
        changed = [
            name for name, one in zip(onboarding.TASKS, last, strict=False) if one.failed or one.result["changed"]
        ]
        held = census.take(place)
        found += [(UNDONE, f"{name} changed again") for name in changed]
        found += [(UNDONE, f"missing: {' '.join(one)}") for one in wanted - held]
        return found + [(TWICE, " ".join(one)) for one in held - wanted]

    return play


def _look(place: Place) -> census.Census:
    """What the run leaves where nothing lags."""
    if not _seen:
        place.clear()
        told = onboarding.run(place)
        if told[-1].failed:
            raise RuntimeError(told[-1].said)
        _seen.append(census.take(place))
    return _seen[0]


_seen: list[census.Census] = []
FIGURE = Figure(PROMISE, "replicas may lag", (AGAIN, TWICE, UNDONE), cases, breaks, slow=True)
