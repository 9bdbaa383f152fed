# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Authorization codes redeemed, by the type of the redirect URI; refresh tokens; requests from other sites' pages."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from unit.sandbox.browsing import (
    PKCE,
    PUBLIC,
    SPA,
    VERIFIER,
    WEB,
    App,
    register,
    sign_in,
    tokens_of,
    user_id,
)
from unit.sandbox.signing_in import Place, claims_of, code_of, make_place

from sandbox import Running

ORIGIN = "http://localhost:5173"
SCOPE = "openid profile offline_access User.Read"


@pytest.fixture
def place(sandbox: Running) -> Place:
    return make_place(sandbox)


@pytest.fixture
def app(place: Place) -> App:
    return register(place)


def refused(answer: httpx.Response) -> tuple[int, str, int]:
    return answer.status_code, answer.json()["error"], code_of(answer)


def spa_code(app: App, **params: Any) -> str:
    return sign_in(app, redirect_uri=f"{ORIGIN}/", scope=SCOPE, **{**PKCE, **params})["code"]


def redeem_spa(app: App, code: str, origin: str | None = ORIGIN, **changes: Any) -> httpx.Response:
    form = {"client_secret": None, "redirect_uri": f"{ORIGIN}/", "code_verifier": VERIFIER, **changes}
    return app.redeem(code, origin, **form)


def refresh(app: App, token: str, origin: str | None = None, **changes: Any) -> httpx.Response:
    form = {"grant_type": "refresh_token", "client_id": app.client_id, "client_secret": app.secret}
    return app.post({**form, "refresh_token": token, "scope": SCOPE, **changes}, origin, changes.pop("tenant", None))


def test_a_web_application_redeems_with_its_secret(app: App) -> None:
    code = sign_in(app, scope=SCOPE, nonce="n")["code"]
    assert refused(app.redeem(code, client_secret=None)) == (401, "invalid_client", 7000218)
    assert refused(app.redeem(code, client_secret="wrong")) == (401, "invalid_client", 7000215)
    tokens = app.redeem(code).json()
    assert tokens["scope"] == "openid profile User.Read"
    assert claims_of(tokens["access_token"])["scp"] == "User.Read openid profile"
    assert claims_of(tokens["access_token"])["appidacr"] == "1"
    assert claims_of(tokens["id_token"])["nonce"] == "n"


def test_a_code_works_once(app: App) -> None:
    code = sign_in(app)["code"]
    assert app.redeem(code).status_code == 200
    assert refused(app.redeem(code)) == (400, "invalid_grant", 54005)


def test_a_code_ends_after_ten_minutes(fresh_sandbox: Running) -> None:
    app = register(make_place(fresh_sandbox))
    early, late = sign_in(app)["code"], sign_in(app)["code"]
    fresh_sandbox.control("POST", "/clock", {"advance_seconds": 590})
    assert app.redeem(early).status_code == 200
    fresh_sandbox.control("POST", "/clock", {"advance_seconds": 20})
    assert refused(app.redeem(late)) == (400, "invalid_grant", 70008)


@pytest.mark.parametrize(
    ("changes", "error", "code"),
    [
        ({"code": None}, "invalid_request", 900144),
        ({"code": "nonsense"}, "invalid_grant", 9002313),
        ({"redirect_uri": None}, "invalid_request", 900144),
        ({"redirect_uri": "https://portal.example/other"}, "invalid_grant", 500112),
        ({"scope": "https://graph.microsoft.com/Mail.Send"}, "invalid_grant", 65001),
    ],
)
def test_a_code_is_for_what_it_was_given_out_for(app: App, changes: dict[str, Any], error: str, code: int) -> None:
    given = sign_in(app)["code"]
    assert refused(app.redeem(**{"code": given, **changes})) == (400, error, code)
    assert app.redeem(given).status_code == 200


def test_a_code_of_one_client_or_tenant_is_worth_nothing_to_another(app: App, place: Place, sandbox: Running) -> None:
    other, elsewhere = register(place), make_place(sandbox)
    code = sign_in(app)["code"]
    assert refused(other.redeem(code)) == (400, "invalid_grant", 70000)
    form = {"grant_type": "authorization_code", "client_id": app.client_id, "client_secret": app.secret}
    answer = app.post({**form, "redirect_uri": WEB, "code": code}, tenant=elsewhere.id)
    assert refused(answer) == (400, "invalid_grant", 700005)
    assert app.redeem(code).status_code == 200


@pytest.mark.parametrize(
    ("challenge", "verifier", "code"),
    [
        (PKCE, VERIFIER, None),
        ({"code_challenge": VERIFIER}, VERIFIER, None),
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, VERIFIER, None),
        (PKCE, None, 50148),
        (PKCE, VERIFIER + "x", 501481),
        ({"code_challenge": VERIFIER}, VERIFIER + "x", 501481),
    ],
)
def test_the_verifier_must_fit_the_challenge(
    app: App, challenge: dict[str, str], verifier: str | None, code: int | None
) -> None:
    answer = app.redeem(sign_in(app, **challenge)["code"], code_verifier=verifier)
    if code is None:
        assert answer.status_code == 200
    else:
        assert refused(answer) == (400, "invalid_grant", code)


def test_a_public_client_redeems_without_a_secret(app: App) -> None:
    code = sign_in(app, redirect_uri=PUBLIC, **PKCE)["code"]
    form = {"redirect_uri": PUBLIC, "code_verifier": VERIFIER}
    assert refused(app.redeem(code, **form)) == (401, "invalid_client", 700025)
    tokens = app.redeem(code, client_secret=None, **form).json()
    assert claims_of(tokens["access_token"])["appidacr"] == "0"


def test_a_single_page_application_redeems_from_its_page_only(app: App) -> None:
    code = spa_code(app)
    assert refused(redeem_spa(app, code, None)) == (400, "invalid_request", 9002327)
    assert refused(redeem_spa(app, code, "https://elsewhere.example")) == (400, "invalid_request", 9002326)
    assert refused(redeem_spa(app, code, client_secret=app.secret)) == (401, "invalid_client", 700025)
    answer = redeem_spa(app, code)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    bare = sign_in(app, redirect_uri=SPA)["code"]
    assert refused(redeem_spa(app, bare, redirect_uri=SPA)) == (400, "invalid_request", 9002325)


def test_a_page_may_redeem_nothing_of_a_web_application(app: App) -> None:
    answer = app.redeem(sign_in(app)["code"], ORIGIN)
    assert refused(answer) == (400, "invalid_request", 9002326)
    assert f"Request origin: '{ORIGIN}'" in answer.json()["error_description"]
    form = {"grant_type": "client_credentials", "client_id": app.client_id, "client_secret": app.secret}
    answer = app.post({**form, "scope": app.place.scope}, ORIGIN)
    assert refused(answer) == (400, "invalid_request", 9002326)


def test_pages_ask_before_they_send_and_read_public_documents(app: App, place: Place) -> None:
    headers = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-client-sku",
    }
    answer = place.http.options(f"/{place.id}/oauth2/v2.0/token", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert answer.headers["access-control-allow-headers"] == "x-client-sku"
    for path in ("v2.0/.well-known/openid-configuration", "discovery/v2.0/keys", ".well-known/openid-configuration"):
        assert place.http.get(f"/{place.id}/{path}").headers["access-control-allow-origin"] == "*"
    assert place.http.get("/common/discovery/instance").headers["access-control-allow-origin"] == "*"
    page = place.http.get(f"/{place.id}/oauth2/v2.0/authorize?client_id={app.client_id}", headers={"Origin": ORIGIN})
    assert "access-control-allow-origin" not in page.headers


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
