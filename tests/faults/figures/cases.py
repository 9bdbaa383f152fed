# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All promises of modules, and their cases."""

from __future__ import annotations

from faults.figures import duplicates, paging, throttling, time_limits
from faults.systematic import Case

FIGURES = (duplicates.FIGURE, throttling.FIGURE, time_limits.FIGURE, paging.FIGURE)


def list_cases(every: int) -> list[Case]:
    """Each nth case of each promise, after all breaks; with 0 the breaks alone."""
    chosen = [case for figure in FIGURES for case in list(figure.cases())[::every]] if every else []
    return [*(case for figure in FIGURES for case in figure.breaks()), *chosen]
