# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Id tokens, version 1.0 and 2.0.

Source: https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
"""

from __future__ import annotations

import base64
import hashlib
import time
import uuid
from collections.abc import Set
from typing import Any

from sandbox.identity.memberships import direct_groups, emits_groups_as_roles, membership_claims
from sandbox.identity.optional_claims import optional_claims
from sandbox.identity.scopes import app_roles_of
from sandbox.identity.tokens import LIFETIME, SignIn, User, make_subject


def id_token(
    sign_in: SignIn,
    user: User,
    oidc: Set[str],
    *,
    version: int = 2,
    nonce: str | None = None,
    code: str | None = None,
    access_token: str | None = None,
    in_address: bool = False,
) -> str:
    """An id token for the client. The client checks its times against its own clock, so they are real, not virtual.

    `oidc` are the scopes of OpenID Connect; `code` and `access_token` are those given out in the same answer of the
    authorize endpoint; `in_address` is for a token that travels in a redirect.
    """
    record, now, client = user.record, int(time.time()), sign_in.client
    claims: dict[str, Any] = {
        "aud": client.app_id,
        "iss": f"{sign_in.base}/{sign_in.tenant.id}/v2.0",
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME,
        "rh": f"0.{uuid.uuid4().hex}.",
        "sub": make_subject(record["id"], client.app_id),
        "tid": sign_in.tenant.id,
        "uti": uuid.uuid4().hex[:22],
        "ver": f"{version}.0",
    }
    if version == 1:
        claims |= {"iss": f"https://sts.windows.net/{sign_in.tenant.id}/", "amr": ["pwd"], "ipaddr": "127.0.0.1"}
        claims |= {"unique_name": user.login, "upn": None if user.account else user.login}
        claims |= {"given_name": record.get("givenName"), "family_name": record.get("surname")}
    elif "profile" in oidc:
        claims["preferred_username"] = user.login
    if version == 1 or "profile" in oidc:
        claims |= {"name": record.get("displayName"), "oid": record["id"]}
    if "email" in oidc or user.account:
        claims["email"] = record.get("mail")
    if user.home is not sign_in.tenant:
        claims["idp"] = f"https://sts.windows.net/{user.home.id}/"
    hashes = {"c_hash": code, "at_hash": access_token}
    claims |= {"nonce": nonce} | {name: _half_hash(value) for name, value in hashes.items() if value}
    claims |= optional_claims(sign_in, client.application, user, "idToken", version)
    if not emits_groups_as_roles(client.application, "idToken"):
        principals = {record["id"], *direct_groups(sign_in.tenant, record["id"])}
        claims["roles"] = app_roles_of(client.view, principals, client.service_principal) or None
    claims |= membership_claims(sign_in, client.application, user, "idToken", in_address=in_address)
    return sign_in.world.signing_key.sign({name: value for name, value in claims.items() if value is not None})


def _half_hash(text: str) -> str:
    """c_hash and at_hash of OpenID Connect: the left half of the SHA-256, in base64url."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).decode().rstrip("=")
