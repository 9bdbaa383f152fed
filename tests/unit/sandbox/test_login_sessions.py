# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a browser is signed in to, and for how long."""

from __future__ import annotations

from unit.sandbox.browsing import (
    WEB,
    App,
    Browser,
    Page,
    page_error,
    register,
    returned,
    user_id,
)
from unit.sandbox.signing_in import Place, claims_of, make_place

from sandbox import Running


def test_one_sign_in_serves_the_next_application(app: App, browser: Browser, place: Place) -> None:
    other = register(place, displayName="Another")
    first = returned(browser.sign_in(browser.ask(app), "kai.jensen"))
    second = returned(browser.ask(other))
    silent = returned(browser.ask(other, prompt="none", login_hint=f"kai.jensen@{browser.domain}"))
    assert first["session_state"] == second["session_state"] == silent["session_state"]
    assert Page(browser.ask(other, prompt="login")).action.endswith("/login")
    assert Page(browser.ask(other, login_hint=f"rosa.marino@{browser.domain}")).fields["login"].startswith("rosa")
    hinted = returned(browser.ask(other, prompt="none", login_hint=f"rosa.marino@{browser.domain}"))
    assert "AADSTS50058" in hinted["error_description"]


def test_the_account_is_picked_where_several_are_signed_in(app: App, browser: Browser) -> None:
    browser.sign_in(browser.ask(app), "kai.jensen")
    browser.sign_in(browser.ask(app, prompt="login"), "rosa.marino")
    page = browser.ask(app)
    assert len(Page(page).choices) == 3
    code = returned(browser.send(page, account=user_id(app.place, "rosa.marino")))["code"]
    assert claims_of(app.redeem(code).json()["id_token"])["name"] == "Rosa Marino"
    assert "Pick an account" in Page(browser.ask(app, prompt="select_account")).text
    assert Page(browser.send(browser.ask(app), account="")).action.endswith("/login")
    assert "AADSTS50058" in returned(browser.ask(app, prompt="none"))["error_description"]


def test_the_login_hint_claim_leads_to_its_user(app: App, browser: Browser) -> None:
    app.change({"optionalClaims": {"idToken": [{"name": "login_hint"}]}})
    code = returned(browser.sign_in(browser.ask(app), "kai.jensen"))["code"]
    browser.sign_in(browser.ask(app, prompt="login"), "rosa.marino")
    hint = claims_of(app.redeem(code).json()["id_token"])["login_hint"]
    again = returned(browser.ask(app, prompt="none", login_hint=hint))["code"]
    assert claims_of(app.redeem(again).json()["id_token"])["name"] == "Kai Jensen"


def test_a_form_is_good_for_one_answer_and_an_hour(fresh_sandbox: Running) -> None:
    place = make_place(fresh_sandbox)
    app, browser = register(place), Browser(place)
    page = browser.ask(app)
    assert returned(browser.sign_in(page, "kai.jensen"))["code"]
    assert page_error(browser.sign_in(page, "kai.jensen")) == 50089
    page = browser.ask(app, prompt="login")
    fresh_sandbox.control("POST", "/clock", {"advance_seconds": 3601})
    assert page_error(browser.sign_in(page, "kai.jensen")) == 50089


def test_sessions_end_with_the_day_and_with_a_reset(fresh_sandbox: Running) -> None:
    place = make_place(fresh_sandbox)
    app, browser = register(place), Browser(place)
    browser.sign_in(browser.ask(app), "kai.jensen")
    assert returned(browser.ask(app, prompt="none"))["code"]
    fresh_sandbox.control("POST", "/clock", {"advance_seconds": 86401})
    assert "AADSTS50058" in returned(browser.ask(app, prompt="none"))["error_description"]
    browser.sign_in(browser.ask(app), "kai.jensen")
    fresh_sandbox.control("POST", "/reset")
    assert not fresh_sandbox.world.sessions
    assert not fresh_sandbox.world.codes


def test_revoked_sessions_and_new_passwords_end_a_session(fresh_sandbox: Running) -> None:
    place = make_place(fresh_sandbox)
    app, browser = register(place), Browser(place)
    key = user_id(place, "kai.jensen")
    revoke = fresh_sandbox.control("POST", "/clients", {"tenant": place.id, "permissions": ["User.RevokeSessions.All"]})
    token = place.by_secret(client_id=revoke["client_id"], client_secret=revoke["client_secret"]).json()["access_token"]
    browser.sign_in(browser.ask(app), "kai.jensen")
    assert returned(browser.ask(app, prompt="none"))["code"]
    fresh_sandbox.control("POST", "/clock", {"advance_seconds": 5})
    assert place.graph("POST", f"/v1.0/users/{key}/revokeSignInSessions", token=token).json()["value"] is True
    assert "AADSTS50058" in returned(browser.ask(app, prompt="none"))["error_description"]
    fresh_sandbox.control("POST", "/clock", {"advance_seconds": 5})
    browser.sign_in(browser.ask(app), "kai.jensen")
    assert returned(browser.ask(app, prompt="none"))["code"]
    fresh_sandbox.control("POST", "/clock", {"advance_seconds": 5})
    change = {"passwordProfile": {"password": "Quite-Another-1", "forceChangePasswordNextSignIn": False}}
    assert place.graph("PATCH", f"/v1.0/users/{key}", change).status_code == 204
    assert "AADSTS50058" in returned(browser.ask(app, prompt="none"))["error_description"]
    assert returned(browser.sign_in(browser.ask(app), "kai.jensen", "Quite-Another-1"))["code"]


def test_signing_out_ends_the_session(app: App, browser: Browser) -> None:
    browser.sign_in(browser.ask(app), "kai.jensen")
    logout = f"/{browser.tenant}/oauth2/v2.0/logout"
    elsewhere = {"post_logout_redirect_uri": "https://elsewhere.example/", "state": "s"}
    assert "You signed out" in Page(browser.http.get(logout, params=elsewhere)).text
    assert "AADSTS50058" in returned(browser.ask(app, prompt="none"))["error_description"]
    token = app.redeem(returned(browser.sign_in(browser.ask(app), "kai.jensen"))["code"]).json()["id_token"]
    asked = {"post_logout_redirect_uri": WEB, "id_token_hint": token, "state": "s"}
    answer = browser.http.get(logout, params=asked)
    assert (answer.status_code, answer.headers["location"]) == (302, f"{WEB}?state=s")
    assert "ESTSAUTH" not in browser.http.cookies


def test_users_of_other_tenants_are_kept_out(app: App, browser: Browser, sandbox: Running) -> None:
    domain = sandbox.tenants()[0]["default_domain"]
    page = browser.sign_in(browser.ask(app), f"priya.nair@{domain}")
    assert page_error(page) == 50020


def test_a_session_of_one_tenant_is_worth_nothing_in_another(app: App, browser: Browser, sandbox: Running) -> None:
    browser.sign_in(browser.ask(app), "kai.jensen")
    elsewhere = Browser(make_place(sandbox))
    elsewhere.http.cookies = browser.http.cookies
    other = register(elsewhere.place)
    back = returned(elsewhere.ask(other, prompt="none"))
    assert (back["error"], "AADSTS50058" in back["error_description"]) == ("login_required", True)
    assert Page(elsewhere.ask(other)).action.endswith("/login")


def test_common_is_for_applications_of_several_tenants(app: App, place: Place) -> None:
    browser = Browser(place, "common")
    back = returned(browser.ask(app))
    assert (back["error"], "AADSTS50194" in back["error_description"]) == ("invalid_request", True)
    app.change({"signInAudience": "AzureADMultipleOrgs"})
    code = returned(browser.sign_in(browser.ask(app), "kai.jensen"))["code"]
    form = {"grant_type": "authorization_code", "client_id": app.client_id, "client_secret": app.secret}
    answer = app.post({**form, "redirect_uri": WEB, "code": code}, tenant="common")
    assert claims_of(answer.json()["id_token"])["tid"] == place.id
