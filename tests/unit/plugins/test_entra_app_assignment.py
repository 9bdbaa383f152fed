# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which role is assigned, who is added and who goes."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._assignments import DEFAULT_ROLE, Assigned, Principal
from ansible_collections.tenantops.entra.plugins.module_utils._assignments_plan import plan
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError, NotFound
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call, Plan

USER = {"id": "r-user", "displayName": "User", "value": None, "isEnabled": True, "allowedMemberTypes": ["User"]}
EDITOR = {"id": "r-edit", "displayName": "Edits", "value": "Editor", "isEnabled": True, "allowedMemberTypes": ["User"]}
ROBOT = {"id": "r-bot", "displayName": "R", "value": "Robot", "isEnabled": True, "allowedMemberTypes": ["Application"]}
OFF = {**EDITOR, "id": "r-off", "value": "Off", "isEnabled": False}
PARAMS = {"state": "present", "exact": False}
STAFF = Principal("groups", "Staff", "g1", "Staff")


def held(id_: str, name: str, role: str = DEFAULT_ROLE, kind: str = "Group") -> dict[str, str]:
    return {
        "id": f"a-{id_}-{role}",
        "principalId": id_,
        "principalDisplayName": name,
        "principalType": kind,
        "appRoleId": role,
    }


def planned(
    params: dict[str, t.Any],
    *assignments: dict[str, str],
    roles: tuple[dict[str, t.Any], ...] = (),
    named: tuple[Principal, ...] = (STAFF,),
) -> Plan:
    application, principal = {"id": "o", "appId": "a", "uniqueName": "map"}, {"id": "sp"}
    return plan({**PARAMS, **params}, Assigned(application, principal, roles, assignments, named))


def sent(made: Plan) -> list[tuple[str, str]]:
    """Method, and the role of an assignment or the id of what is deleted."""
    calls = [step for step in made.steps if isinstance(step, Call)]
    return [(one.method, one.body["appRoleId"] if one.body else one.path.rpartition("/")[2]) for one in calls]


@pytest.mark.parametrize(
    ("roles", "option", "name", "role"),
    [
        ((), "groups", None, DEFAULT_ROLE),
        ((ROBOT,), "groups", None, DEFAULT_ROLE),
        ((EDITOR, USER), "groups", None, "r-user"),
        ((EDITOR, USER), "groups", "Editor", "r-edit"),
        ((EDITOR, USER), "groups", "Edits", "r-edit"),
        ((EDITOR, ROBOT), "service_principals", "Robot", "r-bot"),
    ],
)
def test_the_role_is_chosen(roles: t.Any, option: str, name: str | None, role: str) -> None:
    made = planned({option: ["x"], "app_role": name}, roles=roles, named=(Principal(option, "x", "p", "X"),))
    assert sent(made) == [("POST", role)]


def test_a_role_must_be_named_where_there_are_several() -> None:
    with pytest.raises(InputError) as told:
        planned({"groups": ["Staff"]}, roles=(EDITOR, ROBOT, OFF))
    assert "Set app_role: 'Editor'." in told.value.sentence()


@pytest.mark.parametrize("name", ["Robot", "Off", "Reader"])
def test_a_role_that_does_not_fit_is_told_with_those_that_do(name: str) -> None:
    with pytest.raises(NotFound) as told:
        planned({"groups": ["Staff"], "app_role": name}, roles=(EDITOR, ROBOT, OFF))
    assert "one of 'Editor'" in told.value.sentence()


def test_a_list_adds_and_leaves_others_alone() -> None:
    made = planned({"groups": ["Staff"]}, held("g2", "Guests"), held("u1", "Ann", kind="User"))
    assert (made.before, made.after) == ({"groups": ["Guests"]}, {"groups": ["Guests", "Staff"]})
    assert sent(made) == [("POST", DEFAULT_ROLE)]
    assert [one["principal_name"] for one in made.shown["assignments"]] == ["Guests", "Ann", "Staff"]


def test_who_is_assigned_already_is_not_assigned_again() -> None:
    made = planned({"groups": ["Staff"], "exact": True}, held("g1", "Staff"))
    assert not made.changed
    assert made.before == made.after == {"groups": ["Staff"]}


def test_exact_takes_others_of_the_kind_off_in_every_role() -> None:
    others = held("g2", "Guests", "r-edit"), held("u1", "Ann", "r-user", "User")
    made = planned({"groups": ["Staff"], "exact": True}, *others, roles=(USER, EDITOR))
    assert sent(made) == [("POST", "r-user"), ("DELETE", "a-g2-r-edit")]
    assert (made.before, made.after) == ({"groups": ["Guests (Editor)"]}, {"groups": ["Staff"]})


def test_exact_in_a_role_leaves_the_other_roles_alone() -> None:
    others = held("g2", "Guests", "r-user"), held("g3", "Temps", "r-edit")
    made = planned({"groups": ["Staff"], "app_role": "Editor", "exact": True}, *others, roles=(USER, EDITOR))
    assert sent(made) == [("POST", "r-edit"), ("DELETE", "a-g3-r-edit")]


def test_a_second_role_is_a_change() -> None:
    made = planned({"groups": ["Staff"]}, held("g1", "Staff", "r-edit"), roles=(USER, EDITOR))
    assert (made.before, made.after) == ({"groups": ["Staff (Editor)"]}, {"groups": ["Staff", "Staff (Editor)"]})


def test_absent_takes_the_named_off_all_their_roles() -> None:
    roles = held("g1", "Staff", "r-edit"), held("g1", "Staff", "r-user"), held("g2", "Guests", "r-user")
    made = planned({"groups": ["Staff"], "state": "absent"}, *roles, roles=(EDITOR, USER))
    assert sent(made) == [("DELETE", "a-g1-r-edit"), ("DELETE", "a-g1-r-user")]
    made = planned({"groups": ["Staff"], "state": "absent", "app_role": "Editor"}, *roles, roles=(EDITOR, USER))
    assert sent(made) == [("DELETE", "a-g1-r-edit")]


def test_nobody_is_assigned_to_what_is_not_there() -> None:
    made = plan({**PARAMS, "state": "absent", "users": ["a@x"]}, Assigned(None, None, (), (), ()))
    assert not made.changed
    assert made.before == made.after
