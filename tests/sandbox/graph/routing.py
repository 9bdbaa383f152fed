# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Routes of Graph and how a path finds its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sandbox.graph.calls import Answer, Call
from sandbox.graph.errors import GraphError, no_segment, not_built
from sandbox.graph.pages import DELTA_OPTIONS, ENTITY_OPTIONS, LIST_OPTIONS
from sandbox.graph.paths import Segment
from sandbox.graph.permissions import Access, find_access

#: A type or action may be written with its namespace or that namespace's alias.
NAMESPACE = re.compile(r"^(microsoft\.)?graph\.")
Key = str | dict[str, str]


@dataclass(frozen=True)
class Route:
    """One call. `path` has {} for each key; `castable` lists also take a type's name or $ref at their end."""

    method: str
    path: str
    handler: Callable[[Call], Answer]
    access: Access
    options: frozenset[str] = frozenset()
    beta: bool = False
    castable: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.path.lower().split("/"))


@dataclass(frozen=True)
class Match:
    """A route found, with the keys in the path, the type that the list is cast to, and whether $count or $ref follows."""

    route: Route
    keys: list[Key]
    counting: bool = False
    cast: str = ""
    referring: bool = False


def list_route(path: str, handler: Callable[[Call], Answer], *, beta: bool = False, castable: bool = False) -> Route:
    return Route("GET", path, handler, find_access("GET", path), LIST_OPTIONS, beta, castable)


def entity_route(path: str, handler: Callable[[Call], Answer], *, beta: bool = False) -> Route:
    return Route("GET", path, handler, find_access("GET", path), ENTITY_OPTIONS, beta)


def delta_route(path: str, handler: Callable[[Call], Answer]) -> Route:
    path = f"{path}/delta"
    return Route("GET", path, handler, find_access("GET", path), DELTA_OPTIONS)


def write_route(
    method: str, path: str, handler: Callable[[Call], Answer], *, beta: bool = False, selectable: bool = False
) -> Route:
    options = frozenset({"$select"}) if selectable else frozenset[str]()
    return Route(method, path, handler, find_access(method, path), options, beta)


Shapes = dict[tuple[str, str, int], list[Route]]


def sort_routes(routes: Iterable[Route]) -> Shapes:
    """The routes by method, first name and number of parts."""
    found: Shapes = {}
    for route in routes:
        found.setdefault((route.method, route.parts[0], len(route.parts)), []).append(route)
    return found


def find_route(shapes: Shapes, method: str, version: str, segments: list[Segment]) -> Match:
    """The route of a path; raises 400 for what is in beta only and 501 for what the sandbox does not have."""
    items: list[str | tuple[Key]] = []
    for segment in segments:
        items.append(segment.name)
        if segment.key is not None:
            items.append((segment.key,))
    found = _find(shapes, method, items)
    counting = referring = False
    cast = ""
    if found is None and method == "GET" and items and items[-1] in ("$count", "$ref"):
        counting, referring = items[-1] == "$count", items[-1] == "$ref"
        items = items[:-1]
        found = _find(shapes, method, items, listing=True)
    if found is None and method == "GET" and items and isinstance(items[-1], str) and NAMESPACE.match(items[-1]):
        cast = NAMESPACE.sub("", items[-1])
        found = _find(shapes, method, items[:-1], listing=True)
    if found is None or (cast and not found[0].castable) or (referring and not found[0].castable):
        if segments and segments[0].name in ("v1.0", "beta"):
            # the version said twice: observed by https://github.com/microsoftgraph/msgraph-sdk-javascript/issues/1178
            raise no_segment(str(segments[0].name))
        raise _not_built(method, version, segments)
    route, keys = found
    if route.beta and version != "beta":
        raise no_segment(str(segments[-1].name if route.parts[0] == "applications" else segments[0].name))
    return Match(route, keys, counting, cast, referring)


def _find(
    shapes: Shapes, method: str, items: list[str | tuple[Key]], *, listing: bool = False
) -> tuple[Route, list[Key]] | None:
    """The route of that shape (`listing`: that is a list) and the keys in the path."""
    first = items[0].lower() if items and isinstance(items[0], str) else ""
    for route in shapes.get((method, first, len(items)), []):
        keys = _match(route.parts, items)
        if keys is not None and (not listing or route.options == LIST_OPTIONS):
            return route, keys
    return None


def _not_built(method: str, version: str, segments: list[Segment]) -> GraphError:
    return not_built(f"{method} /{version}/{'/'.join(str(segment.name) for segment in segments)}")


def _match(parts: tuple[str, ...], items: list[str | tuple[Key]]) -> list[Key] | None:
    """The keys where the path has this shape; a bare segment may be a key, a key in brackets is never a name.

    What begins with $ or names a type or function is no key: such keys are written in brackets.
    """
    keys: list[Key] = []
    for part, item in zip(parts, items, strict=True):
        if part == "{}":
            if isinstance(item, str) and (item.startswith("$") or item.lower() == "delta" or NAMESPACE.match(item)):
                return None
            keys.append(item if isinstance(item, str) else item[0])
        elif not isinstance(item, str) or NAMESPACE.sub("", item).lower() != part:
            return None
    return keys
