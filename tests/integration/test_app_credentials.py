# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every credential of a tenant is listed: of all pages, of SAML and Application Proxy, once each, in few requests."""

from __future__ import annotations

import base64
import pathlib
import typing as t
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from integration.test_contract import Teller

from sandbox import Running

SAML_TEMPLATE = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"


@pytest.fixture
def teller(sandbox: Running, tmp_path: pathlib.Path) -> Teller:
    return Teller(sandbox, tmp_path)


def send(teller: Teller, method: str, path: str, body: t.Any) -> t.Any:
    answer = teller.reader.request(method, path, json=body)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def make_pfx(days: int) -> str:
    """A certificate for maps.example that ends after so many days, with its key, in base64."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "maps.example")])
    begins = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    ends = begins + timedelta(days=days + 1, hours=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begins, ends)
    certificate = builder.sign(key, hashes.SHA256())
    return base64.b64encode(
        pkcs12.serialize_key_and_certificates(b"maps", key, certificate, None, BestAvailableEncryption(b"open"))
    ).decode()


def publish(teller: Teller) -> str:
    """A published application on a domain of its own; returns its app id."""
    made = send(teller, "POST", f"/v1.0/applicationTemplates/{SAML_TEMPLATE}/instantiate", {"displayName": "Published"})
    path = f"/beta/applications/{made['application']['id']}"
    settings = {
        "externalAuthenticationType": "aadPreAuthentication",
        "internalUrl": "http://gis.internal/",
        "externalUrl": f"https://maps.{teller.words['<domain>']}/",
        "verifiedCustomDomainKeyCredential": {"type": "X509CertAndPassword", "value": make_pfx(20)},
        "verifiedCustomDomainPasswordCredential": {"value": "open"},
    }
    send(teller, "PATCH", path, {"onPremisesPublishing": settings})
    return str(made["application"]["appId"])


def sign_saml(teller: Teller) -> list[str]:
    """A SAML application with two signing certificates, of which the second signs; returns their thumbprints."""
    made = send(teller, "POST", f"/v1.0/applicationTemplates/{SAML_TEMPLATE}/instantiate", {"displayName": "Gallery"})
    path = f"/v1.0/servicePrincipals/{made['servicePrincipal']['id']}"
    one, two = (
        send(teller, "POST", f"{path}/addTokenSigningCertificate", {"displayName": f"CN={n}"}) for n in ("one", "two")
    )
    send(
        teller,
        "PATCH",
        path,
        {"preferredSingleSignOnMode": "saml", "preferredTokenSigningKeyThumbprint": two["thumbprint"]},
    )
    send(teller, "POST", f"{path}/addPassword", {"passwordCredential": {"displayName": "provisioning"}})
    return [one["keyId"], two["keyId"]]


def test_saml_and_application_proxy(teller: Teller) -> None:
    app_id, (one, two) = publish(teller), sign_saml(teller)
    start = teller.mark()
    told = teller.run("entra_app_credential_info", {})
    paths = [entry["path"] for entry in teller.requests(start) if entry["path"].startswith(("/v1.0", "/beta"))]
    assert len(paths) == 3, "one list of each kind, and one published application"
    found = {(item["application"], item["kind"], item["key_id"]): item for item in told["credentials"]}
    assert len(found) == len(told["credentials"])

    (proxy,) = (item for item in told["credentials"] if item["kind"] == "app_proxy_certificate")
    assert (proxy["application"], proxy["app_id"], proxy["name"]) == ("Published", app_id, "CN=maps.example")
    assert (proxy["days_left"], proxy["managed"]) == (20, False)
    gallery = [item for item in told["credentials"] if item["application"] == "Gallery"]
    assert sorted((item["kind"], item["name"], item["active"]) for item in gallery) == [
        ("saml_certificate", "CN=one", False),
        ("saml_certificate", "CN=two", True),
        ("secret", "provisioning", True),
    ]
    assert {item["key_id"] for item in gallery if item["kind"] == "saml_certificate"} == {one, two}
    assert found[("Tenant Operations", "secret", told["credentials"][-1]["key_id"])]["days_left"] > 0


def test_all_managed_applications_of_all_pages(teller: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.tenantops.entra.plugins.module_utils import _app_credentials

    monkeypatch.setattr(_app_credentials, "MOST", 2)
    for number in range(5):
        made = teller.run("entra_app_registration", {"unique_name": f"many-{number}", "display_name": f"Many {number}"})
        assert not made.get("failed"), made["msg"]
        send(teller, "POST", "/v1.0/applications", {"displayName": f"By hand {number}"})
    told = teller.run("entra_app_info", {})
    assert [one["application"]["unique_name"] for one in told["applications"]] == [f"many-{n}" for n in range(5)]
    (alone,) = (one for one in told["applications"] if one["application"]["unique_name"] == "many-3")
    by_name = teller.run("entra_app_info", {"unique_name": "many-3"})
    assert {name: by_name[name] for name in alone} == alone
