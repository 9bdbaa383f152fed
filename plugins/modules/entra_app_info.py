#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a tenant holds of an application, or of each that the collection manages."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_app_info
short_description: Read all settings of one application, or of all managed ones, in Microsoft Entra ID
version_added: 0.1.0
description:
  - Reads an application, its service principal, what Application Proxy publishes of it, who is assigned to it, and its credentials
    without their values.
  - Without O(unique_name), O(app_id) and O(object_id) it reads all managed applications, which takes some five requests for each.
    Managed are those that have a unique name. M(tenantops.entra.entra_app_registration) gives one to what it makes or adopts, and the
    portal to none; other tools that give one, such as Bicep, cannot be told from it.
  - M(tenantops.entra.entra_app_credential_info) lists the credentials of all applications of a tenant in few requests.
  - Everything is told in the option names of the modules that set it.
  - In check mode, an application that an earlier task would create is told in the same form. Its ids are null.
  - The least permission is C(Application.Read.All), application or delegated.
    The connector group needs a signed-in user with C(Directory.ReadWrite.All) besides, and is null without.
options:
  unique_name:
    description: The application's unique name. All managed applications are read if neither this nor O(app_id) nor O(object_id) is set.
    type: str
  app_id:
    description: The application (client) id.
    type: str
  object_id:
    description: The application's object id.
    type: str
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.entra.info
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Read the map server's settings
  tenantops.entra.entra_app_info:
    unique_name: pozi-server
  register: pozi

- name: Name the groups that may sign in
  ansible.builtin.debug:
    msg: "{{ pozi.assignments | selectattr('principal_type', 'equalto', 'Group') | map(attribute='principal_name') }}"

- name: Read all that were onboarded
  tenantops.entra.entra_app_info:
  register: tenant

- name: Name them, with the days that their secrets have left
  ansible.builtin.debug:
    msg: "{{ item.application.display_name }}: {{ item.secrets | map(attribute='days_left') | join(', ') }}"
  loop: "{{ tenant.applications }}"
  loop_control:
    label: "{{ item.application.unique_name }}"
"""

RETURN = r"""
tenant_id:
  description: The directory (tenant) id.
  returned: success
  type: str
applications:
  description:
    - All managed applications by their names. Each holds RV(application), RV(service_principal), RV(app_proxy), RV(assignments),
      RV(secrets), RV(certificates) and RV(federated_credentials), in the form that is told of one.
  returned: when none is named
  type: list
  elements: dict
application:
  description:
    - The application, in the option names of M(tenantops.entra.entra_app_registration), and what is listed here.
  returned: when one is named
  type: dict
  contains:
    app_id:
      description: The application (client) id.
      type: str
      returned: success
    object_id:
      description: The application's object id.
      type: str
      returned: success
    unique_name:
      description: The unique name, null if it has none.
      type: str
      returned: success
    adopted:
      description: Whether it was made by hand, and adopted later.
      type: bool
      returned: success
    display_name:
      description: The name that users see. All other options of M(tenantops.entra.entra_app_registration) are returned in the same way.
      type: str
      returned: success
    sign_in_audience_restrictions:
      description: The tenants that may use an application of several. Null for any other application.
      type: dict
      returned: success
      sample: {kind: allowedTenants, allowed_tenant_ids: [11112222-bbbb-3333-cccc-4444dddd5555]}
    web_redirect_uris:
      description: Redirect URIs of the platform Web.
      type: list
      elements: str
      returned: success
    spa_redirect_uris:
      description: Redirect URIs of the platform Single-page application.
      type: list
      elements: str
      returned: success
    public_client_redirect_uris:
      description: Redirect URIs of the platform Mobile and desktop applications.
      type: list
      elements: str
      returned: success
    group_membership_claims:
      description: Which groups tokens tell.
      type: list
      elements: str
      returned: success
    group_claim_tokens:
      description: The tokens that tell groups.
      type: list
      elements: str
      returned: success
      sample: [id_token, access_token]
    optional_claims:
      description: All optional claims of C(id_token), C(access_token) and C(saml2_token).
      type: dict
      returned: success
      sample: {id_token: [{name: email, source: null, essential: false, additional_properties: []}], access_token: [], saml2_token: []}
    required_permissions:
      description: What the application asks for, of each API. A permission that the API no longer offers is told by its id.
      type: list
      elements: dict
      returned: success
      sample: [{resource: Microsoft Graph, delegated: [User.Read], application: []}]
    owners:
      description: Users by user principal name, service principals by object id.
      type: list
      elements: str
      returned: success
service_principal:
  description: The enterprise application. Null if there is none.
  returned: when one is named
  type: dict
  sample: {object_id: 00001111-aaaa-2222-bbbb-3333cccc4444, app_role_assignment_required: true, account_enabled: true, visible: true}
app_proxy:
  description:
    - What Application Proxy publishes, in the option names of M(tenantops.entra.entra_app_proxy), with C(connector_group_id).
    - Null if it publishes nothing.
  returned: when one is named
  type: dict
assignments:
  description: Who is assigned.
  returned: when one is named
  type: list
  elements: dict
  sample:
    - principal_id: 00001111-aaaa-2222-bbbb-3333cccc4444
      principal_name: GIS Editors
      principal_type: Group
      app_role: Default Access
secrets:
  description: Client secrets without their values. C(days_left) is below 0 once a secret has ended.
  returned: when one is named
  type: list
  elements: dict
  sample:
    - key_id: 00001111-aaaa-2222-bbbb-3333cccc4444
      name: product
      start: '2026-01-01T00:00:00Z'
      end: '2026-07-01T00:00:00Z'
      days_left: 90
certificates:
  description: Certificates, in the same form as RV(secrets).
  returned: when one is named
  type: list
  elements: dict
federated_credentials:
  description: Federated identity credentials, in the option names of M(tenantops.entra.entra_app_federated_credential).
  returned: when one is named
  type: list
  elements: dict
  sample:
    - name: pipeline
      issuer: https://issuer.example
      subject: pipeline-1
      audience: api://AzureADTokenExchange
      description: Deploys
"""

import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils import _app_info, _run
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import APPLICATION_OPTIONS
from ansible_collections.tenantops.entra.plugins.module_utils._needs import Needs


def read(context: _run.Context) -> dict[str, t.Any]:
    return {"tenant_id": context.tenant_id, **_app_info.read(context)}


MODULE = _run.Module(
    options=APPLICATION_OPTIONS,
    read=read,
    needs=Needs(application=("Application.Read.All",), delegated=("Application.Read.All",)),
    constraints={"mutually_exclusive": [tuple(APPLICATION_OPTIONS)]},
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
