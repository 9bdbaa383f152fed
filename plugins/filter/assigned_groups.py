# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The groups among an application's assignments, with what the inventory knows about each."""

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: assigned_groups
short_description: The groups assigned to an application, with the inventory's details
version_added: 0.1.0
description:
  - Takes the assignments that M(tenantops.entra.entra_app_info) read from the tenant and returns the groups among them, sorted by name.
  - What the inventory says about a group is added to it. A group is told by its object id, else by its name.
positional: _input, details
options:
  _input:
    description: Assignments with the keys C(principal_id), C(principal_name) and C(principal_type).
    type: list
    elements: dict
    required: true
  details:
    description: Groups by C(id) or C(name), with further keys that are passed on.
    type: list
    elements: dict
    default: []
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Show the groups that may sign in, and what they open
  ansible.builtin.debug:
    msg: "{{ info.assignments | tenantops.entra.assigned_groups([{'name': 'Pozi Planning', 'catalogues': ['planning']}]) }}"
"""

RETURN = r"""
_value:
  description: The groups with their C(id) and C(name) as they are in the tenant, and the details.
  type: list
  elements: dict
"""

Row = t.Mapping[str, t.Any]


def assigned_groups(assignments: t.Iterable[Row], details: t.Iterable[Row] = ()) -> list[dict[str, t.Any]]:
    """Values are passed on as the objects they are, so that ansible-core's marks of untrusted texts stay with them."""
    known = list(details)
    groups = []
    for assignment in assignments:
        if assignment["principal_type"] == "Group":
            group = {"id": assignment["principal_id"], "name": assignment["principal_name"]}
            groups.append({**_details_of(group, known), **group})
    return sorted(groups, key=lambda group: (str(group["name"]).casefold(), str(group["id"])))


def _details_of(group: Row, known: t.Iterable[Row]) -> Row:
    def is_it(row: Row) -> bool:
        return any(str(row[key]).casefold() == str(group[key]).casefold() for key in ("id", "name") if row.get(key))

    return next((row for row in known if is_it(row)), {})


class FilterModule:
    """What ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"assigned_groups": assigned_groups}
