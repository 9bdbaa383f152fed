# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Members of groups, and the groups that an object is a member of, directly or through others."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sandbox.graph.bodies import id_of_reference
from sandbox.graph.calls import NO_CONTENT, Answer, Call
from sandbox.graph.directory import OBJECT_KINDS, OTHER_KINDS, find_object, find_objects, require_object
from sandbox.graph.directory_roles import roles_of
from sandbox.graph.errors import bad_request, no_segment, not_found, unsupported_query
from sandbox.graph.groups import KINDS, add_member
from sandbox.graph.pages import Item, mixed_answer
from sandbox.graph.permissions import check_owned
from sandbox.store import View

EDGE = "groupMember"
MOST_CHECKED = 20


def list_members(call: Call) -> Answer:
    """GET groups/{id}/members."""
    group = require_object(call, KINDS)[1]
    return _answer(call, find_objects(call.view, _direct(call.view, group["id"], "group", "member")))


def list_transitive_members(call: Call) -> Answer:
    """GET groups/{id}/transitiveMembers."""
    group = require_object(call, KINDS)[1]
    return _answer(call, find_objects(call.view, _reach(call.view, group["id"], "group", "member")))


def list_groups_of(call: Call) -> Answer:
    """GET users|groups|servicePrincipals/{id}/memberOf and me/memberOf: groups and directory roles."""
    return _list_held(call, _direct)


def list_transitive_groups_of(call: Call) -> Answer:
    """GET users|groups|servicePrincipals/{id}/transitiveMemberOf."""
    return _list_held(call, _reach)


def _list_held(call: Call, gather: Callable[[View, str, str, str], list[str]]) -> Answer:
    member = require_object(call, OBJECT_KINDS)[1]["id"] if call.keys else call.caller.user_id or ""
    groups = find_objects(call.view, gather(call.view, member, "member", "group"))
    return _answer(call, [*groups, *roles_of(call.tenant, call.view, member)])


def check_member_groups(call: Call) -> Answer:
    """POST .../checkMemberGroups: which of these groups the object is in, directly or through others."""
    return _check(call, "groupIds", _list_groups(call))


def check_member_objects(call: Call) -> Answer:
    """POST .../checkMemberObjects: the same for groups and directory roles."""
    return _check(call, "ids", _list_groups(call) + _list_roles(call))


def get_member_groups(call: Call) -> Answer:
    """POST .../getMemberGroups: every group that the object is in, directly or through others."""
    return _get(call, _list_groups(call))


def get_member_objects(call: Call) -> Answer:
    """POST .../getMemberObjects: every group and directory role; of groups that carry no rights none if so asked."""
    return _get(call, _list_groups(call) + _list_roles(call))


def _list_groups(call: Call) -> list[str]:
    member = require_object(call, OBJECT_KINDS)[1]
    return [
        record["id"] for _ignored, record in find_objects(call.view, _reach(call.view, member["id"], "member", "group"))
    ]


def _list_roles(call: Call) -> list[str]:
    member = require_object(call, OBJECT_KINDS)[1]
    return [record["id"] for _ignored, record in roles_of(call.tenant, call.view, member["id"])]


def _check(call: Call, name: str, held: list[str]) -> Answer:
    body = call.body if isinstance(call.body, dict) else {}
    wanted = body.get(name)
    if set(body) - {name} or not isinstance(wanted, list) or not 1 <= len(wanted) <= MOST_CHECKED:
        raise bad_request(f"Parameter '{name}' must hold 1 to {MOST_CHECKED} ids.", "BadRequest")
    return _ids(call, [key for key in wanted if key in held])


def _get(call: Call, held: list[str]) -> Answer:
    body = call.body if isinstance(call.body, dict) else {}
    only = body.get("securityEnabledOnly", False)
    if set(body) - {"securityEnabledOnly"} or not isinstance(only, bool):
        raise bad_request("Parameter 'securityEnabledOnly' must be a boolean.", "BadRequest")
    groups = {key: call.view.get("group", key) for key in held}
    return _ids(call, [key for key, group in groups.items() if not only or group is None or group["securityEnabled"]])


def _ids(call: Call, keys: list[str]) -> Answer:
    return Answer(200, {"@odata.context": f"{call.base}/$metadata#Collection(Edm.String)", "value": keys})


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
