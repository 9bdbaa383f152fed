#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may use an application."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_app_assignment
short_description: Assign users, groups and service principals to an application in Microsoft Entra ID
version_added: 0.1.0
description:
  - Assigns principals to an application in one of its app roles, or takes them off it.
  - Where the application requires assignment, only those who are assigned may sign in.
  - Only direct members of an assigned group have access. A group with groups among its members is assigned with a warning.
  - The least permission is C(AppRoleAssignment.ReadWrite.All) together with C(Application.Read.All), application, or
    delegated of a user who holds the active role Application Administrator or Cloud Application Administrator.
    O(users), O(groups) and the warning need C(User.ReadBasic.All) and C(GroupMember.Read.All) besides, or C(Directory.Read.All) for both.
options:
  state:
    description:
      - V(present) assigns those that are named.
      - V(absent) takes those that are named off the application, out of O(app_role) or, where that is left out, out of all roles.
    type: str
    choices: [present, absent]
    default: present
  exact:
    description:
      - Whether each list that is given holds all who are assigned. Others of its kind are taken off.
      - With O(app_role) this is about that role only, without it about all roles.
    type: bool
    default: false
  users:
    description: Users by user principal name, mail address or object id.
    type: list
    elements: str
  groups:
    description: Groups by exact display name or object id.
    type: list
    elements: str
  service_principals:
    description: Service principals by application (client) id, object id or exact display name.
    type: list
    elements: str
  app_role:
    description:
      - Value or display name of the app role.
      - Where it is left out, it is the default role of an application that declares none, else the role named C(User).
        An application with other roles only needs it.
    type: str
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.entra.application
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

- name: Register the map server
  tenantops.entra.entra_app_registration:
    unique_name: map-server
    display_name: Map Server
    app_role_assignment_required: true

- name: Let this group in and no other
  tenantops.entra.entra_app_assignment:
    unique_name: map-server
    groups: [Map Users]
    exact: true
"""

RETURN = r"""
assignments:
  description: All assignments to the application as they are after the task.
  returned: success
  type: list
  elements: dict
  contains:
    principal_id:
      description: Object id of the user, group or service principal.
      type: str
      returned: success
    principal_name:
      description: Its display name.
      type: str
      returned: success
    principal_type:
      description: V(User), V(Group) or V(ServicePrincipal).
      type: str
      returned: success
    app_role:
      description: The app role's value or display name. C(Default Access) is the default role.
      type: str
      returned: success
app_id:
  description: The application (client) id.
  returned: success
  type: str
object_id:
  description: The application's object id.
  returned: success
  type: str
service_principal_id:
  description: The service principal's object id.
  returned: success
  type: str
"""

from ansible_collections.tenantops.entra.plugins.module_utils import _assignments, _assignments_plan, _losses, _run
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import (
    APPLICATION_IDS,
    APPLICATION_OPTIONS,
    ONE_APPLICATION,
)
from ansible_collections.tenantops.entra.plugins.module_utils._needs import APPLICATION_ROLES, Needs

MODULE = _run.Module(
    options={
        **APPLICATION_OPTIONS,
        **{option: {"type": "list", "elements": "str"} for option in _assignments.PRINCIPALS},
        "app_role": {"type": "str"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "exact": {"type": "bool", "default": False},
        **_losses.LIMIT_OPTION,
    },
    read=_assignments.read,
    needs=Needs(
        application=("AppRoleAssignment.ReadWrite.All", "Application.Read.All"),
        delegated=("AppRoleAssignment.ReadWrite.All", "Application.Read.All"),
        roles=APPLICATION_ROLES,
        options={"users": ("User.ReadBasic.All",), "groups": ("GroupMember.Read.All",)},
    ),
    plan=_assignments_plan.plan,
    ids={**APPLICATION_IDS, "service_principal_id": "{service_principal.id}"},
    constraints={
        **ONE_APPLICATION,
        "required_one_of": [*ONE_APPLICATION["required_one_of"], tuple(_assignments.PRINCIPALS)],
    },
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
