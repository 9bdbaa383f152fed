#!/usr/bin/python
# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The redirect URIs of an application."""

from __future__ import annotations

DOCUMENTATION = r"""
module: entra_redirect_uri
short_description: Manage the redirect URIs of an application in Microsoft Entra ID
version_added: 0.1.0
description:
  - Adds redirect URIs to an application, removes them, or makes them the only ones.
  - A platform that is left out is left alone, and so is everything else on the application.
  - The least permission is C(Application.ReadWrite.OwnedBy), application, or C(Application.ReadWrite.All), delegated, of a user
    who owns the application or holds the active role Application Administrator or Cloud Application Administrator.
  - Allowed are https, http for V(localhost) and V(127.0.0.1), V(brk-multihub) in O(spa), V(ms-appx-web) in O(web), and
    a native application's own scheme in O(public_client).
  - Refused before any request are other schemes, wildcards, fragments, user names, IPv6 addresses, more than 256 characters,
    and characters that Microsoft Entra ID does not support, such as V(!), V($), V('), V(,), V(;) and round brackets.
  - Refused as well is the same URI on two platforms, and V(localhost) in both O(web) and O(spa).
  - An application has at most 256 redirect URIs. Where personal accounts sign in it has at most 100, and none with a query.
options:
  web:
    description: Redirect URIs of the platform Web, for applications that keep a secret on a server.
    type: list
    elements: str
  spa:
    description: Redirect URIs of the platform Single-page application, for code in the browser.
    type: list
    elements: str
  public_client:
    description: Redirect URIs of the platform Mobile and desktop applications.
    type: list
    elements: str
  state:
    description:
      - V(present) adds the URIs.
      - V(absent) removes them. An application that does not exist has none.
    type: str
    choices: [present, absent]
    default: present
  exact:
    description: Whether a platform that is given holds these URIs and no others.
    type: bool
    default: false
  allowed_domains:
    description: Domains that the hosts of the URIs must be, or be below. V(localhost) and schemes without a host are left out.
    type: list
    elements: str
  verify_dns:
    description:
      - Whether the hosts of the URIs are looked up, before any request. One that the DNS does not know is refused, since whoever
        registers it would receive sign-in codes; so is one that leads (CNAME) to a name that the DNS does not know.
      - Services that answer for every name, free or not, cannot be told this way.
      - Needs the Python library C(dnspython). May be set by the variable E(ENTRA_VERIFY_DNS).
    type: bool
    default: false
  dns_server:
    description:
      - The DNS server that is asked, as address or V(address:port), where the system's own would answer with internal names.
      - May be set by the variable E(ENTRA_DNS_SERVER).
    type: str
extends_documentation_fragment:
  - tenantops.entra.entra
  - tenantops.entra.entra.application
  - tenantops.entra.entra.losses
  - tenantops.entra.entra.last
  - tenantops.entra.entra.attributes
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Let the map server and the map receive sign-ins
  tenantops.entra.entra_redirect_uri:
    unique_name: pozi-server
    web:
      - https://poziserver-example.msappproxy.net/pozi/
    spa:
      - http://localhost/
      - https://example.enterprise.pozi.com/

- name: Remove the addresses of the old site
  tenantops.entra.entra_redirect_uri:
    unique_name: pozi-server
    spa:
      - https://old.enterprise.pozi.com/
    state: absent
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
unique_name:
  description: The application's unique name, null if it has none.
  returned: success
  type: str
web:
  description: All redirect URIs of the platform Web after the task.
  returned: success
  type: list
  elements: str
spa:
  description: All redirect URIs of the platform Single-page application after the task.
  returned: success
  type: list
  elements: str
public_client:
  description: All redirect URIs of the platform Mobile and desktop applications after the task.
  returned: success
  type: list
  elements: str
"""

from ansible_collections.tenantops.entra.plugins.module_utils import _losses, _redirect_uri, _redirect_uri_hosts, _run
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import (
    APPLICATION_IDS,
    APPLICATION_OPTIONS,
    ONE_APPLICATION,
    get_application,
    keys_of,
)
from ansible_collections.tenantops.entra.plugins.module_utils._needs import APPLICATIONS
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Object, Plan, compare, patches
from ansible_collections.tenantops.entra.plugins.module_utils._schema import Field, spec_of

FIELDS = (
    Field("web", "web.redirectUris", "list"),
    Field("spa", "spa.redirectUris", "list"),
    Field("public_client", "publicClient.redirectUris", "list"),
)


def named(params: _run.Params) -> dict[str, list[str]]:
    """The URIs that are to be there, by platform."""
    if params["state"] == "absent":
        return {}
    return {field.option: params[field.option] for field in FIELDS if params.get(field.option)}


def refuse(params: _run.Params) -> None:
    _redirect_uri.refuse_wrong(named(params))
    _redirect_uri_hosts.refuse_hosts(params, named(params))


def plan(params: _run.Params, application: Object) -> Plan:
    changes = compare(FIELDS, params, application)
    held = [uri for uris in changes.before.values() for uri in uris]
    if changes.body and held and not any(changes.state[field.option] for field in FIELDS):
        _losses.refuse_last(params, "its last redirect URI", "Nobody could sign in any more (AADSTS500113).")
    if changes.body and params["state"] == "present":
        _redirect_uri.refuse_shared(named(params), changes.state)
        _redirect_uri.refuse_for_audience(
            named(params), changes.state, application.get("signInAudience") or "AzureADMyOrg"
        )
    return Plan(
        changes.before,
        changes.after,
        patches(
            changes,
            "change the redirect URIs",
            "/applications/{application.id}",
            kind="application",
            keys=keys_of(application),
        ),
        {"application": application},
        changes.state,
        _redirect_uri.doubts(named(params)),
    )


MODULE = _run.Module(
    options={
        **APPLICATION_OPTIONS,
        **spec_of(FIELDS),
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "exact": {"type": "bool", "default": False},
        **_losses.LIMIT_OPTION,
        **_losses.LAST_OPTION,
        **_redirect_uri_hosts.OPTIONS,
    },
    read=get_application,
    needs=APPLICATIONS,
    plan=plan,
    refuse=refuse,
    ids=APPLICATION_IDS,
    constraints={
        "required_one_of": [*ONE_APPLICATION["required_one_of"], tuple(field.option for field in FIELDS)],
        "mutually_exclusive": ONE_APPLICATION["mutually_exclusive"],
    },
)


def main() -> None:
    _run.main(MODULE)


if __name__ == "__main__":
    main()
