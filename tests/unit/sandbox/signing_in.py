# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tests of signing in share: requests to the token endpoint, tokens read, certificates, an issuer."""

from __future__ import annotations

import base64
import http.server
import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import httpx
import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from sandbox import Running

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass
class Place:
    """A tenant of a test's own, its operator and a client for HTTP."""

    sandbox: Running
    tenant: dict[str, Any]

    @cached_property
    def http(self) -> httpx.Client:
        return httpx.Client(base_url=self.sandbox.url, verify=self.sandbox.tls(), trust_env=False)

    @property
    def id(self) -> str:
        return str(self.tenant["id"])

    @property
    def operator(self) -> dict[str, str]:
        operator: dict[str, str] = self.tenant["operator"]
        return operator

    @property
    def scope(self) -> str:
        return f"{self.sandbox.url}/.default"

    def post(self, form: dict[str, Any], tenant: str | None = None, version: str = "/v2.0") -> httpx.Response:
        """POST to the token endpoint; a None value leaves the parameter out."""
        sent = {name: value for name, value in form.items() if value is not None}
        return self.http.post(f"/{tenant or self.id}/oauth2{version}/token", data=sent)

    def by_secret(self, **changes: Any) -> httpx.Response:
        """The client credentials grant of the operator, with some parameters changed."""
        tenant = changes.pop("tenant", None)
        return self.post({"grant_type": "client_credentials", "scope": self.scope, **self.operator, **changes}, tenant)

    def graph(self, method: str, path: str, body: Any = None, token: str | None = None) -> httpx.Response:
        """A Graph request of the operator."""
        token = token or self.by_secret().json()["access_token"]
        return self.http.request(method, path, json=body, headers={"Authorization": f"Bearer {token}"})

    @property
    def application(self) -> str:
        """The path of the operator's application."""
        return f"/v1.0/applications(appId='{self.operator['client_id']}')"


def make_place(sandbox: Running) -> Place:
    """A new tenant."""
    return Place(sandbox, sandbox.control("POST", "/tenants", {"count": 1})["tenants"][0])


def claims_of(token: str) -> dict[str, Any]:
    """The claims of a token, its signature not looked at."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def code_of(answer: httpx.Response) -> int:
    """The AADSTS number of a refusal, whose body must be complete."""
    body = answer.json()
    keys = {"error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id", "error_uri"}
    assert keys <= set(body), body
    number = int(body["error_codes"][0])
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    for word in ("Trace ID: ", "Correlation ID: ", "Timestamp: "):
        assert word in body["error_description"]
    assert "{" not in body["error_description"].replace("{EUII Hidden}", "").replace("{tenant-ID}", "")
    return number


@dataclass
class Certificate:
    """A key with a self-signed certificate."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    @property
    def private(self) -> str:
        """The key in PEM."""
        kind = serialization.PrivateFormat.PKCS8
        return self.key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode()

    @property
    def public(self) -> str:
        """The certificate in PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def pem(self) -> bytes:
        """Both."""
        return (self.private + self.public).encode()

    @property
    def credential(self) -> dict[str, str]:
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        return {"type": "AsymmetricX509Cert", "usage": "Verify", "key": base64.b64encode(der).decode()}

    def thumbprint(self, kind: hashes.HashAlgorithm) -> str:
        return base64.urlsafe_b64encode(self.certificate.fingerprint(kind)).decode().rstrip("=")

    def assertion(self, place: Place, header: dict[str, str] | None = None, **changes: Any) -> dict[str, str]:
        """The parameters of an assertion that the operator signed."""
        client, now = place.operator["client_id"], int(time.time())
        claims = {
            "aud": f"{place.sandbox.url}/{place.id}/oauth2/v2.0/token",
            "iss": client,
            "sub": client,
            "iat": now,
            "exp": now + 600,
            "jti": str(uuid.uuid4()),
            **changes,
        }
        sent = {name: value for name, value in claims.items() if value is not None}
        header = header or {"x5t#S256": self.thumbprint(hashes.SHA256())}
        token = jwt.encode(sent, self.key, algorithm="RS256", headers=header)
        return {"client_secret": None, "client_assertion_type": JWT_BEARER, "client_assertion": token}  # type: ignore[dict-item]


def make_certificate(days: int = 30) -> Certificate:
    """A certificate that is valid from yesterday."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "operator")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=days))
    return Certificate(key, made.sign(key, hashes.SHA256()))


class Issuer:
    """An identity provider on loopback, in plain http."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def token(self, key: rsa.RSAPrivateKey | None = None, **changes: Any) -> str:
        """A token for the exchange."""
        now = int(time.time())
        claims = {
            "iss": self.url,
            "sub": "job:onboard",
            "aud": "api://AzureADTokenExchange",
            "iat": now,
            "exp": now + 600,
        }
        return jwt.encode({**claims, **changes}, key or self.key, algorithm="RS256", headers={"kid": "one"})

    def document(self, path: str) -> dict[str, Any] | None:
        jwk = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        documents: dict[str, dict[str, Any]] = {
            "/.well-known/openid-configuration": {"issuer": self.url, "jwks_uri": f"{self.url}/keys"},
            "/keys": {"keys": [{**jwk, "kid": "one", "use": "sig"}]},
        }
        return documents.get(path)


@contextmanager
def issuing() -> Iterator[Issuer]:
    """Run an issuer for the length of a block."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            document = issuer.document(self.path)
            self.send_response(200 if document else 404)
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def log_message(self, *_ignored: Any) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Issuer(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
