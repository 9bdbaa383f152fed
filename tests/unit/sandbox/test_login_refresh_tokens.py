# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Refresh tokens, and what an access token opens at the login host itself."""

from __future__ import annotations

from typing import Any

import httpx
from unit.sandbox.browsing import (
    App,
    register,
    sign_in,
    tokens_of,
    user_id,
)
from unit.sandbox.redeeming import ORIGIN, SCOPE, redeem_spa, refused, spa_code
from unit.sandbox.signing_in import Place, claims_of, code_of, make_place

from sandbox import Running


def refresh(app: App, token: str, origin: str | None = None, **changes: Any) -> httpx.Response:
    form = {"grant_type": "refresh_token", "client_id": app.client_id, "client_secret": app.secret}
    return app.post({**form, "refresh_token": token, "scope": SCOPE, **changes}, origin, changes.pop("tenant", None))


def test_a_refresh_token_comes_with_offline_access(app: App) -> None:
    assert "refresh_token" not in tokens_of(app, scope="openid User.Read")
    assert "id_token" not in tokens_of(app, scope="User.Read")
    tokens = tokens_of(app, scope=SCOPE)
    again = refresh(app, tokens["refresh_token"]).json()
    assert again["refresh_token"] != tokens["refresh_token"]
    assert claims_of(again["id_token"])["sub"] == claims_of(tokens["id_token"])["sub"]
    assert refresh(app, tokens["refresh_token"]).status_code == 200
    assert refresh(app, tokens["refresh_token"], scope=None).json()["scope"] == tokens["scope"]


def test_a_refresh_token_keeps_the_type_of_its_redirect_uri(app: App) -> None:
    web = tokens_of(app, scope=SCOPE)["refresh_token"]
    assert refused(refresh(app, web, client_secret=None)) == (401, "invalid_client", 7000218)
    assert refused(refresh(app, web, ORIGIN)) == (400, "invalid_request", 9002326)
    page = redeem_spa(app, spa_code(app)).json()["refresh_token"]
    assert refused(refresh(app, page, client_secret=None)) == (400, "invalid_request", 9002327)
    again = refresh(app, page, ORIGIN, client_secret=None)
    assert refused(refresh(app, again.json()["refresh_token"], client_secret=None)) == (400, "invalid_request", 9002327)


def test_a_single_page_application_is_renewed_for_a_day_only(fresh_sandbox: Running) -> None:
    app = register(make_place(fresh_sandbox))
    first = redeem_spa(app, spa_code(app)).json()["refresh_token"]
    web = tokens_of(app, scope=SCOPE)["refresh_token"]
    fresh_sandbox.control("POST", "/clock", {"advance_seconds": 23 * 3600})
    second = refresh(app, first, ORIGIN, client_secret=None).json()["refresh_token"]
    fresh_sandbox.control("POST", "/clock", {"advance_seconds": 2 * 3600})
    assert refused(refresh(app, second, ORIGIN, client_secret=None)) == (400, "invalid_grant", 700084)
    assert refresh(app, web).status_code == 200


def test_a_refresh_token_is_worth_nothing_elsewhere(app: App, sandbox: Running) -> None:
    token, elsewhere = tokens_of(app, scope=SCOPE)["refresh_token"], make_place(sandbox)
    assert code_of(refresh(app, token, tenant=elsewhere.id)) == 50020
    other = register(elsewhere)
    form = {"grant_type": "refresh_token", "client_id": other.client_id, "client_secret": other.secret}
    assert code_of(other.post({**form, "refresh_token": token, "scope": SCOPE})) == 70000


def test_a_deleted_or_disabled_user_redeems_nothing(app: App) -> None:
    code, key = sign_in(app)["code"], user_id(app.place, "kai.jensen")
    assert app.place.graph("PATCH", f"/v1.0/users/{key}", {"accountEnabled": False}).status_code == 204
    assert refused(app.redeem(code)) == (400, "invalid_grant", 50057)
    assert app.place.graph("DELETE", f"/v1.0/users/{key}").status_code == 204
    assert refused(app.redeem(code)) == (400, "invalid_grant", 50034)


def test_userinfo_tells_what_the_scopes_allow(app: App, place: Place) -> None:
    tokens = tokens_of(app, scope="openid profile User.Read")

    def ask(token: str) -> httpx.Response:
        return place.http.get("/oidc/userinfo", headers={"Authorization": f"Bearer {token}"})

    told = ask(tokens["access_token"]).json()
    assert told["sub"] == claims_of(tokens["id_token"])["sub"]
    assert told["name"] == "Kai Jensen"
    assert "email" not in told
    assert "name" not in ask(tokens_of(register(place, granted="openid"), scope="openid")["access_token"]).json()
    assert ask(place.by_secret().json()["access_token"]).status_code == 403
    assert ask("nonsense").status_code == 401
    allowed = place.http.options("/oidc/userinfo", headers={"Origin": ORIGIN}).headers
    assert (allowed["access-control-allow-origin"], allowed["access-control-allow-headers"]) == ("*", "authorization")


def test_an_api_calls_another_on_behalf_of_its_user(app: App, place: Place) -> None:
    scope = {"id": "5d0c0a5e-5c55-4c2d-9a1e-1f6a2a3b4c5d", "value": "use", "type": "User", "isEnabled": True}
    texts = {"adminConsentDisplayName": "Use it", "adminConsentDescription": "Use it"}
    api = register(place, displayName="Middle", api={"oauth2PermissionScopes": [{**scope, **texts}]})
    api.change({"identifierUris": [f"api://{api.client_id}"]})
    app.grant("use", resource=api.client_id)
    sent = tokens_of(app, scope=f"openid api://{api.client_id}/use")["access_token"]
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "client_id": api.client_id,
        "client_secret": api.secret,
        "assertion": sent,
        "requested_token_use": "on_behalf_of",
        "scope": "User.Read",
    }
    claims = claims_of(api.post(form).json()["access_token"])
    assert (claims["appid"], claims["oid"], claims["scp"]) == (
        api.client_id,
        user_id(place, "kai.jensen"),
        "User.Read openid profile",
    )
    graph = tokens_of(app)["access_token"]
    assert refused(api.post({**form, "assertion": graph})) == (400, "invalid_grant", 500131)
    assert refused(api.post({**form, "assertion": sent[:-6] + "AAAAAA"})) == (400, "invalid_grant", 50013)
    own = place.by_secret(client_id=app.client_id, client_secret=app.secret, scope=f"api://{api.client_id}/.default")
    assert refused(api.post({**form, "assertion": own.json()["access_token"]})) == (400, "invalid_grant", 7000114)
    assert refused(api.post({**form, "scope": "Mail.Send"})) == (400, "invalid_grant", 65001)
    assert refused(api.post({**form, "client_secret": None})) == (401, "invalid_client", 7000218)
