# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Options and properties in one row: how an option is spelled in Microsoft Graph, compared, merged and shown.

An option that is left out is left alone. A text given empty clears its property. A list adds what it names; with state absent
it removes what it names; with exact true it holds these and no others.
"""

from __future__ import annotations

import copy
import dataclasses
import re
import typing as t
import uuid

KEEP: t.Final = object()


def camel(option: str) -> str:
    """sign_in_audience -> signInAudience"""
    return re.sub(r"_(\w)", lambda match: match.group(1).upper(), option)


@dataclasses.dataclass(frozen=True)
class Field:
    """One option and the property it stands for."""

    option: str
    path: str = ""
    """Where the property is, such as web.logoutUrl; the option in camel case unless given."""
    type: str = "str"
    """str, bool, int, list (a set of texts), items (dicts told apart by key) or dict."""
    choices: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    key: str = ""
    """Of items: the suboption that tells them apart."""
    required: bool = False
    default: t.Any = None
    """What the option is when it is left out."""
    initial: t.Any = None
    """Of an item's suboption: what a new item has when it is left out."""
    empty: t.Any = None
    """What is sent when the option is given empty."""
    unset: t.Any = None
    """What an absent or null property means."""
    disable_first: bool = False
    """An enabled item must be disabled by a request of its own before it is changed or removed."""
    normal: t.Callable[[t.Any], t.Any] = lambda value: value
    """The form in which two spellings of the same value are equal."""
    unsent: tuple[str, ...] = ()
    """Properties of items that the service returns and refuses."""

    @property
    def where(self) -> tuple[str, ...]:
        return tuple((self.path or camel(self.option)).split("."))


def spec_of(fields: t.Iterable[Field]) -> dict[str, dict[str, t.Any]]:
    """The argument spec of the fields' options."""
    return {field.option: _spec(field) for field in fields}


def _spec(field: Field) -> dict[str, t.Any]:
    spec: dict[str, t.Any] = {"type": {"items": "list"}.get(field.type, field.type)}
    if field.type == "list":
        spec["elements"] = "str"
    if field.type == "items":
        spec["elements"] = "dict"
    if field.fields:
        spec["options"] = spec_of(field.fields)
    if field.choices:
        spec["choices"] = list(field.choices)
    if field.required:
        spec["required"] = True
    if field.default is not None:
        spec["default"] = field.default
    return spec


def value_at(properties: t.Mapping[str, t.Any], where: tuple[str, ...]) -> t.Any:
    """The value at the path, or None where a part of the path is absent or null."""
    value: t.Any = properties
    for part in where:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def wish(field: Field, params: t.Mapping[str, t.Any], current: t.Any, seed: str) -> t.Any:
    """The property's value that the options ask for, or KEEP. seed makes the ids of new items stable."""
    given = params.get(field.option)
    if given is None:
        return KEEP
    removing, exact = params.get("state") == "absent", bool(params.get("exact"))
    if field.type == "list":
        return _merge_texts(field, given, current or [], removing, exact)
    if field.type == "items":
        return _merge_items(field, given, current or [], removing, exact, seed)
    if field.type == "dict":
        return _overlay(field, given, current, seed)
    return field.empty if given == "" else given


def _merge_texts(field: Field, given: list[str], current: list[str], removing: bool, exact: bool) -> list[str]:
    named = {field.normal(value) for value in given}
    present = {field.normal(value) for value in current}
    if removing:
        return [value for value in current if field.normal(value) not in named]
    kept = [value for value in current if field.normal(value) in named or not exact]
    new = {field.normal(value): value for value in given if field.normal(value) not in present}
    return kept + list(new.values())


def _merge_items(
    field: Field, given: list[t.Any], current: list[t.Any], removing: bool, exact: bool, seed: str
) -> list[t.Any]:
    key = next(sub for sub in field.fields if sub.option == field.key)
    wanted = {item[field.key]: item for item in given}
    result = []
    for returned in current:
        item = {name: value for name, value in returned.items() if name not in field.unsent}
        name = value_at(item, key.where)
        ours = wanted.pop(name, None)
        if ours is not None and not removing:
            result.append(_overlay(field, ours, item, seed))
        elif ours is None and (removing or not exact):
            result.append(item)
    if removing:
        return result
    return result + [_overlay(field, item, _fresh(field, name, seed), seed) for name, item in wanted.items()]


def _fresh(field: Field, name: str, seed: str) -> dict[str, t.Any]:
    """What a new item begins with. Its id is derived, so that a run that is repeated proposes the same one."""
    id_ = uuid.uuid5(uuid.NAMESPACE_URL, f"{seed}/{field.option}/{name}")
    item: dict[str, t.Any] = {"id": str(id_)} if field.disable_first else {}
    for sub in field.fields:
        if sub.initial is not None:
            put_at(item, sub.where, sub.initial)
    return item


def _overlay(field: Field, given: t.Mapping[str, t.Any], current: t.Any, seed: str) -> dict[str, t.Any]:
    result: dict[str, t.Any] = copy.deepcopy(current or {})
    for sub in field.fields:
        value = wish(sub, {**given, "exact": sub.type == "list"}, value_at(result, sub.where), seed)
        if value is not KEEP:
            put_at(result, sub.where, value)
    return result


def put_at(properties: dict[str, t.Any], where: tuple[str, ...], value: t.Any) -> None:
    """Set the value at the path, making the objects on the way."""
    for part in where[:-1]:
        properties[part] = dict(properties.get(part) or {})
        properties = properties[part]
    properties[where[-1]] = value


def show(field: Field, value: t.Any) -> t.Any:
    """A property's value in option names, the way a user would write it."""
    if value is None:
        value = field.unset
    if field.type == "list":
        return list(value or [])
    if field.type == "items":
        return [{sub.option: show(sub, value_at(item, sub.where)) for sub in field.fields} for item in value or []]
    if field.type == "dict":
        return (
            {sub.option: show(sub, value_at(value, sub.where)) for sub in field.fields} if value is not None else None
        )
    return value


def equal(field: Field, one: t.Any, other: t.Any) -> bool:
    """Whether two values of the property mean the same: lists as sets, null as the documented default."""
    if field.type in ("list", "items"):
        return sorted(map(repr, _normal(field, one))) == sorted(map(repr, _normal(field, other)))
    return bool(_normal(field, one) == _normal(field, other))


def _normal(field: Field, value: t.Any) -> t.Any:
    if value is None:
        value = field.unset
    if field.type == "list":
        return [field.normal(item) for item in value or []]
    if field.type == "items":
        return [[(sub.option, _normal(sub, value_at(item, sub.where))) for sub in field.fields] for item in value or []]
    if field.type == "dict":
        return (
            [(sub.option, _normal(sub, value_at(value, sub.where))) for sub in field.fields]
            if value is not None
            else None
        )
    return field.normal(value) if value is not None else None
