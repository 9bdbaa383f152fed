#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The groups that an application's tokens tell."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_group_claims
short_description: Have an application's tokens tell the user's groups
version_added: 0.1.0
description:
  - Sets which groups of the user are told, and in which tokens and in which form, as one unit.
  - Other optional claims of the application are left untouched, and so is an option that is left out.
  - Microsoft Entra ID leaves all groups out of a token when a user has more than 200 of them, 150 with SAML.
  - The least permission is C(Application.ReadWrite.OwnedBy), application, or C(Application.ReadWrite.All), delegated, of a user
    who owns the application or holds the active role Application Administrator or Cloud Application Administrator.
options:
  group_membership_claims:
    description:
      - These groups and no others are told. An empty list unsets the property.
      - V(ApplicationGroup) is the groups that are assigned to the application, members of nested groups not counted.
      - V(DirectoryRole) is the user's directory roles, as their own claim.
      - V(All) is security groups, distribution lists and directory roles.
      - V(None) is no groups, and stands alone.
    type: list
    elements: str
    choices: [SecurityGroup, DirectoryRole, ApplicationGroup, All, None]
  tokens:
    description: The tokens that tell groups, and the form in which they do. A token that is left out is left alone.
    type: dict
    suboptions:
      id_token:
        description: ID tokens.
        type: dict
        suboptions: &form
          emit:
            description: Whether the token tells groups.
            type: bool
            default: true
          additional_properties:
            description:
              - The form. An empty list is the groups' object ids.
              - One of V(sam_account_name), V(dns_domain_and_sam_account_name) and V(netbios_domain_and_sam_account_name) is
                the name of a group that is synchronised from Active Directory.
              - V(cloud_displayname) is the name of a group made in the cloud, and needs V(ApplicationGroup).
              - V(emit_as_roles) tells groups as roles, and the user's application roles no more.
            type: list
            elements: str
            choices:
              - sam_account_name
              - dns_domain_and_sam_account_name
              - netbios_domain_and_sam_account_name
              - cloud_displayname
              - emit_as_roles
      access_token:
        description: Access tokens for this application's own API.
        type: dict
        suboptions: *form
      saml2_token:
        description: SAML tokens.
        type: dict
        suboptions: *form
  state:
    description:
      - V(present) sets what is given.
      - V(absent) has no token tell any groups, whatever else is given.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.entra.application
  - tenantops.entra.entra.attributes
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Tell the object ids of the user's security groups in every token
  tenantops.entra.entra_group_claims:
    unique_name: pozi-server
    group_membership_claims: [SecurityGroup]
    tokens:
      id_token: {emit: true, additional_properties: []}
      access_token: {emit: true, additional_properties: []}
      saml2_token: {emit: true, additional_properties: []}

- name: Tell no groups
  tenantops.entra.entra_group_claims:
    unique_name: pozi-server
    state: absent
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
group_membership_claims:
  description: The groups that are told after the task.
  returned: success
  type: list
  elements: str
tokens:
  description: Whether ID tokens, access tokens and SAML tokens tell groups after the task, and in which form.
  returned: success
  type: dict
  sample:
    id_token: {emit: true, additional_properties: []}
    access_token: {emit: true, additional_properties: []}
    saml2_token: {emit: false, additional_properties: []}
"""

from ansible_collections.tenantops.entra.plugins.module_utils import _group_claims, _run
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import (
    APPLICATION_IDS,
    APPLICATION_OPTIONS,
    ONE_APPLICATION,
    get_application,
)
from ansible_collections.tenantops.entra.plugins.module_utils._needs import APPLICATIONS

FORM = {
    "type": "dict",
    "no_log": False,
    "options": {
        "emit": {"type": "bool", "default": True},
        "additional_properties": {"type": "list", "elements": "str", "choices": list(_group_claims.FORMS)},
    },
}
MODULE = _run.Module(
    options={
        **APPLICATION_OPTIONS,
        "group_membership_claims": {"type": "list", "elements": "str", "choices": list(_group_claims.GROUPS)},
        "tokens": {"type": "dict", "no_log": False, "options": dict.fromkeys(_group_claims.TOKENS, FORM)},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    read=get_application,
    needs=APPLICATIONS,
    plan=_group_claims.plan,
    refuse=_group_claims.refuse,
    ids=APPLICATION_IDS,
    constraints={
        **ONE_APPLICATION,
        "required_if": [("state", "present", ("group_membership_claims", "tokens"), True)],
    },
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
