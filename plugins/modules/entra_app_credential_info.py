#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When the credentials of a tenant's applications end."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_app_credential_info
short_description: List when the credentials of all applications in Microsoft Entra ID end
version_added: 0.2.0
description:
  - Lists the client secrets and certificates of every application and service principal of the tenant, the certificates that sign SAML
    tokens, and those of custom domains that Application Proxy serves. Values are not told, and Microsoft Graph does not tell them.
  - It takes one request for each 999 applications, one for each 999 service principals, and one for each published application.
  - A credential of an application that lives in another tenant is told only where it belongs to the service principal in this one.
  - The least permission is C(Application.Read.All), application or delegated.
options:
  managed_only:
    description:
      - Whether to leave out applications that have no unique name, so that neither M(tenantops.entra.entra_app_registration) nor another
        tool that gives one has made or adopted them.
    type: bool
    default: false
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.entra.info
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: List the credentials
  tenantops.entra.entra_app_credential_info:
  register: found

- name: Name those that end within a month
  ansible.builtin.debug:
    msg: "{{ item.application }}: {{ item.kind }} {{ item.name }} ends {{ item.end }}"
  loop: "{{ found.credentials | rejectattr('days_left', 'none') | selectattr('days_left', 'le', 30) }}"
  loop_control:
    label: "{{ item.key_id }}"
"""

RETURN = r"""
tenant_id:
  description: The directory (tenant) id.
  returned: success
  type: str
credentials:
  description: The credentials, in the order of the applications' names.
  returned: success
  type: list
  elements: dict
  contains:
    application:
      description: The display name of the application, or of the service principal where the application lives elsewhere.
      type: str
      returned: success
    app_id:
      description: The application (client) id.
      type: str
      returned: success
    unique_name:
      description: The application's unique name, null if it has none.
      type: str
      returned: success
    managed:
      description: Whether it has one, as all that M(tenantops.entra.entra_app_registration) made or adopted.
      type: bool
      returned: success
    kind:
      description: V(secret), V(certificate), V(saml_certificate) or V(app_proxy_certificate).
      type: str
      returned: success
    key_id:
      description: The credential's id; the thumbprint of a certificate of Application Proxy.
      type: str
      returned: success
    name:
      description: The credential's name; the subject of a certificate of Application Proxy. Null if it has none.
      type: str
      returned: success
    active:
      description: Whether it is in use. False for a SAML certificate that lies ready and does not sign yet, or no more.
      type: bool
      returned: success
    start:
      description: When its time begins.
      type: str
      returned: success
    end:
      description: When its time ends. Null if it never does.
      type: str
      returned: success
    days_left:
      description: Whole days until then, below 0 once it has ended.
      type: int
      returned: success
"""

import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils import _app_credentials, _run
from ansible_collections.tenantops.entra.plugins.module_utils._needs import Needs


def read(context: _run.Context) -> dict[str, t.Any]:
    found = _app_credentials.list_credentials(context)
    wanted = [one for one in found if one["managed"] or not context.params["managed_only"]]
    return {"tenant_id": context.tenant_id, "credentials": wanted}


MODULE = _run.Module(
    options={"managed_only": {"type": "bool", "default": False}},
    read=read,
    needs=Needs(application=("Application.Read.All",), delegated=("Application.Read.All",)),
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
