# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The types that the sandbox serves, read from data/types.yml."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"
PRIMITIVES = frozenset({"String", "Boolean", "Int32", "Guid", "DateTimeOffset", "Duration", "Binary", "Stream"})


@dataclass(frozen=True)
class Property:
    """One property: its type (a primitive, a type's name, or "" with `choices`) and what may be done with it.

    `advanced` and `sorted_by_index`: filtering, sorting by it takes the advanced query parameters.
    """

    name: str
    type: str
    choices: tuple[str, ...] = ()
    collection: bool = False
    read_only: bool = False
    required: bool = False
    not_null: bool = False
    on_select: bool = False
    beta: bool = False
    filled: bool = False
    default: Any = None
    operators: frozenset[str] = frozenset()
    advanced: bool = False
    sortable: bool = False
    sorted_by_index: bool = False

    @property
    def complex(self) -> bool:
        return bool(self.type) and self.type not in PRIMITIVES


@dataclass(frozen=True)
class Type:
    """A type by name, with the properties of its base included; `links` are the relations a create may bind."""

    name: str
    properties: dict[str, Property]
    links: tuple[str, ...] = ()
    by_version: dict[str, tuple[Property, ...]] = field(default_factory=dict)

    def known(self, name: str, version: str) -> Property | None:
        """The property of that name, None where this version of the API does not have it."""
        found = self.properties.get(name)
        return None if found is not None and found.beta and version != "beta" else found

    def shown(self, version: str) -> tuple[Property, ...]:
        """The properties that an answer holds when nothing is selected."""
        return self.by_version[version]

    def defaults(self) -> dict[str, Any]:
        """A new record of this type with nothing set."""
        return {p.name: _default(p) for p in self.properties.values() if not p.on_select}


def find_type(name: str) -> Type:
    """The type of that name; KeyError where there is none."""
    return _types()[name]


def _default(wanted: Property) -> Any:
    if wanted.collection:
        return []
    return find_type(wanted.type).defaults() if wanted.filled else wanted.default


@cache
def _types() -> dict[str, Type]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    raw: dict[str, dict[str, str]] = yaml.load((DATA / "types.yml").read_text(), Loader=loader)  # noqa: S506
    return {name: _read_type(name, raw) for name in raw}


def _read_type(name: str, raw: dict[str, dict[str, str]]) -> Type:
    lines = dict(raw[name])
    base = lines.pop("(base)", None)
    links = lines.pop("(links)", "")
    lines = {**(raw[base] if base else {}), **lines}
    properties = {key: _read_property(key, line) for key, line in lines.items()}
    shown = {
        version: tuple(p for p in properties.values() if not p.on_select and (not p.beta or version == "beta"))
        for version in ("v1.0", "beta")
    }
    return Type(name, properties, tuple(links.split()), shown)


def _read_property(name: str, line: str) -> Property:
    kind, *flags = line.split()
    collection = kind.startswith("[")
    kind = kind.strip("[]")
    choices = tuple(kind.split("|")) if "|" in kind else ()
    given = {flag.partition(":")[0]: flag.partition(":")[2] for flag in flags if not flag.startswith("=")}
    default = next((flag[1:] for flag in flags if flag.startswith("=")), None)
    return Property(
        name=name,
        type="" if choices else kind,
        choices=choices,
        collection=collection,
        read_only="read-only" in given,
        required="required" in given,
        not_null="not-null" in given or collection,
        on_select="select" in given,
        beta="beta" in given,
        filled="filled" in given,
        default={"true": True, "false": False}.get(default or "", default),
        operators=frozenset(given.get("filter", "").split(",")) - {""},
        advanced="advanced" in given,
        sortable="orderby" in given,
        sorted_by_index=given.get("orderby") == "advanced",
    )
