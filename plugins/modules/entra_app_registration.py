#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An application registration and its enterprise application."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_app_registration
short_description: Register an application in Microsoft Entra ID
version_added: 0.1.0
description:
  - Creates, changes, restores or deletes an application and its service principal (enterprise application).
  - The natural key is O(unique_name), which Microsoft Entra ID keeps unique in the tenant. Two runs at once make one application.
  - An option that is left out is left alone. A text that is given empty is cleared.
  - The least permission is C(Application.ReadWrite.OwnedBy), application, or C(Application.ReadWrite.All), delegated, of a user
    who owns the application or holds the active role Application Administrator or Cloud Application Administrator.
    O(owners) needs C(Directory.Read.All) besides.
options:
  unique_name:
    description:
      - The application's unique name. It is set once and stays taken for 30 days after a deletion.
    type: str
  app_id:
    description: The application (client) id of an application that exists.
    type: str
  object_id:
    description: The object id of an application that exists.
    type: str
  adopt:
    description:
      - Take over an application that was made by hand, and give it O(unique_name) for good.
        The tag C(TenantOpsAdopted) then tells that it was; O(tags) never removes that one.
      - It is found by O(app_id) or O(object_id), else by its exact O(display_name), which must be unique then.
    type: bool
    default: false
  state:
    description:
      - V(present) creates or changes the application, and restores it where O(unique_name) lies in the deleted items.
      - V(absent) deletes it. It can be restored for 30 days.
    type: str
    choices: [present, absent]
    default: present
  confirm:
    description: The application's O(unique_name) or O(display_name) once more. Needed where O(state=absent), or nothing is deleted.
    type: str
  exact:
    description: Whether lists hold what is given and no others. Otherwise what is given is added to them.
    type: bool
    default: false
  display_name:
    description: The name that users see. Needed to create the application, and to adopt one by its name.
    type: str
  description:
    description: A text that users see.
    type: str
  notes:
    description: A text for administrators.
    type: str
  sign_in_audience:
    description: Who may sign in.
    type: str
    choices: [AzureADMyOrg, AzureADMultipleOrgs, AzureADandPersonalMicrosoftAccount, PersonalMicrosoftAccount]
  sign_in_audience_restrictions:
    description:
      - The tenants in which an application of O(sign_in_audience=AzureADMultipleOrgs) may be used, besides its own.
        Applications must check the tenant of a token all the same.
      - Microsoft documents it for the beta version of Microsoft Graph only, which is asked nothing unless the option is given, or
        O(sign_in_audience) leaves V(AzureADMultipleOrgs); then the restriction is taken off in the same request.
    type: dict
    version_added: 0.2.0
    suboptions:
      kind:
        description: V(allowedTenants) are those in O(sign_in_audience_restrictions.allowed_tenant_ids), V(unrestricted) are all.
        type: str
        choices: [unrestricted, allowedTenants]
        required: true
      allowed_tenant_ids:
        description: The tenants, by id, 1 to 20. Those that are not listed are taken off.
        type: list
        elements: str
  identifier_uris:
    description:
      - The application ID URIs. C({app_id}) in them stands for the application (client) id.
      - They have no trailing slash. The host must be a verified domain of the tenant.
    type: list
    elements: str
  identifier_uris_fallback:
    description:
      - What to set instead where the tenant refuses O(identifier_uris) because their host is not a verified domain.
      - An application that has these already counts as converged. The result and a warning say which were set.
    type: list
    elements: str
  scopes:
    description: Delegated permissions that the application offers. They are told apart by O(scopes[].value).
    type: list
    elements: dict
    suboptions:
      value:
        description: The scope's name in tokens.
        type: str
        required: true
      type:
        description: Who may consent. V(Admin) is administrators only. A new scope is for V(User).
        type: str
        choices: [Admin, User]
      admin_consent_display_name:
        description: Title that administrators see.
        type: str
      admin_consent_description:
        description: Text that administrators see.
        type: str
      user_consent_display_name:
        description: Title that users see.
        type: str
      user_consent_description:
        description: Text that users see.
        type: str
      enabled:
        description: Whether it can be requested. A new scope is enabled.
        type: bool
  app_roles:
    description: Roles that the application offers. They are told apart by O(app_roles[].value).
    type: list
    elements: dict
    suboptions:
      value:
        description: The role's name in tokens.
        type: str
        required: true
      display_name:
        description: Name that administrators see.
        type: str
      description:
        description: Text that administrators see.
        type: str
      allowed_member_types:
        description: Who may hold the role. A new role is for V(User).
        type: list
        elements: str
        choices: [User, Application]
      enabled:
        description: Whether it can be assigned. A new role is enabled.
        type: bool
  home_page_url:
    description: The address that users open.
    type: str
  logout_url:
    description: The front-channel logout address, https.
    type: str
  enable_id_token_issuance:
    description: Whether ID tokens are issued by the implicit and hybrid flows.
    type: bool
  enable_access_token_issuance:
    description: Whether access tokens are issued by the implicit flow.
    type: bool
  is_fallback_public_client:
    description: Whether public client flows (mobile and desktop) are allowed.
    type: bool
  requested_access_token_version:
    description: The version of access tokens for this application's own API.
    type: int
    choices: [1, 2]
  tags:
    description: Texts by which tools find the application. They appear on the service principal too.
    type: list
    elements: str
  owners:
    description: Users by user principal name or object id, or service principals by object id.
    type: list
    elements: str
  app_role_assignment_required:
    description: Whether only assigned users and groups may sign in. On the service principal.
    type: bool
  account_enabled:
    description: Whether anybody may sign in. On the service principal.
    type: bool
  visible:
    description: Whether users see the application among theirs. On the service principal.
    type: bool
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.entra.losses
  - tenantops.entra.entra.last
  - tenantops.entra.entra.attributes
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Register the map server
  tenantops.entra.entra_app_registration:
    unique_name: pozi-server
    display_name: Pozi Server
    sign_in_audience: AzureADMyOrg
    identifier_uris: ["api://{app_id}"]
    scopes:
      - value: user_impersonation
        type: Admin
        admin_consent_display_name: Access Pozi Server
        admin_consent_description: Allow the application to access Pozi Server on behalf of the signed-in user.
    app_role_assignment_required: true
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
service_principal_id:
  description: The service principal's object id.
  returned: success
  type: str
identifier_uris:
  description: The application ID URIs as they are after the task. All other options are returned in the same way.
  returned: when state is present
  type: list
  elements: str
"""

import dataclasses

from ansible_collections.tenantops.entra.plugins.module_utils import (
    _audience_restrictions,
    _losses,
    _registration,
    _registration_plan,
    _registration_rules,
    _run,
)
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import APPLICATION_IDS, APPLICATION_OPTIONS
from ansible_collections.tenantops.entra.plugins.module_utils._needs import APPLICATIONS
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Plan
from ansible_collections.tenantops.entra.plugins.module_utils._registration_fields import FIELDS, PRINCIPAL_FIELDS
from ansible_collections.tenantops.entra.plugins.module_utils._schema import spec_of


def plan(params: _run.Params, found: _registration.Registration) -> Plan:
    return _registration_plan.plan(params, found, FIELDS, PRINCIPAL_FIELDS)


MODULE = _run.Module(
    options={
        **APPLICATION_OPTIONS,
        **spec_of(FIELDS),
        **spec_of(PRINCIPAL_FIELDS),
        **spec_of([_audience_restrictions.FIELD]),
        "requested_access_token_version": {"type": "int", "choices": [1, 2], "no_log": False},
        "adopt": {"type": "bool", "default": False},
        "confirm": {"type": "str"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "exact": {"type": "bool", "default": False},
        **_losses.LIMIT_OPTION,
        **_losses.LAST_OPTION,
        "identifier_uris_fallback": {"type": "list", "elements": "str"},
        "owners": {"type": "list", "elements": "str"},
        "visible": {"type": "bool"},
    },
    read=_registration.read,
    needs=dataclasses.replace(APPLICATIONS, options={"owners": ("Directory.Read.All",)}),
    plan=plan,
    refuse=_registration_rules.refuse,
    ids={**APPLICATION_IDS, "service_principal_id": "{service_principal.id}"},
    constraints={
        "required_one_of": [tuple(APPLICATION_OPTIONS)],
        "mutually_exclusive": [("app_id", "object_id")],
        "required_by": {"identifier_uris_fallback": ["identifier_uris"]},
    },
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
