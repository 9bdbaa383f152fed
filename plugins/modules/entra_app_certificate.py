#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A certificate of an application."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_app_certificate
short_description: Keep a certificate of an application in Microsoft Entra ID alive, and its private key in a store
version_added: 0.2.0
description:
  - Makes a key and a self-signed certificate where there is none of this name, where it ends soon, or where O(store) does not hold its key.
  - The key is made on the controller, written to O(store) and read back before its public half is added to the application.
    It never leaves by any other way. It is in no result, diff, log or error message.
  - A run that is killed, or whose answer is lost, is completed by the next one with the same key.
  - Certificates that are not in the store's record are never touched, whatever their name.
  - The former certificate stays valid, and in the store, until it ends or O(overlap_days) are over.
  - The least permission is C(Application.ReadWrite.OwnedBy), application, or C(Application.ReadWrite.All), delegated, of a user
    who owns the application or holds the active role Application Administrator or Cloud Application Administrator.
options:
  name:
    description:
      - The certificate's name, up to 64 characters. It is also its common name. An application can have several.
      - In one file of O(store) it is no client secret's name.
    type: str
    required: true
  lifetime_days:
    description:
      - Days for which a new certificate is valid, 1 to 730.
      - It counts when a certificate is made. One that exists is left as it is until it is due.
      - The tenant's policy may want fewer. Then the task fails with Microsoft's message.
    type: int
    default: 365
  key_size:
    description: Bits of a new RSA key. Microsoft Entra ID takes no other kind of key.
    type: int
    choices: [2048, 3072, 4096]
    default: 2048
  state:
    description:
      - V(present) makes sure of a certificate that is valid for more than O(renew_before_days).
      - V(absent) removes all certificates that were made under this name, the former ones too, and their keys from the store.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.entra.application
  - tenantops.entra.store
  - tenantops.entra.entra.life
  - tenantops.entra.entra.last
  - tenantops.entra.entra.attributes
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Keep the proxy's certificate alive
  tenantops.entra.entra_app_certificate:
    unique_name: pomerium
    name: directory
    renew_before_days: 60
    overlap_days: 14
    store:
      path: secrets/{{ inventory_hostname }}-pomerium.yml

- name: Read it where it is used
  ansible.builtin.include_vars:
    file: secrets/{{ inventory_hostname }}-pomerium.yml
    name: kept
  no_log: true

- name: Hand key and certificate to the product
  ansible.builtin.copy:
    content: "{{ kept.secrets.directory.current.secret }}"
    dest: /etc/pomerium/entra.pem
    mode: "0600"
  no_log: true

- name: Remove it
  tenantops.entra.entra_app_certificate:
    unique_name: pomerium
    name: directory
    store:
      path: secrets/{{ inventory_hostname }}-pomerium.yml
    state: absent
    allow_last: true # nothing signs in by it any more
"""

RETURN = r"""
key_id:
  description: The credential's id, of the new one if there is one. Null when it is absent, and in check mode when it would be created.
  returned: success
  type: str
thumbprint:
  description: SHA-1 of the certificate in hexadecimal digits, as the portal shows it. Null like RV(key_id).
  returned: success
  type: str
name:
  description: The certificate's name.
  returned: success
  type: str
start:
  description: The time from which it is valid. Null like RV(key_id).
  returned: success
  type: str
end:
  description: The time at which it ends. Null like RV(key_id).
  returned: success
  type: str
days_left:
  description: Days until it ends. 0 when it is absent.
  returned: success
  type: int
sealed:
  description:
    - The newest private key with its certificate, encrypted to the certificate of O(store.recipient_certificate), as PEM.
    - Nobody without its private key can read it.
  returned: with O(store.kind=sealed), when there is one
  type: str
stored_at:
  description: Where key and certificate are kept.
  returned: success
  type: str
proven:
  description: Whether it has signed in three times in a row. False when it is absent. In check mode, whether it would be tried.
  returned: success
  type: bool
pending:
  description: Whether it waits for its proof, or for its time, while the former one is still the one for consumers.
  returned: success
  type: bool
created:
  description: Whether this task made, or in check mode would make, a new certificate, or added one that an earlier run had made.
  returned: success
  type: bool
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

from ansible_collections.tenantops.entra.plugins.module_utils import _certificate, _credential_options, _losses, _run
from ansible_collections.tenantops.entra.plugins.module_utils._credential_options import LIFE_OPTIONS
from ansible_collections.tenantops.entra.plugins.module_utils._key_pair import SIZES
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import (
    APPLICATION_IDS,
    APPLICATION_OPTIONS,
    ONE_APPLICATION,
)
from ansible_collections.tenantops.entra.plugins.module_utils._needs import APPLICATIONS
from ansible_collections.tenantops.entra.plugins.module_utils._store_option import STORE_OPTION

MODULE = _run.Module(
    options={
        **APPLICATION_OPTIONS,
        "name": {"type": "str", "required": True},
        "lifetime_days": {"type": "int", "default": 365},
        **LIFE_OPTIONS,
        "key_size": {"type": "int", "choices": list(SIZES), "default": SIZES[0], "no_log": False},
        **STORE_OPTION,
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        **_losses.LAST_OPTION,
    },
    read=_certificate.read,
    needs=APPLICATIONS,
    plan=_certificate.plan,
    refuse=_credential_options.refuse,
    ids={
        **APPLICATION_IDS,
        "key_id": "{credential.keyId}",
        "thumbprint": "{credential.thumbprint}",
        "start": "{credential.startDateTime}",
        "end": "{credential.endDateTime}",
    },
    constraints=ONE_APPLICATION,
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
