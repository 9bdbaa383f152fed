# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is told of a tenant is what its login host and its policy say."""

from __future__ import annotations

import pathlib

import httpx
import pytest
from integration.test_contract import Teller

from sandbox import Running

POLICY = {
    "isEnabled": True,
    "applicationRestrictions": {
        "passwordCredentials": [
            {"restrictionType": "passwordLifetime", "state": "enabled", "maxLifetime": "P90D"},
        ],
        "keyCredentials": [],
    },
}


@pytest.fixture
def teller(sandbox: Running, tmp_path: pathlib.Path) -> Teller:
    return Teller(sandbox, tmp_path)


def test_issuer_and_endpoints_are_those_of_the_discovery_document(teller: Teller) -> None:
    told = teller.run("entra_tenant_info", {})
    with httpx.Client(verify=teller.sandbox.tls()) as anybody:
        text = anybody.get(told["discovery_url"]).text
    assert f'"issuer":"{told["issuer"]}"' in text.replace('": "', '":"')
    assert all(f'"{address}"' in text for address in told["endpoints"].values())
    asked = [entry for entry in teller.sandbox.control("GET", "/journal")["requests"] if "openid-conf" in entry["path"]]
    assert asked[-2]["client_id"] is None, "a token went along"


def test_the_policy_is_told_to_those_who_may_read_it(teller: Teller) -> None:
    body = {"tenant": teller.tenant, "permissions": ["Organization.Read.All", "Policy.Read.All"]}
    client = teller.sandbox.control("POST", "/clients", body)
    admin = {"tenant": teller.tenant, "user": f"admin@{teller.words['<domain>']}"}
    scopes = ["Policy.ReadWrite.ApplicationConfiguration"]
    token = teller.sandbox.control("POST", "/tokens", {**admin, "scopes": scopes})["access_token"]
    address = f"{teller.sandbox.url}/v1.0/policies/defaultAppManagementPolicy"
    headers = {"Authorization": f"Bearer {token}"}
    httpx.patch(address, json=POLICY, headers=headers, verify=teller.sandbox.tls()).raise_for_status()
    told = teller.run("entra_tenant_info", {"client_id": client["client_id"], "client_secret": client["client_secret"]})
    assert (told["unreadable"], told["credential_policy"]["secret_lifetime_days"]) == ({}, 90)
    assert told["credential_policy"]["secrets_allowed"] is True


def test_a_login_host_that_does_not_answer_is_named(teller: Teller) -> None:
    rule = {"method": "GET", "path_regex": "openid-configuration", "status": 404, "times": None}
    teller.sandbox.control("POST", "/faults", {"rules": [rule]})
    told = teller.run("entra_tenant_info", {}, "delegated")
    teller.sandbox.control("DELETE", "/faults")
    assert told["failed"]
    assert "openid-configuration could not be read (HTTPError)" in told["msg"]
