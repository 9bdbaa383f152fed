# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""@azure/msal-node 7.2: Microsoft's authentication library for Node.js, each of its grants (node/msal-node.mjs)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from clients import node_packages
from clients.registrations import Person, call_graph, expose_api, make_person, register, trust_issuer
from clients.sign_in_page import sign_in
from cryptography.hazmat.primitives import hashes
from unit.sandbox.signing_in import Place, claims_of, issuing, make_certificate


def grant(place: Place, name: str, **given: Any) -> Any:
    """Run one grant of the operator's."""
    operator = {"authority": f"{place.sandbox.url}/{place.id}", "clientId": place.operator["client_id"]}
    proof = {"secret": place.operator["client_secret"], "sandbox": place.sandbox.url}
    return node_packages.run("msal-node", place.sandbox.ca_file, {"grant": name, **operator, **proof, **given})


@pytest.fixture
def person(place: Place) -> Person:
    return make_person(place)


def check_person(place: Place, tokens: Any, person: Person) -> None:
    """Both tokens are the person's, the second with what was asked for in silence."""
    assert call_graph(place, tokens["accessToken"]) == person.name
    assert tokens["account"]["username"] == person.name
    assert tokens["idTokenClaims"]["oid"] == person.id
    assert "Group.ReadWrite.All" in claims_of(tokens["silent"]["accessToken"])["scp"].split()


def test_secret(place: Place) -> None:
    assert call_graph(place, grant(place, "secret")["accessToken"]) == place.operator["client_id"]


def test_a_refusal_is_told(place: Place) -> None:
    told = grant(place, "secret", secret="wrong")
    assert told["refused"] == "invalid_client"
    assert "AADSTS7000215" in told["message"]


def test_certificate(place: Place) -> None:
    certificate = make_certificate()
    register(place, keyCredentials=[certificate.credential])
    digest = certificate.certificate.fingerprint(hashes.SHA256()).hex()
    proof = {"thumbprintSha256": digest, "privateKey": certificate.private, "x5c": certificate.public}
    tokens = grant(place, "certificate", certificate=proof)
    assert call_graph(place, tokens["accessToken"]) == place.operator["client_id"]


def test_assertion(place: Place, tmp_path: Path) -> None:
    with issuing() as issuer:
        trust_issuer(place, issuer)
        (tmp_path / "assertion").write_text(issuer.token())
        tokens = grant(place, "assertion", assertionFile=str(tmp_path / "assertion"))
        assert call_graph(place, tokens["accessToken"]) == place.operator["client_id"]


def test_name_and_password(place: Place, person: Person) -> None:
    register(place, isFallbackPublicClient=True)
    check_person(place, grant(place, "password", username=person.name, password=person.password), person)


def test_device_code(place: Place, person: Person) -> None:
    register(place, isFallbackPublicClient=True)
    check_person(place, grant(place, "device", username=person.name), person)


def test_authorization_code(place: Place, person: Person) -> None:
    redirect = "https://maps.example/signin"
    register(place, web={"redirectUris": [redirect]})
    begun = grant(place, "begin", redirectUri=redirect)
    landed = sign_in(place, begun["url"], person)
    assert landed["state"] == "mine"
    given = {"code": landed["code"], "verifier": begun["verifier"], "redirectUri": redirect}
    check_person(place, grant(place, "redeem", **given), person)
    assert "AADSTS54005" in grant(place, "redeem", **given)["message"]


def test_on_behalf_of(place: Place, person: Person) -> None:
    scope = expose_api(place)
    given = place.sandbox.control("POST", "/tokens", {"tenant": place.id, "user": person.name, "scopes": [scope]})
    tokens = grant(place, "behalf", token=given["access_token"])
    assert call_graph(place, tokens["accessToken"]) == person.name
