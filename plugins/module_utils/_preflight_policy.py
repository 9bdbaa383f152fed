# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tenant's default policy for applications leaves of the secrets and redirect URIs that a product asks for.

https://learn.microsoft.com/graph/api/resources/tenantappmanagementpolicy, in beta, which alone tells of redirect URIs.
"""

from __future__ import annotations

import datetime
import typing as t
import urllib.parse

from ansible_collections.tenantops.entra.plugins.module_utils._kinds import Reader, quote
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Object
from ansible_collections.tenantops.entra.plugins.module_utils._preflight_rights import Check, tell
from ansible_collections.tenantops.entra.plugins.module_utils._tenant_info import describe_policy, has_begun

PLATFORMS = {"web": "web", "spa": "spa", "public_client": "publicClient"}
EXEMPT = "Ask the customer's administrator to exempt the application"


def check(reader: Reader) -> list[Check]:
    params = reader.params
    policy = reader.graph.get("/policies/defaultAppManagementPolicy", version="beta")
    lifetimes = {one["name"]: one["lifetime_days"] for one in params["stores"] if one["lifetime_days"]}
    found = [
        *check_secrets(describe_policy(policy), lifetimes),
        *check_redirect_uris(policy, params["redirect_uris"] or {}),
    ]
    if any(one["result"] == "missing" for one in found) and _is_registered(reader):
        # it may be older than the policy's restrictions, or have one of its own, and may have its secret already
        return [{**one, "result": "warning"} for one in found]
    return found


def _is_registered(reader: Reader) -> bool:
    name = reader.params["unique_name"]
    return bool(name) and reader.graph.find(f"/applications(uniqueName={quote(name)})") is not None


def check_secrets(policy: Object, lifetimes: t.Mapping[str, int]) -> list[Check]:
    """policy: as _tenant_info describes it. lifetimes: days by the secret's name."""
    longest = policy["secret_lifetime_days"]
    if lifetimes and not policy["secrets_allowed"]:
        remedy = f"{EXEMPT} from the default application management policy, or to allow client secrets in it."
        return [tell("Policy", "missing", "The tenant's policy forbids client secrets", remedy)]
    too_long = {name: days for name, days in lifetimes.items() if longest is not None and days > longest}
    if too_long:
        told = ", ".join(f"{name} {days}" for name, days in too_long.items())
        return [
            tell(
                "Policy",
                "missing",
                f"The tenant's policy lets client secrets live for {longest} days, and more are asked for: {told}",
                f"Lower lifetime_days to {longest}, and renew_before_days below that.",
            )
        ]
    return [tell("Policy", "ok", "Client secrets are allowed for as long as asked for")] if lifetimes else []


def check_redirect_uris(policy: Object, platforms: t.Mapping[str, t.Sequence[str]]) -> list[Check]:
    """A warning for each address that the lists of hosts and schemes refuse. Lists of a platform add to those for all of them.

    https://learn.microsoft.com/graph/api/resources/redirecturiconfiguration
    """
    restrictions = (policy.get("applicationRestrictions") or {}).get("redirectUris") or {}
    now = datetime.datetime.now(datetime.UTC)
    enabled = [name for name, rule in restrictions.items() if isinstance(rule, dict) and rule.get("state") == "enabled"]
    rules = {
        name: restrictions[name] for name in enabled if policy.get("isEnabled") and has_begun(restrictions[name], now)
    }
    refused = [
        f"{uri} ({reason})"
        for platform, uris in platforms.items()
        for uri in uris or ()
        for reason in _find_reasons(rules, PLATFORMS[platform], uri)
    ]
    if not refused:
        return []
    detail = f"The tenant's policy may refuse redirect URIs: {', '.join(refused)}"
    return [tell("Policy", "warning", detail, f"{EXEMPT}, or to admit these addresses.")]


def _find_reasons(rules: t.Mapping[str, Object], platform: str, uri: str) -> t.Iterator[str]:
    parts = urllib.parse.urlsplit(uri)
    host, scheme = (parts.hostname or "").lower(), parts.scheme.lower()
    if host and host in _merge(rules, "uriWithBlockedDomain", "blockedDomains", platform):
        yield f"{host} is blocked"
    if scheme in _merge(rules, "uriWithBlockedScheme", "blockedSchemes", platform):
        yield f"{scheme} is blocked"
    hosts = _merge(rules, "uriWithoutAllowedDomain", "allowedDomains", platform)
    if host and hosts and host not in hosts:
        yield f"{host} is not among those allowed"
    schemes = _merge(rules, "uriWithoutAllowedScheme", "allowedSchemes", platform)
    if schemes and not schemes & {"*", scheme}:
        yield f"{scheme} is not among those allowed"


def _merge(rules: t.Mapping[str, Object], rule: str, names: str, platform: str) -> set[str]:
    found = rules.get(rule) or {}
    return {str(one).lower() for place in (found, found.get(platform) or {}) for one in place.get(names) or ()}
