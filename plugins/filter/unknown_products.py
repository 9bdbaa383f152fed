# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Products that a host lists and nobody knows.

ansible-core goes on with status 0 where a role that is included inside of a block is not found (observed with 2.16 to 2.21), so they
are told before.
"""

from __future__ import annotations

import difflib
import pathlib
import typing as t

DOCUMENTATION = r"""
name: unknown_products
short_description: Products that a host lists and nobody knows
version_added: 0.2.0
description:
  - A product is a role of this collection that has an entry point C(preflight), or a YAML file.
positional: _input, folder
options:
  _input:
    description: The products of a host.
    type: list
    elements: str
    required: true
  folder:
    description: Where files are looked for, such as the inventory's directory.
    type: str
    required: true
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Show what there is none of
  ansible.builtin.debug:
    msg: "{{ ['pomerium', 'pomeriun'] | tenantops.entra.unknown_products(playbook_dir) }}"
"""

RETURN = r"""
_value:
  description: For each unknown one what P(tenantops.entra.listed_checks#filter) takes of a product.
  type: list
  elements: dict
"""

ROLES = pathlib.Path(__file__).parents[2] / "roles"
FILES = (".yml", ".yaml")


def unknown_products(products: t.Iterable[t.Any], folder: str) -> list[dict[str, t.Any]]:
    told = ((product, _tell_problem(product, folder)) for product in products)
    return [_describe(product, *problem) for product, problem in told if problem]


def _tell_problem(product: t.Any, folder: str) -> tuple[str, str] | None:
    """What is wrong, and what to do."""
    if not isinstance(product, str):
        return "It is not a text", "List the names of roles, or of files below the inventory's directory."
    if product.endswith(FILES):
        path = pathlib.Path(folder or ".", product)
        return None if path.is_file() else (f"There is no file {path}", "Correct its name in entra_products.")
    known = sorted(path.parents[1].name for path in ROLES.glob("*/tasks/preflight.yml"))
    if product in known:
        return None
    near = difflib.get_close_matches(product, known, n=1)
    guess = f"Did you mean {near[0]}? " if near else ""
    return f"There is no product '{product}'", f"{guess}Known are {', '.join(known)}, and files that end with .yml."


def _describe(product: t.Any, detail: str, remedy: str) -> dict[str, t.Any]:
    check = {"check": "Product", "result": "missing", "detail": detail, "remedy": remedy}
    return {"product": str(product), "results": [{"checks": [check]}]}


class FilterModule:
    """What ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"unknown_products": unknown_products}
