# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What failed in several tenants as the rows of one table."""

from __future__ import annotations

import typing as t

from ansible_collections.tenantops.entra.plugins.filter.listed_checks import listed_checks

DOCUMENTATION = r"""
name: listed_failures
short_description: What failed in several tenants as rows
version_added: 0.2.0
description:
  - Takes the facts that C(playbooks/onboard.yml) leaves of each host, C(entra_preflight) and C(entra_failures).
positional: _input, variables, alive
options:
  _input:
    description: The hosts to tell of.
    type: list
    elements: str
    required: true
  variables:
    description: The variables by host, as C(hostvars) holds them.
    type: dict
    required: true
  alive:
    description: The hosts that came to the end of the run. Of any other it is told that it did not.
    type: list
    elements: str
    required: true
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Show what failed
  ansible.builtin.debug:
    msg: "{{ ansible_play_hosts_all | tenantops.entra.listed_failures(hostvars, ansible_play_hosts) }}"
"""

RETURN = r"""
_value:
  description: A row for each failure with C(tenant), C(product), C(failed) and C(cause), which tells what to do as well.
  type: list
  elements: dict
"""

Row = t.Mapping[str, t.Any]


def listed_failures(
    hosts: t.Iterable[str], variables: t.Mapping[str, Row], alive: t.Collection[str]
) -> list[dict[str, str]]:
    return [row for host in hosts for row in _list_rows(str(host), variables[host], host in alive)]


def _list_rows(host: str, variables: Row, alive: bool) -> t.Iterator[dict[str, str]]:
    for check in listed_checks({host: variables.get("entra_preflight") or []}):
        if check["result"] == "missing":
            yield _row(host, check["product"], f"Preflight: {check['check']}", check["finding"])
    for failure in variables.get("entra_failures") or []:
        yield _row(host, failure["product"], failure["task"] or "A task", failure["told"])
    if not alive:
        yield _row(host, "", "The run", "The host did not come to the end: its task that failed is told above.")


def _row(host: str, product: str, failed: str, cause: str) -> dict[str, str]:
    return {"tenant": host, "product": product, "failed": failed, "cause": cause}


class FilterModule:
    """What ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"listed_failures": listed_failures}
