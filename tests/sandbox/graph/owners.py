# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Owners of applications, service principals and groups.

Source: https://learn.microsoft.com/graph/api/application-post-owners and its siblings
"""

from __future__ import annotations

from sandbox.graph.applications import add_owner
from sandbox.graph.bodies import id_of_reference
from sandbox.graph.calls import NO_CONTENT, Answer, Call
from sandbox.graph.directory import find_object, find_objects, require_object
from sandbox.graph.errors import bad_request, not_found, reference_exists
from sandbox.graph.pages import mixed_answer
from sandbox.graph.permissions import check_owned

OWNED = ("application", "servicePrincipal", "group")
MOST = 100


def list_owners(call: Call) -> Answer:
    """GET .../owners."""
    record = require_object(call, OWNED)[1]
    owners = [edge["owner"] for edge in call.view.where("owner", object=record["id"])]
    return mixed_answer(call, find_objects(call.view, owners))


def list_owned(call: Call) -> Answer:
    """GET users|servicePrincipals/{id}/ownedObjects, me/ownedObjects."""
    owner = require_object(call, ("user", "servicePrincipal"))[1]["id"] if call.keys else call.caller.user_id
    owned = [edge["object"] for edge in call.view.where("owner", owner=owner)]
    return mixed_answer(call, find_objects(call.view, owned))


def post_owner(call: Call) -> Answer:
    """POST .../owners/$ref: users and service principals may own."""
    record = require_object(call, OWNED)[1]
    check_owned(call, record)
    key = id_of_reference(call.body)
    found = find_object(call.view, key)
    if found is None:
        raise not_found(key)
    if found[0] not in ("user", "servicePrincipal"):
        title = f"{found[0][:1].upper()}{found[0][1:]}"
        raise bad_request(
            f"The reference target '{title}_{key}' of type '{title}' is invalid for the 'owners' reference."
        )
    held = call.present.where("owner", object=record["id"])
    if any(edge["owner"] == key for edge in held):
        raise reference_exists("owners")
    if len(held) >= MOST:
        raise bad_request(f"The number of owners exceeds the limit of {MOST}.", "Directory_QuotaExceeded")
    add_owner(call.tenant, record, key)
    return NO_CONTENT


def delete_owner(call: Call) -> Answer:
    """DELETE .../owners/{id}/$ref. The last user among a group's owners stays."""
    kind, record = require_object(call, OWNED)
    check_owned(call, record)
    held = call.present.where("owner", object=record["id"])
    if not any(edge["owner"] == call.key(1) for edge in held):
        raise not_found(call.key(1))
    users = [edge["owner"] for edge in held if call.present.get("user", edge["owner"])]
    if kind == "group" and users == [call.key(1)]:
        raise bad_request("The group must have at least one owner, hence this owner cannot be removed.")
    call.tenant.remove("owner", f"{record['id']}:{call.key(1)}")
    return NO_CONTENT
