#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a tenant and its identity lack for what is to be run."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_preflight_info
short_description: Tell everything that is missing before the first write to a tenant of Microsoft Entra ID
version_added: 0.2.0
description:
  - Looks at the identity, its permissions and directory roles, the tenant, its licences, connectors and policies, the stores of secrets
    and the clock, and tells of each whether what is to be run can work.
  - Tells everything that is missing, not the first thing alone, and fails for none of it.
  - Microsoft Graph is sent reads alone. In each store something of no meaning is written, read back and removed.
  - No permission is needed. What the identity may not read is told as V(unknown).
options:
  uses:
    description: The modules that are to run with this identity.
    type: list
    elements: dict
    default: []
    suboptions:
      module:
        description: The module's name, such as C(entra_app_secret).
        type: str
        required: true
      options:
        description: Those of its options that will be given and need more permissions than the module alone.
        type: list
        elements: str
        default: []
      optional:
        description: Whether the run ends well without it. Then what it lacks is a warning.
        type: bool
        default: false
  expected_domain:
    description:
      - A domain that the customer's tenant has verified.
      - It tells a tenant id that was pasted into another customer's file, which fits its token all the same.
    type: str
  unique_name:
    description: The unique name of the product's application. Where it is registered already, a policy that new ones would meet is a warning.
    type: str
  app_proxy:
    description: Whether Application Proxy must be licensed.
    type: bool
    default: false
  connectors:
    description: Whether this identity deals with Application Proxy, so that it must see connectors.
    type: bool
    default: false
  connector_group:
    description: Name or id of the connector group that is to serve. The tenant's default group unless it is given.
    type: str
  connector_required:
    description: Whether one of the group's connectors must be active. Otherwise it is a warning.
    type: bool
    default: true
  redirect_uris:
    description: The redirect URIs that are to be registered.
    type: dict
    suboptions:
      web:
        description: Those of web clients.
        type: list
        elements: str
      spa:
        description: Those of single-page applications.
        type: list
        elements: str
      public_client:
        description: Those of mobile and desktop applications.
        type: list
        elements: str
  stores:
    description: The places in which secrets are to be kept.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: What is kept there, for people.
        type: str
        required: true
      store:
        description: As the option O(tenantops.entra.entra_app_secret#module:store).
        type: dict
        required: true
      lifetime_days:
        description: Days for which a client secret that is kept there is to be valid, compared with the tenant's policy.
        type: int
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.entra.info
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Look at what is missing for an application with a client secret
  tenantops.entra.entra_preflight_info:
    expected_domain: harbourview.example
    uses:
      - {module: entra_app_registration}
      - {module: entra_app_secret}
    stores:
      - name: pomerium
        lifetime_days: 180
        store: {path: secrets/pomerium.yml}
  register: preflight

- name: Nothing may be missing
  ansible.builtin.assert:
    that: preflight.checks | selectattr('result', 'eq', 'missing') | length == 0
    fail_msg: "{{ preflight.checks | selectattr('result', 'eq', 'missing') }}"
"""

RETURN = r"""
checks:
  description: All that was looked at.
  returned: success
  type: list
  elements: dict
  contains:
    check:
      description: What was looked at, such as V(Permission) or V(Licence).
      type: str
      returned: success
    result:
      description:
        - V(ok), or V(missing) where the run would fail.
        - V(warning) where it may fail or is to be known, V(unknown) where the identity may not read it.
      type: str
      returned: success
    detail:
      description: What was found.
      type: str
      returned: success
    remedy:
      description: What to do. Empty where all is well.
      type: str
      returned: success
  sample:
    - check: Licence
      result: missing
      detail: No subscription holds Microsoft Entra ID P1 or P2, which Application Proxy needs
      remedy: Have the customer buy or try one.
"""

from ansible_collections.tenantops.entra.plugins.module_utils import _preflight, _run

URIS = {"type": "list", "elements": "str"}
MODULE = _run.Module(
    options={
        "uses": {
            "type": "list",
            "elements": "dict",
            "default": [],
            "options": {
                "module": {"type": "str", "required": True},
                "options": {"type": "list", "elements": "str", "default": []},
                "optional": {"type": "bool", "default": False},
            },
        },
        "expected_domain": {"type": "str"},
        "unique_name": {"type": "str"},
        "app_proxy": {"type": "bool", "default": False},
        "connectors": {"type": "bool", "default": False},
        "connector_group": {"type": "str"},
        "connector_required": {"type": "bool", "default": True},
        "redirect_uris": {"type": "dict", "options": {"web": URIS, "spa": URIS, "public_client": URIS}},
        "stores": {
            "type": "list",
            "elements": "dict",
            "default": [],
            "options": {
                "name": {"type": "str", "required": True},
                "store": {"type": "dict", "required": True},
                "lifetime_days": {"type": "int"},
            },
        },
    },
    read=_preflight.read,
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
