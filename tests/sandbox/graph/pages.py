# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a GET gives: one entity or a page of a list, after $filter, $search, $orderby, $top, $select and $expand.

Source: https://learn.microsoft.com/graph/query-parameters and /graph/paging
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import quote

from sandbox.graph.calls import Answer, Call
from sandbox.graph.directory import OBJECT_KINDS
from sandbox.graph.errors import GraphError, bad_request, unsupported_query
from sandbox.graph.expansions import expand, read_expand
from sandbox.graph.filters import Predicate, build_filter
from sandbox.graph.schema import Type, find_type
from sandbox.graph.search import build_search
from sandbox.store import Record

PAGE = 100
LARGEST_PAGE = 999
LIST_OPTIONS = frozenset(
    {"$filter", "$select", "$expand", "$top", "$skiptoken", "$count", "$orderby", "$search", "$format"}
)
ENTITY_OPTIONS = frozenset({"$select", "$expand", "$format"})
DELTA_OPTIONS = frozenset({"$filter", "$select", "$skiptoken", "$deltatoken"})
Item = tuple[str, Record]


def entity_answer(call: Call, type_name: str, record: Record, context: str, status: int = 200) -> Answer:
    """One record, projected; `context` is what stands after $metadata#."""
    body = project(call, type_name, record)
    selected = call.options.get("$select")
    suffix = f"({selected})" if selected else ""
    headers = {"Location": f"{call.base}/{context}/{record['id']}"} if status == 201 else {}
    return Answer(status, {"@odata.context": f"{call.base}/$metadata#{context}{suffix}/$entity", **body}, headers)


def list_answer(call: Call, type_name: str, records: Iterable[Record], context: str) -> Answer:
    """One page of records that are all of one type."""
    return _answer(call, find_type(type_name), [(type_name, record) for record in records], context, mixed=False)


def mixed_answer(call: Call, items: Iterable[Item], context: str = "directoryObjects") -> Answer:
    """One page of directory objects of several types, each with its @odata.type."""
    return _answer(call, find_type("directoryObject"), list(items), context, mixed=True)


def project(call: Call, type_name: str, record: Record) -> Record:
    """The properties that $select names, or the default ones, and what $expand asks for."""
    kind = find_type(type_name)
    selected = call.options.get("$select")
    if selected:
        body = {name: record.get(name) for name in _read_select(selected, kind, call.version)}
    else:
        body = {known.name: record.get(known.name) for known in kind.shown(call.version)}
    for relation in read_expand(call.options.get("$expand", ""), type_name):
        body[relation.name] = expand(call, type_name, record, relation)
    if type_name in ("application", "servicePrincipal"):
        hide_keys(body, single=bool(selected) and bool(call.keys))
    return body


def hide_keys(body: Record, *, single: bool) -> None:
    """`key` of a keyCredential is given only where one object is read with $select=keyCredentials."""
    credentials = body.get("keyCredentials")
    if credentials and not single:
        body["keyCredentials"] = [{**credential, "key": None} for credential in credentials]


def mixed_item(call: Call, item: Item) -> Record:
    """A directory object among others of other types."""
    type_name, record = item
    kind = find_type(type_name)
    selected = call.options.get("$select")
    names = _read_mixed_select(selected, call.version) if selected else [p.name for p in kind.shown(call.version)]
    body = {name: record.get(name) for name in names if kind.known(name, call.version)}
    body.setdefault("id", record["id"])
    hide_keys(body, single=False)
    return {"@odata.type": f"#microsoft.graph.{type_name}", **body}


def _answer(call: Call, kind: Type, items: list[Item], context: str, *, mixed: bool) -> Answer:
    """$count=true without the header is passed over: https://learn.microsoft.com/graph/aad-advanced-queries"""
    options = call.options
    counted = _read_count(options) and call.eventual
    advanced = call.eventual and (counted or call.counting)
    kinds = sorted({item[0] for item in items} or {call.cast or kind.name}) if mixed else [kind.name]
    if "$filter" in options:
        items = _keep(
            items, _build_each(kinds, lambda of: build_filter(options["$filter"], of, call.version, advanced))
        )
    if "$search" in options:
        _require_header(call)
        items = _keep(items, _build_each(kinds, lambda of: build_search(options["$search"], of, call.version)))
    if call.counting:
        return Answer(200, text=str(len(items)), headers={"Content-Type": "text/plain"})
    if "$orderby" in options:
        items = _sort(options, [find_type(name) for name in kinds], call.version, items, advanced)
    if "$expand" in options and counted:
        # That it is not supported is documented, the text is the sandbox's own.
        raise unsupported_query("$expand is not supported with advanced queries.")
    start, end = _window(options, items)
    if call.referring:
        shown = [{"@odata.id": _address(call, item)} for item in items[start:end]]
        context = "Collection($ref)"
    else:
        shown = [mixed_item(call, item) if mixed else project(call, *item) for item in items[start:end]]
    selected = options.get("$select")
    body: Record = {"@odata.context": f"{call.base}/$metadata#{context}{f'({selected})' if selected else ''}"}
    if counted:
        body["@odata.count"] = len(items)
    if end < len(items):
        body["@odata.nextLink"] = _next_link(call, items[end - 1][1]["id"], end)
    return Answer(200, {**body, "value": shown})


def _address(call: Call, item: Item) -> str:
    """Where a reference points, in the form that the service's own answers have."""
    name = item[0][:1].upper() + item[0][1:]
    return f"{call.origin}/v2/{call.tenant.id}/directoryObjects/{item[1]['id']}/Microsoft.DirectoryServices.{name}"


def _read_count(options: dict[str, str]) -> bool:
    value = options.get("$count", "false").lower()
    if value not in ("true", "false"):
        raise bad_request(f"Invalid value '{options['$count']}' for $count query option found.", "BadRequest")
    return value == "true"


def _build_each(kinds: list[str], build: Callable[[Type], Predicate]) -> dict[str, Predicate]:
    """A predicate for each type that can have one: among objects of several types one that has it is enough."""
    found: dict[str, Predicate] = {}
    refusal: GraphError | None = None
    for name in kinds:
        try:
            found[name] = build(find_type(name))
        except GraphError as error:
            refusal = error
    if not found and refusal is not None:
        raise refusal
    return found


def _keep(items: list[Item], predicates: dict[str, Predicate]) -> list[Item]:
    return [item for item in items if item[0] in predicates and predicates[item[0]](item[1])]


def _require_header(call: Call) -> None:
    if not call.eventual:
        raise unsupported_query(
            "Request with $search query parameter only works through MSGraph with a special request header: "
            "'ConsistencyLevel: eventual'"
        )


def _read_select(text: str, kind: Type, version: str) -> list[str]:
    """The names as the type spells them, which a client need not (microsoft-graph-explorer-v4, issue 2111)."""
    names = [name.strip() for name in text.split(",")]
    if not kind.properties.keys() >= set(names):
        spelled = {name.lower(): name for name in kind.properties}
        names = [spelled.get(name.lower(), name) for name in names]
    for name in names:
        if kind.known(name, version) is None:
            raise bad_request(
                "Parsing OData Select and Expand failed: Could not find a property named "
                f"'{name}' on type 'microsoft.graph.{kind.name}'.",
                "BadRequest",
            )
    return names


def _read_mixed_select(text: str, version: str) -> list[str]:
    """Names that at least one type of directory object has."""
    for name in (part.strip() for part in text.split(",")):
        if not any(find_type(kind).known(name, version) for kind in OBJECT_KINDS):
            _read_select(name, find_type("directoryObject"), version)
    return [part.strip() for part in text.split(",")]


def _sort(options: dict[str, str], kinds: list[Type], version: str, items: list[Item], advanced: bool) -> list[Item]:
    name, _ignored, direction = options["$orderby"].strip().partition(" ")
    known = next((found for kind in kinds if (found := kind.known(name, version)) and found.sortable), None)
    if known is None or direction.lower() not in ("", "asc", "desc"):
        raise unsupported_query(f"Unsupported sort property '{name}' for '{kinds[0].name}'.")
    if ("$filter" in options or known.sorted_by_index or len(kinds) > 1) and not advanced:
        raise unsupported_query("Sorting not supported for current query.")
    down = direction.lower() == "desc"
    return sorted(items, key=lambda item: str(item[1].get(name) or "").casefold(), reverse=down)


def _window(options: dict[str, str], items: Sequence[Item]) -> tuple[int, int]:
    """The first and past-the-last position of the page."""
    top = options.get("$top", str(PAGE))
    if not (top.isascii() and top.isdigit()) or not 1 <= int(top) <= LARGEST_PAGE:
        raise bad_request(f"Invalid page size specified: '{top}'. Must be between 1 and {LARGEST_PAGE} inclusive.")
    start = 0
    if "$skiptoken" in options:
        try:
            last, _ignored, position = base64.urlsafe_b64decode(options["$skiptoken"]).decode().partition("|")
            start = next((place + 1 for place, item in enumerate(items) if item[1]["id"] == last), int(position))
        except ValueError:
            raise bad_request("The $skiptoken is not valid.", "Directory_ExpiredPageToken") from None
    return start, start + int(top)


def _next_link(call: Call, last: str, position: int) -> str:
    token = base64.urlsafe_b64encode(f"{last}|{position}".encode()).decode()
    pairs = {**call.options, "$skiptoken": token}
    query = "&".join(f"{quote(name, safe='$')}={quote(value, safe='$,()*:')}" for name, value in pairs.items())
    return f"{call.origin}{call.path}?{query}"
