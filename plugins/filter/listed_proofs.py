# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The proofs of several tenants as the rows of one table."""

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: listed_proofs
short_description: The proofs of several tenants as rows
version_added: 0.2.0
description:
  - Takes for each tenant the fact C(entra_proofs) that the products' roles leave at their entry point C(verify).
options:
  _input:
    description: Proofs by product by tenant.
    type: dict
    required: true
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Show the proofs of this tenant
  ansible.builtin.debug:
    msg: "{{ {inventory_hostname: entra_proofs} | tenantops.entra.listed_proofs }}"
"""

RETURN = r"""
_value:
  description:
    - A row for each proof with C(tenant), C(product), C(proof), C(result), C(detail) and, of one that failed, C(told) with cause and remedy.
    - The detail of a secret has its days left.
  type: list
  elements: dict
"""

Row = t.Mapping[str, t.Any]


def listed_proofs(tenants: t.Mapping[str, t.Mapping[str, Row]]) -> list[dict[str, str]]:
    return [
        _describe(str(tenant), str(product["product"]), proof)
        for tenant, products in tenants.items()
        for product in products.values()
        for proof in product["proofs"]
    ]


def _describe(tenant: str, product: str, proof: Row) -> dict[str, str]:
    left = f" ({proof['days_left']} days left)" if "days_left" in proof else ""
    detail = " ".join(f"{proof['detail']}{left}".split())
    row = {"tenant": tenant, "product": product, "proof": proof["proof"], "result": proof["result"], "detail": detail}
    if proof["result"] != "failed":
        return row
    return {**row, "told": f"{product}: {proof['proof']}: {detail.rstrip('.')}. {proof['remedy']}".rstrip()}


class FilterModule:
    """What ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"listed_proofs": listed_proofs}
