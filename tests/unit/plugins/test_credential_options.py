# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which times of a credential fit together."""

from __future__ import annotations

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._credential_options import warn

PARAMS = {"renew_before_days": 30, "overlap_days": None, "schedule_days": None, "proof_seconds": 300}


@pytest.mark.parametrize(
    ("schedule", "renewal", "warned"), [(1, 4, False), (1, 3, True), (7, 22, False), (7, 21, True)]
)
def test_a_renewal_leaves_room_for_missed_runs(schedule: int, renewal: int, warned: bool) -> None:
    warnings = warn({**PARAMS, "schedule_days": schedule, "renew_before_days": renewal})
    least = 3 * schedule + 1
    assert bool(warnings) is warned
    assert not warned or f"Use at least {least}." in warnings[0]


@pytest.mark.parametrize(("overlap", "warned"), [(None, False), (30, False), (31, True)])
def test_an_overlap_ends_before_the_former_one(overlap: int | None, warned: bool) -> None:
    assert bool(warn({**PARAMS, "overlap_days": overlap})) is warned
