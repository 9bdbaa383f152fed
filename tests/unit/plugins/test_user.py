# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Users: passwords, and who is not deleted by mistake."""

from __future__ import annotations

import datetime
import typing as t

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret
from ansible_collections.tenantops.entra.plugins.module_utils._user import KINDS_OF_CHARACTERS, Found, make_password
from ansible_collections.tenantops.entra.plugins.module_utils._user_plan import plan

NOW = datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)
GUEST = {"id": "1", "mail": "a@b.example", "userType": "Guest", "externalUserState": "Accepted"}


def absent(user: dict[str, t.Any]) -> t.Any:
    params = {"invited_user_email_address": "a@b.example", "state": "absent"}
    return plan(params, Found(user, False, None, None, NOW, Secret("not used at all")))


def test_passwords_have_every_kind_of_character_and_differ() -> None:
    made = [make_password() for _time in range(100)]
    assert len(set(made)) == 100
    assert all(len(one) == 24 and all(set(kind) & set(one) for kind in KINDS_OF_CHARACTERS) for one in made)


@pytest.mark.parametrize("user", [GUEST, {**GUEST, "userType": "Member"}], ids=["guest", "guest made a member"])
def test_a_guest_is_deleted_by_mail_address(user: dict[str, t.Any]) -> None:
    assert [step.does for step in absent(user).steps] == ["delete the user"]


def test_a_user_of_the_tenant_is_not() -> None:
    with pytest.raises(InputError, match="not of a guest"):
        absent({"id": "1", "mail": "a@b.example", "userType": "Member", "userPrincipalName": "a@b.example"})
