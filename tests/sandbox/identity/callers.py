# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who sends a Graph request: the bearer token read and checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import jwt
from starlette.requests import Request

from sandbox.identity.directory import is_graph
from sandbox.identity.roles import NAMES
from sandbox.world import World


class InvalidToken(Exception):
    """The request has no bearer token that Graph accepts; Graph answers 401 InvalidAuthenticationToken."""


@dataclass(frozen=True)
class Caller:
    """What a token says. `permissions` are application roles or, with a user, scopes."""

    tenant_id: str
    client_id: str
    kind: Literal["application", "delegated"]
    service_principal_id: str
    user_id: str | None
    permissions: frozenset[str]
    directory_roles: frozenset[str]

    @property
    def session(self) -> str | None:
        """The session of a user in a client, which knows its own writes; None without a user."""
        return f"{self.client_id} {self.user_id}" if self.user_id else None


def caller_of(request: Request) -> Caller:
    """Return the caller of a Graph request; raises InvalidToken."""
    scheme, _ignored, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise InvalidToken("Access token is empty.")
    world: World = request.app.state.world
    return read_token(world, token.strip())


def read_token(world: World, token: str) -> Caller:
    """Check an access token for Graph and return whom it stands for; raises InvalidToken."""
    if token.count(".") != 2:
        raise InvalidToken("IDX14100: JWT is not well formed, there are no dots (.).")
    try:
        claims = world.signing_key.verify(token)
    except jwt.InvalidSignatureError:
        raise InvalidToken("Invalid token: signature validation failed.") from None
    except jwt.InvalidTokenError:
        raise InvalidToken("CompactToken parsing failed with error code: 80049217") from None
    now = world.clock.now().timestamp()
    if not isinstance(claims.get("exp"), int) or claims["exp"] <= now:
        raise InvalidToken("Lifetime validation failed, the token is expired.")
    if not is_graph(world, str(claims.get("aud"))):
        raise InvalidToken("Access token validation failure. Invalid audience.")
    if claims.get("tid") not in world.tenants:
        raise InvalidToken("The tenant for the token does not exist.")
    return _caller(world, claims)


def _caller(world: World, claims: dict[str, Any]) -> Caller:
    client_id = claims.get("appid") or claims["azp"]
    delegated = "scp" in claims
    if delegated:
        principal = world.tenants[claims["tid"]].view().find("servicePrincipal", appId=client_id)
        principal_id = principal["id"] if principal else ""
    else:
        principal_id = claims["oid"]
    return Caller(
        tenant_id=claims["tid"],
        client_id=client_id,
        kind="delegated" if delegated else "application",
        service_principal_id=principal_id,
        user_id=claims["oid"] if delegated else None,
        permissions=frozenset(claims["scp"].split() if delegated else claims.get("roles", [])),
        directory_roles=frozenset(NAMES[wid] for wid in claims.get("wids", []) if wid in NAMES),
    )
