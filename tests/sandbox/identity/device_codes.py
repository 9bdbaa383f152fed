# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sign-in on another device: a code for the user, and the client's polling until the user has entered it.

Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
"""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.identity.aadsts import LoginError
from sandbox.identity.clients import authenticate
from sandbox.identity.directory import SHARED, require_client, require_tenant
from sandbox.identity.grants import Answer, TokenRequest, user_answer
from sandbox.identity.tokens import SignIn, User
from sandbox.identity.users import admit, find_account

if TYPE_CHECKING:
    from sandbox.store import Tenant
    from sandbox.world import World

LIFETIME = 900  # seconds
INTERVAL = 1  # seconds between polls; the service says 5
ALPHABET = string.ascii_uppercase.replace("O", "").replace("I", "") + "23456789"


@dataclass
class Pending:
    """A code that was given out, and the user who has entered it."""

    tenant: Tenant
    client_id: str
    scope: str
    ends: float
    user: User | None = None


def begin(request: TokenRequest) -> dict[str, Any]:
    """Give out a code: the answer of the devicecode endpoint."""
    world = request.world
    if request.tenant in SHARED:
        raise LoginError(50059)
    tenant = require_tenant(world, request.tenant)
    client = require_client(world, tenant, request.need("client_id"))
    code, user_code = secrets.token_urlsafe(60), "".join(secrets.choice(ALPHABET) for _turn in range(9))
    ends = world.clock.now().timestamp() + LIFETIME
    world.device_codes[code] = Pending(tenant, client.app_id, request.need("scope"), ends)
    world.user_codes[user_code] = code
    address = f"{request.base}/_sandbox/device_codes"
    return {
        "user_code": user_code,
        "device_code": code,
        "verification_uri": address,
        "expires_in": LIFETIME,
        "interval": INTERVAL,
        "message": f"To sign in, send the code {user_code} and a user to {address}.",
    }


def enter(world: World, user_code: str, user: str) -> None:
    """The user enters the code, signed in already. Raises ValueError where code or user are not known."""
    pending = world.device_codes.get(world.user_codes.get(user_code, ""))
    if pending is None:
        raise ValueError(f"there is no code '{user_code}'")
    account = find_account(world, pending.tenant, user)
    if account is None:
        raise ValueError(f"there is no user '{user}' in tenant {pending.tenant.id}")
    pending.user = admit(pending.tenant, *account, pending.client_id)


async def redeem(request: TokenRequest) -> Answer:
    """The token endpoint's answer to a poll."""
    world = request.world
    pending = world.device_codes.get(request.need("device_code"))
    if pending is None or pending.client_id != request.need("client_id"):
        raise LoginError(70000)
    if world.clock.now().timestamp() >= pending.ends:
        raise LoginError(70020)
    client = require_client(world, pending.tenant, pending.client_id)
    method = await authenticate(world, client, request.form, request.base, platform=None)
    if pending.user is None:
        raise LoginError(70016)
    del world.device_codes[request.form["device_code"]]
    asked = TokenRequest(world, request.tenant, {"scope": pending.scope, **request.form}, request.base, request.v1)
    return user_answer(asked, SignIn(world, client, request.base, method), pending.user, asked.wish())
