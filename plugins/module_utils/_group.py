# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A security group and its members: made by upsert, adopted by name, changed or deleted.

https://learn.microsoft.com/graph/api/group-upsert, https://learn.microsoft.com/graph/api/group-post-members
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError, NotFound
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import (
    Reader,
    filtered,
    keys_of,
    literal,
    only,
    quote,
)
from ansible_collections.tenantops.entra.plugins.module_utils._plan import (
    Call,
    Changes,
    Later,
    Object,
    Plan,
    compare,
    patches,
)
from ansible_collections.tenantops.entra.plugins.module_utils._references import find_principal
from ansible_collections.tenantops.entra.plugins.module_utils._schema import Field

Params = t.Mapping[str, t.Any]
UPSERT = {"Prefer": "create-if-missing"}
SELECT = "id,displayName,description,uniqueName,securityEnabled,mailEnabled"
MEMBERS = "groupMembers"
NICKNAME_LENGTH = 64
FIELDS = (Field("display_name"), Field("description"))


@dataclasses.dataclass(frozen=True)
class State:
    """What is there, and who is named."""

    group: Object | None
    members: tuple[Object, ...] = ()
    named: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Object id of each member that the options name, to the name."""


def read(reader: Reader) -> State:
    group = _find(reader)
    names = reader.params.get("members")
    if names is None:
        return State(group)
    return State(group, tuple(_list_members(reader, group)) if group else (), dict(_name_members(reader, names)))


def _name_members(reader: Reader, names: t.Iterable[str]) -> t.Iterator[tuple[str, str]]:
    for name in names:
        try:
            yield find_principal(reader, name)["id"], name
        except NotFound:
            if reader.params["state"] == "present":
                raise  # who is gone is a member of nothing


def _find(reader: Reader) -> Object | None:
    """The group that object_id, unique_name or, without these, display_name names. Raises NotFound, NotUnique."""
    params, graph = reader.params, reader.graph
    if params.get("unique_name"):
        key = params["unique_name"]
        found = reader.writes.correct("group", key, graph.find(f"/groups(uniqueName={quote(key)})?$select={SELECT}"))
        return {**found, "uniqueName": key} if found is not None else None
    key = params.get("object_id") or params["display_name"]
    if params.get("object_id"):
        found = graph.find(f"/groups/{key}?$select={SELECT}")
    else:
        listed = graph.pages(filtered("/groups", f"displayName eq {literal(key)}", SELECT))
        found = only(listed, f"group '{key}'", "") if listed else None
    found = reader.writes.correct("group", key, found)
    if found is None and params["state"] == "present":
        raise NotFound(
            f"There is no group '{key}' in this tenant",
            remedy="Set unique_name to make it, or correct object_id or display_name.",
        )
    return found


def _list_members(reader: Reader, group: Object) -> list[Object]:
    """Direct members, corrected by what this run wrote."""
    id_ = group.get("id")
    path = f"/groups/{id_}/members?$select=id,displayName,userPrincipalName"
    found = {one["id"]: one for one in reader.graph.pages(path, fresh=True)} if id_ else {}
    corrected = reader.writes.correct(MEMBERS, _keys(group)[0], found) or {}
    return [one for one in corrected.values() if one]


def plan(params: Params, found: State) -> Plan:
    group = found.group
    if params["state"] == "absent" and (group is None or params.get("members") is None):
        return _delete(group)
    if group is None and not params.get("display_name"):
        raise InputError("display_name is missing and the group does not exist yet", remedy="Set display_name.")
    by_name = not params.get("unique_name") and not params.get("object_id")
    wanted = {} if params["state"] == "absent" else params
    changes = compare(FIELDS[1:] if by_name else FIELDS, wanted, group or {})
    changes.state.setdefault("display_name", (group or {}).get("displayName"))
    steps = [*_group_calls(params, group, changes), *_member_calls(params, found, changes)]
    return Plan(
        changes.before,
        changes.after,
        tuple(steps),
        {"group": group or {}},
        {**changes.state, "unique_name": params.get("unique_name") or (group or {}).get("uniqueName")},
        _warn(group),
    )


def _warn(group: Object | None) -> tuple[str, ...]:
    if group is None or group.get("securityEnabled") is not False:
        return ()
    return (
        f"Group '{group.get('displayName')}' is no security group: tokens that carry security groups leave it out.",
    )


def _group_calls(params: Params, group: Object | None, changes: Changes) -> t.Iterator[Call]:
    if group is not None:
        keys = (*keys_of(group), changes.state["display_name"])
        yield from patches(changes, "change the group", "/groups/{group.id}", save="group", kind="group", keys=keys)
        return
    changes.before = {"state": "absent"}
    name = params["unique_name"]
    changes.after |= {"unique_name": name, "state": "present"}
    yield Call(
        "create the group",
        "PATCH",
        f"/groups(uniqueName={quote(name)})",
        {
            **changes.body,
            "mailEnabled": False,
            "mailNickname": re.sub(r"[^A-Za-z0-9_.-]", "-", name)[:NICKNAME_LENGTH],
            "securityEnabled": True,
        },
        headers=UPSERT,
        save="group",
        kind="group",
        keys=(name, params["display_name"]),
    )


def _member_calls(params: Params, found: State, changes: Changes) -> t.Iterator[Call]:
    if params.get("members") is None:
        return
    held = {one["id"]: one for one in found.members}
    absent = params["state"] == "absent"
    new = {} if absent else {id_: name for id_, name in found.named.items() if id_ not in held}
    gone = [id_ for id_ in held if (id_ in found.named if absent else params["exact"] and id_ not in found.named)]
    names = {id_: found.named.get(id_) or _name(one) for id_, one in held.items()}
    if found.group is not None:
        changes.before["members"] = sorted(names.values())
    changes.after["members"] = sorted([*(name for id_, name in names.items() if id_ not in gone), *new.values()])
    keys = _keys(found.group or {"uniqueName": params.get("unique_name"), "displayName": params.get("display_name")})
    for id_, name in new.items():
        yield Call(
            f"make {name} a member",
            "POST",
            "/groups/{group.id}/members/$ref",
            {"@odata.id": Later(f"{{graph.origin}}/v1.0/directoryObjects/{id_}")},
            kind=MEMBERS,
            keys=keys,
            means={id_: {"id": id_, "displayName": name}},
            agrees=("added object references already exist",),
        )
    for id_ in gone:
        # without /$ref the request would delete the member itself
        yield Call(
            f"remove {names[id_]} from the group",
            "DELETE",
            f"/groups/{{group.id}}/members/{id_}/$ref",
            kind=MEMBERS,
            keys=keys,
            means={id_: None},
        )


def _delete(group: Object | None) -> Plan:
    if group is None:
        return Plan({"state": "absent"}, {"state": "absent"})
    shown = {"display_name": group.get("displayName"), "unique_name": group.get("uniqueName"), "state": "present"}
    call = Call("delete the group", "DELETE", "/groups/{group.id}", kind="group", keys=_keys(group))
    return Plan(shown, {"state": "absent"}, (call,), {"group": group})


def _keys(group: Object) -> tuple[str, ...]:
    """What tasks look the group up by: ids first, and the display name, by which others name it."""
    return tuple(str(group[name]) for name in ("id", "uniqueName", "displayName") if group.get(name))


def _name(member: Object) -> str:
    return str(member.get("userPrincipalName") or member.get("displayName") or member["id"])
