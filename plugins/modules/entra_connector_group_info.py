#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Connector groups of Application Proxy."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_connector_group_info
short_description: List the connector groups of Microsoft Entra Application Proxy
version_added: 0.1.0
description:
  - Lists connector groups with their connectors, and how many of them are active.
  - An application whose group has no active connector cannot be reached.
  - The least permission is C(Directory.ReadWrite.All), delegated, of a user who holds the active role Application Administrator.
    Microsoft documents no application permission.
options:
  name:
    description: Name or id of the connector group to list. All are listed unless it is given.
    type: str
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.entra.info
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: List the connector groups
  tenantops.entra.entra_connector_group_info:
  register: found

- name: Some connector must be active
  ansible.builtin.assert:
    that: found.connector_groups | sum(attribute='active_connectors') > 0
"""

RETURN = r"""
connector_groups:
  description: The connector groups, by name. It is empty where none has the name.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The group's id.
      type: str
      returned: success
    name:
      description: The group's name.
      type: str
      returned: success
    region:
      description: The region through which it goes, such as C(eur). Null where none is set.
      type: str
      returned: success
    is_default:
      description: Whether newly published applications are served by it.
      type: bool
      returned: success
    active_connectors:
      description: How many of its connectors are active.
      type: int
      returned: success
    connectors:
      description: Its connectors.
      type: list
      elements: dict
      returned: success
      contains:
        id:
          description: The connector's id.
          type: str
          returned: success
        machine_name:
          description: The computer that it runs on.
          type: str
          returned: success
        external_ip:
          description: The address from which it reaches Microsoft.
          type: str
          returned: success
        status:
          description: V(active) or V(inactive).
          type: str
          returned: success
"""

import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils import _app_proxy, _connector_group, _run
from ansible_collections.tenantops.entra.plugins.module_utils._needs import Needs
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Object


def read(context: _run.Context) -> dict[str, t.Any]:
    name = context.params.get("name")
    groups = [group for group in _app_proxy.list_groups(context) if name is None or _app_proxy.is_named(group, name)]
    return {"connector_groups": [_describe(context, group) for group in sorted(groups, key=lambda one: one["name"])]}


def _describe(context: _run.Context, group: Object) -> Object:
    connectors = [_connector_group.describe(one) for one in _connector_group.list_connectors(context, group)]
    return {
        "id": group["id"],
        "name": group["name"],
        "region": group.get("region"),
        "is_default": bool(group.get("isDefault")),
        "active_connectors": sum(connector["status"] == "active" for connector in connectors),
        "connectors": connectors,
    }


MODULE = _run.Module(
    options={"name": {"type": "str"}},
    read=read,
    needs=Needs(delegated=("Directory.ReadWrite.All",), roles=("Application Administrator",)),
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
