# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Calls on the tenant as a whole: organization, domains, directory objects of any type."""

from __future__ import annotations

from typing import Any, TypeGuard

from sandbox.graph.calls import Answer, Call
from sandbox.graph.directory import OBJECT_KINDS, OTHER_KINDS, find_object, find_objects
from sandbox.graph.errors import bad_request, not_found
from sandbox.graph.pages import entity_answer, list_answer, mixed_item
from sandbox.graph.schema import find_type
from sandbox.store import Record

MOST_IDS = 1000


def list_organizations(call: Call) -> Answer:
    """GET organization: the one tenant."""
    return list_answer(call, "organization", [_organization(call)], "organization")


def get_organization(call: Call) -> Answer:
    """GET organization/{id}."""
    if call.key() != call.tenant.id:
        raise not_found(call.key())
    return entity_answer(call, "organization", _organization(call), "organization")


def list_domains(call: Call) -> Answer:
    """GET domains."""
    return list_answer(call, "domain", call.view.all("domain"), "domains")


def get_domain(call: Call) -> Answer:
    """GET domains/{name}."""
    record = call.view.get("domain", call.key())
    if record is None:
        raise not_found(call.key())
    return entity_answer(call, "domain", record, "domains")


def get_directory_object(call: Call) -> Answer:
    """GET directoryObjects/{id}."""
    found = find_object(call.view, call.key())
    if found is None:
        raise not_found(call.key())
    return Answer(200, {"@odata.context": f"{call.base}/$metadata#directoryObjects/$entity", **mixed_item(call, found)})


def get_by_ids(call: Call) -> Answer:
    """POST directoryObjects/getByIds {"ids": [...], "types": [...]}: those that exist."""
    body: dict[str, Any] = call.body if isinstance(call.body, dict) else {}
    ids, types = body.get("ids"), body.get("types") or ["directoryObject"]
    if set(body) - {"ids", "types"} or not _are_texts(ids) or not 1 <= len(ids) <= MOST_IDS:
        raise bad_request(f"Parameter 'ids' must hold 1 to {MOST_IDS} ids.", "BadRequest")
    known = {kind.casefold() for kind in (*OBJECT_KINDS, *OTHER_KINDS, "directoryObject")}
    if not _are_texts(types) or not {name.casefold() for name in types} <= known:
        raise bad_request("Parameter 'types' must hold names of types of directory objects.", "BadRequest")
    wanted = {name.casefold() for name in types}
    found = [item for item in find_objects(call.view, ids) if wanted & {"directoryobject", item[0].casefold()}]
    context = f"{call.base}/$metadata#directoryObjects"
    return Answer(200, {"@odata.context": context, "value": [mixed_item(call, item) for item in found]})


def _are_texts(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _organization(call: Call) -> Record:
    domains = [domain for domain in call.view.all("domain") if domain["isVerified"]]
    plan_names = find_type("assignedPlan").properties
    return {
        **find_type("organization").defaults(),
        "id": call.tenant.id,
        "assignedPlans": [{name: plan.get(name) for name in plan_names} for plan in call.view.all("assignedPlan")],
        "displayName": call.tenant.display_name,
        "tenantType": "AAD",
        "verifiedDomains": [
            {
                "capabilities": ", ".join(domain["supportedServices"]),
                "isDefault": domain["isDefault"],
                "isInitial": domain["isInitial"],
                "name": domain["id"],
                "type": "Managed",
            }
            for domain in domains
        ],
    }
