# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table of settings, filled with what was read back from a tenant."""

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: filled_settings
short_description: Fill a table of settings with what was read back
version_added: 0.1.0
description:
  - Takes sections of settings as the role C(support_handoff) shows them, whose rows say where their value stands, and sets the values.
  - A table costs one expression, where a template in each row would cost one a value.
positional: _input, known
options:
  _input:
    description: Sections with C(title) and C(rows). Each row has the dotted path of its value in C(at), or in C(name), and further keys that are passed on.
    type: list
    elements: dict
    required: true
  known:
    description: What was read back.
    type: dict
    required: true
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Show the name that an application has
  vars:
    sections: [{title: App registration, rows: [{label: Display name, at: application.display_name}]}]
  ansible.builtin.debug:
    msg: "{{ sections | tenantops.entra.filled_settings(info) }}"
"""

RETURN = r"""
_value:
  description: The sections, with C(value) in place of C(at) in each row. It is null where nothing stands there. Lists of texts are sorted.
  type: list
  elements: dict
"""

Row = t.Mapping[str, t.Any]


def filled_settings(sections: t.Iterable[Row], known: Row) -> list[dict[str, t.Any]]:
    """Values are passed on as the objects they are, so that ansible-core's marks of untrusted texts stay with them."""
    return [{**section, "rows": [_fill(row, known) for row in section["rows"]]} for section in sections]


def _fill(row: Row, known: Row) -> dict[str, t.Any]:
    value: t.Any = known
    for name in (row.get("at") or row["name"]).split("."):
        value = value.get(name) if isinstance(value, t.Mapping) else None
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = sorted(value)
    return {**{name: part for name, part in row.items() if name != "at"}, "value": value}


class FilterModule:
    """What ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"filled_settings": filled_settings}
