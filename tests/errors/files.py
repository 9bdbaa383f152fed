# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Files that are wrong in one way each: certificates, tokens, and texts with their mode."""

from __future__ import annotations

import datetime
import functools
from pathlib import Path
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

PASSWORD = b"the certificate's own password"


def write_file(folder: Path, name: str, what: Any) -> Path:
    """Make one file of a case. what: its text, or {pem, token, folder, link, mode}."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    wish = {"text": what} if isinstance(what, str) else dict(what)
    mode = wish.pop("mode", None)
    if "folder" in wish:
        path.mkdir()
    elif "link" in wish:
        path.symlink_to(folder / wish["link"])
    else:
        path.write_bytes(_content(wish))
    if mode is not None:
        path.chmod(int(str(mode), 8))
    return path


def _content(wish: dict[str, Any]) -> bytes:
    if "pem" in wish:
        return make_pem(wish["pem"])
    if "token" in wish:
        return make_token(wish["token"]).encode()
    return str(wish["text"]).encode()


@functools.cache
def _key(number: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def make_pem(kind: str) -> bytes:
    """good, expired, future, mismatch, certificate_only, key_only, encrypted or broken."""
    now = datetime.datetime.now(datetime.UTC)
    begin, end = {
        "expired": (now - datetime.timedelta(days=30), now - datetime.timedelta(days=1)),
        "future": (now + datetime.timedelta(days=1), now + datetime.timedelta(days=30)),
    }.get(kind, (now - datetime.timedelta(days=1), now + datetime.timedelta(days=30)))
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "operator")])
    key = _key(0)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    closing = serialization.BestAvailableEncryption(PASSWORD) if kind == "encrypted" else serialization.NoEncryption()
    private = _key(1 if kind == "mismatch" else 0).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, closing
    )
    if kind == "broken":
        return private[: len(private) // 2] + certificate
    return {"certificate_only": certificate, "key_only": private}.get(kind, private + certificate)


def make_token(kind: str) -> str:
    """good or expired: another issuer's token, signed with a key that nobody knows."""
    now = datetime.datetime.now(datetime.UTC)
    ends = now + datetime.timedelta(hours=-1 if kind == "expired" else 1)
    claims = {"iss": "https://issuer.example", "sub": "job", "aud": "api://AzureADTokenExchange", "exp": ends}
    return jwt.encode(claims, _key(0), algorithm="RS256", headers={"kid": "one"})
