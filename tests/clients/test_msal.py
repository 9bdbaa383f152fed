# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""msal 1.39: Microsoft's authentication library for Python, each of its grants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msal
import pytest
from clients.ports import to_sandbox
from clients.registrations import Person, call_graph, expose_api, make_person, register, trust_issuer
from clients.sign_in_page import sign_in
from cryptography.hazmat.primitives import hashes
from unit.sandbox.signing_in import Certificate, Place, claims_of, issuing, make_certificate

SCOPE = ["https://graph.microsoft.com/.default"]


def confidential(place: Place, credential: Any) -> msal.ConfidentialClientApplication:
    return msal.ConfidentialClientApplication(
        place.operator["client_id"], client_credential=credential, authority=authority(place), instance_discovery=False
    )


def public(place: Place) -> msal.PublicClientApplication:
    register(place, isFallbackPublicClient=True)
    return msal.PublicClientApplication(
        place.operator["client_id"],
        authority=authority(place),
        instance_discovery=False,
        http_client=to_sandbox(place.sandbox),
    )


def authority(place: Place) -> str:
    return f"{place.sandbox.url}/{place.id}"


@pytest.fixture
def person(place: Place) -> Person:
    return make_person(place)


pytestmark = pytest.mark.filterwarnings(
    "ignore:This API has been deprecated for public client flows:DeprecationWarning"
)


def test_a_secret_and_the_cache(place: Place) -> None:
    client = confidential(place, place.operator["client_secret"])
    tokens = client.acquire_token_for_client(SCOPE)
    assert call_graph(place, tokens["access_token"]) == place.operator["client_id"]
    asked = len(place.sandbox.journal())
    assert client.acquire_token_for_client(SCOPE)["access_token"] == tokens["access_token"]
    assert len(place.sandbox.journal()) == asked


def test_a_wrong_secret_is_told(place: Place) -> None:
    tokens = confidential(place, "wrong").acquire_token_for_client(SCOPE)
    assert (tokens["error"], tokens["error_codes"]) == ("invalid_client", [7000215])


def by_thumbprint(certificate: Certificate) -> dict[str, Any]:
    digest = certificate.certificate.fingerprint(hashes.SHA1()).hex()  # noqa: S303 (the library's older way)
    return {"private_key": certificate.private, "thumbprint": digest}


def by_chain(certificate: Certificate) -> dict[str, Any]:
    return {"private_key": certificate.private, "public_certificate": certificate.public}


@pytest.mark.parametrize("present", [by_thumbprint, by_chain])
def test_a_certificate(place: Place, present: Callable[[Certificate], dict[str, Any]]) -> None:
    certificate = make_certificate()
    register(place, keyCredentials=[certificate.credential])
    tokens = confidential(place, present(certificate)).acquire_token_for_client(SCOPE)
    assert call_graph(place, tokens["access_token"]) == place.operator["client_id"]


def test_the_word_of_another_issuer(place: Place) -> None:
    with issuing() as issuer:
        trust_issuer(place, issuer)
        tokens = confidential(place, {"client_assertion": issuer.token}).acquire_token_for_client(SCOPE)
        assert call_graph(place, tokens["access_token"]) == place.operator["client_id"]


def test_a_name_and_password(place: Place, person: Person) -> None:
    client = public(place)
    tokens = client.acquire_token_by_username_password(person.name, person.password, ["User.Read"])
    assert call_graph(place, tokens["access_token"]) == person.name
    assert tokens["id_token_claims"]["preferred_username"] == person.name
    (account,) = client.get_accounts()
    assert account["username"] == person.name
    again = client.acquire_token_silent(["Group.ReadWrite.All"], account)
    assert "Group.ReadWrite.All" in claims_of(again["access_token"])["scp"].split()


def test_a_wrong_password_is_told(place: Place, person: Person) -> None:
    tokens = public(place).acquire_token_by_username_password(person.name, "wrong", ["User.Read"])
    assert (tokens["error"], tokens["error_codes"]) == ("invalid_grant", [50126])


def test_a_code_on_another_device(place: Place, person: Person) -> None:
    client = public(place)
    flow = client.initiate_device_flow(["User.Read"])
    flow["interval"] = 1  # seconds between polls, where the client looks at its exit_condition
    waits = client.acquire_token_by_device_flow(flow, exit_condition=lambda flow: True)
    assert waits["error"] == "authorization_pending"
    place.sandbox.control("POST", "/device_codes", {"user_code": flow["user_code"], "user": person.name})
    tokens = client.acquire_token_by_device_flow(flow)
    assert call_graph(place, tokens["access_token"]) == person.name


def test_an_authorization_code_of_a_web_application(place: Place, person: Person) -> None:
    register(place, web={"redirectUris": ["https://maps.example/signin"]})
    client = confidential(place, place.operator["client_secret"])
    with pytest.warns(UserWarning, match="form_post"):
        flow = client.initiate_auth_code_flow(["User.Read"], redirect_uri="https://maps.example/signin")
    landed = sign_in(place, flow["auth_uri"], person)
    tokens = client.acquire_token_by_auth_code_flow(flow, landed)
    assert call_graph(place, tokens["access_token"]) == person.name
    assert tokens["id_token_claims"]["oid"] == person.id
    (account,) = client.get_accounts()
    again = client.acquire_token_silent(["User.Read"], account, force_refresh=True)
    assert again["token_source"] == "identity_provider"
    assert call_graph(place, again["access_token"]) == person.name
    assert client.acquire_token_by_auth_code_flow(flow, landed)["error_codes"] == [54005]


def test_an_authorization_code_of_a_native_application(place: Place, person: Person) -> None:
    client = public(place)
    register(place, publicClient={"redirectUris": ["http://localhost"]})
    flow = client.initiate_auth_code_flow(
        ["User.Read"], redirect_uri="http://localhost:8123", response_mode="form_post"
    )
    tokens = client.acquire_token_by_auth_code_flow(flow, sign_in(place, flow["auth_uri"], person))
    assert call_graph(place, tokens["access_token"]) == person.name


def test_on_behalf_of(place: Place, person: Person) -> None:
    scope = expose_api(place)
    given = place.sandbox.control("POST", "/tokens", {"tenant": place.id, "user": person.name, "scopes": [scope]})
    client = confidential(place, place.operator["client_secret"])
    tokens = client.acquire_token_on_behalf_of(given["access_token"], ["User.Read"])
    assert call_graph(place, tokens["access_token"]) == person.name
