#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who a run is, in which tenant."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra
short_description: Sign in to a tenant of Microsoft Entra ID and tell who that is
version_added: 0.1.0
description:
  - Signs in as the other modules of the collection would, and returns the tenant, the identity and what it may do.
  - It sends no request to Microsoft Graph and needs no permission. Use it to try a credential.
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.entra.info
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: See who this run would be
  tenantops.entra.entra:
  register: identity

- name: Stop where a permission is missing
  ansible.builtin.assert:
    that: "'Application.ReadWrite.All' in identity.permissions"
"""

RETURN = r"""
tenant_id:
  description: The tenant of the token, which is the one of O(tenant_id).
  returned: success
  type: str
client_id:
  description: The application that signed in.
  returned: success
  type: str
identity_id:
  description: Object id of the service principal or user.
  returned: success
  type: str
user_principal_name:
  description: The user, or null for an application identity.
  returned: success
  type: str
delegated:
  description: Whether a user is signed in.
  returned: success
  type: bool
permissions:
  description: Application permissions, or the scopes of a signed-in user, for Microsoft Graph.
  returned: success
  type: list
  elements: str
directory_roles:
  description: Template ids of the directory roles that the token carries.
  returned: success
  type: list
  elements: str
"""

import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils import _run


def read(context: _run.Context) -> dict[str, t.Any]:
    claims = context.graph.identity()
    return {
        "tenant_id": claims.get("tid"),
        "client_id": claims.get("appid") or claims.get("azp"),
        "identity_id": claims.get("oid"),
        "user_principal_name": claims.get("upn") or claims.get("preferred_username"),
        "delegated": "scp" in claims,
        "permissions": context.graph.permissions(),
        "directory_roles": claims.get("wids", []),
    }


MODULE = _run.Module(options={}, read=read)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
