#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A security group and its members."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_group
short_description: Manage a security group and its members in Microsoft Entra ID
version_added: 0.1.0
description:
  - Creates, changes or deletes a security group, and adds or removes direct members.
  - The natural key is O(unique_name), which Microsoft Entra ID keeps unique in the tenant. Two runs at once make one group.
  - An option that is left out is left alone. A text that is given empty is cleared.
  - The least permission is C(Group.ReadWrite.All), application, or delegated of a user who owns the group or holds the
    active role Groups Administrator or User Administrator. O(members) needs C(User.ReadBasic.All) besides, and for groups and
    service principals C(Directory.Read.All).
options:
  unique_name:
    description: The group's unique name. It is set once, when the group is made.
    type: str
  object_id:
    description: The object id of a group that exists.
    type: str
  display_name:
    description:
      - The name that users see. Needed to make the group.
      - Without O(unique_name) and O(object_id) it names the one group that exists under it. No group is made then.
    type: str
  description:
    description: A text that users see.
    type: str
  members:
    description:
      - Users by user principal name, mail address or object id. Groups and service principals by object id.
      - Members of a group that is a member do not get the access that is given to this group.
    type: list
    elements: str
  state:
    description:
      - V(present) makes or changes the group and adds O(members).
      - V(absent) with O(members) removes these members and keeps the group. Without O(members) it deletes the group for good.
    type: str
    choices: [present, absent]
    default: present
  exact:
    description: Whether the group has O(members) and no others. Otherwise they are added.
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
- name: Make a group for those who may use the map server
  tenantops.entra.entra_group:
    unique_name: map-users
    display_name: Map Users
    description: May open the map server

- name: Delete it
  tenantops.entra.entra_group:
    unique_name: map-users
    state: absent
"""

RETURN = r"""
object_id:
  description: The group's object id. Null in check mode when the group does not exist yet.
  returned: success
  type: str
unique_name:
  description: The group's unique name.
  returned: when the group is not deleted
  type: str
display_name:
  description: The group's display name.
  returned: when the group is not deleted
  type: str
description:
  description: The group's description.
  returned: when the group is not deleted
  type: str
members:
  description: Its direct members as they are after the task.
  returned: when members is given
  type: list
  elements: str
"""

from ansible_collections.tenantops.entra.plugins.module_utils import _group, _losses, _run
from ansible_collections.tenantops.entra.plugins.module_utils._needs import Needs
from ansible_collections.tenantops.entra.plugins.module_utils._schema import spec_of

MODULE = _run.Module(
    options={
        "unique_name": {"type": "str"},
        "object_id": {"type": "str"},
        **spec_of(_group.FIELDS),
        "members": {"type": "list", "elements": "str"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "exact": {"type": "bool", "default": False},
        **_losses.LIMIT_OPTION,
    },
    read=_group.read,
    needs=Needs(
        application=("Group.ReadWrite.All",),
        delegated=("Group.ReadWrite.All",),
        roles=("Groups Administrator", "User Administrator"),
        options={"members": ("User.ReadBasic.All",)},
    ),
    plan=_group.plan,
    ids={"object_id": "{group.id}"},
    constraints={
        "required_one_of": [("unique_name", "object_id", "display_name")],
        "mutually_exclusive": [("unique_name", "object_id")],
    },
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
