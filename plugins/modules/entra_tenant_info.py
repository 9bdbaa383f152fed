#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What must be known of a tenant before a product is onboarded."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_tenant_info
short_description: Read a tenant's name, domains, issuer, licences and policies from Microsoft Entra ID
version_added: 0.2.0
description:
  - Reads the organization, its verified domains, the issuer and the endpoints of the discovery document, whether Application Proxy is
    licensed, and what the tenant's policy leaves of client secrets and certificates.
  - What the identity may not read is null, and RV(unreadable) names the permission that reads it.
  - The least permission is C(Organization.Read.All), application or delegated.
    The policy needs C(Policy.Read.All) besides, and is null without.
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.entra.info
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Read what the tenant is
  tenantops.entra.entra_tenant_info:
  register: tenant

- name: Application Proxy must be licensed
  ansible.builtin.assert:
    that: tenant.app_proxy_licensed is not false
    fail_msg: "{{ tenant.display_name }} has no licence of Microsoft Entra ID P1 or P2."
"""

RETURN = r"""
tenant_id:
  description: The directory (tenant) id.
  returned: success
  type: str
display_name:
  description: The organization's name.
  returned: success
  type: str
tenant_type:
  description: The kind of tenant, such as C(AAD). Null where it is not told.
  returned: success
  type: str
country:
  description: The organization's country, as two letters. Null where it is not told.
  returned: success
  type: str
verified_domains:
  description: The domains that are verified.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: The domain's name.
      type: str
      returned: success
    is_default:
      description: Whether new users get it.
      type: bool
      returned: success
    is_initial:
      description: Whether the tenant was made with it.
      type: bool
      returned: success
    type:
      description: V(Managed), or V(Federated) where its users sign in elsewhere.
      type: str
      returned: success
default_domain:
  description: The domain that new users get.
  returned: success
  type: str
initial_domain:
  description: The domain that the tenant was made with.
  returned: success
  type: str
issuer:
  description: The issuer, to the letter as in the discovery document.
  returned: success
  type: str
discovery_url:
  description: The discovery document's address.
  returned: success
  type: str
endpoints:
  description: Endpoints, to the letter as in the discovery document.
  returned: success
  type: dict
  contains:
    authorization_endpoint:
      description: Where users sign in.
      type: str
      returned: success
    token_endpoint:
      description: Where tokens are given.
      type: str
      returned: success
    jwks_uri:
      description: Where the keys are that sign tokens.
      type: str
      returned: success
    userinfo_endpoint:
      description: Where the signed-in user is told.
      type: str
      returned: success
    end_session_endpoint:
      description: Where users sign out.
      type: str
      returned: success
    device_authorization_endpoint:
      description: Where a sign-in on another device begins.
      type: str
      returned: success
licences:
  description: What the tenant has subscribed to. Null where it may not be read.
  returned: success
  type: list
  elements: dict
  sample: [{name: AAD_PREMIUM, status: Enabled, enabled_units: 25, consumed_units: 3, app_proxy: true}]
app_proxy_licensed:
  description: Whether one of RV(licences) holds Microsoft Entra ID P1 or P2, which Application Proxy needs. Null where they may not be read.
  returned: success
  type: bool
credential_policy:
  description: What the tenant's default policy leaves to an application that is made now. Null where it may not be read.
  returned: success
  type: dict
  contains:
    enabled:
      description: Whether the policy is in force.
      type: bool
      returned: success
    secrets_allowed:
      description: Whether client secrets may be added.
      type: bool
      returned: success
    secret_lifetime_days:
      description: The most days that a client secret may be valid. Null where they are not limited.
      type: int
      returned: success
    certificate_lifetime_days:
      description: The most days that a certificate may be valid. Null where they are not limited.
      type: int
      returned: success
unreadable:
  description: What is null because it may not be read, with the permission that reads it.
  returned: success
  type: dict
  sample: {credential_policy: Policy.Read.All}
"""

from ansible_collections.tenantops.entra.plugins.module_utils import _run, _tenant_info
from ansible_collections.tenantops.entra.plugins.module_utils._needs import Needs

MODULE = _run.Module(
    options={},
    read=_tenant_info.read,
    needs=Needs(application=("Organization.Read.All",)),
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
