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
  - Asking grants nothing. A user or an administrator consents to what is asked for. With O(admin_consent) the task does, for all users.
  - Consent needs a right of its own, and may be a task of its own with the connection options of another identity, which asks for the same.
  - Leave the permissions of an application alone that Application Proxy publishes, unless its product asks for some.
    Microsoft warns that pre-authentication may break.
  - The least permission is C(Application.ReadWrite.OwnedBy), application, or C(Application.ReadWrite.All), delegated, of a user
    who owns the application or holds the active role Application Administrator or Cloud Application Administrator.
    O(admin_consent) needs C(AppRoleAssignment.ReadWrite.All) and C(DelegatedPermissionGrant.ReadWrite.All) besides, and a signed-in user
    Privileged Role Administrator for application permissions of Microsoft Graph.
    Where the application asks for them already, C(Application.Read.All) is enough for the rest.
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
    description:
      - Whether a kind of permission that is given holds these and no others of the API.
      - With O(admin_consent) other permissions of this kind are revoked too.
    type: bool
    default: false
  admin_consent:
    description:
      - Whether the task grants the permissions for the whole tenant, or with O(state=absent) revokes them.
      - Delegated permissions are added to those that were granted for all users. What single users consented to is left alone.
      - Consent by an application takes effect at once and without a question to anybody.
    type: bool
    default: false
  allow_privileged:
    description:
      - Application permissions by name that may be granted although they make the application an administrator of the tenant,
        such as V(RoleManagement.ReadWrite.Directory), V(AppRoleAssignment.ReadWrite.All), V(Application.ReadWrite.All) and
        V(Directory.ReadWrite.All). Without that the task refuses them.
    type: list
    elements: str
  on_consent_denied:
    description:
      - What to do where the identity may not consent. V(fail) fails with the link by which an administrator consents.
      - V(warn) goes on with a warning that holds the link. RV(consented) is false then.
    type: str
    choices: [fail, warn]
    default: fail
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.entra.application
  - tenantops.entra.entra.losses
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

- name: Register a product that reads groups
  tenantops.entra.entra_app_registration:
    unique_name: group-reader
    display_name: Group Reader

- name: Ask for it and consent to it, or say who has to
  tenantops.entra.entra_api_permission:
    unique_name: group-reader
    delegated: [openid, User.Read]
    application: [GroupMember.Read.All]
    admin_consent: true
    on_consent_denied: warn
  register: permissions

- name: Hand the link over where it is needed
  ansible.builtin.debug:
    msg: "{{ permissions.admin_consent_url }}"
  when: not permissions.consented
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
granted:
  description: What of this API is granted for the whole tenant after the task, by kind.
  returned: when admin_consent is true and grants may be read
  type: dict
  sample: {delegated: [User.Read, openid], application: [GroupMember.Read.All]}
granted_beyond:
  description: What of RV(granted) the application does not ask for.
  returned: when admin_consent is true and grants may be read
  type: dict
  sample: {delegated: [], application: []}
consented:
  description: Whether all permissions that are named are granted.
  returned: when admin_consent is true
  type: bool
admin_consent_url:
  description:
    - Where an administrator consents by hand to all that the application asks for.
    - It is built of the login host, the tenant, the application's id and, where it has one, the first of its own https redirect URIs,
      to which the browser goes afterwards. What the product says there does not matter, the consent is given by then.
  returned: when admin_consent is true
  type: str
"""

import dataclasses

from ansible_collections.tenantops.entra.plugins.module_utils import _api_permission, _losses, _run
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
        **_losses.LIMIT_OPTION,
        "admin_consent": {"type": "bool", "default": False},
        "allow_privileged": {"type": "list", "elements": "str"},
        "on_consent_denied": {"type": "str", "choices": ["fail", "warn"], "default": "fail"},
    },
    read=_api_permission.read,
    needs=dataclasses.replace(
        APPLICATIONS,
        options={"admin_consent": ("AppRoleAssignment.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All")},
    ),
    plan=_api_permission.plan,
    refuse=_api_permission.refuse,
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
