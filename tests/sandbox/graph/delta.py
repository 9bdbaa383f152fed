# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Change tracking: the delta function of users, groups, applications, service principals, grants and directory objects.

Source: https://learn.microsoft.com/graph/delta-query-overview, https://learn.microsoft.com/graph/api/group-delta and its
siblings
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from odata_query import ast

from sandbox.graph.calls import Answer, Call
from sandbox.graph.delta_entries import RELATIONS, TYPES, list_entries
from sandbox.graph.delta_tokens import Round, seal, unseal
from sandbox.graph.directory import OBJECT_KINDS, OTHER_KINDS, SEGMENTS
from sandbox.graph.errors import GraphError, bad_request, not_built, unsupported_query
from sandbox.graph.filters import parse_filter
from sandbox.graph.paths import read_path
from sandbox.graph.schema import find_type
from sandbox.store import Record

#: The number is the sandbox's own: the documentation says that pages differ in size.
PAGE = 100
MOST_IDS = 50
KINDS = {**SEGMENTS, "oauth2permissiongrants": "oauth2PermissionGrant"}


def track_changes(call: Call) -> Answer:
    """GET {collection}/delta: everything at first, then what changed since a token was given."""
    noun = read_path(call.path)[1].name
    mixed = noun.lower() == "directoryobjects"
    state = _read_round(call, noun)
    minimal = state.since is not None and call.prefers("return=minimal")
    latest = call.options.get("$deltatoken") == "latest"
    entries = [] if latest else list_entries(call.tenant, state, call.version, minimal=minimal, mixed=mixed)
    end = state.given + PAGE
    suffix = f"({state.selected})" if state.selected else ""
    body: Record = {"@odata.context": f"{call.base}/$metadata#{noun}{suffix}"}
    if end < len(entries):
        body["@odata.nextLink"] = f"{call.origin}{call.path}?$skiptoken={seal(call, replace(state, given=end))}"
    else:
        after = replace(state, since=state.until, given=0)
        body["@odata.deltaLink"] = f"{call.origin}{call.path}?$deltatoken={seal(call, after)}"
    return Answer(200, {**body, "value": entries[state.given : end]})


def _read_round(call: Call, noun: str) -> Round:
    """The round that the options ask for: a first one, the next page of one, or one that begins where a token ended."""
    options = call.options
    now = call.now.timestamp()
    until = call.tenant.changes.replicated(call.now)
    if "$skiptoken" in options:
        if set(options) != {"$skiptoken"}:
            raise unsupported_query("A $skiptoken holds all other query parameters: none may stand beside it.")
        return replace(unseal(call, noun, options["$skiptoken"]), began=now)
    token = options.get("$deltatoken", "")
    if token and token != "latest":
        if set(options) - {"$deltatoken", "$select"}:
            raise unsupported_query("A $deltatoken holds all query parameters: only $select may stand beside it.")
        state = unseal(call, noun, token)
        selected = _read_select(call, state.kinds) if "$select" in options else state.selected
        return replace(state, selected=selected, until=max(until, state.since or 0), began=now)
    kinds, ids = _read_scope(noun, options.get("$filter", ""))
    return Round(f"{call.version}/{noun.lower()}", kinds, ids, _read_select(call, kinds), None, until, 0, now)


def _read_select(call: Call, kinds: tuple[str, ...]) -> str:
    """$select, checked: properties, and of groups the relations too, with the type in front where there are several."""
    text = call.options.get("$select", "").replace(" ", "")
    for part in filter(None, text.split(",")):
        owner, slash, name = part.rpartition("/")
        of = [kind for kind in kinds if not slash or owner.removeprefix("microsoft.graph.") == TYPES[kind]]
        known = any(find_type(TYPES[kind]).known(name, call.version) for kind in of)
        if not known and not ("group" in of and name in RELATIONS):
            if "user" in of and name == "manager":
                raise not_built("the manager of a user")
            raise bad_request(
                "Parsing OData Select and Expand failed: Could not find a property named "
                f"'{name}' on type 'microsoft.graph.{TYPES[kinds[0]]}'.",
                "BadRequest",
            )
    return text


def _read_scope(noun: str, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The kinds and ids that $filter narrows a round to. Raises 400 on any but `id eq`, `isof` and `or`."""
    mixed = noun.lower() == "directoryobjects"
    ids: list[str] = []
    types: list[str] = []
    for test in _list_alternatives(parse_filter(text)) if text else []:
        if isinstance(test, ast.Compare) and isinstance(test.comparator, ast.Eq) and _is_id(test.left):
            ids.append(str(getattr(test.right, "val", "")).lower())
        elif mixed and isinstance(test, ast.Call) and test.func.name == "isof" and len(test.args) == 1:
            types.append(str(getattr(test.args[0], "val", "")).removeprefix("microsoft.graph."))
        else:
            raise _refuse_filter()
    if len(ids) + len(types) > MOST_IDS:
        raise unsupported_query(f"The number of filter expressions exceeds the limit of {MOST_IDS}.")
    missing = [name for name in types if name not in OBJECT_KINDS]
    if missing:
        raise not_built(f"objects of type {missing[0]}") if missing[0] in OTHER_KINDS else _refuse_filter()
    kinds = tuple(types or OBJECT_KINDS) if mixed else (KINDS[noun.lower()],)
    return kinds, tuple(ids)


def _list_alternatives(node: Any) -> list[Any]:
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        return [*_list_alternatives(node.left), *_list_alternatives(node.right)]
    return [node]


def _is_id(node: Any) -> bool:
    return isinstance(node, ast.Identifier) and node.name == "id"


def _refuse_filter() -> GraphError:
    """A text of the sandbox's own."""
    return unsupported_query("A delta query is filtered by id alone.")
