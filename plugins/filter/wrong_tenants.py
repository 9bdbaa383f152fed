# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts that do not each stand for a tenant of their own, told before anything is sent."""

from __future__ import annotations

import re
import typing as t

DOCUMENTATION = r"""
name: wrong_tenants
short_description: Sentences about hosts that do not each stand for a tenant of their own
version_added: 0.2.0
description:
  - Takes what the inventory says of each host, and returns a sentence for each host or group of hosts that could write to a wrong tenant.
    An empty list says that all is well.
  - A tenant id must be a GUID and no placeholder. Two hosts must not have the same one, unless both say that they share it.
positional: _input, variables, extra_variables
options:
  _input:
    description: The hosts of the play.
    type: list
    elements: str
    required: true
  variables:
    description:
      - The variables by host, as C(hostvars) holds them. What counts is C(entra_tenant_id), C(entra_products), C(entra_allow_shared_tenant)
        and C(entra_expected_domain).
      - A host without products and without a tenant id is none that matters.
    type: dict
    required: true
  extra_variables:
    description: Names of the variables that are given with C(-e) and so apply to all hosts.
    type: list
    elements: str
    default: []
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Each host must stand for a tenant of its own
  ansible.builtin.assert:
    that: ansible_play_hosts_all | tenantops.entra.wrong_tenants(hostvars, query('tenantops.entra.extra_variables')) | length == 0
"""

RETURN = r"""
_value:
  description: A sentence for each thing that is wrong.
  type: list
  elements: str
"""

Host = t.Mapping[str, t.Any]
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# endpoints that belong to no tenant, https://learn.microsoft.com/entra/identity-platform/v2-protocols#endpoints
SHARED_ENDPOINTS = ("common", "organizations", "consumers")
COUNTED_UP = re.compile(r"12345678-?1234.*", re.IGNORECASE)
NAME = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
TENANT = "entra_tenant_id"
PRODUCTS = "entra_products"
SHARED = "entra_allow_shared_tenant"
DOMAIN = "entra_expected_domain"
KEYS = (TENANT, PRODUCTS, SHARED, DOMAIN)
WHERE = "Set it in the host's own variables to the directory (tenant) id of the tenant's overview page."


def wrong_tenants(
    hosts: t.Iterable[str], variables: t.Mapping[str, Host], extra_variables: t.Collection[str] = ()
) -> list[str]:
    told = {str(name): {key: variables[name].get(key) for key in KEYS} for name in hosts}
    acting = {name: host for name, host in told.items() if host[PRODUCTS] or host[TENANT]}
    if TENANT in extra_variables and len(acting) > 1:
        sentence = (
            f"{TENANT} is given with -e and would apply to all {len(acting)} hosts of this run: {', '.join(acting)}."
        )
        return [f"{sentence} Leave it out, or limit the run to one host."]
    return [
        *(sentence for name, host in acting.items() for sentence in _check_id(name, host[TENANT])),
        *(sentence for name, host in acting.items() for sentence in _check_domain(name, host[DOMAIN])),
        *_find_doubles(acting),
    ]


def _check_id(name: str, given: t.Any) -> t.Iterator[str]:
    place = f"{TENANT} of {name}"
    if given is None or given == "":
        yield f"{place} is missing. {WHERE}"
    elif not isinstance(given, str):
        yield f"{place} is {given}, which YAML takes for a {type(given).__name__}. Put the id into quotation marks."
    elif given.strip().lower() in SHARED_ENDPOINTS:
        yield f"{place} is '{given}', an endpoint that tenants share. {WHERE}"
    elif GUID.fullmatch(given):
        if _is_placeholder(given):
            yield f"{place} is '{given}', a placeholder. {WHERE}"
    elif NAME.fullmatch(given):
        yield (
            f"{place} is '{given}', a domain, which can move to another tenant. {WHERE} "
            "The domain goes into entra_expected_domain, which is compared with those that the tenant has verified."
        )
    else:
        yield f"{place} is '{given}', which is not a GUID: 8-4-4-4-12 hexadecimal digits without anything around them. {WHERE}"


def _is_placeholder(guid: str) -> bool:
    """Whether each four digits are one digit, as in all ids of Microsoft's examples and in the zero id, or they count up."""
    digits = guid.replace("-", "").lower()
    return all(len(set(digits[at : at + 4])) == 1 for at in range(0, 32, 4)) or bool(COUNTED_UP.fullmatch(guid))


def _check_domain(name: str, given: t.Any) -> t.Iterator[str]:
    if given and not (isinstance(given, str) and NAME.fullmatch(given.strip().rstrip("."))):
        yield f"{DOMAIN} of {name} is '{given}', but must be a domain's name, such as customer.example."


def _find_doubles(hosts: t.Mapping[str, Host]) -> t.Iterator[str]:
    by_id: dict[str, list[str]] = {}
    for name, host in hosts.items():
        if isinstance(host[TENANT], str) and GUID.fullmatch(host[TENANT]):
            by_id.setdefault(host[TENANT].lower(), []).append(name)
    for guid, names in by_id.items():
        if len(names) > 1 and not all(hosts[name][SHARED] is True for name in names):
            yield (
                f"{TENANT} {guid} is that of the hosts {', '.join(names)}, and each customer has a tenant of its own. Correct it; "
                f"only where they are one customer, set {SHARED}: true for each of them."
            )


class FilterModule:
    """What ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"wrong_tenants": wrong_tenants}
