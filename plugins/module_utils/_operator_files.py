# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The operator's own certificate and federated token, looked at before they are sent: what is wrong with them is told here
better than the login host could. No content is repeated.
"""

from __future__ import annotations

import datetime
import pathlib
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils import _libraries as lib
from ansible_collections.tenantops.entra.plugins.module_utils._connection import Connection
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError


def read_certificate(connection: Connection) -> bytes:
    """Certificate and private key, PEM or PKCS12. Raises InputError where the two cannot sign in."""
    data = connection.secrets.get("certificate_data")
    place = "certificate_data" if data else f"certificate_path '{connection.certificate_path}'"
    content = data.reveal().encode() if data else _read("certificate_path", connection.certificate_path)
    password = connection.secrets.get("certificate_password")
    key, certificate = _load(place, content, password.reveal().encode() if password else None)
    if key is None or certificate is None:
        missing = "private key" if key is None else "certificate"
        raise InputError(f"{place} holds no {missing}", remedy="It must hold both the certificate and its private key.")
    if key.public_key() != certificate.public_key():
        raise InputError(
            f"{place}: the private key does not belong to the certificate", remedy="Put the two of one pair together."
        )
    now, thumbprint = datetime.datetime.now(datetime.UTC), certificate.fingerprint(lib.hashes.SHA1()).hex().upper()
    if certificate.not_valid_after_utc <= now:
        raise InputError(
            f"{place}: the certificate {thumbprint} expired on {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC",
            remedy="Make a new one, register it on the application, and use it here.",
        )
    if certificate.not_valid_before_utc > now:
        raise InputError(
            f"{place}: the certificate {thumbprint} is valid only from {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC, "
            f"and this machine's clock says {now:%Y-%m-%d %H:%M} UTC",
            remedy="Set the clock, or use another certificate until then.",
        )
    return content


def _load(place: str, content: bytes, password: bytes | None) -> tuple[t.Any, t.Any]:
    """The private key and the first certificate, each None where there is none."""
    pem = b"-----BEGIN " in content
    try:
        if not pem:
            key, certificate, _others = lib.pkcs12.load_key_and_certificates(content, password)
            return key, certificate
        key = lib.serialization.load_pem_private_key(content, password) if b"PRIVATE KEY-----" in content else None
        return key, lib.x509.load_pem_x509_certificate(content) if b"-----BEGIN CERTIFICATE-----" in content else None
    except (TypeError, ValueError) as error:
        if password is None and isinstance(error, TypeError):  # encrypted, and no password was given
            told, remedy = "is encrypted and certificate_password is missing", "Set certificate_password."
        elif password is not None and isinstance(error, TypeError):
            told, remedy = "is not encrypted, but certificate_password is set", "Leave certificate_password out."
        elif pem and password is None:
            told, remedy = "is no PEM that can be read", "It must hold the certificate and its private key, whole."
        elif pem or password is not None:
            told, remedy = "cannot be opened with certificate_password", "Correct certificate_password, or the file."
        else:
            told = "is neither PEM nor PKCS12 that opens without a password"
            remedy = "Set certificate_password, or name the right file."
        raise InputError(f"{place} {told}", remedy=remedy) from None


def read_token(connection: Connection) -> str:
    """The federated token. Raises InputError where it is not there, or over."""
    given = connection.secrets.get("federated_token")
    place = "federated_token" if given else f"federated_token_file '{connection.federated_token_file}'"
    text = (
        given.reveal()
        if given
        else _read("federated_token_file", connection.federated_token_file).decode("ascii", "replace")
    )
    token = text.strip()
    try:
        claims = lib.jwt.decode(token, options={"verify_signature": False, "verify_exp": False})
    except lib.jwt.InvalidTokenError:
        told = "holds no token (JWT)" if token else "is empty"
        raise InputError(f"{place} {told}", remedy="Check that the platform writes its identity token there.") from None
    ends = claims.get("exp")
    if isinstance(ends, (int, float)) and ends <= datetime.datetime.now(datetime.UTC).timestamp():
        over = datetime.datetime.fromtimestamp(ends, datetime.UTC)
        raise InputError(
            f"{place} expired on {over:%Y-%m-%d %H:%M} UTC",
            remedy="Have the platform write a new one, or check the clock.",
        )
    return token


def _read(option: str, path: str) -> bytes:
    try:
        return pathlib.Path(path).read_bytes()
    except OSError as error:
        raise InputError(
            f"{option} '{path}' cannot be read where ansible-core runs: {error.strerror}",
            remedy="Name a file that the user who runs Ansible can read; in an execution environment it must be mounted.",
        ) from None
