# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""azure-identity 1.27: every credential that can run on one machine gets a token, and Graph takes it."""

from __future__ import annotations

import json
import stat
import time
from pathlib import Path
from typing import Any

import azure.identity as azure
import pytest
from azure.core.exceptions import ClientAuthenticationError
from clients.loopback import answering
from clients.registrations import call_graph, make_person, register, trust_issuer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from unit.sandbox.signing_in import Certificate, Place, issuing, make_certificate

SCOPE = "https://graph.microsoft.com/.default"


def options(place: Place) -> dict[str, Any]:
    return {"authority": place.sandbox.url, "disable_instance_discovery": True}


def check_application(place: Place, credential: Any) -> None:
    """The credential's token is the operator's own."""
    assert call_graph(place, credential.get_token(SCOPE).token) == place.operator["client_id"]


@pytest.fixture
def certificate(place: Place) -> Certificate:
    made = make_certificate()
    register(place, keyCredentials=[made.credential])
    return made


def test_client_secret(place: Place) -> None:
    operator = place.operator
    check_application(
        place,
        azure.ClientSecretCredential(place.id, operator["client_id"], operator["client_secret"], **options(place)),
    )


def test_a_refusal_is_told(place: Place) -> None:
    credential = azure.ClientSecretCredential(place.id, place.operator["client_id"], "wrong", **options(place))
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        credential.get_token(SCOPE)


@pytest.mark.parametrize("chain", [False, True], ids=["thumbprint", "chain"])
def test_certificate_in_pem(place: Place, certificate: Certificate, tmp_path: Path, chain: bool) -> None:
    path = tmp_path / "operator.pem"
    path.write_bytes(certificate.pem)
    credential = azure.CertificateCredential(
        place.id, place.operator["client_id"], str(path), send_certificate_chain=chain, **options(place)
    )
    check_application(place, credential)


def test_certificate_in_pkcs12(place: Place, certificate: Certificate) -> None:
    locked = serialization.BestAvailableEncryption(b"open it")
    data = pkcs12.serialize_key_and_certificates(b"operator", certificate.key, certificate.certificate, None, locked)
    credential = azure.CertificateCredential(
        place.id, place.operator["client_id"], certificate_data=data, password="open it", **options(place)
    )
    check_application(place, credential)


def test_client_assertion(place: Place) -> None:
    with issuing() as issuer:
        trust_issuer(place, issuer)
        credential = azure.ClientAssertionCredential(
            place.id, place.operator["client_id"], issuer.token, **options(place)
        )
        check_application(place, credential)


def test_workload_identity(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with issuing() as issuer:
        trust_issuer(place, issuer)
        path = tmp_path / "token"
        path.write_text(issuer.token())
        monkeypatch.setenv("AZURE_TENANT_ID", place.id)
        monkeypatch.setenv("AZURE_CLIENT_ID", place.operator["client_id"])
        monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", str(path))
        monkeypatch.setenv("AZURE_AUTHORITY_HOST", place.sandbox.url)
        check_application(place, azure.WorkloadIdentityCredential(disable_instance_discovery=True))


def test_azure_pipelines(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with issuing() as issuer, answering(lambda path, headers: (200, {"oidcToken": issuer.token()})) as address:
        trust_issuer(place, issuer)
        monkeypatch.setenv("SYSTEM_OIDCREQUESTURI", address)
        credential = azure.AzurePipelinesCredential(
            tenant_id=place.id,
            client_id=place.operator["client_id"],
            service_connection_id="one",
            system_access_token="two",
            **options(place),
        )
        check_application(place, credential)


def give_identity(place: Place) -> dict[str, Any]:
    """What a machine's own metadata service answers: a token of the operator."""
    token = place.by_secret().json()["access_token"]
    return {
        "access_token": token,
        "expires_on": str(int(time.time()) + 3600),
        "expires_in": "3600",
        "resource": SCOPE,
        "token_type": "Bearer",
    }


def test_managed_identity_of_app_service(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    body = give_identity(place)
    with answering(lambda path, headers: (200 if headers["X-IDENTITY-HEADER"] == "proof" else 401, body)) as address:
        monkeypatch.setenv("IDENTITY_ENDPOINT", address)
        monkeypatch.setenv("IDENTITY_HEADER", "proof")
        check_application(place, azure.ManagedIdentityCredential())


def test_managed_identity_of_a_virtual_machine(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    body = give_identity(place)
    with answering(lambda path, headers: (200 if headers["Metadata"] == "true" else 400, body)) as address:
        monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", address)
        check_application(place, azure.ManagedIdentityCredential())


def test_environment(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", place.sandbox.url)
    monkeypatch.setenv("AZURE_TENANT_ID", place.id)
    for name, value in place.operator.items():
        monkeypatch.setenv(f"AZURE_{name.upper()}", value)
    check_application(place, azure.EnvironmentCredential(disable_instance_discovery=True))
    check_application(place, azure.DefaultAzureCredential(disable_instance_discovery=True))


#: Command, credential, what the command prints with {token} filled in.
TOOLS = [
    ("az", azure.AzureCliCredential, {"accessToken": "{token}", "expires_on": 4102444800, "tokenType": "Bearer"}),
    ("azd", azure.AzureDeveloperCliCredential, {"token": "{token}", "expiresOn": "2099-12-31T00:00:00Z"}),
    ("pwsh", azure.AzurePowerShellCredential, "azsdk%{token}%4102444800"),
]


@pytest.mark.parametrize(("command", "credential", "prints"), TOOLS, ids=[tool[0] for tool in TOOLS])
def test_a_tool_on_the_path(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, credential: Any, prints: Any
) -> None:
    person = make_person(place)
    token = place.sandbox.control("POST", "/tokens", {"tenant": place.id, "user": person.name})["access_token"]
    text = (prints if isinstance(prints, str) else json.dumps(prints)).replace("{token}", token)
    (tmp_path / "answer").write_text(text)
    tool = tmp_path / command
    tool.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\ncat {tmp_path}/answer\n')
    tool.chmod(tool.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert call_graph(place, credential().get_token(SCOPE).token) == person.name
    assert "token" in (tmp_path / "asked").read_text().lower() or command == "pwsh"
