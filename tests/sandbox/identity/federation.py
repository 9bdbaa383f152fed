# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Client assertions of another issuer, trusted through the application's federated identity credentials.

Source: https://learn.microsoft.com/entra/workload-id/workload-identity-federation
"""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

import jwt

from sandbox.identity.aadsts import LoginError
from sandbox.identity.certificates import check_times
from sandbox.identity.directory import Client
from sandbox.identity.keys import SIGNATURE_ONLY

TIMEOUT = 10.0


async def check_federated_assertion(client: Client, token: str, header: dict[str, Any], claims: dict[str, Any]) -> None:
    """Raises AADSTS70021 (nothing registered for it), 50166 (issuer not reachable), 50027 (signature), 700024 (time)."""
    issuer, subject = str(claims.get("iss")), str(claims.get("sub"))
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if not _is_registered(client, issuer, subject, audiences):
        raise LoginError(70021, issuer=issuer, subject=subject, audience=", ".join(map(str, audiences)))
    keys = await _fetch_keys(issuer)
    try:
        key = next(jwk for jwk in keys if jwk.get("kid") == header.get("kid"))
        jwt.decode(token, jwt.PyJWK(key, "RS256").key, ["RS256"], SIGNATURE_ONLY)
    except (StopIteration, jwt.PyJWTError):
        reason = f"External ID token from issuer '{issuer}' failed signature verification"
        raise LoginError(50027, reason=reason) from None
    check_times(claims)


def _is_registered(client: Client, issuer: str, subject: str, audiences: list[Any]) -> bool:
    """Whether issuer, subject and audience all equal those of one credential; case matters."""
    view = client.view if client.home is client.tenant else client.home.replica()
    for credential in view.where("federatedIdentityCredential", application=client.application["id"]):
        same = credential["issuer"] == issuer and credential["subject"] == subject
        if same and set(credential["audiences"]) & set(audiences):
            return True
    return False


async def _fetch_keys(issuer: str) -> list[dict[str, Any]]:
    """The keys that the issuer's discovery document names. An issuer on loopback may be plain http or self-signed."""
    import httpx  # late: start-up does not need it, and it is slow to load

    try:
        local = is_loopback(issuer)
        if not local and not issuer.startswith("https://"):
            raise LoginError(50166)
        async with httpx.AsyncClient(verify=not local, timeout=TIMEOUT, trust_env=not local) as client:
            metadata = (
                (await client.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")).raise_for_status().json()
            )
            if metadata.get("issuer") != issuer:
                raise LoginError(50166)
            keys: list[dict[str, Any]] = (await client.get(metadata["jwks_uri"])).raise_for_status().json()["keys"]
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError, AttributeError):
        raise LoginError(50166) from None
    return keys


def is_loopback(url: str) -> bool:
    """Whether the host of an address is this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
