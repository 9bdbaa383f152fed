# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Access tokens with the claims that versions 1.0 and 2.0 carry.

Source: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from sandbox.identity import roles
from sandbox.identity.directory import Client
from sandbox.identity.memberships import direct_groups, emits_groups_as_roles, membership_claims, optional_claim
from sandbox.identity.optional_claims import optional_claims
from sandbox.identity.scopes import Resource, app_roles
from sandbox.store import Record, Tenant
from sandbox.world import World

LIFETIME = 3599


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
    session: str | None = None
    signed_in: int | None = None
    """When the password was given, in real time."""
    account: Record | None = None
    """A guest's account at home; `record` is then the guest in the tenant."""

    @property
    def login(self) -> str:
        """The name that the user signs in with, which for a guest is that of the account at home."""
        return str((self.account or self.record)["userPrincipalName"])

    @property
    def account_id(self) -> str:
        """The object id of the account in the tenant that it lives in."""
        return str((self.account or self.record)["id"])


def application_token(sign_in: SignIn, resource: Resource) -> str:
    """An access token without a user."""
    principal = sign_in.client.service_principal
    granted = app_roles(sign_in.client.view, {principal["id"]}, resource)
    claims = _access_claims(sign_in, resource) | {"oid": principal["id"], "sub": principal["id"]}
    if resource.is_graph or optional_claim(resource.application, "accessToken", "idtyp"):
        claims["idtyp"] = "app"
    if granted:
        claims["roles"] = granted
    if resource.is_graph:
        claims["wids"] = [*roles.held_by(sign_in.client.view, principal["id"]), roles.APPLICATION]
    return sign_in.world.signing_key.sign(claims)


def user_token(sign_in: SignIn, resource: Resource, user: User, scopes: Set[str], *, in_address: bool = False) -> str:
    """An access token on behalf of a user; `in_address` is for one that travels in a redirect."""
    record = user.record
    claims = _access_claims(sign_in, resource) | {
        "oid": record["id"],
        "sub": make_subject(record["id"], resource.principal["appId"]),
        "scp": " ".join(sorted(scopes)),
        "name": record.get("displayName"),
    }
    if resource.version == 1:
        claims |= {"acct": int(user.account is not None), "acr": "1", "amr": ["pwd"], "ipaddr": "127.0.0.1"}
        claims |= {"unique_name": user.login} | ({} if user.account else {"upn": user.login})
        names = {"given_name": record.get("givenName"), "family_name": record.get("surname")}
        claims |= {name: value for name, value in names.items() if value}
    else:
        claims["preferred_username"] = user.login
    if user.home is not sign_in.tenant:
        claims["idp"] = f"https://sts.windows.net/{user.home.id}/"
    if resource.is_graph:
        claims["idtyp"] = "user"
        claims["wids"] = [*user.roles, roles.MEMBER]
    else:
        application = resource.application
        claims |= optional_claims(sign_in, application, user, "accessToken", resource.version)
        principals = {record["id"], *direct_groups(sign_in.tenant, record["id"])}
        granted = app_roles(sign_in.client.view, principals, resource)
        if granted and not emits_groups_as_roles(application, "accessToken"):
            claims["roles"] = granted
        claims |= membership_claims(sign_in, application, user, "accessToken", in_address=in_address)
    return sign_in.world.signing_key.sign(claims)


def _access_claims(sign_in: SignIn, resource: Resource) -> dict[str, Any]:
    now = int(sign_in.world.clock.now().timestamp())
    tenant, client = sign_in.tenant, sign_in.client
    claims: dict[str, Any] = {
        "aud": resource.audience,
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME,
        "tid": tenant.id,
        "rh": f"0.{uuid.uuid4().hex}.",
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


def make_subject(user_id: str, app_id: str) -> str:
    """The sub of a user for one application."""
    return hashlib.sha256(f"{user_id}/{app_id}".encode()).hexdigest()[:43]
