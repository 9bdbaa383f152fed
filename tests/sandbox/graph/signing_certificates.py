# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""addTokenSigningCertificate: a certificate that the service makes itself, for SAML tokens, which are not emulated.

Source: https://learn.microsoft.com/graph/api/serviceprincipal-addtokensigningcertificate. The texts of refusals are the
sandbox's own.
"""

from __future__ import annotations

import base64
import uuid
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.graph.bodies import check_body, format_time
from sandbox.graph.calls import Answer, Call
from sandbox.graph.credential_calls import require_owner
from sandbox.graph.credential_policy import check_new_keys
from sandbox.graph.credentials import add_years
from sandbox.graph.errors import bad_request
from sandbox.graph.schema import find_type
from sandbox.store import Record

LONGEST = 3  # calendar years


def post_signing_certificate(call: Call) -> Answer:
    """POST servicePrincipals/{id}/addTokenSigningCertificate {displayName, endDateTime}: the public part.

    The object then has a key that signs, its public half, and the password that opens the first, all with the same
    customKeyIdentifier; the password and the key that signs have the same keyId.
    """
    kind, record = require_owner(call)
    given = check_body(call.body, "signingCertificateRequest", call.version, creating=True)
    latest = add_years(call.now, LONGEST)
    ends = datetime.fromisoformat(given["endDateTime"]) if given.get("endDateTime") else latest
    if not given["displayName"].startswith("CN=") or not call.now < ends <= latest:
        raise bad_request("Invalid value specified for the name or the end date of the signing certificate.")
    certificate = _make_certificate(given["displayName"], call.now, ends)
    thumbprint = certificate.fingerprint(hashes.SHA1())  # noqa: S303
    shared = {
        "customKeyIdentifier": base64.b64encode(thumbprint).decode(),
        "displayName": given["displayName"],
        "startDateTime": format_time(call.now),
        "endDateTime": format_time(ends),
    }
    blank = find_type("keyCredential").defaults() | shared
    der = base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()
    signs = {**blank, "keyId": str(uuid.uuid4()), "type": "X509CertAndPassword", "usage": "Sign"}
    verifies = {**blank, "keyId": str(uuid.uuid4()), "type": "AsymmetricX509Cert", "usage": "Verify", "key": der}
    opens = find_type("passwordCredential").defaults() | shared | {"keyId": signs["keyId"]}
    check_new_keys(call.tenant, kind, record, [verifies])
    _keep(call, kind, record, [signs, verifies], opens)
    context = f"{call.base}/$metadata#microsoft.graph.selfSignedCertificate"
    return Answer(200, {"@odata.context": context, **verifies, "thumbprint": thumbprint.hex().upper()})


def _keep(call: Call, kind: str, record: Record, keys: list[Record], password: Record) -> None:
    after = {
        "keyCredentials": [*record["keyCredentials"], *keys],
        "passwordCredentials": [*record["passwordCredentials"], password],
    }
    call.tenant.put(kind, {**record, **after})


def _make_certificate(subject: str, begins: datetime, ends: datetime) -> x509.Certificate:
    """Self-signed, with a key that nobody keeps."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, subject.removeprefix("CN="))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), begins, ends)
    return builder.sign(key, hashes.SHA256())
