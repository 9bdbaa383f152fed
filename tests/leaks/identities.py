# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An operator for each run, in a tenant of its own, and what it signs in with."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import http.server
import json
import secrets
import threading
import typing as t
from collections.abc import Iterator

import httpx
import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from leaks.canaries import Canary
from sandbox import Running

KINDS = ("client_secret", "environment", "certificate", "federated_token", "access_token", "refresh_token")
DELEGATED = ["Application.ReadWrite.All", "Directory.ReadWrite.All", "Group.ReadWrite.All", "User.ReadWrite.All"]
AUDIENCE = "api://AzureADTokenExchange"


@dataclasses.dataclass(frozen=True)
class Identity:
    """What the playbook is given."""

    kind: str
    tenant_id: str
    domain: str
    options: dict[str, str]
    """Of every task; those that are secret come from an encrypted file."""
    secret: dict[str, str]
    environment: dict[str, str]
    canaries: tuple[Canary, ...]


def new_identity(kind: str, sandbox: Running, issuer: Issuer) -> Identity:
    """A new tenant whose operator signs in with that kind of credential."""
    made = sandbox.control("POST", "/tenants", {"count": 1})["tenants"][0]
    operator = made["operator"]
    user = {"tenant": made["id"], "user": made["admin"]["user_principal_name"]}
    tokens = sandbox.control("POST", "/tokens", {**user, "scopes": DELEGATED})
    options = {"auth_kind": kind, "client_id": operator["client_id"]}
    secret, environment = {}, {}
    canary = Canary("operator secret", operator["client_secret"])
    with httpx.Client(
        base_url=f"{sandbox.url}/v1.0",
        verify=sandbox.tls(),
        headers={"Authorization": f"Bearer {tokens['access_token']}"},
    ) as admin:
        application = admin.get(f"/applications(appId='{operator['client_id']}')").json()["id"]
        if kind == "certificate":
            private, public = make_certificate()
            key = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": public, "displayName": "operator"}
            admin.patch(f"/applications/{application}", json={"keyCredentials": [key]}).raise_for_status()
            secret, canary = {"certificate_data": private}, Canary("operator key", private)
        elif kind == "federated_token":
            trust = {"name": "build-server", "issuer": issuer.url, "subject": "ci", "audiences": [AUDIENCE]}
            admin.post(f"/applications/{application}/federatedIdentityCredentials", json=trust).raise_for_status()
            secret = {"federated_token": issuer.sign()}
            canary = Canary("federated token", secret["federated_token"])
        elif kind == "access_token":
            secret = {"access_token": tokens["access_token"]}
            canary = Canary("access token", tokens["access_token"])
        elif kind == "refresh_token":
            secret = {"refresh_token": tokens["refresh_token"], "client_secret": operator["client_secret"]}
        elif kind == "environment":
            options["auth_kind"] = "client_secret"
            environment = {"AZURE_CLIENT_SECRET": operator["client_secret"]}
        else:
            secret = {"client_secret": operator["client_secret"]}
    canaries = [canary, Canary("admin password", made["admin"]["password"])]
    if kind == "refresh_token":
        canaries.append(Canary("refresh token", tokens["refresh_token"]))
    return Identity(kind, made["id"], made["default_domain"], options, secret, environment, tuple(canaries))


def make_certificate() -> tuple[str, str]:
    """Key and certificate as PEM, and the certificate as Microsoft Graph takes it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "operator")])
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=30))
    public = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private.decode() + public, "".join(public.splitlines()[1:-1])


class Issuer:
    """Somebody else's OpenID Connect issuer, such as a build server's, on loopback."""

    def __init__(self, url: str, key: rsa.RSAPrivateKey) -> None:
        self.url = url
        self._key = key

    def sign(self) -> str:
        now = int(datetime.datetime.now(datetime.UTC).timestamp())
        times = {"iat": now, "nbf": now, "exp": now + 3600}
        claims = {"iss": self.url, "sub": "ci", "aud": AUDIENCE, "jti": secrets.token_hex(), **times}
        return jwt.encode(claims, self._key, "RS256", {"kid": "1"})


@contextlib.contextmanager
def issuing() -> Iterator[Issuer]:
    """An issuer for the length of a block."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    documents: dict[str, t.Any] = {"/keys": {"keys": [{**public, "kid": "1", "use": "sig", "alg": "RS256"}]}}

    class Documents(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(documents[self.path]).encode())

        def log_message(self, *args: t.Any) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Documents) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        documents["/.well-known/openid-configuration"] = {"issuer": url, "jwks_uri": f"{url}/keys"}
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Issuer(url, key)
        server.shutdown()
        thread.join()
