#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whose tokens an application may sign in with."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_app_federated_credential
short_description: Let an application sign in to Microsoft Entra ID with the tokens of another issuer
version_added: 0.2.0
description:
  - Creates, changes or removes one federated identity credential of an application, by its name.
  - Whoever holds a token of O(issuer) for O(subject) signs in as the application. There is no secret that could be lost or would end.
  - Other federated credentials are never touched. Microsoft makes some of its own, such as those of Application Proxy.
  - A wrong O(issuer) or O(subject) is taken as it is, and fails at the sign-in. A new credential may need minutes until it is known there.
  - The least permission is C(Application.ReadWrite.OwnedBy), application, or C(Application.ReadWrite.All), delegated, of a user
    who owns the application or holds the active role Application Administrator or Cloud Application Administrator.
options:
  name:
    description: The credential's name, 3 to 120 letters, digits, C(-) and C(_). It cannot be changed.
    type: str
    required: true
  issuer:
    description: The tokens' claim C(iss), an https address, to the letter. Needed to make the credential.
    type: str
  subject:
    description:
      - The tokens' claim C(sub), to the letter. Needed to make the credential.
      - O(issuer) and O(subject) together are unique within the application.
    type: str
  audience:
    description:
      - The tokens' claim C(aud).
      - A credential that is made without it has the one of O(cloud), such as C(api://AzureADTokenExchange).
    type: str
  description:
    description: A text for administrators. Given empty, it is cleared.
    type: str
  state:
    description:
      - V(present) makes or changes the credential.
      - V(absent) removes it. An application that does not exist has none.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.entra.application
  - tenantops.entra.entra.last
  - tenantops.entra.entra.attributes
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Let the deployment pipeline sign in as the application
  tenantops.entra.entra_app_federated_credential:
    unique_name: pomerium
    name: pipeline
    issuer: https://token.actions.githubusercontent.com
    subject: repo:example/maps:environment:production
    description: Deploys the proxy

- name: Let it no more
  tenantops.entra.entra_app_federated_credential:
    unique_name: pomerium
    name: pipeline
    state: absent
    allow_last: true # nothing signs in by it any more
"""

RETURN = r"""
federated_credential_id:
  description: The credential's id. Null when it is absent, and in check mode when it would be created.
  returned: success
  type: str
name:
  description: The credential's name.
  returned: success
  type: str
issuer:
  description: The tokens' issuer.
  returned: when state is present
  type: str
subject:
  description: The tokens' subject.
  returned: when state is present
  type: str
audience:
  description: The tokens' audience.
  returned: when state is present
  type: str
description:
  description: The text for administrators.
  returned: when state is present
  type: str
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
"""

from ansible_collections.tenantops.entra.plugins.module_utils import _federated_credential, _losses, _run
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import (
    APPLICATION_IDS,
    APPLICATION_OPTIONS,
    ONE_APPLICATION,
)
from ansible_collections.tenantops.entra.plugins.module_utils._needs import APPLICATIONS
from ansible_collections.tenantops.entra.plugins.module_utils._schema import spec_of

MODULE = _run.Module(
    options={
        **APPLICATION_OPTIONS,
        "name": {"type": "str", "required": True},
        **spec_of(_federated_credential.FIELDS),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        **_losses.LAST_OPTION,
    },
    read=_federated_credential.read,
    needs=APPLICATIONS,
    plan=_federated_credential.plan,
    refuse=_federated_credential.refuse,
    ids={**APPLICATION_IDS, "federated_credential_id": "{credential.id}"},
    constraints=ONE_APPLICATION,
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
