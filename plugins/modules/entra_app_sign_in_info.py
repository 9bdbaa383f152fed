#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A sign-in with a stored secret, as the product does it."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_app_sign_in_info
short_description: Sign in as an application with its stored secret, and tell what its token carries
version_added: 0.2.0
description:
  - Proves that a client secret or certificate of O(store) works, by the request that the product makes with it, the flow of client
    credentials, and tells the application permissions in the token.
  - Makes O(calls) with that token, as the product would, and tells how each was answered.
  - Neither the secret nor the token is in any result. Nothing is changed.
  - A refusal by the login host is a result, with Microsoft's code and what to do. A host that does not answer is a failure.
  - A secret that is younger than five minutes may not have reached every replica of the login host. It is tried again for the time of
    O(timeout), each time by a new client of msal.
  - The least permission is C(Application.Read.All), application or delegated.
options:
  name:
    description: The name under which O(store) keeps the secret or certificate.
    type: str
    required: true
  calls:
    description:
      - Paths of Microsoft Graph with their version, such as V(/v1.0/groups/delta?$select=displayName,members), to read with the
        application's own token. Of a collection the first page is read.
    type: list
    elements: str
  roles:
    description:
      - Application permissions that were granted, by name. A token without them is asked for again for the time of O(timeout),
        since they take a while to be in it.
      - What is still missing then is no failure.
    type: list
    elements: str
  required:
    description: Whether the task fails where the sign-in is refused, or O(store) keeps nothing to sign in with.
    type: bool
    default: false
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.entra.application
  - tenantops.entra.store
  - tenantops.entra.entra.info
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Keep a secret
  tenantops.entra.entra_app_secret:
    unique_name: pomerium
    name: pomerium
    store:
      path: secrets/{{ inventory_hostname }}-pomerium.yml

- name: Sign in with it as the directory synchronisation does
  tenantops.entra.entra_app_sign_in_info:
    unique_name: pomerium
    name: pomerium
    store:
      path: secrets/{{ inventory_hostname }}-pomerium.yml
    calls: ['/v1.0/groups/delta?$select=displayName,members']
  register: proof

- name: Say what is missing
  ansible.builtin.debug:
    msg: "{{ proof.refusal.remedy if proof.refusal else proof.calls }}"
"""

RETURN = r"""
signed_in:
  description: Whether the login host gave a token. Null where O(store) keeps nothing to sign in with.
  returned: success
  type: bool
refusal:
  description: Why it gave none. Null where it did.
  returned: success
  type: dict
  contains:
    code:
      description: Microsoft's code, such as V(AADSTS7000222).
      type: str
      returned: when it is told
    says:
      description: Microsoft's words.
      type: str
      returned: success
    remedy:
      description: What to do. Empty for a code that the collection does not know.
      type: str
      returned: success
    trace_id:
      description: For Microsoft's support.
      type: str
      returned: when it is told
    correlation_id:
      description: For Microsoft's support.
      type: str
      returned: when it is told
    date:
      description: When it was refused.
      type: str
      returned: when it is told
roles:
  description: The application permissions in the token, sorted.
  returned: success
  type: list
  elements: str
  sample: [Directory.Read.All, Group.Read.All, User.Read.All]
token:
  description: What else the token tells. Null where there is none.
  returned: success
  type: dict
  contains:
    version:
      description: V(1.0) or V(2.0).
      type: str
      returned: success
    audience:
      description: For whom it is.
      type: str
      returned: success
    issuer:
      description: Who made it.
      type: str
      returned: success
    expires:
      description: When it ends.
      type: str
      returned: success
calls:
  description: How Microsoft Graph answered. Empty where there was no token.
  returned: success
  type: list
  elements: dict
  contains:
    path:
      description: The path as it was given.
      type: str
      returned: success
    status:
      description: The HTTP status.
      type: int
      returned: success
    code:
      description: The error's code. Null where the call was answered.
      type: str
      returned: success
kind:
  description: V(client_secret) or V(certificate). Null where O(store) keeps nothing.
  returned: success
  type: str
key_id:
  description: The credential's id. Null like RV(kind).
  returned: success
  type: str
name:
  description: The name as it was given.
  returned: success
  type: str
start:
  description: The time from which it is valid. Null like RV(kind).
  returned: success
  type: str
end:
  description: The time at which it ends. Null like RV(kind).
  returned: success
  type: str
days_left:
  description: Days until it ends. 0 where O(store) keeps nothing.
  returned: success
  type: int
stored_at:
  description: Where the value is kept.
  returned: success
  type: str
tenant_id:
  description: The directory (tenant) id.
  returned: success
  type: str
app_id:
  description: The application (client) id. Null in check mode when the application does not exist yet.
  returned: success
  type: str
object_id:
  description: The application's object id. Null like RV(app_id).
  returned: success
  type: str
unique_name:
  description: The application's unique name, null if it has none.
  returned: success
  type: str
"""

from ansible_collections.tenantops.entra.plugins.module_utils import _app_sign_in, _run
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import APPLICATION_OPTIONS, ONE_APPLICATION
from ansible_collections.tenantops.entra.plugins.module_utils._needs import Needs
from ansible_collections.tenantops.entra.plugins.module_utils._store_option import STORE_OPTION

MODULE = _run.Module(
    options={
        **APPLICATION_OPTIONS,
        "name": {"type": "str", "required": True},
        **STORE_OPTION,
        "calls": {"type": "list", "elements": "str"},
        "roles": {"type": "list", "elements": "str"},
        "required": {"type": "bool", "default": False},
    },
    read=_app_sign_in.read,
    refuse=_app_sign_in.refuse,
    needs=Needs(application=("Application.Read.All",), delegated=("Application.Read.All",)),
    constraints=ONE_APPLICATION,
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
