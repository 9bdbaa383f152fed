# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Optional claims: what an application asks for in its tokens beyond what is always there.

Access tokens follow the application of the resource, id tokens that of the client. A claim that the sandbox knows no
value for is left out, as the service leaves out what a user or tenant has no value for.
Source: https://learn.microsoft.com/entra/identity-platform/optional-claims-reference
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.identity.memberships import TokenKind
from sandbox.store import Record

if TYPE_CHECKING:
    from sandbox.identity.tokens import SignIn, User

GUEST = "#EXT#"


def optional_claims(
    sign_in: SignIn, application: Record | None, user: User, kind: TokenKind, version: int
) -> dict[str, Any]:
    """The claims that the application's optionalClaims name for a user's token of that kind and version."""
    claims: dict[str, Any] = {}
    for asked in ((application or {}).get("optionalClaims") or {}).get(kind) or []:
        name, options = asked["name"], asked.get("additionalProperties") or []
        if asked.get("source") == "user":
            value = user.record.get(name)
            name = f"extn.{name.rpartition('_')[2]}"
        elif name == "upn":
            value = _upn(user.record["userPrincipalName"], options)
        elif name == "preferred_username":
            value = user.login if version == 1 else None
        elif name == "idtyp":
            value = "user" if "include_user_token" in options and kind == "accessToken" else None
        else:
            value = VALUES[name](sign_in, user) if name in VALUES else None
        if value is not None:
            claims[name] = value
    return claims


def login_hint(user: User) -> str:
    """The opaque login_hint claim, which the sign-in page takes in place of a user name."""
    text = json.dumps({"home": user.home.id, "user": user.account_id})
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_login_hint(hint: str) -> str | None:
    """The object id of the user whom such a claim means, None where it is a plain user name."""
    try:
        content = json.loads(base64.urlsafe_b64decode(hint + "=" * (-len(hint) % 4)))
    except ValueError:
        return None
    user = content.get("user") if isinstance(content, dict) else None
    return user if isinstance(user, str) else None


def _upn(name: str, options: list[str]) -> str:
    """A guest's name as the tenant stores it only where that is asked for, with or without its hash marks."""
    if GUEST not in name or "include_externally_authenticated_upn" in options:
        return name
    if "include_externally_authenticated_upn_without_hash" in options:
        return name.replace("#", "_")
    local, _ignored, host = name.partition(GUEST)[0].rpartition("_")
    return f"{local}@{host}"


def _organization(sign_in: SignIn, name: str) -> Any:
    found = sign_in.tenant.view().all("organization")
    return found[0].get(name) if found else None


def _country(user: User) -> str | None:
    country = user.record.get("country")
    return country if isinstance(country, str) and len(country) == 2 else None


VALUES: dict[str, Callable[[SignIn, User], Any]] = {
    "acct": lambda sign_in, user: int(user.record.get("userType") == "Guest" or user.home is not sign_in.tenant),
    "auth_time": lambda sign_in, user: user.signed_in,
    "ctry": lambda sign_in, user: _country(user),
    "email": lambda sign_in, user: user.record.get("mail"),
    "family_name": lambda sign_in, user: user.record.get("surname"),
    "given_name": lambda sign_in, user: user.record.get("givenName"),
    "ipaddr": lambda sign_in, user: "127.0.0.1",
    "login_hint": lambda sign_in, user: login_hint(user),
    "onprem_sid": lambda sign_in, user: user.record.get("onPremisesSecurityIdentifier"),
    "sid": lambda sign_in, user: user.session,
    "tenant_ctry": lambda sign_in, user: _organization(sign_in, "countryLetterCode"),
    "tenant_region_scope": lambda sign_in, user: sign_in.tenant.region,
    "verified_primary_email": lambda sign_in, user: [user.record["mail"]] if user.record.get("mail") else None,
    "xms_pl": lambda sign_in, user: user.record.get("preferredLanguage"),
    "xms_tpl": lambda sign_in, user: _organization(sign_in, "preferredLanguage"),
}
