# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who is assigned to an application, and in which app role.

https://learn.microsoft.com/graph/api/resources/approleassignment
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._connection_rules import GUID
from ansible_collections.tenantops.entra.plugins.module_utils._errors import GraphError, NotFound
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import (
    Reader,
    find_application,
    find_service_principal,
    get_application,
    keys_of,
)
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Object
from ansible_collections.tenantops.entra.plugins.module_utils._references import find_group, find_resource, find_user

WRITES = "appRoleAssignedTo"
DEFAULT_ROLE = "00000000-0000-0000-0000-000000000000"
DEFAULT_ROLE_NAME = "Default Access"  # as the portal calls it
# option -> what the service calls such a principal, and which member type a role must allow for it
PRINCIPALS = {
    "users": ("User", "User"),
    "groups": ("Group", "User"),
    "service_principals": ("ServicePrincipal", "Application"),
}


@dataclasses.dataclass(frozen=True)
class Principal:
    """One that the options name."""

    option: str
    name: str
    """As the user wrote it."""
    id: str
    display_name: str


@dataclasses.dataclass(frozen=True)
class Assigned:
    """What is there, and who is named."""

    application: Object | None
    service_principal: Object | None
    roles: tuple[Object, ...]
    assignments: tuple[Object, ...]
    named: tuple[Principal, ...]
    warnings: tuple[str, ...] = ()


def read(reader: Reader) -> Assigned:
    present = reader.params["state"] == "present"
    application = get_application(reader) if present else find_application(reader)
    principal = application and find_service_principal(reader, application)
    if application is None or principal is None:
        if not present:
            return Assigned(application, None, (), (), ())
        raise NotFound(
            "The application has no service principal in this tenant",
            remedy="Make it first with entra_app_registration.",
        )
    named = _find_principals(reader)
    warnings = tuple(_warn_of_nesting(reader, named)) if present else ()
    assignments = tuple(list_assignments(reader, application, principal))
    return Assigned(application, principal, roles_of(application, principal), assignments, named, warnings)


def roles_of(application: Object, service_principal: Object) -> tuple[Object, ...]:
    """The app roles; those of the application are known first, the service principal's follow."""
    both = [*(service_principal.get("appRoles") or []), *(application.get("appRoles") or [])]
    return tuple({role["id"]: role for role in both}.values())


def list_assignments(reader: Reader, application: Object, service_principal: Object) -> list[Object]:
    """All assignments to the application, corrected by what this run wrote."""
    id_ = service_principal.get("id")
    found = reader.graph.pages(f"/servicePrincipals/{id_}/appRoleAssignedTo", fresh=True) if id_ else []
    by_key = {key_of(one["principalId"], one["appRoleId"]): one for one in found}
    written = reader.writes.correct(WRITES, keys_of(application)[0], {}) or {}
    there = {
        key: one for key, one in by_key.items() if written.get(key, one)
    }  # as read, with its id, unless it was removed
    return [one for one in {**written, **there}.values() if one]


def key_of(principal_id: str, role_id: str) -> str:
    return f"{principal_id}/{role_id}"


def name_role(roles: t.Iterable[Object], role_id: str) -> str:
    """The role's value, else its display name."""
    if role_id == DEFAULT_ROLE:
        return DEFAULT_ROLE_NAME
    role = next((role for role in roles if role["id"] == role_id), {})
    return str(role.get("value") or role.get("displayName") or role_id)


def describe(assignment: Object, roles: t.Iterable[Object]) -> Object:
    """An assignment in option names."""
    return {
        "principal_id": assignment["principalId"],
        "principal_name": assignment.get("principalDisplayName"),
        "principal_type": assignment.get("principalType"),
        "app_role": name_role(roles, assignment["appRoleId"]),
    }


def _find_principals(reader: Reader) -> tuple[Principal, ...]:
    """Those that the options name, each once. Raises NotFound, NotUnique."""
    find = {"users": find_user, "groups": find_group, "service_principals": _find_service_principal}
    found: dict[tuple[str, str], Principal] = {}
    for option in PRINCIPALS:
        for name in reader.params.get(option) or []:
            try:
                principal = find[option](reader, name)
            except NotFound:
                if reader.params["state"] == "present":
                    raise
                continue  # who is gone is assigned to nothing
            id_ = principal.get("id") or name  # what a rehearsal would have made has no id yet
            found.setdefault((option, id_), Principal(option, name, id_, principal.get("displayName") or name))
    return tuple(found.values())


def _find_service_principal(reader: Reader, name: str) -> Object:
    """By object id, application (client) id or display name."""
    found = reader.graph.find(f"/servicePrincipals/{name}?$select=id,displayName") if GUID.fullmatch(name) else None
    return found or find_resource(reader, name)


def _warn_of_nesting(reader: Reader, named: t.Iterable[Principal]) -> t.Iterator[str]:
    """Only direct members of an assigned group have access, https://learn.microsoft.com/entra/identity/users/groups-saasapps

    Whoever may not read members is not warned.
    """
    for group in named:
        if group.option != "groups" or not GUID.fullmatch(group.id):
            continue
        path = f"/groups/{group.id}/members/microsoft.graph.group?$count=true&$top=1&$select=id,displayName"
        try:
            nested = reader.graph.get(path, headers={"ConsistencyLevel": "eventual"}).get("value")
        except GraphError as error:
            if error.status not in (403, 404):
                raise
            nested = None
        if nested:
            yield (
                f"Group '{group.name}' has groups among its members, such as '{nested[0].get('displayName')}'. "
                "Their members get no access: assign those groups, or make their members direct members."
            )
