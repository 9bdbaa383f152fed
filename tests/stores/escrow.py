# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Somebody who keeps the private key that sealed values are opened with, and opens them with openssl."""

from __future__ import annotations

import json
import pathlib
import subprocess
import typing as t
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Escrow:
    """A private key in a file, and its certificate."""

    def __init__(self, folder: pathlib.Path) -> None:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.key_file = folder / "escrow.key"
        self.key_file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        self.certificate = certificate_of(key)

    def open(self, sealed: str) -> dict[str, t.Any]:
        command = ["openssl", "cms", "-decrypt", "-inform", "PEM", "-inkey", str(self.key_file)]
        opened = subprocess.run(command, input=sealed.encode(), capture_output=True, check=True)
        return t.cast("dict[str, t.Any]", json.loads(opened.stdout))

    @staticmethod
    def describe(sealed: str) -> str:
        """What openssl sees of it without the key."""
        command = ["openssl", "cms", "-cmsout", "-print", "-inform", "PEM"]
        return subprocess.run(command, input=sealed.encode(), capture_output=True, check=True).stdout.decode()


def certificate_of(key: Key, days: int = 365) -> str:
    """A certificate, as PEM, that ends in so many days."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "escrow")])
    ends = datetime.now(UTC) + timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - timedelta(days=400))
        .not_valid_after(ends)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()
