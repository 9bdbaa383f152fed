# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All promises of modules, and their cases."""

from __future__ import annotations

from faults.figures import customers, duplicates, paging, pairs, replication, throttling, time_limits, token_life
from faults.systematic import Case

FIGURES = (
    duplicates.FIGURE,
    customers.FIGURE,
    throttling.FIGURE,
    time_limits.FIGURE,
    replication.FIGURE,
    token_life.FIGURE,
    pairs.FIGURE,
    paging.FIGURE,
)


def list_cases(every: int) -> list[Case]:
    """Each nth case of each promise, after the breaks: of a slice, the quick ones. With 0 the breaks alone."""
    broken = [case for figure in FIGURES if every < 2 or not figure.slow for case in figure.breaks()]
    return broken + [case for figure in FIGURES if every for case in list(figure.cases())[::every]]
