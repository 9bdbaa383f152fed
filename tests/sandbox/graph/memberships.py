# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Members of groups, and the groups that an object is a member of, directly or through others."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.graph.bodies import id_of_reference
from sandbox.graph.calls import NO_CONTENT, Answer, Call
from sandbox.graph.directory import OBJECT_KINDS, OTHER_KINDS, find_object, find_objects, require_object
from sandbox.graph.errors import bad_request, no_segment, not_found, unsupported_query
from sandbox.graph.groups import KINDS, add_member
from sandbox.graph.pages import Item, mixed_answer
from sandbox.graph.permissions import check_owned
from sandbox.store import View

EDGE = "groupMember"


def list_members(call: Call) -> Answer:
    """GET groups/{id}/members."""
    group = require_object(call, KINDS)[1]
    return _answer(call, find_objects(call.view, _direct(call.view, group["id"], "group", "member")))


def list_transitive_members(call: Call) -> Answer:
    """GET groups/{id}/transitiveMembers."""
    group = require_object(call, KINDS)[1]
    return _answer(call, find_objects(call.view, _reach(call.view, group["id"], "group", "member")))


def list_groups_of(call: Call) -> Answer:
    """GET users|groups|servicePrincipals/{id}/memberOf."""
    member = require_object(call, OBJECT_KINDS)[1]
    return _answer(call, find_objects(call.view, _direct(call.view, member["id"], "member", "group")))


def list_transitive_groups_of(call: Call) -> Answer:
    """GET users|groups|servicePrincipals/{id}/transitiveMemberOf."""
    member = require_object(call, OBJECT_KINDS)[1]
    return _answer(call, find_objects(call.view, _reach(call.view, member["id"], "member", "group")))


def list_my_groups(call: Call) -> Answer:
    """GET me/memberOf."""
    return _answer(call, find_objects(call.view, _direct(call.view, call.caller.user_id or "", "member", "group")))


def check_member_groups(call: Call) -> Answer:
    """POST .../checkMemberGroups: which of these groups the object is in, directly or through others."""
    member = require_object(call, OBJECT_KINDS)[1]
    wanted = call.body.get("groupIds") if isinstance(call.body, dict) else None
    if not isinstance(wanted, list) or not wanted or len(wanted) > 20:
        raise bad_request("Parameter 'groupIds' must hold 1 to 20 ids.")
    held = _reach(call.view, member["id"], "member", "group")
    context = f"{call.base}/$metadata#Collection(Edm.String)"
    return Answer(200, {"@odata.context": context, "value": [key for key in wanted if key in held]})


def get_member_groups(call: Call) -> Answer:
    """POST .../getMemberGroups: every group that the object is in, directly or through others."""
    member = require_object(call, OBJECT_KINDS)[1]
    held = find_objects(call.view, _reach(call.view, member["id"], "member", "group"))
    only = isinstance(call.body, dict) and call.body.get("securityEnabledOnly") is True
    ids = [record["id"] for _ignored, record in held if record["securityEnabled"] or not only]
    return Answer(200, {"@odata.context": f"{call.base}/$metadata#Collection(Edm.String)", "value": ids})


def post_member(call: Call) -> Answer:
    """POST groups/{id}/members/$ref."""
    group = require_object(call, KINDS)[1]
    check_owned(call, group)
    member = id_of_reference(call.body)
    if find_object(call.view, member) is None or member == group["id"]:
        raise not_found(member)
    add_member(call.tenant, group["id"], member)
    return NO_CONTENT


def delete_member(call: Call) -> Answer:
    """DELETE groups/{id}/members/{id}/$ref."""
    group = require_object(call, KINDS)[1]
    check_owned(call, group)
    if call.tenant.remove(EDGE, f"{group['id']}:{call.key(1)}") is None:
        raise not_found(call.key(1))
    return NO_CONTENT


def _answer(call: Call, items: Iterable[Item]) -> Answer:
    """The list, or (with a cast) those of one type, which is an advanced query."""
    if call.cast:
        if call.cast not in (*OBJECT_KINDS, *OTHER_KINDS):
            raise no_segment(f"microsoft.graph.{call.cast}")
        if not (call.eventual and (call.counting or call.options.get("$count", "").lower() == "true")):
            raise unsupported_query("OData cast needs the header 'ConsistencyLevel: eventual' and $count=true.")
        items = [item for item in items if item[0] == call.cast]
    return mixed_answer(call, items)


def _direct(view: View, key: str, side: str, other: str) -> list[str]:
    return [edge[other] for edge in view.where(EDGE, **{side: key})]


def _reach(view: View, key: str, side: str, other: str) -> list[str]:
    """Everything that lies beyond, each once, the nearest first."""
    found: dict[str, None] = {}
    waiting = _direct(view, key, side, other)
    while waiting:
        beyond = waiting.pop(0)
        if beyond not in found:
            found[beyond] = None
            waiting += _direct(view, beyond, side, other)
    return list(found)
