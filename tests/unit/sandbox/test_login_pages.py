# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Signing in through the pages: what is asked, what is refused, who is known already."""

from __future__ import annotations

from typing import Any

import pytest
from unit.sandbox.browsing import (
    PKCE,
    WEB,
    App,
    Browser,
    Page,
    group_id,
    page_error,
    register,
    returned,
    sign_in,
    user_id,
)
from unit.sandbox.signing_in import Place, claims_of

NOBODY = "11111111-2222-3333-4444-555555555555"
GRAPH_URL = "https://graph.microsoft.com"


def test_a_user_signs_in_with_name_and_password(app: App, browser: Browser) -> None:
    page = browser.ask(app)
    assert page.status_code == 200
    assert "Council Portal" in Page(page).text
    assert "not Microsoft's sign-in" in Page(page).text
    assert "<script" not in page.text
    back = returned(browser.sign_in(page, "kai.jensen"))
    assert (back["to"], back["state"]) == (WEB, "my state")
    assert back["code"]
    assert back["session_state"]
    assert "ESTSAUTH" in browser.http.cookies


def test_an_error_may_be_looked_up(place: Place) -> None:
    answer = place.by_secret(client_secret="wrong").json()
    assert "Invalid client secret provided" in Page(place.http.get(answer["error_uri"])).text
    for code in ("1", "", "x", "9" * 5000):
        assert place.http.get("/error", params={"code": code}).status_code == 404


def test_names_in_the_pages_are_escaped(app: App, browser: Browser) -> None:
    app.change({"displayName": "<img src=x onerror=alert(1)>"})
    page = browser.ask(app, login_hint='"><script>alert(2)</script>')
    assert "<img" not in page.text
    assert "<script" not in page.text


@pytest.mark.parametrize(
    ("user", "password", "code"),
    [("kai.jensen", "wrong", 50126), ("nobody", "wrong", 50034), ("x@nowhere.example", "wrong", 50034)],
)
def test_what_is_wrong_is_asked_again(app: App, browser: Browser, user: str, password: str, code: int) -> None:
    again = browser.sign_in(browser.ask(app), user, password)
    assert f"AADSTS{code}: " in Page(again).text
    assert "ESTSAUTH" not in browser.http.cookies
    assert returned(browser.sign_in(again, "kai.jensen"))["code"]


def test_a_disabled_user_is_told_so(app: App, browser: Browser) -> None:
    key = user_id(app.place, "kai.jensen")
    assert app.place.graph("PATCH", f"/v1.0/users/{key}", {"accountEnabled": False}).status_code == 204
    assert "AADSTS50057" in Page(browser.sign_in(browser.ask(app), "kai.jensen")).text


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"client_id": None}, 900144),
        ({"client_id": NOBODY}, 700016),
        ({"redirect_uri": "https://elsewhere.example/"}, 50011),
        ({"redirect_uri": WEB + "/"}, 50011),
        ({"redirect_uri": WEB.upper()}, 50011),
        ({"redirect_uri": WEB + "?a=b"}, 50011),
        ({"redirect_uri": WEB + "#part"}, 50011),
    ],
)
def test_what_no_application_is_told(app: App, browser: Browser, params: dict[str, Any], code: int) -> None:
    answer = browser.authorize(**{"client_id": app.client_id, "redirect_uri": WEB, **params})
    assert page_error(answer) == code


def test_an_unknown_tenant_and_personal_accounts_have_no_sign_in(app: App, place: Place) -> None:
    for tenant, code in (("nowhere.example", 90002), (NOBODY, 90002), ("consumers", 9002332)):
        assert page_error(Browser(place, tenant).ask(app)) == code


def test_without_any_redirect_uri_there_is_nowhere_to_go(place: Place, browser: Browser) -> None:
    bare = register(place, web={}, spa={}, publicClient={})
    assert page_error(browser.ask(bare)) == 500113
    assert page_error(browser.authorize(client_id=bare.client_id)) == 500113


def test_a_registered_address_is_taken_where_none_is_named(app: App, browser: Browser) -> None:
    page = browser.authorize(client_id=app.client_id)
    assert returned(browser.sign_in(page, "kai.jensen"))["to"] == WEB


def test_a_loopback_address_may_have_any_port(app: App) -> None:
    assert sign_in(app, redirect_uri="http://localhost:53682/", **PKCE)["to"] == "http://localhost:53682/"


def test_disabled_and_missing_applications(app: App, browser: Browser) -> None:
    app.change_principal({"accountEnabled": False})
    assert page_error(browser.ask(app)) == 7000112
    assert app.place.graph("DELETE", f"/v1.0/servicePrincipals/{app.principal}").status_code == 204
    assert page_error(browser.ask(app)) == 7000229
    assert app.place.graph("DELETE", f"/v1.0/applications/{app.object_id}").status_code == 204
    assert page_error(browser.ask(app)) == 700016


@pytest.mark.parametrize(
    ("params", "error", "code"),
    [
        ({"response_type": None}, "invalid_request", 900144),
        ({"scope": None}, "invalid_request", 900144),
        ({"response_type": "nonsense"}, "unsupported_response_type", 70005),
        ({"response_type": "id_token", "nonce": "n"}, "unsupported_response_type", 700054),
        ({"response_type": "token"}, "unsupported_response_type", 700051),
        ({"response_mode": "pigeon"}, "unsupported_response_mode", 70007),
        ({"prompt": "shout"}, "invalid_request", 90023),
        ({"code_challenge": "short"}, "invalid_request", 501491),
        ({**PKCE, "code_challenge_method": "S512"}, "invalid_request", 50149),
        ({"prompt": "none"}, "login_required", 50058),
    ],
)
def test_what_the_application_is_told(
    app: App, browser: Browser, params: dict[str, Any], error: str, code: int
) -> None:
    back = returned(browser.ask(app, **params))
    assert (back["error"], back["state"], back["to"]) == (error, "my state", WEB)
    assert back["error_description"].startswith(f"AADSTS{code}: ")
    assert back["error_uri"].endswith(f"/error?code={code}")


def test_a_scope_or_resource_that_does_not_exist_is_told(app: App) -> None:
    assert "AADSTS650053" in sign_in(app, scope="openid Mail.Reed")["error_description"]
    back = sign_in(app, scope="https://nothing.example/x")
    assert (back["error"], "AADSTS500011" in back["error_description"]) == ("invalid_resource", True)


def test_only_those_assigned_may_enter_where_that_is_required(app: App, browser: Browser) -> None:
    app.change_principal({"appRoleAssignmentRequired": True})
    page = browser.sign_in(browser.ask(app), "kai.jensen")
    assert page_error(page) == 50105
    assert "kai.jensen" in Page(page).text
    silent = returned(browser.ask(app, prompt="none"))
    assert (silent["error"], "AADSTS50105" in silent["error_description"]) == ("interaction_required", True)
    app.assign(user_id(app.place, "kai.jensen"))
    assert returned(browser.ask(app))["code"]


def test_members_of_an_assigned_group_may_enter_but_not_of_a_nested_one(app: App, place: Place) -> None:
    app.change_principal({"appRoleAssignmentRequired": True})
    outer = place.graph(
        "POST",
        "/v1.0/groups",
        {"displayName": "Outer", "mailEnabled": False, "mailNickname": "outer", "securityEnabled": True},
    ).json()
    inner = group_id(place, "Pozi Planning")
    reference = {"@odata.id": f"{place.sandbox.url}/v1.0/directoryObjects/{inner}"}
    assert place.graph("POST", f"/v1.0/groups/{outer['id']}/members/$ref", reference).status_code == 204
    app.assign(outer["id"])
    nested = Browser(place)
    assert page_error(nested.sign_in(nested.ask(app), "rosa.marino")) == 50105
    app.assign(inner)
    assert sign_in(app, "rosa.marino")["code"]


def test_answers_come_in_the_mode_that_was_asked_for(app: App) -> None:
    app.change({"web": {"implicitGrantSettings": {"enableIdTokenIssuance": True}}})
    back = sign_in(app, response_mode="form_post", response_type="code id_token", nonce="n")
    assert back["to"] == WEB
    assert {"code", "id_token", "state", "session_state"} <= set(back)
    browser = Browser(app.place)
    location = browser.sign_in(browser.ask(app, response_mode="fragment"), "kai.jensen").headers["location"]
    assert location.startswith(f"{WEB}#code=")


def test_an_address_without_a_path_gets_a_slash(app: App) -> None:
    app.change({"web": {"redirectUris": ["https://portal.example"]}})
    assert sign_in(app, redirect_uri="https://portal.example")["to"] == "https://portal.example/"


def test_the_request_may_be_posted(app: App, browser: Browser) -> None:
    form = {"client_id": app.client_id, "response_type": "code", "redirect_uri": WEB, "scope": "openid"}
    page = browser.http.post(f"/{browser.tenant}/oauth2/v2.0/authorize", data=form)
    assert returned(browser.sign_in(page, "kai.jensen"))["code"]


def test_personal_accounts_are_not_there(app: App, place: Place) -> None:
    api = {"requestedAccessTokenVersion": 2}
    app.change({"signInAudience": "AzureADandPersonalMicrosoftAccount", "api": api})
    assert Browser(place, "consumers").ask(app).status_code == 501


def test_version_one_signs_in_too(app: App, browser: Browser) -> None:
    page = browser.authorize("", client_id=app.client_id, redirect_uri=WEB, scope=None, resource=GRAPH_URL)
    code = returned(browser.sign_in(page, "kai.jensen"))["code"]
    form = {"grant_type": "authorization_code", "client_id": app.client_id, "client_secret": app.secret}
    tokens = app.place.post({**form, "redirect_uri": WEB, "code": code}, version="").json()
    assert tokens["resource"] == GRAPH_URL
    assert tokens["refresh_token"]
    claims = claims_of(tokens["id_token"])
    assert (claims["ver"], claims["iss"]) == ("1.0", f"https://sts.windows.net/{app.place.id}/")
    assert claims["unique_name"] == f"kai.jensen@{browser.domain}"
