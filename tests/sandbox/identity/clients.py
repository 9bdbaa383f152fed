# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How a client proves who it is: its secret, its certificate, or another issuer's word."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import jwt

from sandbox.clock import parse_time
from sandbox.identity.aadsts import LoginError
from sandbox.identity.certificates import check_certificate_assertion
from sandbox.identity.directory import Client
from sandbox.identity.federation import check_federated_assertion
from sandbox.world import World

#: Platforms whose applications cannot keep a secret.
PUBLIC = ("spa", "publicClient")
JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


async def authenticate(world: World, client: Client, form: Mapping[str, str], base: str, platform: str | None) -> str:
    """Check the client's proof and return the token's appidacr: "1" for a secret, "2" for a key, "0" for none.

    `platform` is that of the redirect URI which led here: "web" must prove itself, "spa" and "publicClient" must not
    try to, and without one (None) an application may leave it out that is a public client by its settings.
    Raises LoginError.
    """
    proof = form.get("client_assertion") or form.get("client_secret")
    if platform in PUBLIC:
        if proof:
            raise LoginError(700025)
        return "0"
    if form.get("client_assertion"):
        await _check_assertion(world, client, form, base)
        return "2"
    if form.get("client_secret"):
        _check_secret(world, client, form["client_secret"])
        return "1"
    if platform is None and client.application.get("isFallbackPublicClient"):
        return "0"
    raise LoginError(7000218)


def _check_secret(world: World, client: Client, secret: str) -> None:
    """Raises AADSTS7000215, or 7000222 where the value is right and its time is over."""
    now = world.clock.now()
    expired = False
    for owner in (client.application, client.service_principal):
        for credential in owner.get("passwordCredentials") or []:
            key_id = credential["keyId"]
            if not (client.home.knows_secret(key_id, secret) or client.tenant.knows_secret(key_id, secret)):
                continue
            if parse_time(credential["startDateTime"]) <= now < parse_time(credential["endDateTime"]):
                return
            expired = expired or parse_time(credential["endDateTime"]) <= now
    raise LoginError(7000222 if expired else 7000215, client=client.app_id)


async def _check_assertion(world: World, client: Client, form: Mapping[str, str], base: str) -> None:
    """A token that the client signed itself is checked against its certificates, any other as a federated one."""
    if "client_assertion_type" not in form:
        raise LoginError(900144, parameter="client_assertion_type")
    if form["client_assertion_type"] != JWT_BEARER:
        raise LoginError(9002313)
    token = form["client_assertion"]
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError:
        raise LoginError(50027, reason="Token format is not proper") from None
    if claims.get("iss") == client.app_id:
        check_certificate_assertion(world, client, token, header, claims, base)
    else:
        await check_federated_assertion(client, token, header, claims)


def basic_credentials(header: str | None) -> dict[str, str]:
    """client_id and client_secret from an HTTP Basic header, where there is one."""
    scheme, _ignored, value = (header or "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    try:
        client_id, _ignored, secret = base64.b64decode(value).decode().partition(":")
    except ValueError:
        raise LoginError(9002313) from None
    return {"client_id": client_id, "client_secret": secret}
