# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Authlib in WriteBackExtreme's place: its console and its extension sign people in, each at its own return URL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from clients import relying_party
from clients.relying_party import Site
from clients.sign_in_page import visit
from relying_parties.customers import Customer
from unit.sandbox.browsing import Browser, page_error

CONSOLE, EXTENSION = "https://console.writeback.example", "https://extension.writeback.example"
INPUTS = {
    "writebackextreme_groups": [{"name": "Pozi Planning"}],
    "writebackextreme_support_recipient": "support@reseller.example",
    "writebackextreme_secret_lifetime_days": 90,
}


def open_site(customer: Customer, address: str) -> Site:
    """The product's web server at an address, configured as its console asks for."""
    told, secret = customer.read_handoff("writebackextreme"), customer.read_secret("writebackextreme")
    tls = customer.place.sandbox.tls()
    return Site(relying_party.build(told["issuer"], told["client_id"], secret, "openid profile email", tls), address)


def refused(customer: Customer, address: str) -> int:
    """The number of the error that somebody sees who wants to sign in at an address."""
    return page_error(
        Browser(customer.place).http.get(open_site(customer, address).get("/sign_in").headers["location"])
    )


def test_both_return_urls_sign_in_once_they_are_known(customer: Customer) -> None:
    customer.onboard("writebackextreme", **INPUTS)
    (wish,) = customer.read_handoff("writebackextreme")["waiting_for"]
    assert "return URLs" in wish
    secret = customer.read_secret("writebackextreme")
    assert refused(customer, CONSOLE) == 500113

    both = [f"{address}/come_back" for address in (CONSOLE, EXTENSION)]
    customer.onboard("writebackextreme", **INPUTS, writebackextreme_return_urls=both)
    told = customer.read_handoff("writebackextreme")
    assert (told["waiting_for"], sorted(told["web_redirect_uris"])) == ([], both)
    assert customer.read_secret("writebackextreme") == secret
    left = datetime.fromisoformat(told["secret_ends"]) - datetime.now(UTC)
    assert timedelta(days=89) < left <= timedelta(days=90)
    member, other = customer.find_person("rosa.marino"), customer.find_person("kai.jensen")
    for address in (CONSOLE, EXTENSION):
        site = open_site(customer, address)
        answer = visit(site, Browser(customer.place), member)
        assert answer.status_code == 200, answer.text
        assert answer.json()["claims"]["preferred_username"] == member.name
    assert refused(customer, "https://elsewhere.example") == 50011
    browser = Browser(customer.place)
    asked = browser.http.get(open_site(customer, CONSOLE).get("/sign_in").headers["location"])
    assert page_error(browser.sign_in(asked, other.name, other.password)) == 50105
