# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What several tenants lack as the rows of one table."""

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: listed_checks
short_description: What several tenants lack as rows
version_added: 0.2.0
description:
  - Takes for each tenant the fact C(entra_preflight) that the products' roles leave at their entry point C(preflight).
  - What several products of a tenant lack alike is one row.
options:
  _input:
    description:
      - By tenant a list of the C(product) and the C(results) of M(tenantops.entra.entra_preflight_info), and C(accepted), the names of checks
        of which what is missing is a warning.
    type: dict
    required: true
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Show what this tenant lacks
  ansible.builtin.debug:
    msg: "{{ {inventory_hostname: entra_preflight} | tenantops.entra.listed_checks | selectattr('result', 'eq', 'missing') }}"
"""

RETURN = r"""
_value:
  description:
    - A row for each check with C(tenant), C(product), C(check), C(result), C(detail), C(remedy), and C(finding), which is both of them.
    - A check that could not be made is C(missing).
  type: list
  elements: dict
"""

Row = t.Mapping[str, t.Any]


def listed_checks(tenants: t.Mapping[str, t.Iterable[Row]]) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for tenant, looked in tenants.items():
        alike: dict[tuple[str, ...], list[str]] = {}
        for one in looked:
            for check in _list_checks(one["results"], one.get("accepted") or ()):
                alike.setdefault(check, []).append(str(one["product"]))
        rows += [_describe(str(tenant), dict.fromkeys(products), check) for check, products in alike.items()]
    return rows


def _list_checks(results: t.Iterable[Row], accepted: t.Collection[str]) -> t.Iterator[tuple[str, ...]]:
    """Check, result, detail and remedy. A result without checks is that of a task that failed."""
    for result in results:
        if result.get("skipped"):
            continue
        for check in result.get("checks") or [_tell_failure(result)]:
            told = "warning" if check["result"] == "missing" and check["check"] in accepted else check["result"]
            yield check["check"], told, " ".join(check["detail"].split()), check["remedy"]


def _tell_failure(result: Row) -> Row:
    return {"check": "Options", "result": "missing", "detail": str(result.get("msg") or "It failed"), "remedy": ""}


def _describe(tenant: str, products: t.Iterable[str], check: tuple[str, ...]) -> dict[str, str]:
    name, result, detail, remedy = check
    row = {"tenant": tenant, "product": ", ".join(products), "check": name, "result": result}
    finding = f"{detail.rstrip('.')}. {remedy}" if remedy else detail
    return {**row, "detail": detail, "remedy": remedy, "finding": finding}


class FilterModule:
    """What ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"listed_checks": listed_checks}
