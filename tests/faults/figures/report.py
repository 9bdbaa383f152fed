# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The table of the promises: what was played, what was counted, and what is wanted."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table

from faults.figures.cases import FIGURES
from faults.pool import Outcome
from faults.report import close, console, count
from faults.watch import STUCK


def show(outcomes: Iterable[Outcome], wanted: int) -> int:
    """1 where a promise was broken, or not all were played."""
    tally = count(outcomes)
    table = Table("promise", "cases", "counted", "is", "wanted", box=None)
    for figure in FIGURES:
        played = tally.played[figure.promise]
        if not played:
            continue
        for number, what in enumerate(figure.counted):
            first = (f"{figure.promise} {figure.says}", str(played)) if number == 0 else ("", "")
            table.add_row(*first, what, str(tally.counted[figure.promise, what]), "0")
        if broken_off := tally.counted[figure.promise, STUCK]:
            table.add_row("", "", "cases that broke off", str(broken_off), "0")
        if figure.measures and figure.promise in tally.worst:
            what, unit, limit = figure.measures
            table.add_row("", "", what, f"{tally.worst[figure.promise]:.1f}{unit}", f"at most {limit:g}{unit}")
    console.print(table)
    return close(tally, wanted)
