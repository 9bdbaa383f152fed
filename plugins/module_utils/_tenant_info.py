# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What must be known of a tenant before a product is onboarded. What the identity may not read is null, with what it lacks."""

from __future__ import annotations

import datetime
import re

from ansible_collections.tenantops.entra.plugins.module_utils._connection import resolve
from ansible_collections.tenantops.entra.plugins.module_utils._discovery import discovery_url, read_discovery
from ansible_collections.tenantops.entra.plugins.module_utils._errors import GraphError
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import Reader
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Object

# the service plans that Application Proxy is part of
# https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
PROXY_PLANS = frozenset({"AAD_PREMIUM", "AAD_PREMIUM_P2"})
USABLE = frozenset({"Enabled", "Warning"})  # Warning: past its end, in the days of grace
ENDPOINTS = (
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "end_session_endpoint",
    "device_authorization_endpoint",
)
# a part of an ISO 8601 duration to its days: years and months are those that .NET takes them for
DAYS = {"Y": 365.0, "M": 30.0, "W": 7.0, "D": 1.0, "TH": 1 / 24, "TM": 1 / 1440, "TS": 1 / 86400}
NEEDED = {"licences": "Organization.Read.All", "credential_policy": "Policy.Read.All"}
READS: dict[str, str] = {"licences": "/subscribedSkus", "credential_policy": "/policies/defaultAppManagementPolicy"}


def read(reader: Reader) -> Object:
    """The module's result."""
    graph = reader.graph
    organization = read_organization(reader)
    connection = resolve(reader.params)
    document = read_discovery(connection)
    found, unreadable = {}, {}
    for name, path in READS.items():
        try:
            found[name] = graph.get(path)
        except GraphError as error:
            if error.status != 403:
                raise
            unreadable[name] = NEEDED[name]
    licences = describe_licences(found["licences"]["value"]) if "licences" in found else None
    return {
        **organization,
        "licences": licences,
        "app_proxy_licensed": any(one["app_proxy"] for one in licences) if licences is not None else None,
        "credential_policy": describe_policy(found["credential_policy"]) if "credential_policy" in found else None,
        "unreadable": unreadable,
        "discovery_url": discovery_url(connection),
        "issuer": document.get("issuer"),
        "endpoints": {name: document.get(name) for name in ENDPOINTS},
    }


def read_organization(reader: Reader) -> Object:
    """What the tenant is, one read. Raises GraphError."""
    (organization,) = reader.graph.pages("/organization")
    domains = [
        {
            "name": domain.get("name"),
            "is_default": bool(domain.get("isDefault")),
            "is_initial": bool(domain.get("isInitial")),
            "type": domain.get("type"),
        }
        for domain in organization.get("verifiedDomains") or []
    ]
    return {
        "tenant_id": organization["id"],
        "display_name": organization.get("displayName"),
        "tenant_type": organization.get("tenantType"),
        "country": organization.get("countryLetterCode"),
        "verified_domains": domains,
        "default_domain": next((one["name"] for one in domains if one["is_default"]), None),
        "initial_domain": next((one["name"] for one in domains if one["is_initial"]), None),
    }


def describe_licences(skus: list[Object]) -> list[Object]:
    return [
        {
            "name": sku.get("skuPartNumber"),
            "status": sku.get("capabilityStatus"),
            "enabled_units": (sku.get("prepaidUnits") or {}).get("enabled"),
            "consumed_units": sku.get("consumedUnits"),
            "app_proxy": sku.get("capabilityStatus") in USABLE
            and any(plan.get("servicePlanName") in PROXY_PLANS for plan in sku.get("servicePlans") or []),
        }
        for sku in skus
    ]


def describe_policy(policy: Object) -> Object:
    """What the tenant's default policy leaves a new application: https://learn.microsoft.com/graph/api/resources/tenantappmanagementpolicy

    A lifetime is in whole days, null where it is not limited.
    """
    restrictions = policy.get("applicationRestrictions") or {}
    now = datetime.datetime.now(datetime.UTC)
    rules = [
        rule
        for name in ("passwordCredentials", "keyCredentials")
        for rule in (restrictions.get(name) or [] if policy.get("isEnabled") else [])
        if rule.get("state", "enabled") != "disabled" and has_begun(rule, now)
    ]
    return {
        "enabled": bool(policy.get("isEnabled")),
        "secrets_allowed": not any(rule.get("restrictionType") == "passwordAddition" for rule in rules),
        "secret_lifetime_days": _shortest(rules, "passwordLifetime"),
        "certificate_lifetime_days": _shortest(rules, "asymmetricKeyLifetime"),
    }


def has_begun(rule: Object, now: datetime.datetime) -> bool:
    """Whether it restricts applications that are made now."""
    since = rule.get("restrictForAppsCreatedAfterDateTime")
    return not since or datetime.datetime.fromisoformat(since) <= now


def _shortest(rules: list[Object], kind: str) -> int | None:
    found = [
        count_days(rule["maxLifetime"])
        for rule in rules
        if rule.get("restrictionType") == kind and rule.get("maxLifetime")
    ]
    return min(found, default=None)


def count_days(duration: str) -> int:
    """The whole days of an ISO 8601 duration, such as P4DT12H30M5S -> 4."""
    date, _separator, time = duration.removeprefix("P").partition("T")
    parts: list[tuple[str, str]] = re.findall(r"([\d.]+)([YMWD])", date)
    parts += [(number, f"T{unit}") for number, unit in re.findall(r"([\d.]+)([HMS])", time)]
    return int(sum(float(number) * DAYS[unit] for number, unit in parts))
