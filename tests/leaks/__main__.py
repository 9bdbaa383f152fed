# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""make leaks: every case and every deliberate leak, and a table of what was looked at. ONLY="-v4; echoes; mutants" runs some."""

from __future__ import annotations

import os
import sys
import time

from rich.console import Console
from rich.table import Table

from leaks.cases import CASES
from leaks.harness import Harness, Unexpected
from leaks.judgement import Tally
from leaks.mutants import MUTANTS

console = Console(highlight=False, soft_wrap=True)


def main() -> int:
    only = [part.strip() for part in os.environ.get("ONLY", "").split(";") if part.strip()]
    started = time.monotonic()
    tally, caught, wrong = Tally(), [], []
    with Harness() as harness:
        for case in CASES:
            if only and case.name not in only:
                continue
            begun = time.monotonic()
            try:
                finds = harness.run_case(case, tally)
                told = f"{len(finds)} finds" if finds else "nothing found"
            except (Unexpected, TimeoutError) as problem:
                wrong.append(f"{case.name}: {problem}")
                told = "[red]came out otherwise[/]"
            console.print(f"{case.name}: {len(case.steps)} runs, {told}, {time.monotonic() - begun:.0f} s")
        mutants = [name for name in MUTANTS if not only or name in only or "mutants" in only]
        for name in mutants:
            found = harness.run_mutant(name)
            where = ", ".join(sorted({f"{find.kind} in {find.channel}" for find in found}))
            console.print(f"deliberate leak, {name}: {where or '[red]not found[/]'}")
            caught += [name] if found else []
        skipped = harness.skipped
    show(tally)
    for find in tally.finds:
        console.print(f"[red]{find.case}, {find.outcome}[/]: {find.kind} in {find.channel}, {find.form}")
        console.print(f"    {find.around!r}", markup=False)
    for sentence in wrong:
        console.print(sentence, markup=False)
    for reason in skipped:
        console.print(f"skipped: {reason}")
    console.print(
        f"{tally.runs} runs, {tally.size / 1e6:.0f} MB in {sum(tally.cells.values())} cells (a secret in a channel of a run), "
        f"{tally.forms} searches: {len(tally.finds)} finds outside the allow table. "
        f"{len(caught)} of {len(mutants)} deliberate leaks caught. {time.monotonic() - started:.0f} s."
    )
    return int(bool(tally.finds or wrong or len(caught) < len(mutants)))


def show(tally: Tally) -> None:
    """Secrets by channels: how many were looked for, and how many were found."""
    kinds = sorted({kind for kind, _channel in tally.cells})
    table = Table(
        "channel",
        *kinds,
        box=None,
        title="Secrets looked for, by channel; those found where they must not be in brackets",
    )
    for channel in sorted({channel for _kind, channel in tally.cells}):
        cells = []
        for kind in kinds:
            found = sum(find.kind == kind and find.channel == channel for find in tally.finds)
            cells.append(f"{tally.cells[kind, channel] or ''}{f' [red]({found})[/]' if found else ''}")
        table.add_row(channel, *cells)
    Console(width=220, highlight=False).print(table)


if __name__ == "__main__":
    sys.exit(main())
