#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The optional claims of an application's tokens."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_optional_claim
short_description: Manage the optional claims of an application's tokens in Microsoft Entra ID
version_added: 0.2.0
description:
  - Adds optional claims to the tokens that are named, removes them, or makes them the only ones.
  - Claims are told apart by name and source. A token that is left out is left alone.
  - The groups claim is not touched, whatever is given. M(tenantops.entra.entra_group_claims) manages it.
  - Claims of access tokens are those of the application whose API the token is for.
  - The least permission is C(Application.ReadWrite.OwnedBy), application, or C(Application.ReadWrite.All), delegated, of a user
    who owns the application or holds the active role Application Administrator or Cloud Application Administrator.
options:
  tokens:
    description: The tokens, and the claims of each.
    type: dict
    required: true
    suboptions:
      id_token:
        description: ID tokens.
        type: list
        elements: dict
        suboptions: &claim
          name:
            description: The claim's name, such as V(email) or V(upn).
            type: str
            required: true
          source:
            description: V(user) for a directory extension. Left out for a claim that Microsoft Entra ID knows by itself.
            type: str
          essential:
            description: Whether a token without the claim is of no use to the application.
            type: bool
          additional_properties:
            description: What changes the claim's form, such as V(include_externally_authenticated_upn).
            type: list
            elements: str
      access_token:
        description: Access tokens for this application's own API.
        type: list
        elements: dict
        suboptions: *claim
      saml2_token:
        description: SAML tokens.
        type: list
        elements: dict
        suboptions: *claim
  state:
    description:
      - V(present) adds the claims.
      - V(absent) removes them.
    type: str
    choices: [present, absent]
    default: present
  exact:
    description: Whether a token that is given holds these claims and no others, the groups claim aside.
    type: bool
    default: false
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.entra.application
  - tenantops.entra.entra.losses
  - tenantops.entra.entra.attributes
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Tell the user's mail address in ID tokens
  tenantops.entra.entra_optional_claim:
    unique_name: pozi-server
    tokens:
      id_token: [{name: email}]

- name: Tell it no more
  tenantops.entra.entra_optional_claim:
    unique_name: pozi-server
    tokens:
      id_token: [{name: email}]
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
tokens:
  description: The optional claims of each token after the task, without the groups claim.
  returned: success
  type: dict
  sample:
    id_token: [{name: email, source: null, essential: false, additional_properties: []}]
    access_token: []
    saml2_token: []
"""

from ansible_collections.tenantops.entra.plugins.module_utils import _losses, _optional_claims, _run
from ansible_collections.tenantops.entra.plugins.module_utils._group_claims import TOKENS
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import (
    APPLICATION_IDS,
    APPLICATION_OPTIONS,
    ONE_APPLICATION,
    get_application,
)
from ansible_collections.tenantops.entra.plugins.module_utils._needs import APPLICATIONS

CLAIMS = {
    "type": "list",
    "no_log": False,
    "elements": "dict",
    "options": {
        "name": {"type": "str", "required": True},
        "source": {"type": "str"},
        "essential": {"type": "bool"},
        "additional_properties": {"type": "list", "elements": "str"},
    },
}
MODULE = _run.Module(
    options={
        **APPLICATION_OPTIONS,
        "tokens": {"type": "dict", "required": True, "no_log": False, "options": dict.fromkeys(TOKENS, CLAIMS)},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "exact": {"type": "bool", "default": False},
        **_losses.LIMIT_OPTION,
    },
    read=get_application,
    needs=APPLICATIONS,
    plan=_optional_claims.plan,
    refuse=_optional_claims.refuse,
    ids=APPLICATION_IDS,
    constraints=ONE_APPLICATION,
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
