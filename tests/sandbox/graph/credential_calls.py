# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""addPassword and removePassword on applications and service principals."""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.graph.bodies import check_body
from sandbox.graph.calls import NO_CONTENT, Answer, Call
from sandbox.graph.credentials import generate_password, remove_password
from sandbox.graph.directory import require_object
from sandbox.graph.errors import bad_request, concurrent, not_found
from sandbox.graph.permissions import check_owned
from sandbox.store import Record

KINDS = ("application", "servicePrincipal")


def post_add_password(call: Call) -> Answer:
    """POST .../addPassword: the only answer that holds the secret."""
    kind, record = require_owner(call)
    body = call.body if call.body is not None else {}
    if not isinstance(body, dict) or set(body) - {"passwordCredential"}:
        raise refuse_parameters(body)
    given = check_body(body.get("passwordCredential") or {}, "passwordCredential", call.version)
    credential, value = generate_password(call.tenant, kind, record, given)
    context = f"{call.base}/$metadata#microsoft.graph.passwordCredential"
    return Answer(200, {"@odata.context": context, **credential, "secretText": value})


def post_remove_password(call: Call) -> Answer:
    """POST .../removePassword; 409 where the object's last write is still replicating."""
    kind, record = require_owner(call)
    body = call.body
    if not isinstance(body, dict) or set(body) != {"keyId"}:
        raise refuse_parameters(body)
    try:
        key_id = str(uuid.UUID(str(body["keyId"])))
    except ValueError:
        raise bad_request("Property keyId in payload has a value that does not match schema.", "BadRequest") from None
    older = call.view.get(kind, record["id"])
    if older and len(older["passwordCredentials"]) < len(record["passwordCredentials"]):
        raise concurrent()
    remove_password(call.tenant, kind, record, key_id)
    return NO_CONTENT


def require_owner(call: Call) -> tuple[str, Record]:
    """The object whose credentials a call changes, as it is at present, and its kind."""
    kind, seen = require_object(call, KINDS)
    record = call.present.get(kind, seen["id"])
    if record is None:
        raise not_found(call.key())
    check_owned(call, record)
    return kind, record


def refuse_parameters(body: Any) -> Exception:
    """400: an action that does not have these parameters."""
    names = ", ".join(sorted(body)) if isinstance(body, dict) else ""
    return bad_request(
        f"The parameters '{names}' in the request payload are not valid parameters for the operation.", "BadRequest"
    )
