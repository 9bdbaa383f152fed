# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Directory extensions that an application declares. Their values on users and groups are not emulated.

Source: https://learn.microsoft.com/graph/api/application-post-extensionproperty
"""

from __future__ import annotations

import uuid

from sandbox.graph.application_calls import KINDS
from sandbox.graph.bodies import check_body
from sandbox.graph.calls import NO_CONTENT, Answer, Call
from sandbox.graph.directory import require_object
from sandbox.graph.errors import duplicate_value, invalid_value, not_found
from sandbox.graph.pages import entity_answer, list_answer
from sandbox.graph.permissions import check_owned
from sandbox.graph.schema import find_type
from sandbox.store import Record

KIND = "extensionProperty"
TARGETS = frozenset({"User", "Group", "AdministrativeUnit", "Application", "Device", "Organization"})


def list_extensions(call: Call) -> Answer:
    """GET applications/{id}/extensionProperties."""
    application = require_object(call, KINDS)[1]
    return list_answer(call, KIND, call.view.where(KIND, application=application["id"]), _context(application))


def get_extension(call: Call) -> Answer:
    """GET applications/{id}/extensionProperties/{id}."""
    application, record = _require(call)
    return entity_answer(call, KIND, record, _context(application))


def post_extension(call: Call) -> Answer:
    """POST applications/{id}/extensionProperties: its name gets the application's id in front."""
    application = require_object(call, KINDS)[1]
    check_owned(call, application)
    given = check_body(call.body, KIND, call.version, creating=True)
    if not given["name"].replace("_", "").isalnum():
        raise invalid_value("name", KIND)
    if not given["targetObjects"] or not set(given["targetObjects"]) <= TARGETS:
        raise invalid_value("targetObjects", KIND)
    name = f"extension_{application['appId'].replace('-', '')}_{given['name']}"
    if call.present.find(KIND, name=name):
        raise duplicate_value("name")
    record = {
        **find_type(KIND).defaults(),
        **given,
        "id": str(uuid.uuid4()),
        "appDisplayName": application["displayName"],
        "application": application["id"],
        "name": name,
    }
    return entity_answer(call, KIND, call.tenant.put(KIND, record), _context(application), 201)


def delete_extension(call: Call) -> Answer:
    """DELETE applications/{id}/extensionProperties/{id}."""
    application, record = _require(call)
    check_owned(call, application)
    call.tenant.remove(KIND, record["id"])
    return NO_CONTENT


def _require(call: Call) -> tuple[Record, Record]:
    application = require_object(call, KINDS)[1]
    record = call.view.get(KIND, call.key(1))
    if record is None or record["application"] != application["id"]:
        raise not_found(call.key(1))
    return application, record


def _context(application: Record) -> str:
    return f"applications('{application['id']}')/extensionProperties"
