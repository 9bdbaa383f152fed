# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is sent to make a group, to change its members and to delete it."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._group import State, plan
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call

GROUP = {"id": "g", "uniqueName": "staff", "displayName": "Staff", "securityEnabled": True}
ANN, BEN = {"id": "u1", "userPrincipalName": "ann@x"}, {"id": "u2", "displayName": "Robots"}
PARAMS = {"unique_name": "staff", "state": "present", "exact": False}


def calls(params: dict[str, t.Any], found: State) -> list[tuple[str, str]]:
    return [(step.method, step.path) for step in plan({**PARAMS, **params}, found).steps if isinstance(step, Call)]


def test_a_group_is_made_by_its_unique_name_with_its_members() -> None:
    params = {"unique_name": "map users/1", "display_name": "Map Users", "members": ["ann@x"]}
    made = plan({**PARAMS, **params}, State(None, (), {"u1": "ann@x"}))
    create, add = made.steps
    assert isinstance(create, Call)
    assert isinstance(add, Call)
    assert create.path == "/groups(uniqueName='map%20users%2F1')"
    assert create.headers == {"Prefer": "create-if-missing"}
    assert create.body == {
        "displayName": "Map Users",
        "mailEnabled": False,
        "mailNickname": "map-users-1",
        "securityEnabled": True,
    }
    assert (add.method, add.path) == ("POST", "/groups/{group.id}/members/$ref")
    assert add.body == {"@odata.id": "{graph.origin}/v1.0/directoryObjects/u1"}
    assert made.before == {"state": "absent"}
    assert made.after == {
        "display_name": "Map Users",
        "unique_name": "map users/1",
        "members": ["ann@x"],
        "state": "present",
    }


def test_a_group_needs_a_display_name() -> None:
    with pytest.raises(InputError):
        plan(PARAMS, State(None))


def test_members_are_added_or_replaced_or_removed_by_reference_only() -> None:
    found = State(GROUP, (ANN, BEN), {"u1": "u1", "u3": "cat@x"})
    assert calls({"members": ["u1", "cat@x"]}, found) == [("POST", "/groups/{group.id}/members/$ref")]
    assert calls({"members": ["u1", "cat@x"], "exact": True}, found) == [
        ("POST", "/groups/{group.id}/members/$ref"),
        ("DELETE", "/groups/{group.id}/members/u2/$ref"),
    ]
    assert calls({"members": ["u1", "cat@x"], "state": "absent"}, found) == [
        ("DELETE", "/groups/{group.id}/members/u1/$ref")
    ]
    made = plan({**PARAMS, "members": ["u1", "cat@x"], "exact": True}, found)
    assert (made.before["members"], made.after["members"]) == (["Robots", "u1"], ["cat@x", "u1"])


def test_it_is_deleted_only_where_no_members_are_given() -> None:
    assert calls({"state": "absent"}, State(GROUP)) == [("DELETE", "/groups/{group.id}")]
    assert calls({"state": "absent", "members": []}, State(GROUP)) == []
    assert calls({"state": "absent"}, State(None)) == []


def test_a_group_that_is_found_by_its_name_is_not_renamed() -> None:
    params = {"unique_name": None, "display_name": "STAFF", "description": "All of them"}
    (step,) = plan({**PARAMS, **params}, State(GROUP)).steps
    assert isinstance(step, Call)
    assert step.body == {"description": "All of them"}


def test_a_group_that_tokens_leave_out_is_told() -> None:
    assert "no security group" in plan(PARAMS, State({**GROUP, "securityEnabled": False})).warnings[0]
