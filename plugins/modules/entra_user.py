#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A cloud user, or a guest."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_user
short_description: Manage a cloud user or a guest in Microsoft Entra ID
version_added: 0.2.0
description:
  - Creates, changes or deletes a user of the tenant, or invites a guest.
  - A user's password is generated, written to O(store) and read back before the user is made with it.
    It is in no result, diff, log or error message. The password of a user who exists is never changed.
  - A user who was deleted within 30 days is restored, with the groups, roles and password of that time. The task warns of it.
  - An option that is left out is left alone. A text that is given empty is cleared.
  - Prefer a guest for people of another organization. They sign in there, and there is no password to hand over.
  - The least permission is C(User.ReadWrite.All), application, or delegated of a user who holds the active role User Administrator.
options:
  user_principal_name:
    description:
      - The name that a user of this tenant signs in with, under a domain that is verified in it.
      - With O(object_id) it is the name that the user is to have.
    type: str
  invited_user_email_address:
    description: The mail address of a guest.
    type: str
  object_id:
    description: The object id of a user who exists.
    type: str
  display_name:
    description: The name that users see. Needed to make a user of this tenant.
    type: str
  account_enabled:
    description: Whether the user may sign in. A new user may, unless this says otherwise.
    type: bool
  usage_location:
    description: The country in which licences are used, as two capital letters. Without it none can be assigned.
    type: str
  given_name:
    description: The first name.
    type: str
  surname:
    description: The last name.
    type: str
  job_title:
    description: What the user does.
    type: str
  department:
    description: Where in the organization.
    type: str
  company_name:
    description: The organization, such as the one that a guest belongs to.
    type: str
  preferred_language:
    description: The language of the user, such as V(en-AU).
    type: str
  force_change_password_next_sign_in:
    description:
      - Whether a new user must change the password at the first sign-in. The one in O(store) is of no use from then on.
      - It counts when the user is made.
    type: bool
    default: false
  invite_redirect_url:
    description: The https address that a guest comes to after accepting. Needed to invite a guest.
    type: str
  send_invitation_message:
    description: Whether Microsoft sends the invitation. Otherwise hand RV(invite_redeem_url) over by other means.
    type: bool
    default: false
  invitation_message:
    description: A text in the invitation that Microsoft sends.
    type: str
  store:
    required: false
    description:
      - Where the password of a new user is kept. Needed to make a user of this tenant.
      - One file holds the passwords of all users of a tenant, under their names in lower case.
  state:
    description:
      - V(present) makes, invites, restores or changes the user.
      - V(absent) deletes the user who is named, and nobody else. Within 30 days V(present) brings them back. O(store) keeps the password.
        With O(store) only a user is deleted of whom it tells that a run has made the account. Anybody else stays, with a warning.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.store
  - tenantops.entra.entra.attributes
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Invite the product's support as a guest
  tenantops.entra.entra_user:
    invited_user_email_address: support@product.example
    display_name: Product Support
    invite_redirect_url: https://maps.example/
  register: support

- name: Make an account of the tenant for it
  tenantops.entra.entra_user:
    user_principal_name: product.support@harbourview.onmicrosoft.com
    display_name: Product Support
    usage_location: AU
    store:
      path: secrets/{{ inventory_hostname }}-users.yml

- name: Read its password where it is handed over
  ansible.builtin.include_vars:
    file: secrets/{{ inventory_hostname }}-users.yml
    name: kept
  no_log: true

- name: Delete the account
  tenantops.entra.entra_user:
    user_principal_name: product.support@harbourview.onmicrosoft.com
    state: absent
"""

RETURN = r"""
object_id:
  description: The user's object id. Null in check mode when the user does not exist yet.
  returned: success
  type: str
user_principal_name:
  description: The name that the user signs in with. Of a guest who is being invited it is null.
  returned: when the user is not deleted
  type: str
mail:
  description: The mail address.
  returned: when the user is not deleted
  type: str
user_type:
  description: V(Member) or V(Guest).
  returned: when the user is not deleted
  type: str
display_name:
  description: The name that users see. All other properties are returned in the same way.
  returned: when the user is not deleted
  type: str
created:
  description: Whether this task made, or in check mode would make, the user.
  returned: when the user is not deleted
  type: bool
invited:
  description: Whether this task invited, or in check mode would invite, the guest.
  returned: when the user is not deleted
  type: bool
restored:
  description: Whether this task brought, or in check mode would bring, the user back.
  returned: when the user is not deleted
  type: bool
invite_redeem_url:
  description: Where the guest accepts the invitation. Null unless this task invited the guest.
  returned: success
  type: str
sealed:
  description:
    - The newest password, encrypted to the certificate of O(store.recipient_certificate), as PEM. Nobody without its private key can read it.
  returned: with O(store.kind=sealed), when there is one
  type: str
stored_at:
  description: Where the user's password is kept, null where it is not.
  returned: when the user is not deleted
  type: str
"""

from ansible_collections.tenantops.entra.plugins.module_utils import _run, _user, _user_plan
from ansible_collections.tenantops.entra.plugins.module_utils._needs import Needs
from ansible_collections.tenantops.entra.plugins.module_utils._schema import spec_of
from ansible_collections.tenantops.entra.plugins.module_utils._store_option import STORE_OPTION

MODULE = _run.Module(
    options={
        **{name: {"type": "str"} for name in _user.NAMES},
        **spec_of(_user.FIELDS),
        "force_change_password_next_sign_in": {"type": "bool", "default": False, "no_log": False},
        "invite_redirect_url": {"type": "str"},
        "send_invitation_message": {"type": "bool", "default": False},
        "invitation_message": {"type": "str"},
        "store": {**STORE_OPTION["store"], "required": False},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    read=_user.read,
    needs=Needs(application=("User.ReadWrite.All",), delegated=("User.ReadWrite.All",), roles=("User Administrator",)),
    plan=_user_plan.plan,
    refuse=_user.refuse,
    ids={"object_id": "{user.id}", "invite_redeem_url": "{user.inviteRedeemUrl}"},
    constraints={
        "required_one_of": [_user.NAMES],
        "mutually_exclusive": [_user.NAMES[:2], _user.NAMES[1:]],
    },
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
