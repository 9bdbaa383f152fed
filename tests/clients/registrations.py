# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a client needs before it can sign in: the tenant's operator registered as it likes, a person with a password."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from unit.sandbox.signing_in import Issuer, Place, claims_of


@dataclass(frozen=True)
class Person:
    """A user of the place's tenant."""

    id: str
    name: str
    password: str


def register(place: Place, **properties: Any) -> None:
    """Change the operator's application."""
    place.graph("PATCH", place.application, properties).raise_for_status()


def trust_issuer(place: Place, issuer: Issuer) -> None:
    """Let the operator sign in by that issuer's word."""
    trust = {"name": "tests", "issuer": issuer.url, "subject": "job:onboard"}
    body = {**trust, "audiences": ["api://AzureADTokenExchange"]}
    place.graph("POST", f"{place.application}/federatedIdentityCredentials", body).raise_for_status()


def make_person(place: Place, nickname: str = "ida.lund") -> Person:
    """A new user."""
    name, password = f"{nickname}@{place.tenant['default_domain']}", f"Aa1!{secrets.token_urlsafe(16)}"
    profile = {"password": password, "forceChangePasswordNextSignIn": False}
    body = {"accountEnabled": True, "displayName": "Ida Lund", "mailNickname": nickname, "userPrincipalName": name}
    made = place.graph("POST", "/v1.0/users", {**body, "passwordProfile": profile})
    made.raise_for_status()
    return Person(made.json()["id"], name, password)


def expose_api(place: Place, version: int = 2, **application: Any) -> str:
    """Let the operator's application be an API with one permission, granted to itself; returns the scope to ask for."""
    found = place.graph("GET", place.application).json()
    scope = {"id": str(uuid.uuid4()), "value": "maps.read", "type": "User", "isEnabled": True}
    texts = {f"{who}Consent{kind}": "Read maps" for who in ("admin", "user") for kind in ("DisplayName", "Description")}
    api = {"requestedAccessTokenVersion": version, "oauth2PermissionScopes": [{**scope, **texts}]}
    register(place, identifierUris=[f"api://{found['appId']}"], api=api, **application)
    own = place.graph("GET", f"/v1.0/servicePrincipals(appId='{found['appId']}')").json()["id"]
    grant = {"clientId": own, "resourceId": own, "consentType": "AllPrincipals", "scope": "maps.read"}
    place.graph("POST", "/v1.0/oauth2PermissionGrants", grant).raise_for_status()
    return f"api://{found['appId']}/maps.read"


def call_graph(place: Place, token: str) -> str:
    """Call Graph with a token: the user's name where there is a user, else the client's id, as Graph has them."""
    if "scp" in claims_of(token):
        answer = place.graph("GET", "/v1.0/me", token=token)
        key = "userPrincipalName"
    else:
        answer = place.graph("GET", place.application, token=token)
        key = "appId"
    answer.raise_for_status()
    return str(answer.json()[key])
