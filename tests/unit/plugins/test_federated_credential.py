# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Federated credentials: what is refused before a write, and what is sent."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError, NotUnique
from ansible_collections.tenantops.entra.plugins.module_utils._federated_credential import Trust, plan
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call

APPLICATION = {"id": "1", "uniqueName": "maps"}


def params(**given: t.Any) -> dict[str, t.Any]:
    options = ("issuer", "subject", "audience", "description")
    return {"name": "pipeline", "state": "present", **dict.fromkeys(options), **given}


def credential(name: str, subject: str) -> dict[str, t.Any]:
    return {"name": name, "issuer": "https://a.example", "subject": subject, "audiences": ["x"], "audience": "x"}


def trust(*credentials: dict[str, t.Any]) -> Trust:
    return Trust(APPLICATION, credentials, "api://cloud")


def test_a_new_one_has_the_audience_of_the_cloud() -> None:
    planned = plan(params(issuer="https://a.example", subject="s"), trust())
    (call,) = planned.steps
    assert isinstance(call, Call)
    assert call.body == {"issuer": "https://a.example", "subject": "s", "audiences": ["api://cloud"]}
    assert planned.before == {"state": "absent"}


def test_what_is_left_out_is_not_sent() -> None:
    (call,) = plan(params(subject="t"), trust(credential("pipeline", "s"))).steps
    assert isinstance(call, Call)
    assert call.body == {"subject": "t"}


def test_a_new_one_without_subject_is_refused() -> None:
    with pytest.raises(InputError, match="subject is missing"):
        plan(params(issuer="https://a.example"), trust())


def test_the_same_trust_under_another_name_is_refused() -> None:
    with pytest.raises(NotUnique, match="'other'"):
        plan(params(issuer="https://a.example", subject="s"), trust(credential("other", "s")))


def test_the_twenty_first_is_refused() -> None:
    held = [credential(f"other-{number}", str(number)) for number in range(20)]
    with pytest.raises(InputError, match="20 federated credentials"):
        plan(params(issuer="https://a.example", subject="s"), trust(*held))


def test_a_wildcard_is_warned_of() -> None:
    assert "nothing else" in plan(params(issuer="https://a.example", subject="repo:*"), trust()).warnings[0]
