# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A private key and its self-signed certificate, as one PEM text.

RSA of at least 2048 bits, since Microsoft Entra ID takes no other for an application's sign-in:
https://learn.microsoft.com/entra/identity-platform/howto-create-self-signed-certificate
"""

from __future__ import annotations

import base64
import datetime
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils import _libraries as lib

SIZES = (2048, 3072, 4096)
SKEW = datetime.timedelta(minutes=5)  # for which a clock may be behind the one that dates the certificate


class PublicPart(t.NamedTuple):
    certificate: str
    """DER, in base64."""
    thumbprint: str
    """SHA-1 of the certificate in hexadecimal digits, as the portal shows it."""


def make_key_pair(name: str, bits: int, start: datetime.datetime, end: datetime.datetime) -> str:
    """The private key and then the certificate, whose common name is the name."""
    key = lib.rsa.generate_private_key(public_exponent=65537, key_size=bits)
    subject = lib.x509.Name([lib.x509.NameAttribute(lib.x509.NameOID.COMMON_NAME, name)])
    certificate = (
        lib.x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(lib.x509.random_serial_number())
        .not_valid_before(start - SKEW)
        .not_valid_after(end)
        .sign(key, lib.hashes.SHA256())
    )
    private = key.private_bytes(
        lib.serialization.Encoding.PEM,
        lib.serialization.PrivateFormat.PKCS8,
        lib.serialization.NoEncryption(),
    )
    return (private + certificate.public_bytes(lib.serialization.Encoding.PEM)).decode()


def read_public_part(pem: str) -> PublicPart:
    """What others may know of a text of make_key_pair. Raises ValueError where it holds no certificate."""
    certificate = lib.x509.load_pem_x509_certificate(pem.encode())
    der = certificate.public_bytes(lib.serialization.Encoding.DER)
    thumbprint = certificate.fingerprint(lib.hashes.SHA1())  # a name, not a protection
    return PublicPart(base64.b64encode(der).decode(), thumbprint.hex().upper())
