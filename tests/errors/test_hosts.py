# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The hosts of redirect URIs are looked up where a task asks for it, in a real DNS server, before any request."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils import _redirect_uri_dns
from errors.runner import Place


def ask(place: Place, **options: Any) -> dict[str, Any]:
    """The result of a task, which sent no request if it failed."""
    since = place.mark()
    result = place.run("entra_redirect_uri", {"unique_name": "hosts", **options})
    assert not result.get("failed") or place.sandbox.journal(since) == []
    return result


@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("https://free.azurewebsites.net/cb", "free.azurewebsites.net is not in the DNS: anybody could register it"),
        (
            "https://old.customer.example/cb",
            "old.customer.example leads to gone.azurewebsites.net, which is not in the DNS: anybody could register it",
        ),
        (
            "https://expired.customer.example/",
            "expired.customer.example leads to www.nobodys-domain.test, which is not in the DNS: anybody could",
        ),
        ("https://nobodys-domain.test/", "nobodys-domain.test is not in the DNS: anybody could register it"),
        ("https://typo.customer.example/", "typo.customer.example is not in the DNS. Correct the host"),
        ("https://broken.customer.example/", "the DNS did not say whether there is broken.customer.example"),
    ],
)
def test_a_host_that_the_dns_does_not_know_is_refused(place: Place, uri: str, told: str) -> None:
    result = ask(place, web=["https://maps.customer.example/", uri], verify_dns=True, dns_server=place.dns)
    assert result["failed"]
    assert f"web[1]: {told}" in result["msg"]
    assert "Nothing was changed by this task." in result["msg"]


def test_hosts_that_are_held_pass(place: Place) -> None:
    place.run("entra_app_registration", {"unique_name": "hosts", "display_name": "Hosts"})
    held = ["https://maps.customer.example/", "https://new.customer.example/", "https://empty.customer.example/"]
    local = ["http://localhost/"]
    result = ask(place, web=held, public_client=[*local, "app://callback"], verify_dns=True, dns_server=place.dns)
    assert (result["web"], result["changed"]) == (held, True)


def test_nothing_is_looked_up_unless_asked_for(place: Place) -> None:
    place.run("entra_app_registration", {"unique_name": "hosts", "display_name": "Hosts"})
    assert not ask(place, spa=["https://free.azurewebsites.net/"], dns_server="127.0.0.1:1").get("failed")


def test_a_host_outside_the_allowed_domains_is_refused(place: Place) -> None:
    given = {"allowed_domains": ["Customer.Example"]}
    result = ask(place, web=["https://maps.customer.example/", "https://notcustomer.example/"], **given)
    assert "web[1]: notcustomer.example is not below allowed_domains (customer.example)" in result["msg"]
    assert "spa[0]" in ask(place, spa=["https://customer.example.evil.example/"], **given)["msg"]
    assert "(none)" in ask(place, web=["https://maps.customer.example/"], allowed_domains=[])["msg"]


def test_an_address_that_is_none_is_told(place: Place) -> None:
    result = ask(place, web=["https://maps.customer.example/"], verify_dns=True, dns_server="ns.customer.example")
    assert "dns_server is 'ns.customer.example'" in result["msg"]


def test_without_the_library_it_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_redirect_uri_dns, "PROBLEM", ImportError("No module named 'dns'", name="dns"))
    result = ask(place, web=["https://maps.customer.example/"], verify_dns=True)
    assert "verify_dns needs the Python library dnspython" in result["msg"]
