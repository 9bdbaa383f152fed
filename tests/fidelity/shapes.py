# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a case expects of a JSON value, and how the value differs.

A mapping is a subset, a list is item by item. In place of a value: "<guid>", "<time>", "<string>", "<number>",
"<bool>", "<list>", "<list of 3>", "<null>", "<absent>", "<any>", "<not null>", "<match REGEX>". In place of a list:
{"<has>": [...]} each is somewhere in it, {"<lacks>": [...]} none is, {"<unordered>": [...]} just these in any order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
SHAPES: dict[str, Callable[[Any], bool]] = {
    "<any>": lambda value: True,
    "<not null>": lambda value: value is not None,
    "<null>": lambda value: value is None,
    "<guid>": lambda value: isinstance(value, str) and GUID.fullmatch(value) is not None,
    "<time>": lambda value: isinstance(value, str) and TIME.fullmatch(value) is not None,
    "<string>": lambda value: isinstance(value, str) and value != "",
    "<number>": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "<bool>": lambda value: isinstance(value, bool),
    "<list>": lambda value: isinstance(value, list),
}
ABSENT = "<absent>"
LIST_OF = re.compile(r"<list of (\d+)>")
MATCH = re.compile(r"<match (.+)>", re.DOTALL)
SECRETS = re.compile("secret|token|password|assertion|proof|^code$", re.IGNORECASE)
LONGEST = 200


def compare(expected: Any, value: Any, place: str = "body") -> Iterator[str]:
    """A sentence for each way in which a value is not what was expected."""
    if isinstance(expected, dict) and set(expected) & {"<has>", "<lacks>", "<unordered>"}:
        yield from _compare_contents(expected, value, place)
    elif isinstance(expected, dict):
        yield from _compare_mapping(expected, value, place)
    elif isinstance(expected, list):
        yield from _compare_list(expected, value, place)
    elif not _fits(expected, value):
        yield f"{place} is {show(value, place)}, expected {show(expected, place)}"


def fits(expected: Any, value: Any) -> bool:
    """Whether a value is what was expected."""
    return next(compare(expected, value), None) is None


def show(value: Any, place: str = "") -> str:
    """A value in a message: shortened, and nothing of what is secret by its name."""
    if SECRETS.search(place.rpartition(".")[2]) and isinstance(value, str) and value not in (*SHAPES, ABSENT):
        return "a value that is not shown"
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _fits(expected: Any, value: Any) -> bool:
    if not isinstance(expected, str):
        return bool(expected == value) and isinstance(expected, bool) == isinstance(value, bool)
    if expected in SHAPES:
        return SHAPES[expected](value)
    counted, pattern = LIST_OF.fullmatch(expected), MATCH.fullmatch(expected)
    if counted:
        return isinstance(value, list) and len(value) == int(counted[1])
    if pattern:
        return isinstance(value, str) and re.search(pattern[1], value) is not None
    return bool(expected == value)


def _compare_mapping(expected: dict[str, Any], value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{place} is {show(value, place)}, expected an object"
        return
    for name, wanted in expected.items():
        if wanted == ABSENT:
            if name in value:
                yield f"{place}.{name} is there: {show(value[name], name)}"
        elif name not in value:
            yield f"{place}.{name} is missing"
        else:
            yield from compare(wanted, value[name], f"{place}.{name}")


def _compare_list(expected: list[Any], value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, list) or len(value) != len(expected):
        yield f"{place} is {show(value, place)}, expected a list of {len(expected)}"
        return
    for number, (wanted, item) in enumerate(zip(expected, value, strict=True)):
        yield from compare(wanted, item, f"{place}.{number}")


def _compare_contents(expected: dict[str, Any], value: Any, place: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{place} is {show(value, place)}, expected a list"
        return
    wanted = expected.get("<unordered>", expected.get("<has>", []))
    if "<unordered>" in expected and len(value) != len(wanted):
        yield f"{place} has {len(value)} items, expected {len(wanted)}"
    for one in wanted:
        if not any(fits(one, item) for item in value):
            yield f"{place} has no {show(one)} in {show(value)}"
    for one in expected.get("<lacks>", []):
        if any(fits(one, item) for item in value):
            yield f"{place} has {show(one)}, which it should not"
