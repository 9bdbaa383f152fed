# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tenant's application management policy allows of new secrets and certificates.

Source: https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy. Codes and texts were seen by
https://github.com/OfficeDev/microsoft-365-agents-toolkit and in public issue threads.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sandbox.graph.bodies import check_body, merge, read_duration
from sandbox.graph.errors import bad_request, not_built
from sandbox.graph.schema import find_type
from sandbox.store import Record, Tenant

KIND = "tenantAppManagementPolicy"
DEFAULT_ID = "00000000-0000-0000-0000-000000000000"
#: Parts of a restriction that the service has and the sandbox does not carry out.
UNBUILT = frozenset({"identifierUris", "audiences", "redirectUris", "excludeActors"})
RESTRICTIONS = {"application": "applicationRestrictions", "servicePrincipal": "servicePrincipalRestrictions"}


def read_policy(tenant: Tenant) -> Record:
    """The tenant's default policy; until somebody changes it, it restricts nothing."""
    blank = {
        **find_type(KIND).defaults(),
        "id": DEFAULT_ID,
        "displayName": "Default app management tenant policy",
        "description": "Default tenant policy that enforces app management restrictions on applications and service "
        "principals. To apply policy to targeted resources, create a new policy under appManagementPolicies collection.",
    }
    return tenant.view().get(KIND, DEFAULT_ID) or blank


def change_policy(tenant: Tenant, body: Any, version: str = "v1.0") -> Record:
    """Change the default policy as a PATCH does; raises 400 on what is no policy, 501 on what is not carried out."""
    for name in RESTRICTIONS.values():
        missing = UNBUILT & set(_list_names(body.get(name) if isinstance(body, dict) else None))
        if missing:
            raise not_built(f"{min(missing)} in a policy")
    changes = check_body(body, KIND, version)
    return tenant.put(KIND, merge(read_policy(tenant), changes, KIND))


def _list_names(value: Any) -> Iterator[str]:
    """Every property's name in a body, at whatever depth."""
    for name, inner in value.items() if isinstance(value, dict) else ():
        yield name
        yield from _list_names(inner)
    for inner in value if isinstance(value, list) else ():
        yield from _list_names(inner)


def check_new_password(tenant: Tenant, kind: str, owner: Record, start: str, end: str) -> None:
    """Raise 400 where the policy refuses a client secret from `start` to `end` (ISO 8601) of an object of that kind."""
    for rule in _list_rules(tenant, kind, owner, "passwordCredentials"):
        if rule["restrictionType"] == "passwordAddition":
            raise bad_request(
                f"Credential type not allowed as per assigned policy '{DEFAULT_ID}'.",
                "CredentialTypeNotAllowedAsPerAppPolicy",
            )
        if rule["restrictionType"] == "passwordLifetime":
            _check_lifetime(rule, start, end)


def check_new_keys(tenant: Tenant, kind: str, owner: Record, keys: list[Record]) -> None:
    """Raise 400 where the policy refuses one of these keyCredentials, which the owner does not have yet."""
    known = {key["keyId"] for key in owner.get("keyCredentials") or []}
    for rule in _list_rules(tenant, kind, owner, "keyCredentials"):
        for key in keys:
            if key["keyId"] not in known:
                _check_lifetime(rule, key["startDateTime"], key["endDateTime"])


def _list_rules(tenant: Tenant, kind: str, owner: Record, credentials: str) -> Iterator[Record]:
    """The restrictions in force for an object: some are for those made after a certain time."""
    policy = read_policy(tenant)
    if not policy["isEnabled"]:
        return
    for rule in policy[RESTRICTIONS[kind]][credentials]:
        since, made = rule["restrictForAppsCreatedAfterDateTime"], owner.get("createdDateTime")
        late = since is None or made is None or datetime.fromisoformat(made) > datetime.fromisoformat(since)
        if rule["state"] == "enabled" and late:
            yield rule


def _check_lifetime(rule: Record, start: str, end: str) -> None:
    longest = read_duration(rule["maxLifetime"]) if rule["maxLifetime"] else timedelta.max
    if datetime.fromisoformat(end) - datetime.fromisoformat(start) > longest:
        raise bad_request(
            f"Credential lifetime exceeds the max value allowed as per assigned policy '{DEFAULT_ID}'.",
            "CredentialInvalidLifetimeAsPerAppPolicy",
        )
