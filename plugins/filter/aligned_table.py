# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A table as lines of text, for a terminal."""

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: aligned_table
short_description: A table as lines of text with aligned columns
version_added: 0.2.0
description:
  - Takes rows and returns a line for each, below a line with the columns' names.
  - What is null or not there is left empty.
  - A value that several rows in a row share in the first columns is written once.
positional: _input, columns
options:
  _input:
    description: The rows.
    type: list
    elements: dict
    required: true
  columns:
    description: The keys of the rows in their order, which are the columns' names too. The last one may be of any length.
    type: list
    elements: str
    required: true
  grouped:
    description: How many of the first columns leave out what the row above says already.
    type: int
    default: 0
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Show who lives where
  vars:
    people: [{name: Ada, town: London}, {name: Grace, town: New York}]
  ansible.builtin.debug:
    msg: "{{ people | tenantops.entra.aligned_table(['name', 'town']) }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
"""

Row = t.Mapping[str, t.Any]


def aligned_table(rows: t.Sequence[Row], columns: t.Sequence[str], grouped: int = 0) -> list[str]:
    cells = [[row.get(column) for column in columns] for row in rows]
    texts = [["" if cell is None else " ".join(str(cell).split()) for cell in line] for line in cells]
    widths = [max(map(len, column)) for column in zip(columns, *texts, strict=True)]
    shown = [columns, ["-" * width for width in widths[:-1]] + ["-" * len(columns[-1])]]
    above: list[str] = []
    for text in texts:
        same = 0
        while same < min(grouped, len(above)) and text[same] == above[same]:
            same += 1
        shown.append([*([""] * same), *text[same:]])
        above = text
    return ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in shown]


class FilterModule:
    """What ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"aligned_table": aligned_table}
