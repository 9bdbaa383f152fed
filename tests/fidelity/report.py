# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The result of a run, for people: a table by family, what failed, the known differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Column, Table

from fidelity.model import CONFIDENCE, Family
from fidelity.runner import Outcome

Results = Mapping[str, Sequence[Outcome]]  # by family


def count(family: Family) -> list[int]:
    """Cases, and how many of each confidence."""
    return [len(family.cases), *(sum(case.confidence == name for case in family.cases) for name in CONFIDENCE)]


def show_results(results: Results, console: Console) -> int:
    """Print everything; returns how many cases failed."""
    failures = [outcome for outcomes in results.values() for outcome in outcomes if outcome.faults]
    console.print(tabulate(results))
    for outcome in failures:
        console.print(f"failed: {outcome.case.case}", style="red", markup=False, highlight=False, soft_wrap=True)
        for line in (*outcome.faults, str(outcome.case.source)):
            console.print(f"  {line}", markup=False, highlight=False, soft_wrap=True)
    differences = [outcome.case for outcomes in results.values() for outcome in outcomes if outcome.case.difference]
    if differences:
        console.print(f"known differences: {len(differences)}")
    for case in differences:
        console.print(
            f"  {case.case}: {case.difference} ({case.source})", markup=False, highlight=False, soft_wrap=True
        )
    return len(failures)


def tabulate(results: Results) -> Table:
    """Families down, figures across, with the total."""
    table = Table(Column("family", no_wrap=True), "cases", "pass", *CONFIDENCE, "differ", "failed", box=None)
    total = [0] * (len(CONFIDENCE) + 4)
    for family, outcomes in results.items():
        figures = figures_of(outcomes)
        total = [one + other for one, other in zip(total, figures, strict=True)]
        table.add_row(family, *map(str, figures))
    table.add_row("total", *map(str, total), style="bold")
    return table


def figures_of(outcomes: Sequence[Outcome]) -> list[int]:
    """Cases, passed, those of each confidence, known differences, failed."""
    passed = sum(not outcome.broken and not outcome.problems for outcome in outcomes)
    by_confidence = [sum(outcome.case.confidence == name for outcome in outcomes) for name in CONFIDENCE]
    differ = sum(outcome.case.difference is not None and not outcome.faults for outcome in outcomes)
    return [len(outcomes), passed, *by_confidence, differ, sum(bool(outcome.faults) for outcome in outcomes)]
