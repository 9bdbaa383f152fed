# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The key that signs every token of this sandbox."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from jwt.types import Options

#: For jwt.decode where times and audience are checked elsewhere.
SIGNATURE_ONLY: Options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}


@dataclass(frozen=True)
class SigningKey:
    """An RSA key pair, made when the sandbox starts and gone when it ends."""

    private: rsa.RSAPrivateKey

    @cached_property
    def public_jwk(self) -> dict[str, Any]:
        """The public half as a JSON Web Key, named by the thumbprint of its certificate.

        Source: https://learn.microsoft.com/entra/identity-platform/signing-key-rollover
        """
        jwk: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(self.private.public_key()))
        certificate = _certify(self.private)
        thumbprint = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA1())).decode().rstrip("=")  # noqa: S303
        der = base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()
        names = {"kty": "RSA", "use": "sig", "kid": thumbprint, "x5t": thumbprint}
        return {**names, "n": jwk["n"], "e": jwk["e"], "x5c": [der]}

    def sign(self, claims: dict[str, Any]) -> str:
        """Return the claims as a signed RS256 token; one of version 1.0 names its key twice."""
        kid = self.public_jwk["kid"]
        headers = {"kid": kid, "x5t": kid} if claims.get("ver") == "1.0" else {"kid": kid}
        return jwt.encode(claims, self.private, algorithm="RS256", headers=headers)

    @cached_property
    def verify(self) -> Callable[[str], dict[str, Any]]:
        """Gives the claims of a token that this key signed; raises jwt.InvalidTokenError.

        Times are left to the caller, who goes by the virtual clock, so what was verified once stays verified: clients
        send one token many times.
        """
        return lru_cache(maxsize=1024)(self._verify)

    def _verify(self, token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwt.decode(token, self.private.public_key(), ["RS256"], SIGNATURE_ONLY)
        return claims


def _certify(key: rsa.RSAPrivateKey) -> x509.Certificate:
    """A certificate of the key's own."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "accounts.accesscontrol.windows.net")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=5 * 365))
    return made.sign(key, hashes.SHA256())


def generate() -> SigningKey:
    """Make a new key pair."""
    return SigningKey(rsa.generate_private_key(public_exponent=65537, key_size=2048))
