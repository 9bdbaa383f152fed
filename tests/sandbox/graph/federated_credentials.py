# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Federated identity credentials of applications.

Source: https://learn.microsoft.com/graph/api/resources/federatedidentitycredential. What a second credential with the
same issuer and subject is told was seen in https://github.com/Azure/azure-workload-identity/issues/434
"""

from __future__ import annotations

import re
import uuid
from typing import Any

from sandbox.graph.bodies import check_body
from sandbox.graph.calls import NO_CONTENT, Answer, Call
from sandbox.graph.directory import require_object
from sandbox.graph.errors import GraphError, bad_request, invalid_value, not_found
from sandbox.graph.pages import entity_answer, list_answer
from sandbox.graph.permissions import check_owned
from sandbox.graph.schema import find_type
from sandbox.store import Record, Tenant, View

KIND = "federatedIdentityCredential"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,119}")
LONGEST = 600
MOST = 20


def create_federated_credential(tenant: Tenant, application_id: str, properties: Any, version: str = "v1.0") -> Record:
    """Add a federated credential to an application; raises 400 where a rule is broken."""
    given = check_body(properties, KIND, version, creating=True)
    held = tenant.view().where(KIND, application=application_id)
    if len(held) >= MOST:
        raise bad_request(f"The number of federated identity credentials exceeds the limit of {MOST}.")
    if not NAME.fullmatch(given["name"]):
        raise invalid_value("name", KIND)
    if any(other["name"].casefold() == given["name"].casefold() for other in held):
        raise GraphError(
            409,
            "Request_MultipleObjectsWithSameKeyValue",
            f"FederatedIdentityCredential with name {given['name']} already exists.",
        )
    record = {**find_type(KIND).defaults(), **given, "id": str(uuid.uuid4()), "application": application_id}
    _check(held, record)
    return tenant.put(KIND, record)


def _check(held: list[Record], record: Record) -> None:
    if not record["issuer"].startswith(("https://", "http://")) or len(record["issuer"]) > LONGEST:
        raise invalid_value("issuer", KIND)
    if not record["subject"] or len(record["subject"]) > LONGEST:
        raise invalid_value("subject", KIND)
    if len(record["audiences"]) != 1 or len(record["audiences"][0]) > LONGEST:
        raise bad_request("FederatedIdentityCredential audiences must hold exactly one value.")
    if len(record["description"] or "") > LONGEST:
        raise invalid_value("description", KIND)
    pair = (record["issuer"], record["subject"])
    if any((other["issuer"], other["subject"]) == pair and other["id"] != record["id"] for other in held):
        raise bad_request(
            "The combination of issuer and subject must be unique for the application. "
            f"Issuer {record['issuer']} and Subject: {record['subject']} already exist. "
            f"paramName: FederatedIdentityCredential.Subject, paramValue: {record['subject']}, "
            "objectType: Microsoft.Online.DirectoryServices.Application",
            "InvalidFederatedIdentityCredentialValue",
        )


def list_credentials(call: Call) -> Answer:
    """GET applications/{id}/federatedIdentityCredentials."""
    application = require_object(call, ("application",))[1]
    return list_answer(call, KIND, call.view.where(KIND, application=application["id"]), _context(application))


def get_credential(call: Call) -> Answer:
    """GET .../federatedIdentityCredentials/{id or name}."""
    application = require_object(call, ("application",))[1]
    return entity_answer(call, KIND, _require(call, call.view, application), _context(application))


def post_credential(call: Call) -> Answer:
    """POST applications/{id}/federatedIdentityCredentials."""
    application = _writable(call)
    record = create_federated_credential(call.tenant, application["id"], call.body, call.version)
    return entity_answer(call, KIND, record, _context(application), 201)


def patch_credential(call: Call) -> Answer:
    """PATCH .../{id}, or (name='...'), which creates what is not there when `Prefer: create-if-missing` is given."""
    application = _writable(call)
    key = call.keys[1]
    found = _find(call.present, application, key)
    if found is None:
        if isinstance(key, dict) and call.prefers("create-if-missing"):
            body = {**(call.body if isinstance(call.body, dict) else {}), "name": key["name"]}
            record = create_federated_credential(call.tenant, application["id"], body, call.version)
            return entity_answer(call, KIND, record, _context(application), 201)
        raise not_found(call.key(1))
    changes = check_body(call.body, KIND, call.version)
    if changes.get("name", found["name"]) != found["name"]:
        raise bad_request("Property 'name' is immutable and cannot be changed.")
    after = {**found, **changes}
    _check(call.present.where(KIND, application=application["id"]), after)
    call.tenant.put(KIND, after)
    return NO_CONTENT


def delete_credential(call: Call) -> Answer:
    """DELETE .../federatedIdentityCredentials/{id or name}."""
    call.tenant.remove(KIND, _require(call, call.view, _writable(call))["id"])
    return NO_CONTENT


def _context(application: Record) -> str:
    return f"applications('{application['id']}')/federatedIdentityCredentials"


def _writable(call: Call) -> Record:
    application = require_object(call, ("application",))[1]
    check_owned(call, application)
    return application


def _require(call: Call, view: View, application: Record) -> Record:
    found = _find(view, application, call.keys[1])
    if found is None:
        raise not_found(call.key(1))
    return found


def _find(view: View, application: Record, key: str | dict[str, str]) -> Record | None:
    if isinstance(key, dict) and set(key) != {"name"}:
        raise bad_request("The key value is not valid for this resource.", "BadRequest")
    value = key["name"] if isinstance(key, dict) else key
    held = view.where(KIND, application=application["id"])
    return next((record for record in held if value.casefold() in (record["name"].casefold(), record["id"])), None)
