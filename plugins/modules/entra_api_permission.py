#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The permissions that an application asks for."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_api_permission
short_description: Manage the API permissions that an application asks for in Microsoft Entra ID
version_added: 0.1.0
description:
  - Adds permissions of one API to what an application asks for, removes them, or makes them the only ones of this API.
  - Permissions of other APIs are left alone, and so is a kind of permission that is left out.
  - Asking grants nothing. A user or an administrator consents to what is asked for.
  - Leave the permissions of an application alone that Application Proxy publishes, unless its product asks for some.
    Microsoft warns that pre-authentication may break.
  - The least permission is C(Application.ReadWrite.OwnedBy), application, or C(Application.ReadWrite.All), delegated, of a user
    who owns the application or holds the active role Application Administrator or Cloud Application Administrator.
options:
  resource:
    description: The API, by its application (client) id or its display name. It must be present in the tenant.
    type: str
    default: Microsoft Graph
  delegated:
    description: Permissions to act for a signed-in user, by name such as V(User.Read), or by id.
    type: list
    elements: str
  application:
    description: Permissions to act as the application itself, by name such as V(Directory.Read.All), or by id.
    type: list
    elements: str
  state:
    description:
      - V(present) adds the permissions.
      - V(absent) removes them. An application that does not exist asks for none.
    type: str
    choices: [present, absent]
    default: present
  exact:
    description: Whether a kind of permission that is given holds these and no others of the API.
    type: bool
    default: false
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.entra.application
  - tenantops.entra.entra.attributes
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Ask for the permission to sign users in and read their profile
  tenantops.entra.entra_api_permission:
    unique_name: pozi-server
    delegated: [User.Read]

- name: Ask for what a directory synchronisation reads, and for nothing else of Microsoft Graph
  tenantops.entra.entra_api_permission:
    unique_name: pomerium
    delegated: []
    application: [Directory.Read.All, Group.Read.All, User.Read.All]
    exact: true
"""

RETURN = r"""
app_id:
  description: The application (client) id. Null in check mode when the application does not exist yet.
  returned: success
  type: str
object_id:
  description: The application's object id.
  returned: success
  type: str
unique_name:
  description: The application's unique name, null if it has none.
  returned: success
  type: str
resource:
  description: The API as it was given.
  returned: success
  type: str
resource_app_id:
  description: The API's application (client) id.
  returned: success
  type: str
delegated:
  description: All delegated permissions of the API that the application asks for after the task. One that the API no longer offers is told by its id.
  returned: success
  type: list
  elements: str
application:
  description: All application permissions of the API that the application asks for after the task.
  returned: success
  type: list
  elements: str
"""

from ansible_collections.tenantops.entra.plugins.module_utils import _api_permission, _run
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import (
    APPLICATION_IDS,
    APPLICATION_OPTIONS,
    ONE_APPLICATION,
)
from ansible_collections.tenantops.entra.plugins.module_utils._needs import APPLICATIONS

MODULE = _run.Module(
    options={
        **APPLICATION_OPTIONS,
        "resource": {"type": "str", "default": "Microsoft Graph"},
        "delegated": {"type": "list", "elements": "str"},
        "application": {"type": "list", "elements": "str"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "exact": {"type": "bool", "default": False},
    },
    read=_api_permission.read,
    needs=APPLICATIONS,
    plan=_api_permission.plan,
    ids={**APPLICATION_IDS, "resource_app_id": "{resource.appId}"},
    constraints={
        "required_one_of": [*ONE_APPLICATION["required_one_of"], tuple(_api_permission.TYPES)],
        "mutually_exclusive": ONE_APPLICATION["mutually_exclusive"],
    },
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
