# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules for app roles and scopes: disabled before they change, unique ids and values, limits.

Source: https://learn.microsoft.com/graph/api/resources/approle and /permissionscope, and for what differs by audience
https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation. That one value may not be a role
and a scope with different ids was observed by the maintainers of terraform-provider-azuread.
"""

from __future__ import annotations

import re

from sandbox.graph.errors import bad_request, invalid_value
from sandbox.store import Record

MOST = 700
LONGEST_VALUE = 120
MOST_PERSONAL, LONGEST_VALUE_PERSONAL = 100, 40
MOST_CLIENTS, MOST_OF_CLIENT, MOST_IN_ALL = 100, 30, 500  # authorised beforehand, where personal accounts sign in
VALUE = re.compile(r"[0-9A-Za-z:!#$%&'()*+,./;<=>?@\[\]^_`{|}~-]*")


def check_entitlements(seen: Record | None, after: Record) -> None:
    """Raise 400 where roles or scopes break a rule. `seen` is the application as this replica knows it."""
    roles, scopes = after["appRoles"], after["api"]["oauth2PermissionScopes"]
    if seen is not None:
        _check_disabled_first(seen["appRoles"], roles)
        _check_disabled_first(seen["api"]["oauth2PermissionScopes"], scopes)
    if len(roles) + len(scopes) > MOST:
        raise bad_request("The total number of appRoles and oauth2PermissionScopes exceeds the limit of 700.")
    for entries in (roles, scopes):
        _check_unique(entries)
    ids = {scope["value"]: scope["id"] for scope in scopes if scope["value"]}
    for role in roles:
        if role["value"] and ids.get(role["value"], role["id"]) != role["id"]:
            raise bad_request("Request contains a property with duplicate values.")
        if not role["displayName"] or not set(role["allowedMemberTypes"]) <= {"User", "Application"}:
            raise bad_request("Invalid value specified for property 'appRoles' of resource 'Application'.")
    personal = "Personal" in after["signInAudience"]
    _check_values(roles + scopes, LONGEST_VALUE_PERSONAL if personal else LONGEST_VALUE)
    if personal and len(scopes) > MOST_PERSONAL:
        raise bad_request("Invalid value specified for property 'oauth2PermissionScopes' of resource 'ApiApplication'.")
    _check_preauthorized(after["api"], {scope["id"] for scope in scopes}, personal)


def _check_disabled_first(before: list[Record], after: list[Record]) -> None:
    wanted = {entry["id"]: entry for entry in after}
    for entry in before:
        changed = wanted.get(entry["id"])
        same = changed is not None and {**changed, "isEnabled": True, "origin": None} == {**entry, "origin": None}
        if entry["isEnabled"] and not same:
            raise bad_request(
                "Permission (scope or role) cannot be deleted or updated unless disabled first.",
                "CannotDeleteOrUpdateEnabledEntitlement",
            )


def _check_unique(entries: list[Record]) -> None:
    ids = [entry["id"] for entry in entries]
    values = [entry["value"] for entry in entries if entry["value"]]
    if len(set(ids)) < len(ids) or len(set(values)) < len(values):
        raise bad_request("Request contains a property with duplicate values.")


def _check_values(entries: list[Record], longest: int) -> None:
    for entry in entries:
        value = entry["value"] or ""
        if len(value) > longest or value.startswith(".") or not VALUE.fullmatch(value):
            raise bad_request("Invalid value specified for property 'value' of resource 'AppRole'.")


def _check_preauthorized(api: Record, scopes: set[str], personal: bool) -> None:
    entries: list[Record] = api["preAuthorizedApplications"]
    numbers = [len(entry["delegatedPermissionIds"]) for entry in entries]
    if personal and (
        len(entries) > MOST_CLIENTS or max(numbers, default=0) > MOST_OF_CLIENT or sum(numbers) > MOST_IN_ALL
    ):
        raise invalid_value("preAuthorizedApplications", "apiApplication")
    for entry in entries:
        if not set(entry["delegatedPermissionIds"]) <= scopes:
            raise invalid_value("preAuthorizedApplications", "apiApplication")
