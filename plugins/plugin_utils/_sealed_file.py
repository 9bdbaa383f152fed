# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A store in one file of JSON in which each value is sealed: encrypted to a certificate, and no run has its private key.

Ids and dates stand there as they are, and so does a certificate's public half, so that a later run knows what there is.
The task that made a value knows it until it ends. After that only the holder of the key can open it:

    jq -r .secrets.NAME.current.sealed FILE | openssl cms -decrypt -inform PEM -inkey KEY.pem

A sealed value is an EnvelopedData of https://www.rfc-editor.org/rfc/rfc5652 with AES-256 in CBC mode, its key encrypted by RSA. In it
is a JSON object that tells whose the value is, and the value under secret.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import pathlib
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Credential, Owner, Record
from ansible_collections.tenantops.entra.plugins.plugin_utils import _places
from ansible_collections.tenantops.entra.plugins.plugin_utils._plain_records import from_mapping, to_mapping
from ansible_collections.tenantops.entra.plugins.plugin_utils._record_file import Content, RecordFile

PROBLEM: ImportError | None = None

try:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.ciphers import algorithms
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
except ImportError as problem:
    PROBLEM = problem

SHORTEST_KEY = 2048  # bits


def open_store(spec: t.Mapping[str, t.Any], services: t.Mapping[str, t.Any]) -> SealedFile:
    """The store at spec.path, relative to the playbook. Raises StoreError. git may take the file: nobody can read values from it."""
    path = pathlib.Path(services["loader"].path_dwim(spec["path"])).resolve()
    _places.refuse_lasting_nowhere(path, allow_container=spec["allow_container"])
    return SealedFile(path, read_recipient(spec["recipient_certificate"]))


class SealedSecret(Secret):
    """A value that only the task which made it can reveal."""

    __slots__ = ("_made", "_public", "_text")

    def __init__(self, text: str, public: str, made: Secret | None) -> None:
        """text: the sealed value. public: a certificate's public half as PEM, or empty."""
        super().__init__("")
        self._text, self._public, self._made = text, public, made

    def reveal(self) -> str:
        if self._made is None:
            raise StoreError(
                "The value is sealed, and no run can read it",
                remedy="Open it with the recipient's private key, or make another one with force.",
            )
        return self._made.reveal()

    @property
    def readable(self) -> bool:
        return self._made is not None

    @property
    def sealed(self) -> str:
        return self._text

    @property
    def public_half(self) -> str:
        return self._public

    @property
    def is_private_key(self) -> bool:
        return bool(self._public)


class SealedFile(RecordFile):
    """A Store."""

    def __init__(self, path: pathlib.Path, recipient: t.Any) -> None:
        self._recipient = recipient
        self._made: dict[str, Secret] = {}
        """The values that this task has sealed, by their sealed text."""
        super().__init__(path)

    def encode(self, content: Content) -> bytes:
        return f"{json.dumps(content, indent=2)}\n".encode()

    def decode(self, text: bytes) -> Content:
        try:
            content = json.loads(text)
        except ValueError:  # its message quotes the text
            content = None
        if not isinstance(content, dict):
            raise StoreError(f"{self.where} holds no JSON object", remedy="Name another file in store.path.")
        return content

    def to_kept(self, record: Record, former: Content | None) -> Content:
        def write(credential: Credential | None) -> Content | None:
            if credential is None:
                return None
            secret = credential.secret
            fields = dataclasses.asdict(dataclasses.replace(credential, secret=None))
            sealed = (secret.sealed or self._seal(record.owner, credential, secret)) if secret else None
            public = secret.public_half if secret else ""
            return {**fields, "certificate": public or None, "sealed": sealed}

        return to_mapping(record, write)

    def from_kept(self, owner: Owner, name: str, kept: Content | None) -> Record:
        def read(fields: Content | None) -> Credential | None:
            if fields is None:
                return None
            plain = {key: value for key, value in fields.items() if key not in ("certificate", "sealed")}
            text = fields["sealed"]
            made = SealedSecret(text, fields["certificate"] or "", self._made.get(text)) if text else None
            return Credential(**{**plain, "secret": made})

        return from_mapping(owner, name, kept, read)

    def _seal(self, owner: Owner, credential: Credential, secret: Secret) -> str:
        told = {"key_id": credential.key_id, "start": credential.start, "end": credential.end}
        letter = {**owner._asdict(), "name": credential.name, **told, "secret": secret.reveal()}
        envelope = (
            pkcs7.PKCS7EnvelopeBuilder()
            .set_data(json.dumps(letter, indent=2).encode())
            .add_recipient(self._recipient)
            .set_content_encryption_algorithm(algorithms.AES256)
        )
        text = envelope.encrypt(Encoding.PEM, [pkcs7.PKCS7Options.Binary]).decode()
        self._made[text] = secret
        return text


def read_recipient(pem: str) -> t.Any:
    """The certificate to seal for. Raises StoreError for one that values cannot, or should not, be sealed for."""
    wrong = ""
    try:
        certificate = x509.load_pem_x509_certificate(pem.encode())
        key = certificate.public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            wrong = "has a key that is not of RSA"
        elif key.key_size < SHORTEST_KEY:
            wrong = f"has a key of {key.key_size} bits"
        elif certificate.not_valid_after_utc <= datetime.datetime.now(datetime.UTC):
            wrong = f"ended on {certificate.not_valid_after_utc:%Y-%m-%d}"
        elif not hasattr(pkcs7.PKCS7EnvelopeBuilder, "set_content_encryption_algorithm"):
            raise StoreError("store.kind sealed needs a newer library cryptography", remedy="Install cryptography>=45.")
    except ValueError:
        wrong = "is no certificate in PEM"
    if wrong:
        raise StoreError(
            f"store.recipient_certificate {wrong}",
            remedy=f"Give a valid certificate of an RSA key of at least {SHORTEST_KEY} bits.",
        )
    return certificate
