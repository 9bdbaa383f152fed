# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a request costs: resource units, and whether it counts as a write.

Source: https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits
"""

from __future__ import annotations

from collections.abc import Mapping

#: Base costs by method and path; every other path costs 1. What holds for me/ holds for users/{id}/ too.
COSTS = {
    "GET applications": 2,
    "GET applications/{}/extensionproperties": 2,
    "GET contracts": 3,
    "POST directoryobjects/getbyids": 5,
    "GET domains/{}/domainnamereferences": 4,
    "GET groups/{}/members": 3,
    "GET groups/{}/transitivemembers": 5,
    "POST me/checkmembergroups": 4,
    "POST me/checkmemberobjects": 4,
    "POST me/getmembergroups": 2,
    "POST me/getmemberobjects": 2,
    "GET me/licensedetails": 2,
    "GET me/memberof": 2,
    "GET me/ownedobjects": 2,
    "GET me/transitivememberof": 2,
    "GET oauth2permissiongrants": 2,
    "GET oauth2permissiongrants/{}": 2,
    "GET serviceprincipals/{}/approleassignments": 2,
    "GET subscribedskus": 3,
    "GET users": 2,
}
FEW = 20


def units_of(method: str, path: str, options: Mapping[str, str]) -> int:
    """The resource units of a request; `path` has {} for each key."""
    name = _name(method, path)
    if name == "POST directoryobjects/getbyids" and "$select" in options:
        return 2
    top = options.get("$top", "")
    few = top.isdecimal() and int(top) < FEW
    return max(1, COSTS.get(name, 1) - ("$select" in options) + ("$expand" in options) - few)


def is_charged_as_write(method: str, path: str) -> bool:
    """Whether a request counts against the write quotas: all but GET, and the POSTs of the table, which only read."""
    return method != "GET" and _name(method, path) not in COSTS


def _name(method: str, path: str) -> str:
    path = path.lower()
    return f"{method} me/{path.removeprefix('users/{}/')}" if path.startswith("users/{}/") else f"{method} {path}"
