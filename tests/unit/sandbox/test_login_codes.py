# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Authorization codes redeemed, by the type of the redirect URI; requests from other sites' pages."""

from __future__ import annotations

from typing import Any

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
)
from unit.sandbox.redeeming import ORIGIN, SCOPE, redeem_spa, refused, spa_code
from unit.sandbox.signing_in import Place, claims_of, make_place

from sandbox import Running


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
