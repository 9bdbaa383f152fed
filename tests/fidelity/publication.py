# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tables of docs/sandbox.md, from the case files alone.

The test suite holds that every case passes but those with a known difference, which fail; so the page needs no run.
"""

from __future__ import annotations

from collections.abc import Sequence

from fidelity.loader import load_families
from fidelity.model import CONFIDENCE, Case

Row = list[str | int]


def count_passing(cases: Sequence[Case]) -> int:
    """All but those that are known to differ."""
    return sum(case.difference is None for case in cases)


def tabulate_families() -> str:
    """Families down, figures across, the total last."""
    families = load_families()
    rows: list[Row] = [[family.family, *figures_of(family.cases)] for family in families]
    rows.append(["**total**", *figures_of([case for family in families for case in family.cases])])
    head: Row = ["family", "cases", "pass", *CONFIDENCE, "live"]
    lines: list[Row] = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def figures_of(cases: Sequence[Case]) -> list[int]:
    """Cases, passing, of each confidence, live."""
    by_confidence = [sum(case.confidence == name for case in cases) for name in CONFIDENCE]
    return [len(cases), count_passing(cases), *by_confidence, sum(case.live for case in cases)]


def list_differences() -> str:
    """A line for each case that is known to fail."""
    lines = [
        f"* {case.case} ([source]({case.source})): {case.difference}"
        for family in load_families()
        for case in family.cases
        if case.difference
    ]
    return "\n".join(lines) or "None."


def list_confidences() -> str:
    """What each confidence means."""
    return "\n".join(f"* {name}: {meaning}." for name, meaning in CONFIDENCE.items())
