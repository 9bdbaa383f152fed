# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""To assign users, groups and service principals to an application, or to take them off it. No I/O here."""

from __future__ import annotations

import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._assignments import (
    DEFAULT_ROLE,
    PRINCIPALS,
    WRITES,
    Assigned,
    Principal,
    describe,
    key_of,
    name_role,
)
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError, NotFound
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import keys_of
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call, Later, Object, Plan

Params = t.Mapping[str, t.Any]
PATH = "/servicePrincipals/{service_principal.id}/appRoleAssignedTo"


def plan(params: Params, found: Assigned) -> Plan:
    before: Object = {}
    after: Object = {}
    new: list[Object] = []
    gone: list[Object] = []
    for option in PRINCIPALS:
        if params.get(option) is None:
            continue
        role = _choose_role(params, found, option)
        named = {one.id: one for one in found.named if one.option == option}
        present = [one for one in found.assignments if _counts(params, one, option, role)]
        added = [] if params["state"] == "absent" else _missing(named, present, role)
        removed = [one for one in present if _goes(params, one, named)]
        before[option] = _tell(found, named, role, present)
        after[option] = _tell(found, named, role, [one for one in [*present, *added] if one not in removed])
        new += added
        gone += removed
    kept = [one for one in [*found.assignments, *new] if one not in gone]
    return Plan(
        before,
        after,
        (*(_assign(found, one) for one in new), *(_remove(found, one) for one in gone)),
        {"application": found.application or {}, "service_principal": found.service_principal or {}},
        {"assignments": [describe(one, found.roles) for one in kept]},
        found.warnings,
    )


def _choose_role(params: Params, found: Assigned, option: str) -> str:
    """The id of the role to assign; empty where all roles are meant. Raises InputError, NotFound."""
    name = params.get("app_role")
    if (not name and params["state"] == "absent") or found.service_principal is None:
        return ""
    fitting = [
        role for role in found.roles if role.get("isEnabled") and PRINCIPALS[option][1] in role["allowedMemberTypes"]
    ]
    names = ", ".join(f"'{name_role(found.roles, role['id'])}'" for role in fitting)
    if not name and not fitting:
        return DEFAULT_ROLE
    chosen = [role for role in fitting if (name or "User") in (role.get("value"), role.get("displayName"))]
    if chosen:
        return str(chosen[0]["id"])
    if not name:
        raise InputError(
            f"The application declares app roles for {option.replace('_', ' ')}, so that there is no default one",
            remedy=f"Set app_role: {names}.",
        )
    raise NotFound(
        f"The application has no enabled app role '{name}' for {option.replace('_', ' ')}",
        remedy=f"Set app_role to one of {names}." if names else "It declares none: leave app_role out.",
    )


def _counts(params: Params, assignment: Object, option: str, role: str) -> bool:
    """Whether the task is about this assignment: of its kind of principal, and in its role where it names one."""
    in_role = not params.get("app_role") or assignment["appRoleId"] == role
    return assignment["principalType"] == PRINCIPALS[option][0] and in_role


def _missing(named: dict[str, Principal], present: list[Object], role: str) -> list[Object]:
    held = {key_of(one["principalId"], one["appRoleId"]) for one in present}
    return [
        {
            "principalId": one.id,
            "principalDisplayName": one.display_name,
            "principalType": PRINCIPALS[one.option][0],
            "appRoleId": role,
        }
        for one in named.values()
        if key_of(one.id, role) not in held
    ]


def _goes(params: Params, assignment: Object, named: dict[str, Principal]) -> bool:
    if params["state"] == "absent":
        return assignment["principalId"] in named
    return bool(params["exact"]) and assignment["principalId"] not in named


def _tell(found: Assigned, named: dict[str, Principal], role: str, assignments: list[Object]) -> list[str]:
    """Names as the user wrote them, with the role where it is not the one that the task assigns."""
    names = []
    for one in assignments:
        principal = named.get(one["principalId"])
        name = principal.name if principal else one.get("principalDisplayName") or one["principalId"]
        other = one["appRoleId"] != (role or DEFAULT_ROLE)
        names.append(f"{name} ({name_role(found.roles, one['appRoleId'])})" if other else name)
    return sorted(names)


def _assign(found: Assigned, assignment: Object) -> Call:
    link = {"principalId": assignment["principalId"], "appRoleId": assignment["appRoleId"]}
    return Call(
        f"assign {assignment['principalDisplayName']} to the application",
        "POST",
        PATH,
        {**link, "resourceId": Later("{service_principal.id}")},
        save="assignment",
        kind=WRITES,
        keys=keys_of(found.application or {}),
        means={key_of(**_ids(assignment)): {**assignment, "id": Later("{assignment.id}")}},
        agrees=("Permission being assigned already exists on the object",),
    )


def _remove(found: Assigned, assignment: Object) -> Call:
    return Call(
        f"take {assignment['principalDisplayName']} off the application",
        "DELETE",
        f"{PATH}/{assignment['id']}",
        kind=WRITES,
        keys=keys_of(found.application or {}),
        means={key_of(**_ids(assignment)): None},
    )


def _ids(assignment: Object) -> dict[str, str]:
    return {"principal_id": assignment["principalId"], "role_id": assignment["appRoleId"]}
