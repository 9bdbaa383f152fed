# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""$expand: the relations that the reference documents as expandable, at most 20 objects of each."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.graph.directory import find_objects
from sandbox.graph.errors import bad_request
from sandbox.graph.schema import find_type
from sandbox.store import Record, View

if TYPE_CHECKING:
    from sandbox.graph.calls import Call

Item = tuple[str, Record]
CLAUSE = re.compile(r"(?P<name>\w+)(?:\(\$select=(?P<select>[\w,]+)\))?(?:,|$)")
LARGEST = 20


@dataclass(frozen=True)
class Relation:
    """One relation that $expand names, with the properties wanted of its objects (empty: the default ones)."""

    name: str
    selected: tuple[str, ...]


def _owners(view: View, record: Record) -> list[Item]:
    return find_objects(view, [edge["owner"] for edge in view.where("owner", object=record["id"])])


def _members(view: View, record: Record) -> list[Item]:
    return find_objects(view, [edge["member"] for edge in view.where("groupMember", group=record["id"])])


def _groups(view: View, record: Record) -> list[Item]:
    return find_objects(view, [edge["group"] for edge in view.where("groupMember", member=record["id"])])


def _given_to(view: View, record: Record) -> list[Item]:
    return [("appRoleAssignment", found) for found in view.where("appRoleAssignment", principalId=record["id"])]


def _given_on(view: View, record: Record) -> list[Item]:
    return [("appRoleAssignment", found) for found in view.where("appRoleAssignment", resourceId=record["id"])]


def _credentials(view: View, record: Record) -> list[Item]:
    found = view.where("federatedIdentityCredential", application=record["id"])
    return [("federatedIdentityCredential", credential) for credential in found]


RELATIONS: dict[str, dict[str, Callable[[View, Record], list[Item]]]] = {
    "application": {"owners": _owners, "federatedIdentityCredentials": _credentials},
    "servicePrincipal": {"owners": _owners, "appRoleAssignments": _given_to, "appRoleAssignedTo": _given_on},
    "user": {"memberOf": _groups},
    "group": {"members": _members, "memberOf": _groups, "owners": _owners},
}


def read_expand(text: str, type_name: str) -> list[Relation]:
    """The relations that $expand names; raises 400 on one that the type does not have."""
    relations, end = [], 0
    while end < len(text):
        clause = CLAUSE.match(text, end)
        name = clause["name"] if clause else text[end:]
        if clause is None or name not in RELATIONS.get(type_name, {}):
            raise bad_request(
                f"Parsing OData Select and Expand failed: Could not find a property named '{name}' "
                f"on type 'microsoft.graph.{type_name}'.",
                "BadRequest",
            )
        relations.append(Relation(name, tuple((clause["select"] or "").split(",")) if clause["select"] else ()))
        end = clause.end()
    return relations


def expand(call: Call, type_name: str, record: Record, relation: Relation) -> list[Record]:
    """The related objects of one record."""
    items = RELATIONS[type_name][relation.name](call.view, record)[:LARGEST]
    return [_show(call, *item, relation.selected) for item in items]


def _show(call: Call, type_name: str, record: Record, selected: tuple[str, ...]) -> Record:
    kind = find_type(type_name)
    names = selected or [known.name for known in kind.shown(call.version)]
    body: dict[str, Any] = (
        {"@odata.type": f"#microsoft.graph.{type_name}"} if "deletedDateTime" in kind.properties else {}
    )
    return {**body, **{name: record.get(name) for name in names if kind.known(name, call.version)}}
