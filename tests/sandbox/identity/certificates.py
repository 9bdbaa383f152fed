# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Client assertions signed with the private key of a registered certificate.

Source: https://learn.microsoft.com/entra/identity-platform/certificate-credentials
"""

from __future__ import annotations

import base64
import time
from datetime import UTC, datetime
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.clock import parse_time
from sandbox.identity.aadsts import LoginError
from sandbox.identity.directory import Client
from sandbox.identity.keys import SIGNATURE_ONLY
from sandbox.store import Record
from sandbox.world import World

#: Difference of clocks that is tolerated, in seconds.
SKEW = 300
NOT_REGISTERED = "The certificate with identifier used to sign the client assertion is not registered on application."
BAD_SIGNATURE = "Client assertion failed signature validation."


def check_certificate_assertion(
    world: World, client: Client, token: str, header: dict[str, Any], claims: dict[str, Any], base: str
) -> None:
    """Raises AADSTS700027 (key or signature), 700023 (audience), 700024 (time) or 50027 (form)."""
    if claims.get("sub") != client.app_id:
        raise LoginError(50027, reason="The subject identifier does not match the issuer")
    thumbprint = header.get("x5t#S256") or header.get("x5t")
    if not thumbprint:
        raise LoginError(50027, reason="No certificate thumbprint specified in token header")
    key, certificate = _find_key(client, thumbprint)
    if parse_time(key["endDateTime"]) <= world.clock.now():
        raise _refusal(client, thumbprint, NOT_REGISTERED, "The key used is expired.")
    public = certificate.public_key()
    if not isinstance(public, rsa.RSAPublicKey):
        raise LoginError(50027, reason="The key used is not an RSA key")
    try:
        jwt.decode(token, public, ["RS256", "PS256"], SIGNATURE_ONLY)
    except jwt.InvalidTokenError:
        reason = "The key was found, but use of the key to verify the signature failed."
        raise _refusal(client, thumbprint, BAD_SIGNATURE, reason) from None
    _check_audience(client, claims, base)
    check_times(claims)
    if not claims.get("jti"):
        raise LoginError(50027, reason="The token does not contain a jti claim")


def check_times(claims: dict[str, Any]) -> None:
    """Check exp and nbf of an assertion against real time, which is what its signer goes by."""
    now, start, end = time.time(), claims.get("nbf", claims.get("iat", 0)), claims.get("exp")
    if not isinstance(end, int | float) or not isinstance(start, int | float):
        raise LoginError(50027, reason="The token does not contain its valid time range")
    if not start - SKEW <= now <= end + SKEW:
        written = [datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for moment in (now, start, end)]
        raise LoginError(700024, now=written[0], start=written[1], end=written[2])


def _find_key(client: Client, thumbprint: str) -> tuple[Record, x509.Certificate]:
    """The registered certificate whose SHA-1 or SHA-256 thumbprint (base64url) this is."""
    for key in client.application.get("keyCredentials") or []:
        raw = base64.b64decode(key["key"])
        load = x509.load_pem_x509_certificate if b"-----BEGIN" in raw else x509.load_der_x509_certificate
        certificate = load(raw)
        prints = (certificate.fingerprint(kind) for kind in (hashes.SHA1(), hashes.SHA256()))  # noqa: S303
        if thumbprint.rstrip("=") in [base64.urlsafe_b64encode(one).decode().rstrip("=") for one in prints]:
            return key, certificate
    raise _refusal(client, thumbprint, NOT_REGISTERED, "The key was not found.")


def _check_audience(client: Client, claims: dict[str, Any], base: str) -> None:
    audience = str(claims.get("aud"))
    names = {client.tenant.id, *(domain["id"] for domain in client.view.all("domain"))}
    ends = ("", "/", "/v2.0", "/oauth2/token", "/oauth2/v2.0/token")
    if audience not in {f"{base}/{name}{end}" for name in names for end in ends}:
        raise LoginError(700023)


def _refusal(client: Client, thumbprint: str, problem: str, reason: str) -> LoginError:
    padded = thumbprint + "=" * (-len(thumbprint) % 4)
    try:
        shown = base64.urlsafe_b64decode(padded).hex().upper()
    except ValueError:
        shown = thumbprint
    return LoginError(700027, problem=problem, reason=reason, thumbprint=shown, client=client.app_id)
