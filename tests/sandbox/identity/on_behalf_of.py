# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An API calls another one on behalf of its user: it exchanges the token that it was sent.

Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow
"""

from __future__ import annotations

from typing import Any

import jwt

from sandbox.identity.aadsts import LoginError
from sandbox.identity.clients import authenticate
from sandbox.identity.directory import SHARED, Client, require_client, require_tenant
from sandbox.identity.grants import Answer, TokenRequest, user_answer
from sandbox.identity.refresh_tokens import Granted
from sandbox.identity.tokens import SignIn
from sandbox.identity.users import admit

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


async def exchange(request: TokenRequest) -> Answer:
    """A token for the user of the given one.

    Raises AADSTS50013 (not ours), 500133 (over), 500131 (for somebody else), 7000114 (without a user).
    """
    world = request.world
    assertion = request.need("assertion")
    if request.need("requested_token_use") != "on_behalf_of":
        raise LoginError(90023, parameter="requested_token_use")
    claims = _verify(request, assertion)
    tenant = require_tenant(world, claims["tid"] if request.tenant in SHARED else request.tenant)
    client = require_client(world, tenant, request.need("client_id"))
    method = await authenticate(world, client, request.form, request.base, platform="web")
    if claims["tid"] != tenant.id:
        raise LoginError(50013)
    _check_audience(client, str(claims.get("aud")))
    if "scp" not in claims:
        raise LoginError(7000114, client=client.app_id)
    record = tenant.view().get("user", claims["oid"])
    if record is None:
        raise LoginError(50034, tenant=tenant.display_name)
    user = admit(tenant, tenant, record, client.app_id, client.name)
    wish = request.wish()
    granted = Granted(scope=request.form.get("scope"))
    return user_answer(request, SignIn(world, client, request.base, method), user, wish, granted)


def _verify(request: TokenRequest, assertion: str) -> dict[str, Any]:
    try:
        claims = request.world.signing_key.verify(assertion)
    except jwt.InvalidTokenError:
        raise LoginError(50013) from None
    now = request.world.clock.now()
    if claims["exp"] <= now.timestamp():
        raise LoginError(500133, now=now.strftime("%Y-%m-%dT%H:%M:%S.0000000Z"), end=claims["exp"])
    return claims


def _check_audience(client: Client, audience: str) -> None:
    own = {client.app_id, f"api://{client.app_id}", *client.application["identifierUris"]}
    if audience.rstrip("/").lower() not in {name.rstrip("/").lower() for name in own}:
        raise LoginError(500131, audience=audience, client=client.app_id, client_name=client.name)
