# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Clients sign in by secret, certificate and federation, through the real azure-identity."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import jwt
import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential, ClientAssertionCredential, ClientSecretCredential
from cryptography.hazmat.primitives import hashes
from unit.sandbox.signing_in import Place, claims_of, code_of, issuing, make_certificate, make_place

from sandbox import Running

GRAPH = "00000003-0000-0000-c000-000000000000"


def test_a_secret_gives_a_token_with_the_claims_of_version_one(place: Place) -> None:
    credential = ClientSecretCredential(
        place.id,
        place.operator["client_id"],
        place.operator["client_secret"],
        authority=place.sandbox.url,
        disable_instance_discovery=True,
        connection_verify=str(place.sandbox.ca_file),
    )
    claims = claims_of(credential.get_token(place.scope).token)
    assert claims["aud"] == place.sandbox.url
    assert claims["iss"] == f"https://sts.windows.net/{place.id}/"
    assert (claims["ver"], claims["idtyp"], claims["appidacr"]) == ("1.0", "app", "1")
    assert claims["appid"] == place.operator["client_id"]
    assert claims["oid"] == claims["sub"]
    assert claims["tid"] == place.id
    assert {"Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "Directory.Read.All"} <= set(
        claims["roles"]
    )
    assert claims["exp"] > claims["iat"] == claims["nbf"]


def test_the_token_is_signed_with_the_published_key(place: Place) -> None:
    token = place.by_secret().json()["access_token"]
    keys = place.http.get(f"/{place.id}/discovery/v2.0/keys").json()["keys"]
    assert jwt.get_unverified_header(token)["kid"] == keys[0]["kid"]
    jwt.decode(token, jwt.PyJWK(keys[0], "RS256").key, algorithms=["RS256"], audience=place.sandbox.url)


def test_a_wrong_secret_is_refused_in_azure_identitys_words(place: Place) -> None:
    credential = ClientSecretCredential(
        place.id,
        place.operator["client_id"],
        "wrong",
        authority=place.sandbox.url,
        disable_instance_discovery=True,
        connection_verify=str(place.sandbox.ca_file),
    )
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        credential.get_token(place.scope)


def test_a_registered_certificate_signs_in(place: Place, tmp_path: Path) -> None:
    certificate = make_certificate()
    path = tmp_path / "operator.pem"
    path.write_bytes(certificate.pem)
    credential = CertificateCredential(
        place.id,
        place.operator["client_id"],
        certificate_path=str(path),
        authority=place.sandbox.url,
        disable_instance_discovery=True,
        connection_verify=str(place.sandbox.ca_file),
    )
    with pytest.raises(ClientAuthenticationError, match="AADSTS700027"):
        credential.get_token(place.scope)
    assert place.graph("PATCH", place.application, {"keyCredentials": [certificate.credential]}).status_code == 204
    credential = CertificateCredential(
        place.id,
        place.operator["client_id"],
        certificate_data=certificate.pem,
        authority=place.sandbox.url,
        disable_instance_discovery=True,
        connection_verify=str(place.sandbox.ca_file),
    )
    assert claims_of(credential.get_token(place.scope).token)["appidacr"] == "2"


@pytest.mark.parametrize("kind", [hashes.SHA1(), hashes.SHA256()])  # noqa: S303
def test_either_thumbprint_names_the_certificate(place: Place, kind: hashes.HashAlgorithm) -> None:
    certificate = make_certificate()
    place.graph("PATCH", place.application, {"keyCredentials": [certificate.credential]})
    header = {"x5t" if kind.name == "sha1" else "x5t#S256": certificate.thumbprint(kind)}
    assert place.by_secret(**certificate.assertion(place, header)).status_code == 200


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"aud": "https://login.example/other/oauth2/v2.0/token"}, 700023),
        ({"exp": 1000, "iat": 400}, 700024),
        ({"jti": None}, 50027),
        ({"sub": "someone else"}, 50027),
        ({"exp": None}, 50027),
    ],
)
def test_an_assertion_must_be_right_in_every_claim(place: Place, changes: dict[str, object], code: int) -> None:
    certificate = make_certificate()
    place.graph("PATCH", place.application, {"keyCredentials": [certificate.credential]})
    answer = place.by_secret(**certificate.assertion(place, None, **changes))
    assert (answer.status_code, code_of(answer)) == (401, code)


def test_an_assertion_signed_with_another_key_is_refused(place: Place) -> None:
    certificate, other = make_certificate(), make_certificate()
    place.graph("PATCH", place.application, {"keyCredentials": [certificate.credential]})
    forged = other.assertion(place, {"x5t#S256": certificate.thumbprint(hashes.SHA256())})
    answer = place.by_secret(**forged)
    assert (answer.status_code, code_of(answer)) == (401, 700027)
    assert "failed signature validation" in answer.json()["error_description"]


def test_a_certificate_ends_by_the_virtual_clock(fresh_sandbox: Running) -> None:
    place = make_place(fresh_sandbox)
    certificate = make_certificate(days=2)
    place.graph("PATCH", place.application, {"keyCredentials": [certificate.credential]})
    fresh_sandbox.control("POST", "/clock", {"advance_seconds": 3 * 86400})
    answer = place.by_secret(**certificate.assertion(place))
    assert code_of(answer) == 700027
    assert "expired" in answer.json()["error_description"]


def test_another_issuers_word_counts_when_it_is_registered(place: Place) -> None:
    with issuing() as issuer:
        credential = ClientAssertionCredential(
            place.id,
            place.operator["client_id"],
            issuer.token,
            authority=place.sandbox.url,
            connection_verify=str(place.sandbox.ca_file),
        )
        with pytest.raises(ClientAuthenticationError, match="AADSTS70021"):
            credential.get_token(place.scope)
        register(place, issuer.url)
        assert claims_of(credential.get_token(place.scope).token)["appidacr"] == "2"


@pytest.mark.parametrize("changes", [{"sub": "job:Onboard"}, {"aud": "api://other"}, {"iss": "http://127.0.0.1:1"}])
def test_issuer_subject_and_audience_must_all_match(place: Place, changes: dict[str, Any]) -> None:
    with issuing() as issuer:
        register(place, issuer.url)
        answer = place.by_secret(**federated(issuer.token(**changes)))
        assert (answer.status_code, code_of(answer)) == (400, 70021)


def test_a_federated_credential_takes_its_time_to_replicate(fresh_sandbox: Running) -> None:
    place = make_place(fresh_sandbox)
    fresh_sandbox.control("PUT", "/settings", {"replication_lag_seconds": 60})
    with issuing() as issuer:
        register(place, issuer.url)
        assert code_of(place.by_secret(**federated(issuer.token()))) == 70021
        fresh_sandbox.control("POST", "/clock", {"advance_seconds": 61})
        assert place.by_secret(**federated(issuer.token())).status_code == 200


def test_the_issuers_own_keys_decide(place: Place) -> None:
    with issuing() as issuer:
        register(place, issuer.url)
        assert place.by_secret(**federated(issuer.token())).status_code == 200
        assert code_of(place.by_secret(**federated(issuer.token(make_certificate().key)))) == 50027
        assert code_of(place.by_secret(**federated(issuer.token(iat=400, exp=1000)))) == 700024
        token = issuer.token()
    assert code_of(place.by_secret(**federated(token))) == 50166


def test_the_sandbox_itself_may_be_the_issuer(sandbox: Running, place: Place) -> None:
    """Its certificate is self-signed as far as anybody knows, which is allowed on loopback."""
    other = make_place(sandbox)
    api = f"api://{other.operator['client_id']}"
    other.graph("PATCH", other.application, {"identifierUris": [api], "api": {"requestedAccessTokenVersion": 2}})
    token = other.by_secret(scope=f"{api}/.default").json()["access_token"]
    claims = claims_of(token)
    assert claims["iss"] == f"{sandbox.url}/{other.id}/v2.0"
    assert (claims["ver"], claims["azpacr"], claims["aud"]) == ("2.0", "1", other.operator["client_id"])
    register(place, claims["iss"], claims["sub"], claims["aud"])
    assert place.by_secret(**federated(token)).status_code == 200


def test_basic_authentication_carries_a_secret_too(place: Place) -> None:
    pair = ":".join(place.operator.values())
    headers = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    form = {"grant_type": "client_credentials", "scope": place.scope}
    assert place.http.post(f"/{place.id}/oauth2/v2.0/token", data=form, headers=headers).status_code == 200


def test_version_one_takes_a_resource_and_gives_times_as_text(place: Place) -> None:
    form = {"grant_type": "client_credentials", "resource": "https://graph.microsoft.com/", **place.operator}
    body = place.post(form, version="").json()
    assert body["resource"] == "https://graph.microsoft.com/"
    assert body["expires_in"] == "3599"
    assert claims_of(body["access_token"])["aud"] == "https://graph.microsoft.com/"


def test_one_operator_opens_every_tenant(sandbox: Running) -> None:
    env = sandbox.env()
    for tenant in sandbox.tenants():
        place = Place(sandbox, tenant)
        secret = {"client_id": env["AZURE_CLIENT_ID"], "client_secret": env["AZURE_CLIENT_SECRET"]}
        claims = claims_of(place.by_secret(**secret).json()["access_token"])
        assert claims["tid"] == tenant["id"]
        assert "Application.ReadWrite.All" in claims["roles"]
        own = claims_of(place.by_secret().json()["access_token"])
        assert own["appid"] == tenant["operator"]["client_id"]


def test_graph_takes_its_three_names_as_audience(place: Place) -> None:
    for resource in (place.sandbox.url, "https://graph.microsoft.com", GRAPH):
        token = place.by_secret(scope=f"{resource}/.default").json()["access_token"]
        assert place.graph("GET", "/v1.0/organization", token=token).json()["value"][0]["id"] == place.id
    own = place.by_secret(scope=f"api://{place.operator['client_id']}/.default").json()["access_token"]
    answer = place.graph("GET", "/v1.0/organization", token=own)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")


def register(
    place: Place, issuer: str, subject: str = "job:onboard", audience: str = "api://AzureADTokenExchange"
) -> None:
    body = {"name": "automation", "issuer": issuer, "subject": subject, "audiences": [audience]}
    answer = place.graph("POST", f"{place.application}/federatedIdentityCredentials", body)
    assert answer.status_code == 201, answer.text


def federated(token: str) -> dict[str, str | None]:
    bearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    return {"client_secret": None, "client_assertion_type": bearer, "client_assertion": token}
