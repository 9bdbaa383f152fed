#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Application Proxy publishes of an application."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_app_proxy
short_description: Publish an application through Microsoft Entra Application Proxy
version_added: 0.1.0
description:
  - Publishes an on-premises web application under an external URL, changes how, or unpublishes it.
  - An option that is left out is left alone. URLs are checked before any request is sent.
  - The least permission is C(Application.ReadWrite.All), delegated, of a user who holds the active role Application Administrator.
    O(connector_group) needs C(Directory.ReadWrite.All), delegated, besides. Microsoft documents no application permission for
    connector groups, and says that Application Proxy is for signed-in users.
  - Give these tasks another identity than the rest of the play where it signs in as an application.
options:
  state:
    description:
      - V(present) publishes the application or changes how it is published.
      - V(absent) unpublishes it. The application itself stays.
    type: str
    choices: [present, absent]
    default: present
  internal_url:
    description:
      - Where the connector reaches the application, with scheme and trailing slash. Needed to publish.
      - It must be the only published application with this internal URL.
    type: str
  external_url:
    description:
      - Where users reach it, with scheme and trailing slash, on a domain name and without a port. Needed to publish.
      - The domain is C(name-tenant.msappproxy.net) with a suffix that Microsoft gives the tenant, or a verified domain.
        Where the suffix is wrong, the message names the right one.
    type: str
  external_authentication_type:
    description:
      - Whether users sign in before a request reaches the application. Needed to publish.
      - V(passthru) lets everybody through.
    type: str
    choices: [aadPreAuthentication, passthru]
  application_server_timeout:
    description: How long the connector waits for the application. V(default) is 85 seconds, V(long) is 180.
    type: str
    choices: [default, long]
  is_http_only_cookie_enabled:
    description: Whether cookies of Application Proxy have the HTTPOnly flag.
    type: bool
  is_persistent_cookie_enabled:
    description: Whether cookies of Application Proxy outlive the browser. Only for applications that cannot share cookies between processes.
    type: bool
  is_secure_cookie_enabled:
    description: Whether cookies of Application Proxy have the Secure flag.
    type: bool
  is_translate_host_header_enabled:
    description: Whether URLs in response headers are translated.
    type: bool
  is_translate_links_in_body_enabled:
    description: Whether URLs in response bodies are translated.
    type: bool
  is_backend_certificate_validation_enabled:
    description: Whether the connector checks the application's TLS certificate.
    type: bool
  is_state_session_enabled:
    description: Whether the C(state) parameter of the sign-in is validated.
    type: bool
  is_continuous_access_evaluation_enabled:
    description: Whether access is evaluated continuously.
    type: bool
  is_dns_resolution_enabled:
    description: Whether Microsoft Entra Private Access resolves names.
    type: bool
  is_accessible_via_ztna_client:
    description: Whether the application can be reached by the Global Secure Access client.
    type: bool
  alternate_url:
    description: The URL of a traffic manager in front of several published applications.
    type: str
  use_alternate_url_for_translation_and_redirect:
    description: Whether O(alternate_url) takes the place of O(external_url) in redirects and translated links.
    type: bool
  traffic_routing_method:
    description: How traffic is routed between connectors.
    type: str
    choices: [none, random, sessionPersistence, performance]
  single_sign_on:
    description: How users are signed in to the application behind the connector.
    type: dict
    suboptions:
      mode:
        description: The kind of single sign-on.
        type: str
        choices: [none, onPremisesKerberos, saml, pingHeaderBased, aadHeaderBased, oAuthToken]
      kerberos_service_principal_name:
        description: The service principal name of the application server, such as C(HTTP/gis.example.com).
        type: str
      kerberos_mapping_attribute_type:
        description: The name under which the connector signs users in.
        type: str
        choices:
          - userPrincipalName
          - onPremisesUserPrincipalName
          - userPrincipalUsername
          - onPremisesUserPrincipalUsername
          - onPremisesSAMAccountName
  connector_group:
    description:
      - Name or id of the connector group that serves the application. Give it empty for the tenant's default group.
      - A newly published application is served by the default group.
    type: str
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.entra.application
  - tenantops.entra.entra.attributes
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Register the map server
  tenantops.entra.entra_app_registration:
    unique_name: map-server
    display_name: Map Server

- name: Publish it
  tenantops.entra.entra_app_proxy:
    unique_name: map-server
    internal_url: http://gis.internal/maps/
    external_url: https://maps-example.msappproxy.net/maps/
    external_authentication_type: aadPreAuthentication
    is_translate_links_in_body_enabled: true

- name: Unpublish it
  tenantops.entra.entra_app_proxy:
    unique_name: map-server
    state: absent
"""

RETURN = r"""
app_id:
  description: The application (client) id.
  returned: success
  type: str
object_id:
  description: The application's object id.
  returned: success
  type: str
external_url:
  description: Where users reach the application. All other options are returned in the same way.
  returned: when state is present
  type: str
connector_group_id:
  description: Id of the connector group that serves the application.
  returned: when connector_group is given
  type: str
"""

from ansible_collections.tenantops.entra.plugins.module_utils import (
    _app_proxy,
    _app_proxy_plan,
    _app_proxy_rules,
    _run,
)
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import (
    APPLICATION_IDS,
    APPLICATION_OPTIONS,
    ONE_APPLICATION,
)
from ansible_collections.tenantops.entra.plugins.module_utils._needs import Needs
from ansible_collections.tenantops.entra.plugins.module_utils._schema import spec_of

MODULE = _run.Module(
    options={
        **APPLICATION_OPTIONS,
        **spec_of(_app_proxy.FIELDS),
        "connector_group": {"type": "str"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    read=_app_proxy.read,
    needs=Needs(
        delegated=("Application.ReadWrite.All",),
        roles=("Application Administrator",),
        options={"connector_group": ("Directory.ReadWrite.All",)},
    ),
    plan=_app_proxy_plan.plan,
    refuse=_app_proxy_rules.refuse,
    ids=APPLICATION_IDS,
    constraints=ONE_APPLICATION,
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
