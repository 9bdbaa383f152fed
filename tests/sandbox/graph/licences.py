# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Licences: what the tenant has subscribed to.

Source: https://learn.microsoft.com/graph/api/resources/subscribedsku, with names and ids from
https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
"""

from __future__ import annotations

from sandbox.graph.calls import Answer, Call
from sandbox.graph.directory import PREMIUM
from sandbox.graph.errors import not_found
from sandbox.graph.pages import entity_answer, list_answer
from sandbox.graph.schema import find_type
from sandbox.store import Record

KIND = "subscribedSku"
#: Microsoft Entra ID P1.
SKU = "078d2b04-f1bd-4111-bbd4-b4b1b354cef4"


def list_skus(call: Call) -> Answer:
    """GET subscribedSkus."""
    return list_answer(call, KIND, _list(call), "subscribedSkus")


def get_sku(call: Call) -> Answer:
    """GET subscribedSkus/{id}."""
    found = next((sku for sku in _list(call) if sku["id"] == call.key().lower()), None)
    if found is None:
        raise not_found(call.key())
    return entity_answer(call, KIND, found, "subscribedSkus")


def _list(call: Call) -> list[Record]:
    if call.view.get("assignedPlan", PREMIUM) is None:
        return []
    plan = {
        "appliesTo": "User",
        "provisioningStatus": "Success",
        "servicePlanId": PREMIUM,
        "servicePlanName": "AAD_PREMIUM",
    }
    record = {
        **find_type(KIND).defaults(),
        "id": f"{call.tenant.id}_{SKU}",
        "accountName": call.tenant.initial_domain.partition(".")[0],
        "accountId": call.tenant.id,
        "appliesTo": "User",
        "capabilityStatus": "Enabled",
        "consumedUnits": 0,
        "prepaidUnits": {"enabled": 25, "suspended": 0, "warning": 0, "lockedOut": 0},
        "servicePlans": [plan],
        "skuId": SKU,
        "skuPartNumber": "AAD_PREMIUM",
    }
    return [record]
