# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every kind of sign-in, by the real libraries, against the embedded tenant."""

from __future__ import annotations

import datetime
import http.server
import json
import pathlib
import threading
import typing as t

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from integration.story_files import DELEGATED
from integration.test_contract import Teller

from sandbox import Running


@pytest.fixture
def teller(sandbox: Running, tmp_path: pathlib.Path) -> Teller:
    return Teller(sandbox, tmp_path)


def who(teller: Teller, **connection: t.Any) -> dict[str, t.Any]:
    teller.identities["tried"] = connection
    result = teller.run("entra", {}, "tried")
    assert not result.get("failed"), result["msg"]
    assert result["tenant_id"] == teller.tenant
    return result


def operator(teller: Teller) -> dict[str, t.Any]:
    client_id = teller.identities["application"]["client_id"]
    application: dict[str, t.Any] = teller.get(f"/v1.0/applications(appId='{client_id}')")
    return application


def certificate(folder: pathlib.Path) -> tuple[pathlib.Path, str]:
    """A file with key and certificate, and the certificate's base64 as keyCredentials takes it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "operator")])
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=30))
    signed = made.sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = signed.public_bytes(serialization.Encoding.PEM)
    path = folder / "operator.pem"
    path.write_bytes(private + public)
    return path, "".join(public.decode().splitlines()[1:-1])


def test_client_secret(teller: Teller) -> None:
    result = who(
        teller,
        auth_kind="client_secret",
        **{k: v for k, v in teller.identities["application"].items() if k != "auth_kind"},
    )
    assert result["delegated"] is False
    assert "Application.ReadWrite.All" in result["permissions"]


def test_certificate(teller: Teller, tmp_path: pathlib.Path) -> None:
    path, public = certificate(tmp_path)
    application = operator(teller)
    credential = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": public, "displayName": "test"}
    teller.reader.patch(
        f"/v1.0/applications/{application['id']}", json={"keyCredentials": [credential]}
    ).raise_for_status()
    result = who(teller, auth_kind="certificate", client_id=application["appId"], certificate_path=str(path))
    assert result["client_id"] == application["appId"]
    assert (
        who(teller, auth_kind="certificate", client_id=application["appId"], certificate_data=path.read_text())
        == result
    )


def test_a_certificate_that_is_not_registered_is_refused(teller: Teller, tmp_path: pathlib.Path) -> None:
    path, _ignored = certificate(tmp_path)
    teller.identities["tried"] = {
        "auth_kind": "certificate",
        "client_id": operator(teller)["appId"],
        "certificate_path": str(path),
    }
    result = teller.run("entra", {}, "tried")
    assert result["failed"]
    assert "AADSTS700027" in result["msg"]
    assert "PRIVATE KEY" not in str(result)


def test_a_certificate_file_that_is_missing_is_told_before_any_request(teller: Teller, tmp_path: pathlib.Path) -> None:
    teller.identities["tried"] = {
        "auth_kind": "certificate",
        "client_id": "3f6c1b58-90d2-47ea-8b14-5d7e2f9a0c36",
        "certificate_path": str(tmp_path / "none.pem"),
    }
    start = teller.mark()
    result = teller.run("entra", {}, "tried")
    assert result["failed"]
    assert "cannot be read" in result["msg"]
    assert teller.requests(start) == []


class Issuer(http.server.BaseHTTPRequestHandler):
    """An OpenID Connect issuer of somebody else's: its discovery document and its key."""

    documents: t.ClassVar[dict[str, t.Any]] = {}

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(self.documents[self.path]).encode())

    def log_message(self, *args: t.Any) -> None: ...


def test_federated_token(teller: Teller, tmp_path: pathlib.Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Issuer) as server:
        issuer = f"http://127.0.0.1:{server.server_port}"
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())) | {
            "kid": "1",
            "use": "sig",
            "alg": "RS256",
        }
        Issuer.documents = {
            "/.well-known/openid-configuration": {"issuer": issuer, "jwks_uri": f"{issuer}/keys"},
            "/keys": {"keys": [public]},
        }
        threading.Thread(target=server.serve_forever, daemon=True).start()
        application = operator(teller)
        trust = {
            "name": "ci-maps",
            "issuer": issuer,
            "subject": "repo:maps",
            "audiences": ["api://AzureADTokenExchange"],
        }
        teller.reader.post(
            f"/v1.0/applications/{application['id']}/federatedIdentityCredentials", json=trust
        ).raise_for_status()
        now = int(datetime.datetime.now(datetime.UTC).timestamp())
        claims = {
            "iss": issuer,
            "sub": "repo:maps",
            "aud": "api://AzureADTokenExchange",
            "iat": now,
            "nbf": now,
            "exp": now + 600,
        }
        file = tmp_path / "token"
        file.write_text(jwt.encode(claims, key, "RS256", {"kid": "1"}))
        result = who(
            teller, auth_kind="federated_token", client_id=application["appId"], federated_token_file=str(file)
        )
        assert result["client_id"] == application["appId"]
        file.write_text(jwt.encode({**claims, "sub": "repo:other"}, key, "RS256", {"kid": "1"}))
        refused = teller.run("entra", {}, "tried")
        assert "AADSTS70021" in refused["msg"]
        server.shutdown()


def test_refresh_token_of_a_partner(sandbox: Running, teller: Teller) -> None:
    env = sandbox.env()
    teller.address["tenant_id"] = teller.tenant = sandbox.control("GET", "/tenants")["tenants"][1]["id"]
    connection = {
        "client_id": env["AZURE_CLIENT_ID"],
        "client_secret": env["AZURE_CLIENT_SECRET"],
        "refresh_token": env["ENTRA_REFRESH_TOKEN"],
    }
    result = who(teller, auth_kind="refresh_token", **connection)
    assert result["delegated"] is True
    assert "Application.ReadWrite.All" in result["permissions"]


def test_azure_cli(teller: Teller, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = teller.sandbox.control("GET", "/tenants")["tenants"][-1]["admin"]["user_principal_name"]
    token = teller.sandbox.control("POST", "/tokens", {"tenant": teller.tenant, "user": admin, "scopes": DELEGATED})
    answer = {
        "accessToken": token["access_token"],
        "expires_on": 4102444800,
        "tenant": teller.tenant,
        "tokenType": "Bearer",
    }
    az = tmp_path / "az"
    az.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(answer)}\nEND\n")
    az.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    result = who(teller, auth_kind="azure_cli")
    assert (result["delegated"], result["user_principal_name"]) == (True, admin)


def test_device_code(teller: Teller) -> None:
    application, told = operator(teller), list[str]()
    public = {"isFallbackPublicClient": True}
    teller.reader.patch(f"/v1.0/applications/{application['id']}", json=public).raise_for_status()
    admin = teller.sandbox.tenants()[-1]["admin"]["user_principal_name"]

    def enter(line: str) -> None:
        told.append(line)
        teller.sandbox.control("POST", "/device_codes", {"user_code": line.rsplit(" ", 1)[-1], "user": admin})

    teller.services["tell"] = enter
    result = who(teller, auth_kind="device_code", client_id=application["appId"])
    assert (result["delegated"], result["user_principal_name"]) == (True, admin)
    assert len(told) == 1
    assert teller.tenant in told[0]


def test_managed_identity(teller: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    own = teller.identities["application"]
    form = {"grant_type": "client_credentials", "client_id": own["client_id"], "client_secret": own["client_secret"]}
    form["scope"] = f"{teller.sandbox.url}/.default"
    token = teller.reader.post(f"/{teller.tenant}/oauth2/v2.0/token", data=form).json()["access_token"]

    class Metadata(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.headers["X-IDENTITY-HEADER"] == "proof" else 401)
            self.end_headers()
            self.wfile.write(
                json.dumps(
                    {"access_token": token, "expires_on": 4102444800, "token_type": "Bearer", "resource": "r"}
                ).encode()
            )

        def log_message(self, *args: t.Any) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Metadata) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"http://127.0.0.1:{server.server_port}/token")
        monkeypatch.setenv("IDENTITY_HEADER", "proof")
        assert who(teller, auth_kind="managed_identity")["delegated"] is False
        server.shutdown()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            {"auth_kind": "certificate", "client_id": "3f6c1b58-90d2-47ea-8b14-5d7e2f9a0c36"},
            "certificate_path or certificate_data",
        ),
        ({"auth_kind": "refresh_token", "client_id": "3f6c1b58-90d2-47ea-8b14-5d7e2f9a0c36"}, "refresh_token"),
        ({"auth_kind": "client_secret", "client_secret": "x"}, "client_id"),
        ({"auth_kind": "somehow"}, "value of auth_kind must be one of"),
    ],
)
def test_a_kind_that_lacks_something_says_what(
    teller: Teller, monkeypatch: pytest.MonkeyPatch, options: dict[str, str], says: str
) -> None:
    for variable in ("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "ENTRA_REFRESH_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    teller.identities["tried"] = options
    start = teller.mark()
    result = teller.run("entra", {}, "tried")
    assert result["failed"]
    assert says in result["msg"]
    assert teller.requests(start) == []
