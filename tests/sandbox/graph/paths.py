# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The parts of an OData address: names and keys in its path, and query options.

Source: OData 4.01 URL conventions, 4.3 (https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from sandbox.graph.errors import bad_request

KEYED = re.compile(r"^(?P<name>[$\w.]+)\((?P<keys>.*)\)$", re.DOTALL)
#: The system query options; Graph takes them with and without the $, whatever the case.
#: https://learn.microsoft.com/graph/query-parameters
OPTIONS = frozenset(
    {"filter", "select", "expand", "top", "skip", "skiptoken", "deltatoken", "count", "orderby", "search", "format"}
)
PAIR = re.compile(r"\s*(?:(?P<name>\w+)\s*=\s*)?(?:'(?P<quoted>(?:[^']|'')*)'|(?P<bare>[^',()=]+))\s*(?:,|$)")


@dataclass(frozen=True)
class Segment:
    """A part of a path between slashes; `key` is what stood in its brackets, None where they were empty or not there."""

    name: str
    key: str | dict[str, str] | None = None


def read_path(raw: str) -> list[Segment]:
    """The segments of a path that is still percent-encoded. Raises 400 on a malformed key."""
    return [_read_segment(unquote(part)) for part in raw.strip("/").split("/") if part]


def _read_segment(text: str) -> Segment:
    match = KEYED.match(text)
    if not match:
        return Segment(text)
    inside, end = match["keys"], 0
    if not inside:
        return Segment(match["name"])
    pairs: list[tuple[str | None, str]] = []
    while end < len(inside):
        pair = PAIR.match(inside, end)
        if not pair:
            raise bad_request(f"Bad Request - Error in query syntax: '{text}'.", "BadRequest")
        value = pair["quoted"].replace("''", "'") if pair["quoted"] is not None else pair["bare"].strip()
        pairs.append((pair["name"], value))
        end = pair.end()
    if pairs[0][0] in (None, "id"):
        return Segment(match["name"], pairs[0][1])
    return Segment(match["name"], {name or "": value for name, value in pairs})


def read_options(query: str) -> dict[str, str]:
    """The query options by name; raises 400 where one is given twice."""
    options: dict[str, str] = {}
    for given, value in parse_qsl(query, keep_blank_values=True):
        bare = given.removeprefix("$").lower()
        name = f"${bare}" if bare in OPTIONS else given
        if name in options:
            raise bad_request(f"Query parameter '{name}' was specified multiple times.", "BadRequest")
        options[name] = value
    return options
