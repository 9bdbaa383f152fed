# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Authlib 1.9 as the OpenID Connect client of a web application: it validates the id token itself (relying_party.py)."""

from __future__ import annotations

from typing import Any

import pytest
from clients import relying_party
from clients.registrations import Person, make_person
from clients.relying_party import Site
from clients.sign_in_page import visit
from unit.sandbox.browsing import Browser, Page
from unit.sandbox.signing_in import Place

SITE = "https://maps.example"


@pytest.fixture
def person(place: Place) -> Person:
    return make_person(place)


def open_site(place: Place, client: dict[str, str]) -> Site:
    """The web application, registered in the place's tenant as that client."""
    back = [f"{SITE}/{page}" for page in ("come_back", "signed_out")]
    path = f"/v1.0/applications(appId='{client['client_id']}')"
    place.graph("PATCH", path, {"web": {"redirectUris": back}}).raise_for_status()
    authority = f"{place.sandbox.url}/{place.id}/v2.0"
    scope = "openid profile email offline_access User.Read"
    tls = place.sandbox.tls()
    application = relying_party.build(authority, client["client_id"], client["client_secret"], scope, tls)
    return Site(application, SITE)


@pytest.fixture
def site(place: Place) -> Site:
    """The site of a client that the tenant's administrator has consented to."""
    return open_site(place, place.operator)


def test_a_visit(place: Place, site: Site, person: Person) -> None:
    browser = Browser(place)
    told: dict[str, Any] = visit(site, browser, person).json()
    claims = told["claims"]
    assert (claims["aud"], claims["oid"], claims["preferred_username"]) == (
        place.operator["client_id"],
        person.id,
        person.name,
    )
    assert claims["iss"] == f"{place.sandbox.url}/{place.id}/v2.0"
    assert told["profile"]["sub"] == claims["sub"]
    assert told["renewed"] is True
    assert {"access_token", "refresh_token", "id_token"} <= set(told["refreshed"])
    left = browser.http.get(site.get("/sign_out").headers["location"])
    assert left.headers["location"] == f"{SITE}/signed_out?state=left"
    asked = browser.http.get(site.get("/sign_in").headers["location"])
    assert "login" in Page(asked).fields


def test_a_first_visit_asks_for_consent(place: Place, person: Person) -> None:
    client = place.sandbox.control("POST", "/clients", {"tenant": place.id, "permissions": []})
    site, browser = open_site(place, client), Browser(place)
    asked = browser.sign_in(browser.http.get(site.get("/sign_in").headers["location"]), person.name, person.password)
    denied = site.get(browser.send(asked, answer="cancel").headers["location"])
    assert (denied.status_code, denied.json()["error"]) == (403, "access_denied")
    asked = browser.http.get(site.get("/sign_in").headers["location"])
    assert "Microsoft Graph: User.Read" in Page(asked).text
    assert site.get(browser.accept(asked).headers["location"]).json()["claims"]["oid"] == person.id
    assert "code=" in browser.http.get(site.get("/sign_in").headers["location"]).headers["location"]


def test_a_browser_that_is_signed_in_is_not_asked_again(place: Place, site: Site, person: Person) -> None:
    browser = Browser(place)
    visit(site, browser, person)
    answer = browser.http.get(site.get("/sign_in").headers["location"])
    assert site.get(answer.headers["location"]).json()["claims"]["oid"] == person.id


def test_a_denial_comes_back_as_an_error(place: Place, site: Site, person: Person) -> None:
    asked = site.get("/sign_in").headers["location"]
    answer = Browser(place).http.get(f"{asked}&prompt=none")
    told = site.get(answer.headers["location"])
    assert (told.status_code, told.json()["error"]) == (403, "login_required")
    assert "AADSTS50058" in told.json()["description"]
