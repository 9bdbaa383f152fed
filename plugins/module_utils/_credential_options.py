# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options that say how long a client secret or a certificate lives and how the next one takes its place."""

from __future__ import annotations

import math
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError

# documented in doc_fragments/entra.py and, where the defaults differ, in the modules
LIFE_OPTIONS: dict[str, dict[str, t.Any]] = {
    "renew_before_days": {"type": "int", "default": 30},
    "overlap_days": {"type": "int"},
    "schedule_days": {"type": "int"},
    "proof_seconds": {"type": "int", "default": 300},
    "force": {"type": "bool", "default": False},
}
LONGEST_NAME = 64
LONGEST_LIFE = 730  # days; the portal's own limit is 24 months
LONGEST_PROOF = 3600  # seconds
MISSED = 3  # runs of the schedule that may fail before consumers notice
DAY = 86400  # seconds


def refuse(params: t.Mapping[str, t.Any]) -> None:
    """Raise InputError for what can be seen to be wrong."""
    name, lifetime, renewal = params["name"], params["lifetime_days"], params["renew_before_days"]
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise InputError("name is empty, too long or not printable", remedy=f"Use 1 to {LONGEST_NAME} characters.")
    if not 1 <= lifetime <= LONGEST_LIFE:
        raise InputError(f"lifetime_days is {lifetime}", remedy=f"Use 1 to {LONGEST_LIFE} days.")
    if not 0 <= renewal < lifetime:
        raise InputError(
            f"renew_before_days is {renewal} and lifetime_days is {lifetime}",
            remedy="Use a shorter time for renewal, or a new one would be made in every run.",
        )
    overlap, schedule, proof = params["overlap_days"], params["schedule_days"], params["proof_seconds"]
    if overlap is not None and overlap < 0:
        raise InputError(f"overlap_days is {overlap}", remedy="Use 0 days or more, or leave it out.")
    if schedule is not None and schedule < 1:
        raise InputError(f"schedule_days is {schedule}", remedy="Use the days from one run to the next, 1 or more.")
    if not 0 <= proof <= LONGEST_PROOF:
        raise InputError(f"proof_seconds is {proof}", remedy=f"Use 0 to {LONGEST_PROOF} seconds.")


def warn(params: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    """What will go wrong one day: a renewal that missed runs prevent, an overlap that ends with the former one's life."""
    renewal, overlap, schedule = params["renew_before_days"], params["overlap_days"], params["schedule_days"]
    warnings = []
    if schedule is not None:
        least = MISSED * schedule + math.ceil(params["proof_seconds"] / DAY)
        if renewal < least:
            warnings.append(
                f"renew_before_days is {renewal}, which leaves no room for missed runs of a schedule of every {schedule} days. "
                f"Use at least {least}."
            )
    if overlap is not None and overlap > renewal:
        warnings.append(
            f"overlap_days is {overlap}, but a former one ends {renewal} days (renew_before_days) after its renewal, or earlier."
        )
    return tuple(warnings)
