# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a GET gives: one entity or a page of a list, after $filter, $search, $orderby, $top, $select and $expand.

Source: https://learn.microsoft.com/graph/query-parameters and /graph/paging
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from sandbox.graph.calls import Answer, Call
from sandbox.graph.errors import bad_request, not_built, unsupported_query
from sandbox.graph.expansions import expand, read_expand
from sandbox.graph.filters import build_filter
from sandbox.graph.schema import Type, find_type
from sandbox.store import Record

PAGE = 100
LARGEST_PAGE = 999
LIST_OPTIONS = frozenset(
    {"$filter", "$select", "$expand", "$top", "$skiptoken", "$count", "$orderby", "$search", "$format"}
)
ENTITY_OPTIONS = frozenset({"$select", "$expand", "$format"})
DELTA_OPTIONS = frozenset({"$filter", "$select", "$skiptoken", "$deltatoken"})
SEARCH = re.compile(r'^"(?P<name>\w+):(?P<value>.+)"$')
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
    names = selected.split(",") if selected else [known.name for known in kind.shown(call.version)]
    body = {name: record.get(name) for name in names if kind.known(name, call.version)}
    body.setdefault("id", record["id"])
    hide_keys(body, single=False)
    return {"@odata.type": f"#microsoft.graph.{type_name}", **body}


def _answer(call: Call, kind: Type, items: list[Item], context: str, *, mixed: bool) -> Answer:
    options = call.options
    counted = options.get("$count", "false").lower() == "true"
    advanced = call.eventual and counted
    if counted and not call.eventual:
        raise unsupported_query("$count is supported only with the header 'ConsistencyLevel: eventual'.")
    if "$filter" in options and (items or not mixed):
        of = find_type(items[0][0]) if mixed else kind
        keep = build_filter(options["$filter"], of, call.version, advanced=advanced)
        items = [item for item in items if keep(item[1])]
    if "$search" in options:
        items = _search(call, kind, items)
    if call.counting:
        return Answer(200, text=str(len(items)), headers={"Content-Type": "text/plain"})
    if "$orderby" in options:
        items = _sort(options, kind, call.version, items, advanced)
    start, end = _window(options, items)
    shown = [mixed_item(call, item) if mixed else project(call, *item) for item in items[start:end]]
    selected = options.get("$select")
    body: Record = {"@odata.context": f"{call.base}/$metadata#{context}{f'({selected})' if selected else ''}"}
    if counted:
        body["@odata.count"] = len(items)
    if end < len(items):
        body["@odata.nextLink"] = _next_link(call, items[end - 1][1]["id"], end)
    return Answer(200, {**body, "value": shown})


def _read_select(text: str, kind: Type, version: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if kind.known(name, version) is None:
            raise bad_request(
                "Parsing OData Select and Expand failed: Could not find a property named "
                f"'{name}' on type 'microsoft.graph.{kind.name}'.",
                "BadRequest",
            )
    return names


def _search(call: Call, kind: Type, items: list[Item]) -> list[Item]:
    if not call.eventual:
        raise bad_request(
            "Request with $search query parameter only works through MSGraph with a special request header: "
            "'ConsistencyLevel: eventual'",
            "Request_UnsupportedQuery",
        )
    match = SEARCH.match(call.options["$search"])
    if not match:
        raise not_built("a $search of more than one clause")
    known = kind.known(match["name"], call.version)
    if known is None or not known.searchable:
        raise unsupported_query(f"Property '{match['name']}' is not searchable.")
    words = match["value"].casefold().split()
    return [item for item in items if all(word in str(item[1].get(known.name)).casefold() for word in words)]


def _sort(options: dict[str, str], kind: Type, version: str, items: list[Item], advanced: bool) -> list[Item]:
    name, _ignored, direction = options["$orderby"].strip().partition(" ")
    known = kind.known(name, version)
    if known is None or not known.sortable or direction not in ("", "asc", "desc"):
        raise unsupported_query(f"Unsupported sort property '{name}' for '{kind.name}'.")
    if "$filter" in options and not advanced:
        raise unsupported_query("Sorting not supported for current query.")
    return sorted(items, key=lambda item: str(item[1].get(name) or "").casefold(), reverse=direction == "desc")


def _window(options: dict[str, str], items: Sequence[Item]) -> tuple[int, int]:
    """The first and past-the-last position of the page."""
    top = options.get("$top", str(PAGE))
    if not top.isdigit() or not 1 <= int(top) <= LARGEST_PAGE:
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
