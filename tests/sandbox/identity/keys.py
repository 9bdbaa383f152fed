# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The key that signs every token of this sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from typing import Any

import jwt
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
        """The public half as a JSON Web Key."""
        jwk: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(self.private.public_key()))
        kid = sha256(jwk["n"].encode()).hexdigest()[:27]
        return {"kty": "RSA", "use": "sig", "kid": kid, "n": jwk["n"], "e": jwk["e"]}

    def sign(self, claims: dict[str, Any]) -> str:
        """Return the claims as a signed RS256 token."""
        return jwt.encode(claims, self.private, algorithm="RS256", headers={"kid": self.public_jwk["kid"]})

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


def generate() -> SigningKey:
    """Make a new key pair."""
    return SigningKey(rsa.generate_private_key(public_exponent=65537, key_size=2048))
