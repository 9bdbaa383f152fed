# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Consent: by the user, by an administrator for all, at the admin consent address; device codes entered on the page."""

from __future__ import annotations

from typing import Any

import pytest
from unit.sandbox.browsing import (
    GRAPH,
    WEB,
    App,
    Browser,
    Page,
    page_error,
    register,
    returned,
    sign_in,
    tokens_of,
    user_id,
)
from unit.sandbox.signing_in import Place, claims_of, make_place

from sandbox import Running

USER_READ, GROUP_READ = "e1fe6dd8-ba31-4d61-89e7-88639da4683d", "5f8c59db-677d-491f-a6b8-5f174b11ec1d"
GROUP_READ_ROLE = "5b567255-7703-4780-807c-7be8301ae99b"


@pytest.fixture
def app(place: Place) -> App:
    """An application that nobody has consented to."""
    access = [(USER_READ, "Scope"), (GROUP_READ, "Scope"), (GROUP_READ_ROLE, "Role")]
    wanted = {"resourceAppId": GRAPH, "resourceAccess": [{"id": key, "type": kind} for key, kind in access]}
    return register(place, granted=None, requiredResourceAccess=[wanted])


def grants_of(app: App) -> list[dict[str, Any]]:
    grants: list[dict[str, Any]] = app.place.graph(
        "GET", f"/v1.0/servicePrincipals/{app.principal}/oauth2PermissionGrants"
    ).json()["value"]
    return grants


def test_a_user_consents_once(app: App, place: Place) -> None:
    browser = Browser(place)
    page = browser.sign_in(browser.ask(app, scope="openid profile User.Read"), "kai.jensen")
    text = Page(page).text
    assert "Permissions requested" in text
    for title in ("Sign you in", "View your basic profile", "User.Read"):
        assert title in text
    assert "organization" not in text
    code = returned(browser.accept(page))["code"]
    assert app.redeem(code).status_code == 200
    [grant] = grants_of(app)
    assert (grant["consentType"], grant["principalId"]) == ("Principal", user_id(place, "kai.jensen"))
    assert set(grant["scope"].split()) == {"openid", "profile", "User.Read"}
    assert returned(browser.ask(app, scope="openid User.Read"))["code"]
    assert "Permissions requested" in Page(browser.ask(app, scope="openid User.Read", prompt="consent")).text
    more = browser.accept(browser.ask(app, scope="openid Calendars.Read"))
    assert returned(more)["code"]
    [grant] = grants_of(app)
    assert set(grant["scope"].split()) == {"openid", "profile", "User.Read", "Calendars.Read"}
    other = Browser(place)
    assert "Permissions requested" in Page(other.sign_in(other.ask(app), "rosa.marino")).text


def test_a_user_may_decline(app: App, place: Place) -> None:
    browser = Browser(place)
    back = returned(browser.send(browser.sign_in(browser.ask(app), "kai.jensen"), answer="cancel"))
    assert (back["error"], back["error_subcode"], back["state"]) == ("access_denied", "cancel", "my state")
    assert back["error_description"].startswith("AADSTS65004: ")
    assert not grants_of(app)
    back = returned(browser.ask(app, prompt="none"))
    assert (back["error"], "AADSTS65001" in back["error_description"]) == ("interaction_required", True)


def test_what_only_an_administrator_may_grant_needs_approval(app: App, place: Place) -> None:
    browser = Browser(place)
    page = browser.sign_in(browser.ask(app, scope="openid Group.Read.All"), "kai.jensen")
    assert (page.status_code, page_error(page)) == (403, 90094)
    assert "Need admin approval" in Page(page).text
    assert "error=access_denied" in page.text


def test_an_administrator_may_consent_for_all(app: App, place: Place) -> None:
    browser = Browser(place)
    page = browser.sign_in(browser.ask(app, scope="openid profile Group.Read.All"), "admin")
    assert returned(browser.accept(page, organization="yes"))["code"]
    [grant] = grants_of(app)
    assert (grant["consentType"], grant["principalId"]) == ("AllPrincipals", None)
    tokens = tokens_of(app, "rosa.marino", scope="openid Group.Read.All")
    assert "Group.Read.All" in claims_of(tokens["access_token"])["scp"].split()


def test_default_asks_for_what_is_registered(app: App, place: Place) -> None:
    browser = Browser(place)
    scope = "openid https://graph.microsoft.com/.default"
    page = browser.sign_in(browser.ask(app, scope=scope), "admin")
    assert "Group.Read.All" in Page(page).text
    code = returned(browser.accept(page, organization="yes"))["code"]
    answer = app.redeem(code).json()
    assert {"https://graph.microsoft.com/User.Read", "https://graph.microsoft.com/.default"} <= set(
        answer["scope"].split()
    )
    bare = register(place, granted=None)
    assert "AADSTS650057" in sign_in(bare, scope=scope)["error_description"]


def test_where_an_assignment_is_required_users_do_not_consent(app: App, place: Place) -> None:
    app.change_principal({"appRoleAssignmentRequired": True})
    app.assign(user_id(place, "kai.jensen"))
    browser = Browser(place)
    assert page_error(browser.sign_in(browser.ask(app), "kai.jensen")) == 90094


def test_a_tenant_may_leave_consent_to_its_administrators(app: App, place: Place) -> None:
    nothing: dict[str, Any] = {"defaultUserRolePermissions": {"permissionGrantPoliciesAssigned": []}}
    place.sandbox.world.tenants[place.id].put("authorizationPolicy", {"id": "authorizationPolicy", **nothing})
    browser = Browser(place)
    assert page_error(browser.sign_in(browser.ask(app), "kai.jensen")) == 90094
    assert returned(browser.accept(browser.sign_in(browser.ask(app, prompt="login"), "admin")))["code"]


def test_an_apis_own_permissions_need_consent_unless_authorized_beforehand(app: App, place: Place) -> None:
    scope = {"id": "5d0c0a5e-5c55-4c2d-9a1e-1f6a2a3b4c5d", "value": "use", "type": "Admin", "isEnabled": True}
    texts = {"adminConsentDisplayName": "Use the map", "adminConsentDescription": "Use the map"}
    api = register(place, displayName="Map", api={"oauth2PermissionScopes": [{**scope, **texts}]})
    api.change({"identifierUris": [f"api://{api.client_id}"]})
    wanted = f"openid api://{api.client_id}/use"
    browser = Browser(place)
    assert page_error(browser.sign_in(browser.ask(app, scope=wanted), "kai.jensen")) == 90094
    listed = [{"appId": app.client_id, "delegatedPermissionIds": [scope["id"]]}]
    api.change({"api": {"oauth2PermissionScopes": [{**scope, **texts}], "preAuthorizedApplications": listed}})
    page = browser.ask(app, scope=wanted)
    assert "Use the map" not in Page(page).text
    code = returned(browser.accept(page))["code"]
    assert claims_of(app.redeem(code).json()["access_token"])["scp"] == "use"
    own = tokens_of(api, scope=wanted)
    assert claims_of(own["access_token"])["aud"] == f"api://{api.client_id}"


def test_consent_belongs_to_the_browser_that_signed_in(app: App, place: Place) -> None:
    browser = Browser(place)
    page = browser.sign_in(browser.ask(app), "kai.jensen")
    assert page_error(Browser(place).accept(page)) == 50089
    other = Browser(place)
    other.sign_in(other.ask(app), "rosa.marino")
    assert page_error(other.accept(page)) == 50089
    assert not grants_of(app)


def test_an_application_of_another_tenant_is_admitted_by_consent(app: App, sandbox: Running) -> None:
    elsewhere = make_place(sandbox)
    browser = Browser(elsewhere)
    assert page_error(browser.ask(app)) == 700016
    app.change({"signInAudience": "AzureADMultipleOrgs"})
    page = browser.sign_in(browser.ask(app), "kai.jensen")
    code = returned(browser.accept(page))["code"]
    form = {"grant_type": "authorization_code", "client_id": app.client_id, "client_secret": app.secret}
    answer = app.post({**form, "redirect_uri": WEB, "code": code}, tenant=elsewhere.id)
    assert claims_of(answer.json()["id_token"])["tid"] == elsewhere.id
    known = elsewhere.graph("GET", f"/v1.0/servicePrincipals(appId='{app.client_id}')").json()
    assert known["appOwnerOrganizationId"] == app.place.id


def test_admin_consent_grants_what_is_registered(app: App, place: Place) -> None:
    app.grant("Calendars.Read")
    browser = Browser(place)
    params = {"client_id": app.client_id, "redirect_uri": WEB, "state": "s"}
    page = browser.sign_in(browser.http.get(f"/{place.id}/adminconsent", params=params), "admin")
    assert "for your organization" in Page(page).text
    back = returned(browser.accept(page))
    assert back == {"admin_consent": "True", "tenant": place.id, "state": "s", "to": WEB}
    [grant] = grants_of(app)
    assert set(grant["scope"].split()) == {"User.Read", "Group.Read.All"}
    own = place.by_secret(client_id=app.client_id, client_secret=app.secret).json()["access_token"]
    assert claims_of(own)["roles"] == ["Group.Read.All"]


def test_admin_consent_of_version_two_names_its_scopes(app: App, place: Place) -> None:
    browser = Browser(place)
    scope = "openid https://graph.microsoft.com/Group.Read.All"
    params = {"client_id": app.client_id, "redirect_uri": WEB, "state": "s", "scope": scope}
    address = f"/{place.id}/v2.0/adminconsent"
    assert page_error(browser.http.get(address, params={**params, "scope": ""})) == 900144
    assert page_error(browser.http.get(address, params={**params, "redirect_uri": ""})) == 900144
    page = browser.sign_in(browser.http.get(address, params=params), "admin")
    back = returned(browser.send(page, answer="cancel"))
    assert (back["error"], back["admin_consent"], back["state"]) == ("access_denied", "True", "s")
    assert "AADSTS65004" in back["error_description"]
    page = browser.send(browser.http.get(address, params=params), account=user_id(place, "admin"))
    back = returned(browser.accept(page))
    assert (back["admin_consent"], back["scope"], back["tenant"]) == ("True", scope, place.id)
    assert set(grants_of(app)[0]["scope"].split()) == {"openid", "Group.Read.All"}
    own = place.by_secret(client_id=app.client_id, client_secret=app.secret).json()["access_token"]
    assert "roles" not in claims_of(own)


def test_admin_consent_wants_an_administrator(app: App, place: Place, sandbox: Running) -> None:
    params = {"client_id": app.client_id, "redirect_uri": WEB}
    browser = Browser(place)
    page = browser.sign_in(browser.http.get(f"/{place.id}/adminconsent", params=params), "kai.jensen")
    assert page_error(page) == 90094
    first = sandbox.tenants()[0]
    browser = Browser(Place(sandbox, first))
    mine = register(browser.place, granted=None)
    wanted = {"resourceAppId": GRAPH, "resourceAccess": [{"id": GROUP_READ_ROLE, "type": "Role"}]}
    mine.change({"requiredResourceAccess": [wanted]})
    params = {"client_id": mine.client_id, "redirect_uri": WEB}
    page = browser.sign_in(browser.http.get(f"/{first['id']}/adminconsent", params=params), "app.admin")
    assert page_error(page) == 90094
