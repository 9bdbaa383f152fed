# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the cases came to: told as they end, and as a table at the end."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import sys
import time
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from faults.pool import Outcome
from faults.watch import COUNTED

PROGRESS = 250  # cases from one line to the next
WORDS = {
    "fault": "each request with each fault",
    "disk": "each write of the store fails",
    "kill": "each signal at each moment",
    "program": "kills of ansible-playbook",
    "schedule": "random schedules",
}
console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)  # in a log, the table is whole


@dataclasses.dataclass
class Tally:
    began: float = dataclasses.field(default_factory=time.monotonic)
    caught: dict[str, bool] = dataclasses.field(default_factory=dict)
    """Each deliberate break, and whether it was seen."""
    played: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    """By kind."""
    counted: collections.Counter[tuple[str, str]] = dataclasses.field(default_factory=collections.Counter)
    """By kind, and what was broken."""
    worst: dict[str, float] = dataclasses.field(default_factory=dict)
    """The most that a case of a kind measured."""


def count(outcomes: Iterable[Outcome]) -> Tally:
    """Print each case that broke a promise as it comes."""
    tally = Tally()
    with contextlib.suppress(KeyboardInterrupt):
        for outcome in outcomes:
            if outcome.breaks:
                tally.caught[outcome.name] = outcome.breaks in {what for what, _told in outcome.violations}
                continue
            tally.played[outcome.kind] += 1
            if outcome.measured is not None:
                tally.worst[outcome.kind] = max(outcome.measured, tally.worst.get(outcome.kind, outcome.measured))
            if tally.played.total() % PROGRESS == 0:
                console.print(f"{tally.played.total()} cases in {time.monotonic() - tally.began:.0f} s")
            for what, told in outcome.violations:
                tally.counted[outcome.kind, what] += 1
                console.print(f"{outcome.name}: {what}: {told}", markup=False, soft_wrap=True)
    return tally


def show(outcomes: Iterable[Outcome], wanted: int) -> int:
    """The table of the rotations; 1 where a promise was broken, or not all were played."""
    tally = count(outcomes)
    table = Table("", *(WORDS[kind] for kind in tally.played), "all", box=None)
    table.add_row("cases", *map(str, tally.played.values()), str(tally.played.total()))
    for what in COUNTED:
        row = [tally.counted[kind, what] for kind in tally.played]
        table.add_row(what, *map(str, row), str(sum(row)))
    console.print(table)
    return close(tally, wanted)


def close(tally: Tally, wanted: int) -> int:
    """The lines below a table, and the exit status."""
    total = tally.played.total()
    console.print(f"{total} cases in {time.monotonic() - tally.began:.0f} s, {tally.counted.total()} broken promises")
    console.print(f"{sum(tally.caught.values())} of {len(tally.caught)} deliberate breaks were seen")
    for name in (name for name, seen in tally.caught.items() if not seen):
        console.print(f"not seen: code that {name}")
    left = wanted - total - len(tally.caught)
    if left:
        console.print(f"stopped: {left} cases were not played")
    return int(left > 0 or not all(tally.caught.values()) or tally.counted.total() > 0 or not total)
