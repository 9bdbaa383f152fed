# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a promise's plays are told as."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from faults.systematic import Case


class Figure(NamedTuple):
    promise: str
    """Such as P13, which the names of its cases begin with."""
    says: str
    counted: tuple[str, ...]
    """What is wanted to be 0."""
    cases: Callable[[], Iterator[Case]]
    breaks: Callable[[], Iterator[Case]]
    """Cases with code that is broken on purpose."""
    slow: bool = False
    """Its breaks take long, and are left out of a slice."""
    measures: tuple[str, str, float] | None = None
    """What else is told of the worst case, its unit, and the most that is wanted; more than that is counted by the case."""
