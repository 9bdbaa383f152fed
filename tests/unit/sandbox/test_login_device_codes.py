# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A device is signed in by a code that its user enters."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from unit.sandbox.browsing import (
    App,
    Browser,
    Page,
    register,
)
from unit.sandbox.signing_in import Place, claims_of, code_of, make_place

from sandbox import Running


@pytest.fixture
def app(place: Place) -> App:
    return register(place, granted=None)


def begin(app: App, tenant: str, scope: str = "openid profile User.Read") -> dict[str, Any]:
    form = {"client_id": app.client_id, "scope": scope}
    answer = app.place.http.post(f"/{tenant}/oauth2/v2.0/devicecode", data=form)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def poll(app: App, told: dict[str, Any], tenant: str | None = None) -> httpx.Response:
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "client_id": app.client_id}
    return app.post({**form, "device_code": told["device_code"]}, tenant=tenant)


def test_a_user_enters_the_code_of_a_device(app: App, place: Place) -> None:
    app.change({"isFallbackPublicClient": True})
    told, browser = begin(app, place.id), Browser(place)
    assert told["user_code"] in told["message"]
    assert poll(app, told).json()["error"] == "authorization_pending"
    wrong = browser.send(browser.http.get(told["verification_uri"]), user_code="WRONG")
    assert "AADSTS70018" in Page(wrong).text
    page = browser.sign_in(browser.send(wrong, user_code=told["user_code"].lower()), "kai.jensen")
    done = browser.accept(page)
    assert "You may now close this window" in Page(done).text
    tokens = poll(app, told).json()
    assert claims_of(tokens["id_token"])["name"] == "Kai Jensen"
    assert poll(app, told).json()["error"] == "bad_verification_code"


def test_a_device_learns_that_the_user_declined(app: App, place: Place) -> None:
    app.change({"isFallbackPublicClient": True})
    told, browser = begin(app, place.id), Browser(place)
    page = browser.sign_in(
        browser.send(browser.http.get(told["verification_uri"]), user_code=told["user_code"]), "kai.jensen"
    )
    browser.send(page, answer="cancel")
    assert poll(app, told).json()["error"] == "authorization_declined"


def test_a_device_code_of_any_tenant_belongs_to_its_users(app: App, place: Place, sandbox: Running) -> None:
    form = {"client_id": app.client_id, "scope": "openid"}
    assert code_of(place.http.post("/organizations/oauth2/v2.0/devicecode", data=form)) == 50194
    app.change({"isFallbackPublicClient": True, "signInAudience": "AzureADMultipleOrgs"})
    app.grant("openid profile User.Read")
    told, browser = begin(app, "organizations"), Browser(place)
    browser.sign_in(browser.send(browser.http.get(told["verification_uri"]), user_code=told["user_code"]), "kai.jensen")
    assert code_of(poll(app, told, make_place(sandbox).id)) == 700005
    assert claims_of(poll(app, told, "organizations").json()["access_token"])["tid"] == place.id
