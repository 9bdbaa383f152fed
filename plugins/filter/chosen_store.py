# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One choice of a store for everything that an inventory keeps, as the option store of each task."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: chosen_store
short_description: The store of one task, by the choice for all
version_added: 0.2.0
description:
  - Takes what an inventory has chosen for all that it keeps, and gives the option C(store) of M(tenantops.entra.entra_app_secret) and the others.
  - Of the kinds that are one file for each application, it is given its path.
positional: _input, file
options:
  _input:
    description: The suboptions of C(store), without C(path). By default it is a C(vault_file).
    type: dict
    required: true
  file:
    description: The file's path without its suffix, for the kinds C(vault_file) and C(sealed).
    type: path
    required: true
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Keep a secret where all are kept
  tenantops.entra.entra_app_secret:
    unique_name: maps
    name: iis
    store: "{{ entra_store | default({}) | tenantops.entra.chosen_store('secrets/' ~ inventory_hostname ~ '-maps') }}"
"""

RETURN = r"""
_value:
  description: The option C(store).
  type: dict
"""

SUFFIXES = {"vault_file": "yml", "sealed": "json"}  # of the kinds that are a file


def chosen_store(store: t.Any, file: str) -> dict[str, t.Any]:
    if not isinstance(store, t.Mapping):
        raise AnsibleFilterError("entra_store is no mapping. Set its kind, and what that kind needs.")
    kind = store.get("kind", "vault_file")
    if kind not in SUFFIXES:
        return dict(store)
    if store.get("path"):
        raise AnsibleFilterError(
            "entra_store has a path, and each application needs a file of its own. Set entra_store_folder instead."
        )
    return {**store, "path": f"{file}.{SUFFIXES[kind]}"}


class FilterModule:
    """What ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"chosen_store": chosen_store}
