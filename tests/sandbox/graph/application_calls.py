# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Calls on applications.

Source: https://learn.microsoft.com/graph/api/resources/application and /graph/api/application-upsert
"""

from __future__ import annotations

from typing import Any

from sandbox.graph.app_proxy import publish
from sandbox.graph.applications import (
    MOST_OWNERS_AT_ONCE,
    add_owner,
    create_application,
    delete_application,
    update_application,
)
from sandbox.graph.bodies import bound_ids, check_body
from sandbox.graph.calls import NO_CONTENT, Answer, Call
from sandbox.graph.directory import find_object, require_object
from sandbox.graph.errors import bad_request, missing_reference, not_found
from sandbox.graph.pages import entity_answer, list_answer
from sandbox.graph.permissions import check_owned
from sandbox.store import Record

KINDS = ("application",)


def list_applications(call: Call) -> Answer:
    """GET applications."""
    return list_answer(call, "application", call.view.all("application"), "applications")


def get_application(call: Call) -> Answer:
    """GET applications/{id}, (appId='...') and (uniqueName='...')."""
    return entity_answer(call, "application", require_object(call, KINDS)[1], "applications")


def post_application(call: Call) -> Answer:
    """POST applications, with up to 20 owners@odata.bind."""
    record = _create(call, call.body)
    return entity_answer(call, "application", record, "applications", 201)


def patch_application(call: Call) -> Answer:
    """PATCH applications: by uniqueName with `Prefer: create-if-missing` it creates what is not there (201)."""
    key = call.keys[0]
    if isinstance(key, dict) and "uniqueName" in key and call.prefers("create-if-missing"):
        if not isinstance(call.body, dict) or not call.body.get("displayName"):
            raise bad_request("A value is required for property 'displayName' of resource 'Application'.")
        found = call.present.find("application", **key)
        if found is None and call.body.get("passwordCredentials"):
            raise bad_request("New password credentials must be generated using service actions.")
        if found is None:
            record = _create(call, {**call.body, **key})
            return entity_answer(call, "application", record, "applications", 201)
        return _update(call, found, found)
    seen = require_object(call, KINDS)[1]
    before = call.present.get("application", seen["id"])
    if before is None:
        raise not_found(call.key())
    return _update(call, before, seen)


def delete_application_call(call: Call) -> Answer:
    """DELETE applications/{id}: into the deleted items."""
    record = require_object(call, KINDS)[1]
    before = call.present.get("application", record["id"])
    if before is None:
        raise not_found(call.key())
    check_owned(call, before)
    delete_application(call.tenant, before)
    return NO_CONTENT


def _create(call: Call, body: Any) -> Record:
    owners = bound_ids(body, "owners") if isinstance(body, dict) else []
    if len(owners) > MOST_OWNERS_AT_ONCE or len(set(owners)) < len(owners):
        raise bad_request("Request contains a property with duplicate values.")
    for owner in owners:
        if find_object(call.view, owner, ("user", "servicePrincipal")) is None:
            raise missing_reference(owner)
    record = create_application(call.tenant, body, version=call.version, created_by=call.caller.client_id)
    for owner in dict.fromkeys([*owners, *first_owners(call)]):
        add_owner(call.tenant, record, owner)
    return record


def first_owners(call: Call) -> list[str]:
    """Who owns a new object without being named: the signed-in user, or the client that may write only its own."""
    if call.caller.user_id:
        return [call.caller.user_id] if call.present.get("user", call.caller.user_id) else []
    return [call.caller.service_principal_id] if call.only_owned else []


def _update(call: Call, before: Record, seen: Record) -> Answer:
    check_owned(call, before)
    if isinstance(call.body, dict) and "onPremisesPublishing" in call.body and call.version == "beta":
        publish(call, before)
        return NO_CONTENT
    changes = check_body(call.body, "application", call.version)
    update_application(call.tenant, before, changes, seen)
    return NO_CONTENT
