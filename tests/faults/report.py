# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The table at the end."""

from __future__ import annotations

import collections
import contextlib
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


def show(outcomes: Iterable[Outcome], wanted: int) -> int:
    """Print each case that broke a promise as it comes, and the table; 1 where there was one, or not all were played."""
    console, began = Console(highlight=False), time.monotonic()
    caught: dict[str, bool] = {}
    played: collections.Counter[str] = collections.Counter()
    counted: collections.Counter[tuple[str, str]] = collections.Counter()
    with contextlib.suppress(KeyboardInterrupt):
        for outcome in outcomes:
            if outcome.breaks:
                caught[outcome.name] = outcome.breaks in {what for what, _told in outcome.violations}
                continue
            played[outcome.kind] += 1
            if played.total() % PROGRESS == 0:
                console.print(f"{played.total()} cases in {time.monotonic() - began:.0f} s")
            for what, told in outcome.violations:
                counted[outcome.kind, what] += 1
                console.print(f"{outcome.name}: {what}: {told}", markup=False, soft_wrap=True)
    table = Table("", *(WORDS[kind] for kind in played), "all", box=None)
    table.add_row("cases", *map(str, played.values()), str(played.total()))
    for what in COUNTED:
        row = [counted[kind, what] for kind in played]
        table.add_row(what, *map(str, row), str(sum(row)))
    console.print(table)
    console.print(f"{played.total()} cases in {time.monotonic() - began:.0f} s, {counted.total()} broken promises")
    console.print(f"{sum(caught.values())} of {len(caught)} deliberate breaks were seen")
    for name in (name for name, seen in caught.items() if not seen):
        console.print(f"not seen: code that {name}")
    left = wanted - played.total() - len(caught)
    if left:
        console.print(f"stopped: {left} cases were not played")
    return int(left > 0 or not all(caught.values()) or counted.total() > 0 or not played)
