#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A user, and whether it is an administrator."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_user_info
short_description: Read a user and its directory roles from Microsoft Entra ID
version_added: 0.2.0
description:
  - Reads a user or guest of the tenant, and the directory roles that it holds, through groups as well.
  - A role that the user could activate, as Privileged Identity Management calls eligible, is not told until it is active.
  - What the identity may not read is null, and RV(unreadable) names the permission that reads it.
  - The least permission is C(User.Read.All), application or delegated.
options:
  user_principal_name:
    description: The name that a user of this tenant signs in with.
    type: str
  invited_user_email_address:
    description: The mail address of a guest.
    type: str
  object_id:
    description: The user's object id.
    type: str
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.entra.info
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Read the support's account
  tenantops.entra.entra_user_info:
    user_principal_name: pozi.support@harbourview.example
  register: support

- name: It must not be an administrator
  ansible.builtin.assert:
    that: support.directory_roles | default([], true) | length == 0
    fail_msg: "It holds {{ support.directory_roles | default([], true) | join(', ') }}."
"""

RETURN = r"""
object_id:
  description: The user's object id.
  returned: success
  type: str
user_principal_name:
  description: The name that the user signs in with.
  returned: success
  type: str
mail:
  description: The mail address.
  returned: success
  type: str
user_type:
  description: V(Member) or V(Guest).
  returned: success
  type: str
external_user_state:
  description: Of a guest V(PendingAcceptance) or V(Accepted), else null.
  returned: success
  type: str
display_name:
  description: The name that users see. All other properties that M(tenantops.entra.entra_user) manages are returned in the same way.
  returned: success
  type: str
directory_roles:
  description: The names of the directory roles that are active. Null where they may not be read.
  returned: success
  type: list
  elements: str
  sample: [User Administrator]
unreadable:
  description: What is null because it may not be read, with the permission that reads it.
  returned: success
  type: dict
  sample: {directory_roles: Directory.Read.All}
"""

from ansible_collections.tenantops.entra.plugins.module_utils import _run, _user_info
from ansible_collections.tenantops.entra.plugins.module_utils._needs import Needs
from ansible_collections.tenantops.entra.plugins.module_utils._user import NAMES, refuse

MODULE = _run.Module(
    options={name: {"type": "str"} for name in NAMES},
    read=_user_info.read,
    refuse=refuse,
    needs=Needs(application=("User.Read.All",), delegated=("User.Read.All",)),
    constraints={"required_one_of": [NAMES], "mutually_exclusive": [NAMES]},
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
