# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""$search on directory objects: quoted clauses with AND, OR and brackets, matched by words.

Source: https://learn.microsoft.com/graph/search-query-parameter (names and descriptions are split into words, other
properties are compared from their start). That the beginning of a word is enough follows from its examples; that AND
binds tighter than OR is the sandbox's own reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sandbox.graph.errors import GraphError, bad_request, unsupported_query
from sandbox.graph.schema import Type
from sandbox.store import Record

Predicate = Callable[[Record], bool]
SPLIT = frozenset({"displayName", "description"})
PART = re.compile(r'\s*(?:(?P<word>AND|OR)\b|(?P<bracket>[()])|"(?P<clause>(?:[^"\\]|\\.)*)")')


def build_search(text: str, kind: Type, version: str) -> Predicate:
    """The predicate of a $search over records of that type; raises 400 on anything the service would not take."""
    parts = _split_clauses(text.rstrip())
    found = _read_or(parts, kind, version)
    if parts:
        raise _malformed(text)
    return found


def split_words(text: str) -> set[str]:
    """The words of a text, in lower case: it is split at spaces, symbols, numbers and where small letters turn capital.

    Words that only symbols keep apart count as one word too: hello.world is hello, ., world and helloworld.
    """
    words: set[str] = set()
    for chunk in text.split():
        pieces = _split_chunk(chunk)
        words |= {piece.casefold() for piece in pieces}
        words.add("".join(piece for piece in pieces if piece[0].isalnum()).casefold())
    return words - {""}


def _split_chunk(chunk: str) -> list[str]:
    pieces: list[str] = []
    for character in chunk:
        last = pieces[-1][-1] if pieces else ""
        same = last and _class(last) == _class(character) and not (last.islower() and character.isupper())
        if same:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _class(character: str) -> str:
    return "number" if character.isdigit() else "letter" if character.isalpha() else "symbol"


def _split_clauses(text: str) -> list[tuple[str, str]]:
    """("word" | "bracket" | "clause", text), in reverse so that the next is the last."""
    parts: list[tuple[str, str]] = []
    end = 0
    while end < len(text):
        match = PART.match(text, end)
        if match is None:
            raise _malformed(text)
        parts.append((str(match.lastgroup), str(match[str(match.lastgroup)])))
        end = match.end()
    return parts[::-1]


def _read_or(parts: list[tuple[str, str]], kind: Type, version: str) -> Predicate:
    left = _read_and(parts, kind, version)
    while parts and parts[-1] == ("word", "OR"):
        parts.pop()
        left = _either(left, _read_and(parts, kind, version))
    return left


def _read_and(parts: list[tuple[str, str]], kind: Type, version: str) -> Predicate:
    left = _read_clause(parts, kind, version)
    while parts and parts[-1] == ("word", "AND"):
        parts.pop()
        left = _both(left, _read_clause(parts, kind, version))
    return left


def _either(left: Predicate, right: Predicate) -> Predicate:
    return lambda record: left(record) or right(record)


def _both(left: Predicate, right: Predicate) -> Predicate:
    return lambda record: left(record) and right(record)


def _read_clause(parts: list[tuple[str, str]], kind: Type, version: str) -> Predicate:
    role, text = parts.pop() if parts else ("", "")
    if (role, text) == ("bracket", "("):
        inner = _read_or(parts, kind, version)
        if not parts or parts.pop() != ("bracket", ")"):
            raise _malformed(text)
        return inner
    if role != "clause":
        raise _malformed(text)
    name, colon, wanted = re.sub(r"\\(.)", r"\1", text).partition(":")
    if not colon or not wanted.strip():
        raise _malformed(text)
    known = kind.known(name, version)
    if known is None or not known.operators or known.type != "String":
        # A text of the sandbox's own.
        raise unsupported_query(f"Property '{name}' of resource '{kind.name}' cannot be searched.")
    if name in SPLIT:
        words = {piece.casefold() for chunk in wanted.split() for piece in _split_chunk(chunk)}
        return lambda record: _holds(record.get(name), words)
    return lambda record: _begins(record.get(name), wanted.casefold())


def _holds(value: Any, words: set[str]) -> bool:
    held = split_words(value) if isinstance(value, str) else set()
    return all(any(one.startswith(word) for one in held) for word in words)


def _begins(value: Any, wanted: str) -> bool:
    values = value if isinstance(value, list) else [value]
    return any(isinstance(one, str) and one.casefold().startswith(wanted) for one in values)


def _malformed(text: str) -> GraphError:
    """A text of the sandbox's own."""
    return bad_request(
        f"The $search clause '{text}' is not valid: \"property:text\" in double quotes, joined by AND or OR.",
        "BadRequest",
    )
