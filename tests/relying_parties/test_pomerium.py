# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Apache's mod_auth_openidc in Pomerium's place: people sign in with Chromium, and the groups that were handed over decide."""

from __future__ import annotations

import yaml
from clients import chromium
from relying_parties import apache
from relying_parties.customers import Customer

PAGE = "<!doctype html><title>Planning</title><h1>The planning register</h1>"


@apache.needed
@chromium.needed
def test_the_groups_decide_who_gets_the_page(customer: Customer) -> None:
    # Chromium finds every name below localhost on this machine: https://datatracker.ietf.org/doc/html/rfc6761#section-6.3
    inputs = {
        "pomerium_authenticate_url": f"https://authenticate.localhost:{apache.find_port()}",
        "pomerium_groups": [{"name": "Pozi Planning"}],
        "pomerium_support_recipient": "platform@reseller.example",
    }
    customer.onboard("pomerium", **inputs)
    told = customer.read_handoff("pomerium")
    configuration = yaml.safe_load(told["texts"]["configuration"])
    (redirect_uri,) = told["web_redirect_uris"]
    with apache.protecting(
        PAGE,
        provider=configuration["idp_provider_url"],
        client_id=configuration["idp_client_id"],
        client_secret=customer.read_secret("pomerium"),
        redirect_uri=redirect_uri,
        groups=[group["id"] for group in told["groups"]],
        ca_file=customer.place.sandbox.ca_file,
    ) as address:
        people = [customer.find_person(name) for name in ("rosa.marino", "kai.jensen")]
        member, other = chromium.visit(customer.place.sandbox, address, *people)
    assert (member.status, member.address, member.text) == (200, address, "The planning register"), member
    assert (other.status, other.address) == (401, address), other
    assert "register" not in other.text
