# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A connector group of Application Proxy: made by name, its connectors moved, removed when it is empty.

https://learn.microsoft.com/graph/api/resources/connectorgroup, beta only. A connector is in exactly one group, so that what
leaves a group goes to the default one, which belongs to the tenant itself.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._app_proxy import BETA, PROFILE, is_named, list_groups
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError, NotFound
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import Reader, only
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call, Changes, Later, Object, Plan, compare
from ansible_collections.tenantops.entra.plugins.module_utils._schema import Field

Params = t.Mapping[str, t.Any]
GROUPS = f"{PROFILE}/connectorGroups"
KIND = "connectorGroup"
MEMBERS = "connectorGroupMembers"
# regions are an open list: tenants return more than are documented (observed by terraform-provider-microsoft365)
FIELDS = (Field("name"), Field("region", normal=str.lower))
CONNECTOR = {"id": "id", "machine_name": "machineName", "external_ip": "externalIp", "status": "status"}


@dataclasses.dataclass(frozen=True)
class Found:
    """What is there, and which connectors are named."""

    group: Object | None
    default: Object | None
    connectors: tuple[Object, ...] = ()
    """In the group."""
    named: t.Mapping[str, Object] = dataclasses.field(default_factory=dict)
    """Connectors that the options name, by id."""
    applications: tuple[str, ...] = ()
    """Names of those that the group serves; read only where the group is to be removed."""


def refuse(params: Params) -> None:
    """Raise InputError for what can be seen to be wrong."""
    for option in ("name", "region"):
        if params.get(option) is not None and not params[option].strip():
            raise InputError(f"{option} is empty", remedy="Set it, or leave it out.")


def read(reader: Reader) -> Found:
    params = reader.params
    groups = list_groups(reader, params.get("name") or "")
    default = next((group for group in groups if group.get("isDefault")), None)
    group = _find(reader, groups)
    id_ = (group or {}).get("id")
    connectors = list_connectors(reader, group) if group else []
    deleting = params["state"] == "absent" and params.get("connectors") is None
    served = reader.graph.pages(f"{GROUPS}/{id_}/applications", version=BETA) if deleting and id_ else []
    applications = tuple(sorted(str(one.get("displayName")) for one in served))
    return Found(group, default, tuple(connectors), _find_connectors(reader), applications)


def _find(reader: Reader, groups: list[Object]) -> Object | None:
    """The group that object_id or name names. Raises NotFound, NotUnique."""
    key = reader.params.get("object_id") or reader.params["name"]
    found = [group for group in groups if is_named(group, key)]
    group = reader.writes.correct(KIND, key, only(found, f"connector group '{key}'", "") if found else None)
    if group is None and reader.params.get("object_id") and reader.params["state"] == "present":
        raise NotFound(f"There is no connector group '{key}' in this tenant", remedy="Set name to make one.")
    return group


def list_connectors(reader: Reader, group: Object) -> list[Object]:
    """The connectors of a group, corrected by what this run moved."""
    id_ = group.get("id")
    found = reader.graph.pages(f"{GROUPS}/{id_}/members", version=BETA) if id_ else []
    by_id = {one["id"]: one for one in found}
    corrected = reader.writes.correct(MEMBERS, id_ or group["name"], by_id) or {}
    return [{**one, **by_id.get(key, {})} for key, one in corrected.items() if one]


def _find_connectors(reader: Reader) -> dict[str, Object]:
    """The connectors that the options name by machine name or id. Raises NotFound, NotUnique.

    A machine on which the connector was installed anew is listed twice for some days; then its active one is meant.
    """
    names = reader.params.get("connectors") or []
    everything = reader.graph.pages(f"{PROFILE}/connectors", version=BETA) if names else []
    named = {}
    for name in names:
        found = [one for one in everything if name.casefold() in (one["id"], one["machineName"].casefold())]
        active = [one for one in found if one.get("status") == "active"]
        there = ", ".join(sorted(one["machineName"] for one in everything)) or "none at all"
        connector = only(active if len(active) == 1 else found, f"connector '{name}'", f"Its connectors are: {there}.")
        named[connector["id"]] = connector
    return named


def describe(connector: Object) -> Object:
    """A connector in the words of a result."""
    return {option: connector.get(property_) for option, property_ in CONNECTOR.items()}


def plan(params: Params, found: Found) -> Plan:
    group = found.group
    absent = params["state"] == "absent"
    if absent and (group is None or params.get("connectors") is None):
        return _delete(found)
    changes = _compare(params, found)
    steps = [*_group_calls(group, changes), *_member_calls(params, found, changes)]
    connectors: list[Object] = changes.state.pop("connectors")
    name, active = changes.state["name"], sum(one["status"] == "active" for one in connectors)
    warning = f"Connector group '{name}' has no active connector: nobody reaches an application that it serves."
    shown = {
        **changes.state,
        "is_default": bool((group or {}).get("isDefault")),
        "active_connectors": active,
        "connectors": connectors,
    }
    warnings = () if active else (warning,)
    return Plan(changes.before, changes.after, tuple(steps), {"group": group or {}}, shown, warnings)


def _compare(params: Params, found: Found) -> Changes:
    """What differs of name and region. A group that was found by its name keeps the name's spelling."""
    group = found.group
    by_name = group is not None and not params.get("object_id")
    fields = FIELDS[1:] if by_name else FIELDS
    changes = compare(fields, {} if params["state"] == "absent" else params, group or {})
    changes.state.setdefault("name", (group or {}).get("name"))
    if group is None:
        changes.before = {"state": "absent"}
        changes.after["state"] = "present"
    elif "name" in changes.body and group.get("isDefault"):
        raise InputError("The default connector group is the tenant's own", remedy="Leave its name alone.")
    elif "region" in changes.body and found.connectors:
        raise InputError(
            f"The region of connector group '{group['name']}' is {group.get('region')}, and it has connectors",
            remedy="A region can be changed only while there are none: move them to another group first.",
        )
    return changes


def _group_calls(group: Object | None, changes: Changes) -> t.Iterator[Call]:
    if group is None:
        name = changes.body["name"]
        yield Call(
            "create the connector group",
            "POST",
            GROUPS,
            changes.body,
            version=BETA,
            save="group",
            kind=KIND,
            keys=(name,),
        )
    elif changes.body:
        path = f"{GROUPS}/{{group.id}}"
        keys = (group["id"], group["name"], changes.state["name"])
        yield Call(
            "change the connector group", "PATCH", path, changes.body, version=BETA, save="group", kind=KIND, keys=keys
        )


def _member_calls(params: Params, found: Found, changes: Changes) -> t.Iterator[Call]:
    held = {one["id"]: one for one in found.connectors}
    given = params.get("connectors") is not None
    absent, exact = params["state"] == "absent", bool(params.get("exact"))
    new = {} if absent else {id_: one for id_, one in found.named.items() if id_ not in held}
    gone = [id_ for id_ in held if given and (id_ in found.named if absent else exact and id_ not in found.named)]
    after = [*(one for id_, one in held.items() if id_ not in gone), *new.values()]
    changes.state["connectors"] = [describe(one) for one in after]
    if given:
        if found.group is not None:
            changes.before["connectors"] = sorted(one["machineName"] for one in held.values())
        changes.after["connectors"] = sorted(one["machineName"] for one in after)
    group = found.group or {"name": changes.state["name"]}
    keys = tuple(filter(None, (group.get("id"), group["name"])))
    for id_, connector in new.items():
        yield _move(connector, Later("{group.id}"), keys, {id_: connector})
    if gone and (found.default is None or group.get("isDefault")):
        raise InputError(
            "A connector leaves the default connector group only for another one",
            remedy="Name it in the connectors of that group.",
        )
    for id_ in gone:
        yield _move(held[id_], (found.default or {})["id"], keys, {id_: None})


def _move(connector: Object, group_id: str, keys: tuple[str, ...], means: Object) -> Call:
    """https://learn.microsoft.com/graph/api/connector-post-memberof"""
    return Call(
        f"move the connector {connector['machineName']}",
        "POST",
        f"{PROFILE}/connectors/{connector['id']}/memberOf/$ref",
        {"@odata.id": Later(f"{{graph.origin}}/beta{GROUPS}/{group_id}")},
        version=BETA,
        repeatable=True,
        kind=MEMBERS,
        keys=keys,
        means=means,
    )


def _delete(found: Found) -> Plan:
    group = found.group
    if group is None:
        return Plan({"state": "absent"}, {"state": "absent"})
    name = group["name"]
    if group.get("isDefault"):
        raise InputError("The default connector group is the tenant's own", remedy="It cannot be deleted.")
    machines = [one["machineName"] for one in found.connectors]
    if machines or found.applications:
        raise InputError(
            f"Connector group '{name}' is in use by {', '.join([*machines, *found.applications])}",
            remedy="Move its connectors and its applications to another group first.",
        )
    keys = (group["id"], name)
    call = Call("delete the connector group", "DELETE", f"{GROUPS}/{{group.id}}", version=BETA, kind=KIND, keys=keys)
    before = {"name": name, "region": group.get("region"), "state": "present"}
    return Plan(before, {"state": "absent"}, (call,), {"group": group})
