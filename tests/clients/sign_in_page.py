# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A person at the sign-in page: the browser's part of a sign-in that a client began."""

from __future__ import annotations

import httpx
from clients.registrations import Person
from clients.relying_party import Site
from unit.sandbox.browsing import Browser, Page, returned
from unit.sandbox.signing_in import Place


def sign_in(place: Place, address: str, person: Person, deliver: bool = False) -> dict[str, str]:
    """Open an authorize address, sign in and accept; returns the parameters that the application gets back.

    With `deliver` they are brought to the application's own address too.
    """
    browser = Browser(place)
    answer = browser.sign_in(browser.http.get(address), person.name, person.password)
    if answer.status_code == 200 and Page(answer).choices:
        answer = browser.accept(answer)
    landed = returned(answer)
    if deliver:
        bring(answer)
    return landed


def bring(answer: httpx.Response) -> None:
    """Follow the redirect, or send the form, that leads back to the application."""
    if answer.status_code == 302:
        httpx.get(answer.headers["location"], trust_env=False)
    else:
        page = Page(answer)
        httpx.post(page.action, data=page.fields, trust_env=False)


def visit(site: Site, browser: Browser, person: Person) -> httpx.Response:
    """Sign in to a web application and come back to it."""
    asked = browser.http.get(site.get("/sign_in").headers["location"])
    return site.get(browser.sign_in(asked, person.name, person.password).headers["location"])
