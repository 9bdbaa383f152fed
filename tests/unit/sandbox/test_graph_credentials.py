# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Client secrets, certificates and federated credentials over HTTP."""

from __future__ import annotations

import base64
import uuid
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from unit.sandbox.graph_client import UPSERT, GraphClient, sign_in

KEY = rsa.generate_private_key(65537, 2048)


def certificate(name: str) -> tuple[str, str]:
    """A certificate of a year as base64 DER, and its SHA-1 thumbprint in base64."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(KEY.public_key())
    builder = (
        builder.serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=365))
    )
    made = builder.sign(KEY, hashes.SHA256())
    der = made.public_bytes(serialization.Encoding.DER)
    return base64.b64encode(der).decode(), base64.b64encode(made.fingerprint(hashes.SHA1())).decode()  # noqa: S303


def test_a_secret_is_shown_once_and_signs_in(graph: GraphClient) -> None:
    made, _ignored = graph.application_with_principal()
    path = f"applications/{made['id']}"
    answer = graph.ask(200, "POST", f"{path}/addPassword", {"passwordCredential": {"displayName": "main"}})
    assert answer["hint"] == answer["secretText"][:3]
    assert len(answer["secretText"]) == 40
    start, end = datetime.fromisoformat(answer["startDateTime"]), datetime.fromisoformat(answer["endDateTime"])
    assert end in (
        start.replace(year=start.year + 2),
        start + timedelta(days=730),
    )  # the latter from a 29th of February
    (kept,) = graph.get(path)["passwordCredentials"]
    assert (kept["keyId"], kept["secretText"], kept["displayName"]) == (answer["keyId"], None, "main")
    assert sign_in(graph.sandbox, graph.tenant["id"], made["appId"], answer["secretText"])
    graph.ask(204, "POST", f"{path}/removePassword", {"keyId": answer["keyId"]})
    assert graph.get(path)["passwordCredentials"] == []
    graph.refused(400, "POST", f"{path}/removePassword", {"keyId": answer["keyId"]})


def test_secrets_come_from_the_action_alone(graph: GraphClient) -> None:
    wanted = [{"displayName": "mine", "keyId": str(uuid.uuid4())}]
    message = "New password credentials must be generated using service actions."
    assert graph.refused(400, "POST", "applications", {"displayName": "x", "passwordCredentials": wanted})[1] == message
    path = f"applications/{graph.application()['id']}"
    assert graph.refused(400, "PATCH", path, {"passwordCredentials": wanted})[1] == message
    body = {"passwordCredential": {"secretText": "chosen"}}
    assert graph.refused(400, "POST", f"{path}/addPassword", body)[1] == message
    graph.refused(400, "POST", f"{path}/addPassword", {"displayName": "main"})


def test_a_secret_ends_after_it_starts(graph: GraphClient) -> None:
    path = f"applications/{graph.application()['id']}/addPassword"
    times = {"startDateTime": "2026-06-01T00:00:00Z", "endDateTime": "2026-05-01T00:00:00Z"}
    graph.refused(400, "POST", path, {"passwordCredential": times})


def test_certificates_sent_back_without_key_stay_and_others_go(graph: GraphClient) -> None:
    path = f"applications/{graph.application()['id']}"
    (first, print_1), (second, print_2) = certificate("first"), certificate("second")
    new = {"type": "AsymmetricX509Cert", "usage": "Verify"}
    graph.ask(204, "PATCH", path, {"keyCredentials": [{**new, "key": first, "displayName": "one"}]})
    (kept,) = graph.get(path)["keyCredentials"]
    assert (kept["key"], kept["customKeyIdentifier"]) == (None, print_1)
    graph.ask(204, "PATCH", path, {"keyCredentials": [kept, {**new, "key": second}]})
    both = graph.get(f"{path}?$select=keyCredentials")["keyCredentials"]
    assert [one["key"] for one in both] == [first, second]
    graph.ask(204, "PATCH", path, {"keyCredentials": [{**both[1], "key": None}]})
    (left,) = graph.get(path)["keyCredentials"]
    assert left["customKeyIdentifier"] == print_2
    graph.refused(400, "PATCH", path, {"keyCredentials": [{**kept, "keyId": str(uuid.uuid4())}]})


def test_a_certificate_is_read(graph: GraphClient) -> None:
    path = f"applications/{graph.application()['id']}"
    new = {"type": "AsymmetricX509Cert", "usage": "Verify"}
    graph.refused(400, "PATCH", path, {"keyCredentials": [{**new, "key": base64.b64encode(b"no").decode()}]})
    late = {**new, "key": certificate("late")[0], "endDateTime": "2099-01-01T00:00:00Z"}
    assert graph.refused(400, "PATCH", path, {"keyCredentials": [late]})[0] == "KeyCredentialsInvalidEndDate"


def federated(**changes: object) -> dict[str, object]:
    body = {
        "name": "build",
        "issuer": "https://ci.example",
        "subject": "repo:maps",
        "audiences": ["api://AzureADTokenExchange"],
    }
    return {**body, **changes}


def test_federated_credentials(graph: GraphClient) -> None:
    path = f"applications/{graph.application()['id']}/federatedIdentityCredentials"
    made = graph.ask(201, "POST", path, federated())
    assert graph.get(f"{path}/{made['id']}")["subject"] == graph.get(f"{path}(name='build')")["subject"] == "repo:maps"
    graph.ask(204, "PATCH", f"{path}/{made['id']}", {"subject": "repo:other"})
    assert [one["subject"] for one in graph.get(path)["value"]] == ["repo:other"]
    graph.refused(400, "PATCH", f"{path}/{made['id']}", {"name": "renamed"})
    graph.ask(204, "DELETE", f"{path}/{made['id']}")
    assert graph.get(path)["value"] == []


def test_federated_credentials_are_upserted_by_name(graph: GraphClient) -> None:
    path = f"applications/{graph.application()['id']}/federatedIdentityCredentials(name='build')"
    body = {name: value for name, value in federated().items() if name != "name"}
    graph.refused(404, "PATCH", path, body)
    assert graph.ask(201, "PATCH", path, body, UPSERT)["name"] == "build"
    graph.ask(204, "PATCH", path, body, UPSERT)


def test_rules_of_federated_credentials(graph: GraphClient) -> None:
    path = f"applications/{graph.application()['id']}/federatedIdentityCredentials"
    for wrong in (
        federated(name="ab"),
        federated(name="-ab"),
        federated(audiences=["a", "b"]),
        federated(issuer="ci.example"),
        federated(subject="s" * 601),
        {"name": "abc"},
    ):
        graph.refused(400, "POST", path, wrong)
    graph.ask(201, "POST", path, federated())
    graph.refused(409, "POST", path, federated(subject="other"))
    assert graph.refused(400, "POST", path, federated(name="other"))[0] == "InvalidFederatedIdentityCredentialValue"
    for number in range(19):
        graph.ask(201, "POST", path, federated(name=f"ci{number}", subject=f"s{number}"))
    graph.refused(400, "POST", path, federated(name="one-more", subject="one-more"))
