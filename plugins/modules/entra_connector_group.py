#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A connector group of Application Proxy and its connectors."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_connector_group
short_description: Manage a connector group of Microsoft Entra Application Proxy and its connectors
version_added: 0.2.0
description:
  - Creates, changes or deletes a connector group, and moves connectors into it or out of it.
  - A connector is in exactly one group. What leaves a group goes to the tenant's default group.
  - The default group is the tenant's own. It is neither deleted nor renamed.
  - An application whose group has no active connector cannot be reached. The task warns of such a group.
  - The least permission is C(Directory.ReadWrite.All), delegated, of a user who holds the active role Application Administrator.
    Microsoft documents no application permission.
  - Give these tasks another identity than the rest of the play where it signs in as an application.
options:
  name:
    description:
      - The group's name, in any case. Needed to make the group.
      - With O(object_id) it is the name that the group is to have.
    type: str
  object_id:
    description: The id of a group that exists.
    type: str
  region:
    description:
      - The region through which its traffic goes, such as V(nam), V(eur), V(aus), V(asia) or V(ind).
      - It can be changed only while the group has neither connectors nor applications.
    type: str
  connectors:
    description: Connectors by the name of their machine, as the portal shows it, or by id.
    type: list
    elements: str
  state:
    description:
      - V(present) makes or changes the group and moves O(connectors) into it.
      - V(absent) with O(connectors) moves these to the default group and keeps the group. Without O(connectors) it deletes the group,
        which must be empty and serve no application.
    type: str
    choices: [present, absent]
    default: present
  exact:
    description: Whether the group has O(connectors) and no others. Otherwise they are added.
    type: bool
    default: false
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.entra.losses
  - tenantops.entra.entra.attributes
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Have the map server's connector in a group of its own
  tenantops.entra.entra_connector_group:
    name: Map Servers
    region: eur
    connectors: [gis01.example.local]

- name: Give the connector back to the default group
  tenantops.entra.entra_connector_group:
    name: Map Servers
    connectors: [gis01.example.local]
    state: absent

- name: Delete the group
  tenantops.entra.entra_connector_group:
    name: Map Servers
    state: absent
"""

RETURN = r"""
object_id:
  description: The group's id. Null in check mode when the group does not exist yet.
  returned: success
  type: str
name:
  description: The group's name.
  returned: when the group is not deleted
  type: str
region:
  description: The region through which its traffic goes. Null where none is told.
  returned: when the group is not deleted
  type: str
is_default:
  description: Whether newly published applications are served by it.
  returned: when the group is not deleted
  type: bool
active_connectors:
  description: How many of its connectors are active.
  returned: when the group is not deleted
  type: int
connectors:
  description: Its connectors as they are after the task.
  returned: when the group is not deleted
  type: list
  elements: dict
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

from ansible_collections.tenantops.entra.plugins.module_utils import _connector_group, _losses, _run
from ansible_collections.tenantops.entra.plugins.module_utils._needs import Needs
from ansible_collections.tenantops.entra.plugins.module_utils._schema import spec_of

MODULE = _run.Module(
    options={
        "object_id": {"type": "str"},
        **spec_of(_connector_group.FIELDS),
        "connectors": {"type": "list", "elements": "str"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "exact": {"type": "bool", "default": False},
        **_losses.LIMIT_OPTION,
    },
    read=_connector_group.read,
    needs=Needs(delegated=("Directory.ReadWrite.All",), roles=("Application Administrator",)),
    plan=_connector_group.plan,
    refuse=_connector_group.refuse,
    ids={"object_id": "{group.id}"},
    constraints={"required_one_of": [("name", "object_id")]},
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
