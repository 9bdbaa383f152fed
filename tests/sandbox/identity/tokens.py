# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Access, id and refresh tokens with the claims that versions 1.0 and 2.0 carry.

Source: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference and .../id-token-claims-reference
"""

from __future__ import annotations

import hashlib
import time
import uuid
from dataclasses import dataclass
from typing import Any

import jwt

from sandbox.identity import roles
from sandbox.identity.aadsts import LoginError
from sandbox.identity.directory import Client
from sandbox.identity.scopes import Resource, app_roles
from sandbox.store import Record, Tenant
from sandbox.world import World

LIFETIME = 3599
REFRESH_DAYS = 90
MOST_GROUPS = 200


@dataclass(frozen=True)
class SignIn:
    """One sign-in that succeeded. `base` is the address the client used; `method` is 0 public, 1 secret, 2 key."""

    world: World
    client: Client
    base: str
    method: str

    @property
    def tenant(self) -> Tenant:
        return self.client.tenant


@dataclass(frozen=True)
class User:
    """A user signing in to a tenant, and the tenant that the account lives in."""

    record: Record
    home: Tenant
    roles: tuple[str, ...]
    """Template ids of the directory roles that the user holds in the tenant signed in to."""


def application_token(sign_in: SignIn, resource: Resource) -> str:
    """An access token without a user."""
    principal = sign_in.client.service_principal
    granted = app_roles(sign_in.client.view, {principal["id"]}, resource)
    claims = _access_claims(sign_in, resource) | {"oid": principal["id"], "sub": principal["id"]}
    if resource.is_graph or _wants(resource, "idtyp"):
        claims["idtyp"] = "app"
    if granted:
        claims["roles"] = granted
    if resource.is_graph:
        claims["wids"] = [*roles.held_by(sign_in.client.view, principal["id"]), roles.APPLICATION]
    return sign_in.world.signing_key.sign(claims)


def user_token(sign_in: SignIn, resource: Resource, user: User, scopes: set[str]) -> str:
    """An access token on behalf of a user."""
    record = user.record
    claims = _access_claims(sign_in, resource) | {
        "oid": record["id"],
        "sub": _pairwise(record["id"], resource.principal["appId"]),
        "scp": " ".join(sorted(scopes)),
        "name": record.get("displayName"),
    }
    if resource.version == 1:
        claims |= {"acct": 0, "acr": "1", "amr": ["pwd"], "upn": record["userPrincipalName"]}
        claims["unique_name"] = record["userPrincipalName"]
    else:
        claims["preferred_username"] = record["userPrincipalName"]
    if user.home is not sign_in.tenant:
        claims["idp"] = f"https://sts.windows.net/{user.home.id}/"
    if resource.is_graph:
        claims["idtyp"] = "user"
        claims["wids"] = [*user.roles, roles.MEMBER]
    else:
        claims |= _memberships(sign_in, resource.application, user, "accessToken")
        principals = {record["id"], *direct_groups(sign_in.tenant, record["id"])}
        granted = app_roles(sign_in.client.view, principals, resource)
        claims |= {"roles": granted} if granted else {}
    return sign_in.world.signing_key.sign(claims)


def id_token(sign_in: SignIn, user: User) -> str:
    """An id token. The client checks its times against its own clock, so they are real, not virtual."""
    record, now = user.record, int(time.time())
    claims = {
        "aud": sign_in.client.app_id,
        "iss": f"{sign_in.base}/{sign_in.tenant.id}/v2.0",
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME,
        "name": record.get("displayName"),
        "oid": record["id"],
        "preferred_username": record["userPrincipalName"],
        "sub": _pairwise(record["id"], sign_in.client.app_id),
        "tid": sign_in.tenant.id,
        "uti": uuid.uuid4().hex[:22],
        "ver": "2.0",
    }
    claims |= _memberships(sign_in, sign_in.client.application, user, "idToken")
    return sign_in.world.signing_key.sign(claims)


def refresh_token(world: World, client_id: str, user: User, scopes: set[str] | None = None) -> str:
    """A refresh token, opaque to clients. `scopes` narrows what it may be redeemed for; None: whatever is consented."""
    claims = {
        "client": client_id,
        "home": user.home.id,
        "user": user.record["id"],
        "scopes": sorted(scopes) if scopes is not None else None,
        "issued": int(world.clock.now().timestamp()),
    }
    return jwt.encode(claims, world.secret("refresh tokens"), algorithm="HS256")


def read_refresh_token(world: World, token: str) -> dict[str, Any]:
    """What refresh_token() put in; raises AADSTS9002313 on one that this sandbox did not issue."""
    try:
        claims: dict[str, Any] = jwt.decode(token, world.secret("refresh tokens"), algorithms=["HS256"])
    except jwt.InvalidTokenError:
        raise LoginError(9002313) from None
    return claims


def _access_claims(sign_in: SignIn, resource: Resource) -> dict[str, Any]:
    now = int(sign_in.world.clock.now().timestamp())
    tenant, client = sign_in.tenant, sign_in.client
    claims: dict[str, Any] = {
        "aud": resource.audience,
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME,
        "tid": tenant.id,
        "uti": uuid.uuid4().hex[:22],
        "ver": f"{resource.version}.0",
    }
    if resource.version == 1:
        issuer = f"https://sts.windows.net/{tenant.id}/"
        claims |= {"iss": issuer, "idp": issuer, "appid": client.app_id, "appidacr": sign_in.method}
    else:
        claims |= {"iss": f"{sign_in.base}/{tenant.id}/v2.0", "azp": client.app_id, "azpacr": sign_in.method}
    if resource.is_graph:
        claims |= {"app_displayname": client.name, "tenant_region_scope": tenant.region, "xms_tcdt": 1577836800}
    return claims


def _wants(resource: Resource, claim: str) -> bool:
    """Whether the resource's application asks for an optional claim in its access tokens."""
    optional = ((resource.application or {}).get("optionalClaims") or {}).get("accessToken") or []
    return any(one.get("name") == claim for one in optional)


def _memberships(sign_in: SignIn, application: Record | None, user: User, kind: str) -> dict[str, Any]:
    """The groups claim of an access or id token, where the application's groupMembershipClaims ask for it.

    Above 200 groups a link takes its place. Source: https://learn.microsoft.com/entra/identity-platform/optional-claims
    """
    wanted = {part.strip() for part in ((application or {}).get("groupMembershipClaims") or "").split(",")}
    view = sign_in.tenant.view()
    if wanted & {"SecurityGroup", "All"}:
        found = all_groups(sign_in.tenant, user.record["id"])
    elif "ApplicationGroup" in wanted and application:
        principal = view.find("servicePrincipal", appId=application["appId"]) or {"id": None}
        assigned = {one["principalId"] for one in view.where("appRoleAssignment", resourceId=principal["id"])}
        found = [group for group in direct_groups(sign_in.tenant, user.record["id"]) if group in assigned]
    else:
        return {}
    if len(found) <= MOST_GROUPS:
        return {"groups": found}
    endpoint = f"{sign_in.base}/v1.0/users/{user.record['id']}/getMemberObjects"
    return {"_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": endpoint}}}


def direct_groups(tenant: Tenant, member_id: str) -> list[str]:
    """The ids of the groups that a principal is a member of itself."""
    return [edge["group"] for edge in tenant.view().where("groupMember", member=member_id)]


def all_groups(tenant: Tenant, member_id: str) -> list[str]:
    """The same with the groups that those are members of, and so on."""
    found: dict[str, None] = {}
    waiting = direct_groups(tenant, member_id)
    while waiting:
        group = waiting.pop(0)
        if group not in found:
            found[group] = None
            waiting += direct_groups(tenant, group)
    return list(found)


def _pairwise(user_id: str, app_id: str) -> str:
    """The sub of a user for one application."""
    return hashlib.sha256(f"{user_id}/{app_id}".encode()).hexdigest()[:43]
