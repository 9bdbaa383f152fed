# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules that every write of a user must keep.

Source: https://learn.microsoft.com/graph/api/resources/user. The details of a name that is taken were seen in
https://github.com/microsoftgraph/microsoft-graph-docs/issues/1508
"""

from __future__ import annotations

import re

from sandbox.graph.errors import GraphError, bad_request, duplicate_value, invalid_value
from sandbox.store import Record, Tenant

#: The part before the @; the number is of https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy
LOCAL = re.compile(r"[A-Za-z0-9'._!#^~-]{1,64}")
COUNTRY = re.compile(r"[A-Za-z]{2}")
LONGEST = {
    "city": 128,
    "companyName": 64,
    "country": 128,
    "department": 64,
    "displayName": 256,
    "employeeId": 16,
    "givenName": 64,
    "jobTitle": 128,
    "mobilePhone": 64,
    "postalCode": 40,
    "state": 128,
    "streetAddress": 1024,
    "surname": 64,
}


def check_user(tenant: Tenant, before: Record | None, after: Record) -> None:
    """Raise 400 at the first rule that the user would break; `before` is None where the user is being created."""
    name: str = after["userPrincipalName"] or ""
    local, _ignored, host = name.rpartition("@")
    if not LOCAL.fullmatch(local):
        raise invalid_value("userPrincipalName", "user")
    domain = tenant.view().get("domain", host)
    if domain is None or not domain["isVerified"]:
        raise bad_request(
            "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization."
        )
    other = tenant.view().find("user", userPrincipalName=name)
    if other and other["id"] != (before or {}).get("id"):
        raise _conflict("userPrincipalName")
    if not after["displayName"] or not after["mailNickname"]:
        raise bad_request("One or more property values specified are invalid.")
    for known, longest in LONGEST.items():
        if len(after.get(known) or "") > longest:
            raise invalid_value(known, "user")
    country = after.get("usageLocation")
    if country is not None and not COUNTRY.fullmatch(country):
        raise invalid_value("usageLocation", "user")


def _conflict(name: str) -> GraphError:
    error = duplicate_value(name)
    error.details = [{"code": "ObjectConflict", "target": name}]
    return error


def check_password(password: str) -> None:
    """At least eight characters of three kinds. https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy"""
    kinds = (str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum())
    if len(password) < 8 or len(password) > 256 or sum(any(map(kind, password)) for kind in kinds) < 3:
        raise bad_request(
            "The specified password does not comply with password complexity requirements. Please provide a different password."
        )
