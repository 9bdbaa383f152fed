# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a round of change tracking tells: objects as they are, what became of those that are gone, relations that changed.

Source: https://learn.microsoft.com/graph/delta-query-overview and https://learn.microsoft.com/graph/api/group-delta
"""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.graph.delta_tokens import Round
from sandbox.graph.directory import OBJECT_KINDS, find_object
from sandbox.graph.pages import hide_keys
from sandbox.graph.schema import find_type
from sandbox.store import Record, Tenant, View

#: The relations of a group that can be tracked: the kind of the relation and its two ends.
RELATIONS = {"members": ("groupMember", "group", "member"), "owners": ("owner", "object", "owner")}
#: The type of each kind that can be tracked.
TYPES = {**{kind: kind for kind in OBJECT_KINDS}, "oauth2PermissionGrant": "oAuth2PermissionGrant"}
#: How many related objects one entry holds; a group with more comes several times. A number of the sandbox's own.
MOST_RELATED = 100


def view_at(tenant: Tenant, point: int) -> View:
    """The tenant as it was at a point of its log."""
    later = tenant.changes.entries[point:]
    return View(tenant, {(change.kind, change.key): change.before for change in reversed(later)})


def list_entries(tenant: Tenant, state: Round, version: str, *, minimal: bool, mixed: bool) -> list[Record]:
    """Everything that the round tells, in an order that is the same for all its pages.

    `minimal` leaves out what did not change; `mixed` names each object's type.
    """
    after = view_at(tenant, state.until)
    before = None if state.since is None else view_at(tenant, state.since)
    touched = _list_all(after, state.kinds) if before is None else _list_touched(tenant, state, before, after)
    entries: list[Record] = []
    for kind, key in sorted(touched):
        if not state.ids or key in state.ids:
            head = {"@odata.type": f"#microsoft.graph.{kind}"} if mixed else {}
            entries += [{**head, **one} for one in _tell(state, version, kind, key, before, after, minimal=minimal)]
    return entries


def _list_all(view: View, kinds: tuple[str, ...]) -> set[tuple[str, str]]:
    return {(kind, record["id"].lower()) for kind in kinds for record in view.all(kind)}


def _list_touched(tenant: Tenant, state: Round, before: View, after: View) -> set[tuple[str, str]]:
    """The objects that a write between the two points concerned, itself or one of its relations."""
    found: set[tuple[str, str]] = set()
    by_deleted = {_deleted(kind): kind for kind in state.kinds}
    for change in tenant.changes.entries[state.since : state.until]:
        kind = by_deleted.get(change.kind, change.kind)
        if kind in state.kinds:
            found.add((kind, change.key))
        if "group" in state.kinds:
            found |= {("group", key) for key in _groups_of(change.kind, change.key, before, after)}
    return found


def _groups_of(kind: str, key: str, before: View, after: View) -> Iterator[str]:
    """The groups whose relations a write changed: the one an edge belongs to, all that an object was or is in."""
    for edge_kind, group, member in RELATIONS.values():
        if kind == edge_kind and after.get("group", key.partition(":")[0]):
            yield key.partition(":")[0]
        elif kind in OBJECT_KINDS and (before.get(kind, key) is None) != (after.get(kind, key) is None):
            edges = [edge for view in (before, after) for edge in view.where(edge_kind, **{member: key})]
            yield from (edge[group].lower() for edge in edges if after.get("group", edge[group]))


def _tell(
    state: Round, version: str, kind: str, key: str, before: View | None, after: View, *, minimal: bool
) -> Iterator[Record]:
    """The entries of one object: none where nothing that is tracked changed, several where it has many relations."""
    was = before.get(kind, key) if before else None
    record = after.get(kind, key)
    if record is None:
        yield _tell_removal(kind, key, before, after)
        return
    wanted = [part.rpartition("/")[2] for part in state.selected.split(",") if part]
    names = [n for n in wanted if n not in RELATIONS] or [p.name for p in find_type(TYPES[kind]).shown(version)]
    names = names if not wanted or set(wanted) - set(RELATIONS) else []
    changed = {n for n in names if was is None or was.get(n) != record.get(n)}
    related: dict[str, list[Record]] = {}
    for relation in ([r for r in RELATIONS if r in wanted] if wanted else ["members"]) if kind == "group" else []:
        related[f"{relation}@delta"] = list(_list_related(relation, key, before, after))
    if was is not None and not changed and not any(related.values()):
        return
    body = {n: record.get(n) for n in names if n in changed or not minimal}
    body = {n: value for n, value in body.items() if value is not None or (was is not None and n in changed)}
    hide_keys(body, single=False)
    longest = max((len(values) for values in related.values()), default=0)
    for start in range(0, max(longest, 1), MOST_RELATED):
        parts = {n: values[start : start + MOST_RELATED] for n, values in related.items()}
        yield {**body, "id": record["id"], **{n: values for n, values in parts.items() if values}}


def _tell_removal(kind: str, key: str, before: View | None, after: View) -> Record:
    """An object that is gone: softly (changed) or for good (deleted)."""
    deleted = _deleted(kind)
    kept = after.get(deleted, key)
    known = kept or (before and (before.get(kind, key) or before.get(deleted, key)))
    return {"id": known["id"] if known else key, "@removed": {"reason": "changed" if kept else "deleted"}}


def _list_related(relation: str, group: str, before: View | None, after: View) -> Iterator[Record]:
    """The objects that came into a relation, then those that went out of it."""
    was = _read_related(relation, group, before) if before and before.get("group", group) else {}
    now = _read_related(relation, group, after)
    for key in now:
        if key not in was:
            yield {"@odata.type": f"#microsoft.graph.{now[key]}", "id": key}
    for key in was:
        if key not in now:
            yield {"@odata.type": f"#microsoft.graph.{was[key]}", "id": key, "@removed": {"reason": "deleted"}}


def _read_related(relation: str, group: str, view: View) -> dict[str, str]:
    """The ids of the living objects that are related to a group, with their types."""
    edge_kind, end, other = RELATIONS[relation]
    found = [find_object(view, edge[other]) for edge in view.where(edge_kind, **{end: group})]
    return {record["id"]: kind for kind, record in filter(None, found)}


def _deleted(kind: str) -> str:
    return f"deleted{kind[:1].upper()}{kind[1:]}"
