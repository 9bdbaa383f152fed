# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Refresh tokens: opaque to clients, signed, and good for the tenant and client that they were issued for.

Source: https://learn.microsoft.com/entra/identity-platform/refresh-tokens
"""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import jwt

from sandbox.identity.aadsts import LoginError
from sandbox.identity.tokens import User
from sandbox.world import World

IDLE_DAYS = 90
SPA_SECONDS = 86400


@dataclass(frozen=True)
class Granted:
    """What a sign-in hands on from token to token.

    `scope` is what was asked for, `limits` narrows what may be asked for later (None: whatever is consented),
    `platform` is that of the redirect URI, `began` the second by the virtual clock from which a single-page
    application's day is counted, `signed_in` the second in real time at which the password was given.
    """

    scope: str | None = None
    limits: frozenset[str] | None = None
    platform: str | None = None
    began: int | None = None
    session: str | None = None
    signed_in: int | None = None


def refresh_token(world: World, client_id: str, user: User, granted: Granted | None = None) -> str:
    """A refresh token for a client on behalf of a user."""
    granted = granted or Granted()
    now = world.clock.now().timestamp()  # not whole seconds: a user may be new, or change a password, within this one
    claims = {
        **asdict(granted),
        "limits": sorted(granted.limits) if granted.limits is not None else None,
        "began": granted.began or int(now),
        "client": client_id,
        "home": user.home.id,
        "user": user.account_id,
        "issued": now,
        "jti": uuid.uuid4().hex,
    }
    return jwt.encode(claims, world.secret("refresh tokens"), algorithm="HS256")


def read_refresh_token(world: World, token: str) -> tuple[dict[str, Any], Granted]:
    """What refresh_token() put in; raises AADSTS9002313 on one that this sandbox did not issue."""
    try:
        claims: dict[str, Any] = jwt.decode(token, world.secret("refresh tokens"), algorithms=["HS256"])
    except jwt.InvalidTokenError:
        raise LoginError(9002313, "invalid_grant") from None
    values = {name: claims.pop(name) for name in ("scope", "limits", "platform", "began", "session", "signed_in")}
    limits = values.pop("limits")
    return claims, Granted(limits=frozenset(limits) if limits is not None else None, **values)


def check_age(world: World, issued: float, granted: Granted) -> None:
    """Raises AADSTS700084 for a single-page application's token after a day, 700082 for any after 90 idle days."""
    now = world.clock.now().timestamp()
    if granted.platform == "spa" and granted.began is not None and now - granted.began >= SPA_SECONDS:
        raise LoginError(700084, issued=_time(granted.began))
    if now - issued >= IDLE_DAYS * 86400:
        raise LoginError(700082, issued=_time(issued), days=IDLE_DAYS)


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
