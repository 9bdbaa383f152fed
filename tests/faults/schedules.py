# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Seeded random schedules: rotations with faults, kills, bad disks, replication lag and moving time in any mixture.

Replicas that lag see nothing of what is still on its way. With some that do, three sign-ins in a row would be evidence and no proof.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from faults import task
from faults.place import Place
from faults.systematic import DUE, FAULTS, OPTIONS, TOUCHES, Case
from faults.watch import Violation, Watch

SPEED = 20  # virtual seconds in a real one
LAGS = (0, 0, 5, 20, 60)  # virtual seconds; the last is longer than a proof may take here
PATHS = (".", "addPassword", "removePassword", "/token", "/applications")
RUNS = 2  # of each schedule, besides the clean one at its end


def cases(count: int, first_seed: int = 0) -> Iterator[Case]:
    for seed in range(first_seed, first_seed + count):
        yield _case(seed)


def _case(seed: int) -> Case:
    def play(place: Place, change: task.Change | None) -> list[Violation]:
        draw = random.Random(seed)  # noqa: S311
        lag = draw.choice(LAGS)
        place.begin(lag, SPEED, seed)
        place.advance(lag + 1)
        watch = Watch(place, {**OPTIONS, "overlap_days": draw.choice((0, 5, 12, None))}, SPEED, change)
        for _number in range(RUNS):
            if draw.random() < 0.8:
                place.fail(*_faults(draw))
            watch.run(stop=_stop(draw), disk=_disk(draw), force=draw.random() < 0.2)
            place.advance(draw.choice((0, 1, lag + 1, DUE)))
        watch.clean(lag)
        return watch.violations

    return Case("schedule", f"seed {seed}", play)


def _faults(draw: random.Random) -> list[dict[str, Any]]:
    """Up to three rules, each of which fails some of the requests that it fits."""
    return [
        {
            "path_regex": draw.choice(PATHS),
            "ratio": draw.choice((0.2, 0.5, 1)),
            "skip": draw.randrange(3),
            "times": draw.choice((1, 1, 3)),
            **draw.choice(list(FAULTS.values())),
        }
        for _number in range(draw.randint(1, 3))
    ]


def _stop(draw: random.Random) -> task.Stop | None:
    if draw.random() > 0.35:
        return None
    how = draw.choice((*task.SIGNALS, "timeout"))
    if how == "timeout":
        return task.Stop(how, seconds=draw.uniform(0.05, 1))
    return task.Stop(how, touch=draw.choice((0, draw.randint(1, TOUCHES))))


def _disk(draw: random.Random) -> task.BadDisk | None:
    return task.BadDisk(draw.randint(1, 4), draw.choice(("before", "after"))) if draw.random() < 0.1 else None
