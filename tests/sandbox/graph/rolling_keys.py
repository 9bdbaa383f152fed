# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""addKey and removeKey: an application rolls its certificates, proving that it has the key of one of them.

Source: https://learn.microsoft.com/graph/api/application-addkey and /graph/application-rollkey-prooftoken. That a proof
which no certificate of the object has signed is Authentication_MissingOrMalformed is what public tutorials tell; the
second page says so of a malformed one. The status and the text are the sandbox's own.
"""

from __future__ import annotations

import base64
import uuid
from datetime import datetime
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from sandbox.graph.bodies import check_body
from sandbox.graph.calls import NO_CONTENT, Answer, Call
from sandbox.graph.credential_calls import refuse_parameters, require_owner
from sandbox.graph.credential_policy import check_new_keys
from sandbox.graph.credentials import replace_keys
from sandbox.graph.errors import GraphError, bad_request, not_built
from sandbox.graph.schema import find_type
from sandbox.store import Record

AUDIENCE = "00000002-0000-0000-c000-000000000000"


def post_add_key(call: Call) -> Answer:
    """POST .../addKey {keyCredential, passwordCredential, proof}: the new certificate."""
    kind, record = require_owner(call)
    body = call.body
    if not isinstance(body, dict) or set(body) - {"keyCredential", "passwordCredential", "proof"}:
        raise refuse_parameters(body)
    given = check_body(body.get("keyCredential"), "keyCredential", call.version, creating=True)
    entry = {**find_type("keyCredential").defaults(), **given}
    if entry["type"] != "AsymmetricX509Cert":
        raise not_built("keys that sign")
    if entry["usage"] != "Verify" or not entry["key"] or body.get("passwordCredential") is not None:
        raise bad_request("Invalid value specified for property 'keyCredential' of resource 'Application'.")
    _check_proof(call, record, body.get("proof"))
    added = replace_keys([], [entry])[0]
    check_new_keys(call.tenant, kind, record, [added])
    call.tenant.put(kind, {**record, "keyCredentials": [*record["keyCredentials"], added]})
    context = f"{call.base}/$metadata#microsoft.graph.keyCredential"
    return Answer(200, {"@odata.context": context, **added, "key": None})


def post_remove_key(call: Call) -> Answer:
    """POST .../removeKey {keyId, proof}."""
    kind, record = require_owner(call)
    body = call.body
    if not isinstance(body, dict) or set(body) != {"keyId", "proof"}:
        raise refuse_parameters(body)
    try:
        key_id = str(uuid.UUID(str(body["keyId"])))
    except ValueError:
        raise bad_request("Property keyId in payload has a value that does not match schema.", "BadRequest") from None
    _check_proof(call, record, body["proof"])
    kept = [key for key in record["keyCredentials"] if key["keyId"] != key_id]
    if len(kept) == len(record["keyCredentials"]):
        # A text of the sandbox's own, after the one for passwords.
        raise bad_request(f"No key credential found with keyId '{key_id}'.")
    call.tenant.put(kind, {**record, "keyCredentials": kept})
    return NO_CONTENT


def _check_proof(call: Call, record: Record, proof: Any) -> None:
    """Raise 401 unless a valid certificate of the object has signed the proof, which goes by real time as the client's."""
    for key in record["keyCredentials"]:
        valid = datetime.fromisoformat(key["startDateTime"]) <= call.now < datetime.fromisoformat(key["endDateTime"])
        if valid and key["usage"] == "Verify" and isinstance(proof, str) and _is_signed(proof, key, record["id"]):
            return
    raise GraphError(401, "Authentication_MissingOrMalformed", "Access Token missing or malformed.")


def _is_signed(proof: str, key: Record, issuer: str) -> bool:
    raw = base64.b64decode(key["key"])
    pem = raw.lstrip().startswith(b"-----BEGIN")
    certificate = x509.load_pem_x509_certificate(raw) if pem else x509.load_der_x509_certificate(raw)
    public = certificate.public_key()
    if not isinstance(public, RSAPublicKey):
        return False
    try:
        jwt.decode(
            proof,
            public,
            ["RS256", "PS256"],
            audience=AUDIENCE,
            issuer=issuer,
            leeway=60,
            options={"require": ["aud", "iss", "nbf", "exp"]},
        )
    except jwt.InvalidTokenError:
        return False
    return True
