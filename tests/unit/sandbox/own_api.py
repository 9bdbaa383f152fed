# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An application that is its own API, as a map behind a sign-in is, and what its tokens say."""

from __future__ import annotations

from typing import Any

from unit.sandbox.browsing import WEB, App, register, tokens_of
from unit.sandbox.signing_in import Place, claims_of

SCOPE_ID, ROLE_ID = "5d0c0a5e-5c55-4c2d-9a1e-1f6a2a3b4c5d", "0e9b6f3e-2c0e-4d55-9a76-7d1c3f6a2b10"


def register_api(place: Place) -> App:
    """With the scope user_impersonation and the role Editor."""
    texts = {"adminConsentDisplayName": "Use", "adminConsentDescription": "Use"}
    scope = {"id": SCOPE_ID, "value": "user_impersonation", "type": "Admin", "isEnabled": True, **texts}
    role = {"id": ROLE_ID, "value": "Editor", "displayName": "Editor", "description": "Edits", "isEnabled": True}
    app = register(
        place,
        api={"oauth2PermissionScopes": [scope]},
        appRoles=[{**role, "allowedMemberTypes": ["User"]}],
        web={"redirectUris": [WEB], "implicitGrantSettings": {"enableIdTokenIssuance": True}},
    )
    app.change({"identifierUris": [f"api://{app.client_id}"]})
    return app


def both(
    app: App, user: str = "kai.jensen", scope: str = "openid profile email"
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The claims of the id token and of the access token for the application's own API."""
    tokens = tokens_of(app, user, scope=f"{scope} api://{app.client_id}/user_impersonation")
    return claims_of(tokens["id_token"]), claims_of(tokens["access_token"])
