# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tenant's policy leaves to a new application."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._tenant_info import count_days, describe_policy

FREE = {
    "enabled": True,
    "secrets_allowed": True,
    "secret_lifetime_days": None,
    "certificate_lifetime_days": None,
}
LATER = "2999-01-01T00:00:00Z"


def policy(
    *, enabled: bool = True, keys: tuple[t.Any, ...] = (), passwords: tuple[t.Any, ...] = ()
) -> dict[str, t.Any]:
    restrictions = {"passwordCredentials": list(passwords), "keyCredentials": list(keys)}
    return {"isEnabled": enabled, "applicationRestrictions": restrictions}


def rule(kind: str, lifetime: str | None = None, **more: str) -> dict[str, t.Any]:
    return {"restrictionType": kind, "maxLifetime": lifetime, "state": "enabled", **more}


@pytest.mark.parametrize(
    ("duration", "days"), [("P90D", 90), ("P4DT12H30M5S", 4), ("PT36H", 1), ("P1Y2M", 425), ("P2W", 14)]
)
def test_durations(duration: str, days: int) -> None:
    assert count_days(duration) == days


def test_the_strictest_of_what_is_in_force() -> None:
    told = describe_policy(
        policy(
            passwords=(rule("passwordAddition"), rule("passwordLifetime", "P90D"), rule("passwordLifetime", "P30D")),
            keys=(rule("asymmetricKeyLifetime", "P1Y"),),
        )
    )
    assert told == {
        "enabled": True,
        "secrets_allowed": False,
        "secret_lifetime_days": 30,
        "certificate_lifetime_days": 365,
    }


@pytest.mark.parametrize(
    "idle",
    [{"state": "disabled"}, {"restrictForAppsCreatedAfterDateTime": LATER}],
    ids=["disabled", "for later ones"],
)
def test_what_is_not_in_force(idle: dict[str, str]) -> None:
    assert describe_policy(policy(passwords=(rule("passwordAddition", **idle),))) == FREE


def test_a_policy_that_is_off() -> None:
    assert describe_policy(policy(enabled=False, passwords=(rule("passwordAddition"),))) == {**FREE, "enabled": False}
