#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A client secret of an application."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_app_secret
short_description: Keep a client secret of an application in Microsoft Entra ID alive, and its value in a store
version_added: 0.1.0
description:
  - Creates a client secret where there is none of this name, where it ends soon, or where O(store) does not hold its value.
  - Microsoft Entra ID shows the value once. It is written to O(store) and read back before the task reports. It is in no result, diff, log or
    error message.
  - No secret is created where the store cannot be written to.
  - Certificates and federated credentials have no value that could be lost or stolen on its way. Prefer them where the product can use them.
  - The credential's display name is O(name), a colon and an id that is kept in the store before the credential is made. When an answer is
    lost, or a run is killed, the next run knows by that id which credential nobody has the value of, and removes it. Credentials that are not
    in the store's record are never touched, whatever their name.
  - The former secret stays valid, and in the store, until it ends or O(overlap_days) are over.
  - The least permission is C(Application.ReadWrite.OwnedBy), application, or C(Application.ReadWrite.All), delegated, of a user
    who owns the application or holds the active role Application Administrator or Cloud Application Administrator.
options:
  name:
    description: The secret's name, up to 64 characters. An application can have several.
    type: str
    required: true
  lifetime_days:
    description:
      - Days for which a new secret is valid, 1 to 730.
      - It counts when a secret is made. One that exists is left as it is until it is due.
      - The tenant's policy may want fewer. Then the task fails with Microsoft's message.
    type: int
    default: 180
  return_secret:
    description:
      - Returns the value as RV(secret). The whole result is then kept from display, log and callbacks, and RV(secret) can be used by way of
        C(register) alone. With ansible-core 2.22 and later the value is masked in all that comes after, too.
      - With earlier releases, set C(no_log) on every later task that uses it. Prefer to read it from O(store) where it is needed.
    type: bool
    default: false
  state:
    description:
      - V(present) makes sure of a secret that is valid for more than O(renew_before_days).
      - V(absent) removes all credentials that were made under this name, the former ones too, and their values from the store.
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
- name: Keep the map server's secret alive
  tenantops.entra.entra_app_secret:
    unique_name: pozi-server
    name: iis
    lifetime_days: 180
    renew_before_days: 60
    overlap_days: 14
    schedule_days: 7
    store:
      path: secrets/{{ inventory_hostname }}.yml

- name: Read it where it is used
  ansible.builtin.include_vars:
    file: secrets/{{ inventory_hostname }}.yml
    name: kept
  no_log: true

- name: Hand it to the product
  ansible.builtin.copy:
    content: "{{ kept.secrets.iis.current.secret }}"
    dest: /etc/pozi/client_secret
    mode: "0600"
  no_log: true

- name: Remove it
  tenantops.entra.entra_app_secret:
    unique_name: pozi-server
    name: iis
    store:
      path: secrets/{{ inventory_hostname }}.yml
    state: absent
    allow_last: true # nothing signs in by it any more
"""

RETURN = r"""
key_id:
  description: The credential's id, of the new one if there is one. Null when it is absent, and in check mode when it would be created.
  returned: success
  type: str
name:
  description: The secret's name.
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
    - The newest value, encrypted to the certificate of O(store.recipient_certificate), as PEM. Nobody without its private key can read it.
  returned: with O(store.kind=sealed), when there is one
  type: str
stored_at:
  description: Where the value is kept.
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
  description: Whether this task made, or in check mode would make, a new secret.
  returned: success
  type: bool
secret:
  description: The value of the one that consumers are to use. Null when there is none yet, and in check mode when it would be created.
  returned: with O(return_secret)
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

from ansible_collections.tenantops.entra.plugins.module_utils import (
    _credential_options,
    _losses,
    _run,
    _secret_state,
    _secrets,
)
from ansible_collections.tenantops.entra.plugins.module_utils._credential_options import LIFE_OPTIONS
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
        "lifetime_days": {"type": "int", "default": 180},
        **LIFE_OPTIONS,
        "return_secret": {"type": "bool", "default": False, "no_log": False},
        **STORE_OPTION,
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        **_losses.LAST_OPTION,
    },
    read=_secret_state.read,
    needs=APPLICATIONS,
    plan=_secrets.plan,
    refuse=_credential_options.refuse,
    ids={
        **APPLICATION_IDS,
        "key_id": "{credential.keyId}",
        "start": "{credential.startDateTime}",
        "end": "{credential.endDateTime}",
    },
    constraints=ONE_APPLICATION,
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
