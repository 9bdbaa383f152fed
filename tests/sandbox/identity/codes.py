# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Authorization codes: given out by the authorize endpoint, redeemed once at the token endpoint.

Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#redeem-a-code-for-an-access-token
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sandbox.identity.aadsts import LoginError
from sandbox.identity.clients import authenticate
from sandbox.identity.cross_origin import check_origin
from sandbox.identity.directory import SHARED, find_tenant, require_client
from sandbox.identity.grants import Answer, TokenRequest, user_answer
from sandbox.identity.refresh_tokens import Granted
from sandbox.identity.scopes import read_scopes
from sandbox.identity.tokens import SignIn
from sandbox.identity.users import admit, check_still_valid, find_home

if TYPE_CHECKING:
    from sandbox.store import Tenant
    from sandbox.world import World

LIFETIME = 600  # seconds; "typically, they expire after about 10 minutes"
METHODS = ("S256", "plain")


@dataclass
class Code:
    """A code that was given out. `account` is tenant and object id of the user, `scope` all that was asked for."""

    tenant: Tenant
    client_id: str
    account: tuple[str, str]
    redirect_uri: str
    platform: str
    scope: str
    nonce: str | None
    challenge: tuple[str, str] | None
    session: str
    signed_in: int
    ends: float
    redeemed: bool = False


def keep_code(world: World, code: Code) -> str:
    """Give a code out; those that ended an hour ago are dropped."""
    now = world.clock.now().timestamp()
    for old in [key for key, one in world.codes.items() if one.ends + 3600 < now]:
        del world.codes[old]
    key = f"1.{secrets.token_urlsafe(80)}"
    world.codes[key] = code
    return key


async def redeem_code(request: TokenRequest) -> Answer:
    """Tokens for the user who signed in; the code is worth nothing after that.

    Raises AADSTS9002313, 700005, 54005, 70008, 500112, 9002325 to 9002327, 50148, 501481 and what the client's own
    sign-in raises.
    """
    world, client_id = request.world, request.need("client_id")
    code = world.codes.get(request.need("code"))
    if code is None:
        raise LoginError(9002313, "invalid_grant")
    if code.client_id != client_id.lower():
        raise LoginError(70000)
    if request.tenant not in SHARED and find_tenant(world, request.tenant) is not code.tenant:
        raise LoginError(700005)
    if code.redeemed:
        raise LoginError(54005)
    if world.clock.now().timestamp() >= code.ends:
        raise LoginError(70008)
    redirect_uri = request.need("redirect_uri")
    if redirect_uri != code.redirect_uri:
        raise LoginError(500112, given=redirect_uri, asked=code.redirect_uri)
    client = require_client(world, code.tenant, client_id)
    check_origin(client.application, code.platform, request.origin)
    _check_verifier(code, request.form.get("code_verifier"))
    method = await authenticate(world, client, request.form, request.base, platform=code.platform)
    home, record = find_home(world, *code.account)
    check_still_valid(record, code.ends - LIFETIME)
    user = replace(admit(code.tenant, home, record, client_id), session=code.session, signed_in=code.signed_in)
    granted = Granted(scope=code.scope, platform=code.platform, session=code.session, signed_in=code.signed_in)
    wishes = read_scopes(code.scope)
    wish = request.wish(before=code.scope if len(wishes) == 1 else None)
    wish = replace(wish, oidc=wish.oidc | wishes[0].oidc)
    sign_in = SignIn(world, client, request.base, method)
    answer = user_answer(request, sign_in, user, wish, granted, nonce=code.nonce)
    code.redeemed = True
    return answer


def _check_verifier(code: Code, verifier: str | None) -> None:
    """Raises AADSTS9002325, 50148 or 501481.

    That a missing verifier is 50148 and a wrong one 501481 was observed in
    https://github.com/pennersr/django-allauth/issues/2916 and
    https://github.com/AzureAD/microsoft-authentication-library-for-js/issues/2694.
    """
    if code.challenge is None:
        if code.platform == "spa":
            raise LoginError(9002325)
        return
    if not verifier:
        raise LoginError(50148)
    challenge, method = code.challenge
    digest = hashlib.sha256(verifier.encode()).digest()
    made = base64.urlsafe_b64encode(digest).decode().rstrip("=") if method == "S256" else verifier
    if not hmac.compare_digest(made.encode(), challenge.encode()):
        raise LoginError(501481)
