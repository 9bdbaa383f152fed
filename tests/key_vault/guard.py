# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who may enter: bearers of a token that the trusted tenant signed for Key Vault, as far as an access policy allows.

Sources: https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses,
https://learn.microsoft.com/azure/key-vault/general/rest-error-codes
"""

from __future__ import annotations

import dataclasses
from typing import Any

import jwt
from jwt.algorithms import RSAAlgorithm
from starlette.requests import Request

from key_vault.app import Refused

RESOURCE = "https://vault.azure.net"
AUDIENCES = (RESOURCE, "cfa8b339-82a2-471a-a3c9-0fc0be7a4093")  # its application id, in tokens of version 2.0
EVERYTHING = frozenset({"get", "set", "list", "delete"})


@dataclasses.dataclass
class Guard:
    """The tenant that the key vault trusts, and its access policies: what each application or user may do."""

    authority: str
    """Origin of the login host."""
    tenant_id: str
    keys: list[dict[str, Any]]
    """JSON Web Keys that the tenant signs with."""
    policies: dict[str, frozenset[str]] = dataclasses.field(default_factory=dict)
    """By appid of the token."""

    def __call__(self, request: Request, does: str) -> None:
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise self._challenge("AKV10000: Request is missing a Bearer or PoP token.")
        claims = self._verify(token)
        caller = str(claims.get("appid") or claims.get("azp"))
        if does not in self.policies.get(caller, frozenset()):
            raise Refused(
                403,
                "Forbidden",
                f"The user, group or application 'appid={caller};oid={claims.get('oid')};iss={claims.get('iss')}' does not have secrets {does} "
                "permission on key vault.",
            )

    def _verify(self, token: str) -> dict[str, Any]:
        kid = jwt.get_unverified_header(token).get("kid")
        public: Any = next((RSAAlgorithm.from_jwk(key) for key in self.keys if key["kid"] == kid), None)
        if public is None:
            raise self._challenge("AKV10007: Error validating token: signature key not found.")
        try:
            claims: dict[str, Any] = jwt.decode(token, public, algorithms=["RS256"], audience=AUDIENCES)
        except jwt.InvalidAudienceError:
            raise self._challenge(f"AKV10022: Invalid audience. Expected {RESOURCE}.") from None
        except jwt.InvalidTokenError as error:
            raise self._challenge(f"AKV10046: Unable to validate the token ({type(error).__name__}).") from None
        if claims["tid"] != self.tenant_id:
            raise self._challenge("AKV10032: Invalid issuer.")
        return claims

    def _challenge(self, message: str) -> Refused:
        wanted = f'Bearer authorization="{self.authority}/{self.tenant_id}", resource="{RESOURCE}"'
        return Refused(401, "Unauthorized", message, {"WWW-Authenticate": wanted})
