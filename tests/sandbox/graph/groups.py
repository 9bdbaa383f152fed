# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Groups.

Source: https://learn.microsoft.com/graph/api/resources/group
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from sandbox.graph.applications import add_owner, delete_softly
from sandbox.graph.bodies import bound_ids, check_body, format_time, merge
from sandbox.graph.calls import NO_CONTENT, Answer, Call
from sandbox.graph.directory import find_object, require_object, security_identifier
from sandbox.graph.errors import (
    bad_request,
    duplicate_value,
    invalid_value,
    missing_reference,
    not_found,
    reference_exists,
)
from sandbox.graph.pages import entity_answer, list_answer
from sandbox.graph.permissions import check_owned
from sandbox.graph.schema import find_type
from sandbox.store import Record, Tenant

KINDS = ("group",)
MOST_AT_ONCE = 20


def create_group(tenant: Tenant, properties: Record, *, unique_name: str | None = None) -> Record:
    """Create a group from Graph's properties, without members or owners. Raises 400 where a rule is broken."""
    given = check_body(properties, "group", "v1.0", creating=True)
    key = str(uuid.uuid4())
    blank = {
        **find_type("group").defaults(),
        "id": key,
        "securityIdentifier": security_identifier(key),
        "createdDateTime": format_time(tenant.clock()),
        "renewedDateTime": format_time(tenant.clock()),
    }
    record = merge(blank, given, "group")
    if unique_name is not None:
        record["uniqueName"] = unique_name
    _check(tenant, None, record)
    if record["mailEnabled"]:
        record["mail"] = f"{record['mailNickname']}@{tenant.default_domain}"
    return tenant.put("group", record)


def add_member(tenant: Tenant, group_id: str, member_id: str) -> None:
    """Make a directory object a member of a group; raises 400 where it is one already."""
    key = f"{group_id}:{member_id}"
    if tenant.view().get("groupMember", key):
        raise reference_exists("members")
    tenant.put("groupMember", {"id": key, "group": group_id, "member": member_id})


def _check(tenant: Tenant, before: Record | None, after: Record) -> None:
    if not after["displayName"] or len(after["displayName"]) > 256:
        raise invalid_value("displayName", "group")
    nickname = after["mailNickname"]
    if not nickname or len(nickname) > 64 or set(nickname) & set('@()\\[]";:<>, '):
        raise invalid_value("mailNickname", "group")
    if after["mailEnabled"] and "Unified" not in after["groupTypes"]:
        raise bad_request(
            "The service does not currently support writes of mail-enabled groups. Please ensure that the "
            "mail-enablement property is unset and the security-enablement property is set."
        )
    if not after["mailEnabled"] and not after["securityEnabled"]:
        raise bad_request("A group must be mail enabled or security enabled.")
    for_roles = bool(after["isAssignableToRole"])
    if for_roles and "DynamicMembership" in after["groupTypes"]:
        raise bad_request("A group to which roles can be assigned cannot be a group with dynamic membership.")
    if before and for_roles != bool(before["isAssignableToRole"]):
        raise bad_request("Property 'isAssignableToRole' is immutable and cannot be changed once it is set.")
    name = after["uniqueName"]
    earlier = before["uniqueName"] if before else None
    if earlier is not None and name != earlier:
        raise bad_request("Property 'uniqueName' is immutable and cannot be changed once it is set.")
    view = tenant.view()
    if (
        name is not None
        and earlier is None
        and (view.find("group", uniqueName=name) or view.find("deletedGroup", uniqueName=name))
    ):
        raise duplicate_value("uniqueName")


def list_groups(call: Call) -> Answer:
    """GET groups."""
    return list_answer(call, "group", call.view.all("group"), "groups")


def get_group(call: Call) -> Answer:
    """GET groups/{id} and groups(uniqueName='...')."""
    return entity_answer(call, "group", require_object(call, KINDS)[1], "groups")


def post_group(call: Call) -> Answer:
    """POST groups, with members@odata.bind and owners@odata.bind."""
    record = _create_bound(call, None)
    return entity_answer(call, "group", record, "groups", 201)


def patch_group(call: Call) -> Answer:
    """PATCH groups/{id}: properties, up to 20 members in one; groups(uniqueName='...') creates when asked to."""
    key = call.keys[0]
    upsert = isinstance(key, dict) and "uniqueName" in key and call.prefers("create-if-missing")
    view = call.present if upsert else call.view
    if isinstance(key, dict) and upsert and not view.find("group", **key):
        return entity_answer(call, "group", _create_bound(call, key["uniqueName"]), "groups", 201)
    found = view.find("group", **key) if upsert and isinstance(key, dict) else require_object(call, KINDS)[1]
    before = call.present.get("group", found["id"]) if found else None
    if before is None:
        raise not_found(call.key())
    check_owned(call, before)
    changes = check_body(call.body, "group", call.version)
    after = merge(before, changes, "group")
    _check(call.tenant, before, after)
    _add_all(call, after, bound_ids(call.body, "members"), "members")
    call.tenant.put("group", after)
    return NO_CONTENT


def delete_group(call: Call) -> Answer:
    """DELETE groups/{id}: Microsoft 365 groups go to the deleted items, security groups for good."""
    record = require_object(call, KINDS)[1]
    check_owned(call, record)
    if "Unified" in record["groupTypes"]:
        delete_softly(call.tenant, "group", record)
    else:
        call.tenant.remove("group", record["id"])
    return NO_CONTENT


def _create_bound(call: Call, unique_name: str | None) -> Record:
    if not isinstance(call.body, dict):
        raise bad_request("Empty Payload. JSON content expected.", "BadRequest")
    members, owners = bound_ids(call.body, "members"), bound_ids(call.body, "owners")
    _check_objects(call, members)
    _check_objects(call, owners)
    if len(members) > MOST_AT_ONCE or len(owners) > MOST_AT_ONCE:
        raise bad_request(f"The maximum number of references in one request is {MOST_AT_ONCE}.")
    record = create_group(call.tenant, call.body, unique_name=unique_name)
    for member in members:
        add_member(call.tenant, record["id"], member)
    for owner in owners or ([call.caller.user_id] if call.caller.user_id else []):
        add_owner(call.tenant, record, owner)
    return record


def _add_all(call: Call, group: Record, ids: list[str], name: str) -> None:
    """Add several members or none."""
    if len(ids) > MOST_AT_ONCE:
        raise bad_request(f"The maximum number of references in one request is {MOST_AT_ONCE}.")
    _check_objects(call, ids)
    if any(call.present.get("groupMember", f"{group['id']}:{key}") for key in ids):
        raise reference_exists(name)
    for key in ids:
        add_member(call.tenant, group["id"], key)


def _check_objects(call: Call, ids: Iterable[str]) -> None:
    for key in ids:
        if find_object(call.view, key) is None:
            raise missing_reference(key)
