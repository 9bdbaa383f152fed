# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sign-in on another device: a code for the user, and the client's polling until the user has entered it.

Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
"""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sandbox.identity.aadsts import LoginError
from sandbox.identity.authorization_requests import MULTITENANT_BY_CHOICE, find_client
from sandbox.identity.clients import authenticate
from sandbox.identity.directory import SHARED, find_tenant, require_client, require_tenant
from sandbox.identity.grants import Answer, TokenRequest, user_answer
from sandbox.identity.interactions import Account, new_account
from sandbox.identity.refresh_tokens import Granted
from sandbox.identity.tokens import SignIn
from sandbox.identity.users import admit, find_account, find_home

if TYPE_CHECKING:
    from sandbox.store import Record, Tenant
    from sandbox.world import World

LIFETIME = 900  # seconds
INTERVAL = 1  # seconds between polls; the service says 5
ALPHABET = string.ascii_uppercase.replace("O", "").replace("I", "") + "23456789"


@dataclass
class Pending:
    """A code that was given out, and the account that has entered it; `tenant` is None where any may."""

    tenant: Tenant | None
    path: str
    application: Record
    home: Tenant
    scope: str
    ends: float
    account: Account | None = None
    declined: bool = False

    @property
    def name(self) -> str:
        """The application's name, for the pages."""
        return str(self.application.get("displayName"))


def begin(request: TokenRequest) -> dict[str, Any]:
    """Give out a code: the answer of the devicecode endpoint. Raises AADSTS900144, 90002, 700016, 50194."""
    world = request.world
    tenant = None if request.tenant in SHARED else require_tenant(world, request.tenant)
    application, home = find_client(world, tenant, request.need("client_id").lower())
    if tenant is None and application["signInAudience"] == "AzureADMyOrg":
        names = {"client": application["appId"], "client_name": application.get("displayName")}
        raise LoginError(50194, since=MULTITENANT_BY_CHOICE, **names)
    code, user_code = secrets.token_urlsafe(60), "".join(secrets.choice(ALPHABET) for _turn in range(9))
    ends = world.clock.now().timestamp() + LIFETIME
    world.device_codes[code] = Pending(tenant, request.tenant, application, home, request.need("scope"), ends)
    world.user_codes[user_code] = code
    address = f"{request.base}/common/oauth2/deviceauth"
    return {
        "user_code": user_code,
        "device_code": code,
        "verification_uri": address,
        "expires_in": LIFETIME,
        "interval": INTERVAL,
        "message": f"To sign in, use a web browser to open the page {address} and enter the code {user_code} "
        "to authenticate.",
    }


def find_pending(world: World, user_code: str) -> Pending | None:
    """What waits for a user to enter that code; None where the code is wrong, used or over."""
    pending = world.device_codes.get(world.user_codes.get(user_code.strip().upper(), ""))
    if pending is None or pending.account or pending.declined or world.clock.now().timestamp() >= pending.ends:
        return None
    return pending


def enter(world: World, user_code: str, user: str) -> None:
    """The user enters the code, signed in already. Raises ValueError where code or user are not known."""
    pending = find_pending(world, user_code)
    if pending is None:
        raise ValueError(f"there is no code '{user_code}'")
    tenant = pending.tenant or find_tenant(world, user.rpartition("@")[2])
    account = find_account(world, tenant, user) if tenant else None
    if tenant is None or account is None:
        raise ValueError(f"there is no user '{user}' in tenant {tenant.id if tenant else pending.path}")
    admit(tenant, *account, pending.application["appId"])
    pending.account = new_account(world, account[0].id, account[1]["id"])


async def redeem(request: TokenRequest) -> Answer:
    """The token endpoint's answer to a poll. Raises AADSTS70018, 70016, 70020, 90120 and what a sign-in raises."""
    world, client_id = request.world, request.need("client_id")
    pending = world.device_codes.get(request.need("device_code"))
    if pending is None or pending.application["appId"] != client_id.lower():
        raise LoginError(70018)
    if pending.declined:
        raise LoginError(90120, "authorization_declined")
    if world.clock.now().timestamp() >= pending.ends:
        raise LoginError(70020)
    if pending.account is None:
        if pending.tenant:
            client = require_client(world, pending.tenant, client_id)
            await authenticate(world, client, request.form, request.base, platform=None)
        raise LoginError(70016)
    tenant = pending.tenant or world.tenants[pending.account.tenant]
    if request.tenant not in SHARED and find_tenant(world, request.tenant) is not tenant:
        raise LoginError(700005)
    client = require_client(world, tenant, client_id)
    method = await authenticate(world, client, request.form, request.base, platform=None)
    home, record = find_home(world, pending.account.tenant, pending.account.user)
    user = replace(admit(tenant, home, record, client_id), signed_in=pending.account.signed_in)
    wish = request.wish(before=pending.scope)
    granted = Granted(scope=pending.scope, signed_in=pending.account.signed_in)
    answer = user_answer(request, SignIn(world, client, request.base, method), user, wish, granted)
    del world.device_codes[request.form["device_code"]]
    return answer
