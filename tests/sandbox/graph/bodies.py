# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Request bodies against the types: every name known, every value of its type, nothing read-only set."""

from __future__ import annotations

import base64
import binascii
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.graph.errors import GraphError, bad_request, invalid_value, not_built, read_only
from sandbox.graph.schema import Property, Type, find_type
from sandbox.store import Record

BIND = "@odata.bind"
DURATION = re.compile(
    r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
#: What a directory extension's value is called on an object.
EXTENSION = re.compile(r"extension_[0-9a-f]{32}_\w+")


def check_body(body: Any, type_name: str, version: str, *, creating: bool = False) -> Record:
    """The body as the service takes it: values in normal form, annotations dropped. Raises 400 on anything amiss.

    `creating` asks for the required properties and turns null into the property's default.
    """
    if not isinstance(body, Mapping):
        raise bad_request("Empty Payload. JSON content expected.", "BadRequest")
    kind = find_type(type_name)
    taken = {
        name: value for name, value in _check_object(body, kind, version).items() if not creating or value is not None
    }
    if creating:
        missing = [p.name for p in kind.properties.values() if p.required and p.name not in taken]
        if missing:
            raise bad_request(f"A value is required for property '{missing[0]}' of resource '{_title(type_name)}'.")
    return taken


def bound_ids(body: Mapping[str, Any], name: str) -> list[str]:
    """The object ids that `name@odata.bind` lists; raises 400 on anything but a list of addresses."""
    given = body.get(name + BIND, [])
    if not isinstance(given, list) or not all(isinstance(address, str) for address in given):
        raise _mismatch(name + BIND)
    return [id_of_address(address) for address in given]


def id_of_reference(body: Any) -> str:
    """The object id in a `$ref` body {"@odata.id": address}; raises 400 where there is none."""
    if not isinstance(body, Mapping) or set(body) - {"@odata.id", "@odata.type", "@odata.context"}:
        raise bad_request("Invalid reference: the body must hold '@odata.id' only.", "BadRequest")
    address = body.get("@odata.id")
    if not isinstance(address, str):
        raise bad_request("The '@odata.id' annotation is missing in the request body.", "BadRequest")
    return id_of_address(address)


def id_of_address(address: str) -> str:
    """The last key in an object's address: .../directoryObjects/{id}, with its type behind it or not, .../users('{id}')."""
    parts = address.rstrip("/").split("/")
    last = parts[-2] if parts[-1].startswith("Microsoft.DirectoryServices.") else parts[-1]
    if last.endswith("')") and "('" in last:
        last = last.partition("('")[2][:-2]
    if not address.lower().startswith(("https://", "http://")) or not last:
        raise bad_request(f"Invalid URL format specified in payload: '{address}'.", "BadRequest")
    return last


def merge(record: Record, changes: Record, type_name: str) -> Record:
    """The record after a PATCH: objects merge property by property, collections and plain values are replaced."""
    kind = find_type(type_name)
    result = dict(record)
    for name, value in changes.items():
        known = kind.properties.get(name)
        if known and known.complex and not known.collection and isinstance(value, dict):
            before = record.get(name) or find_type(known.type).defaults()
            result[name] = merge(before, value, known.type)
        elif known and known.filled and value is None:
            result[name] = find_type(known.type).defaults()
        else:
            result[name] = value
    return result


def _check_object(body: Mapping[str, Any], kind: Type, version: str) -> Record:
    taken: Record = {}
    for name, value in body.items():
        known = kind.known(name, version)
        if known is not None:
            if known.read_only:
                raise read_only(name)
            taken[name] = _check_value(value, known, kind.name, version)
        elif name == "@odata.type":
            if value != f"#microsoft.graph.{kind.name}":
                raise bad_request(f"Invalid type '{value}' specified for resource '{kind.name}'.", "BadRequest")
        elif EXTENSION.fullmatch(name):
            raise not_built("values of directory extensions")
        elif not (name.endswith(BIND) and name.removesuffix(BIND) in kind.links):
            raise bad_request(f"Property '{name}' does not exist as a declared property or extension property.")
    return taken


def _check_value(value: Any, known: Property, owner: str, version: str) -> Any:
    if value is None:
        if known.not_null:
            raise invalid_value(known.name, owner)
        return None
    if not known.collection:
        return _check_item(value, known, owner, version)
    if not isinstance(value, list):
        raise _mismatch(known.name)
    return [_check_item(item, known, owner, version) for item in value]


def _check_item(value: Any, known: Property, owner: str, version: str) -> Any:
    if known.complex:
        if not isinstance(value, Mapping):
            raise _mismatch(known.name)
        kind = find_type(known.type)
        if not kind.properties:
            return dict(value)
        checked = _check_object(value, kind, version)
        if known.collection:
            missing = [p.name for p in kind.properties.values() if p.required and checked.get(p.name) is None]
            if missing:
                raise invalid_value(known.name, owner)
            return {**kind.defaults(), **checked}
        return checked
    if known.choices:
        return _choose(value, known, owner)
    try:
        return _PRIMITIVES[known.type](value)
    except (TypeError, ValueError, OverflowError, binascii.Error):
        raise _mismatch(known.name) from None


def _choose(value: Any, known: Property, owner: str) -> str:
    match = next((c for c in known.choices if isinstance(value, str) and c.casefold() == value.casefold()), None)
    if match is None:
        raise invalid_value(known.name, owner)
    return match


def _of_type(wanted: type) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            raise TypeError
        return value

    return check


def _guid(value: Any) -> str:
    if not isinstance(value, str) or len(value) != 36:
        raise TypeError
    return str(uuid.UUID(value))


def _binary(value: Any) -> str:
    """Base64, which may be broken into lines, as the Azure CLI sends certificates."""
    if not isinstance(value, str):
        raise TypeError
    joined = "".join(value.split())
    base64.b64decode(joined, validate=True)
    return joined


def _time(value: Any) -> str:
    if not isinstance(value, str) or "T" not in value:
        raise TypeError
    return format_time(datetime.fromisoformat(value))


def read_duration(text: str) -> timedelta:
    """A duration of days and shorter units, P180D or PT12H30M; raises ValueError where it is none."""
    match = DURATION.fullmatch(text)
    if not match or not any(match.groupdict().values()):
        raise ValueError(text)
    return timedelta(**{unit: float(number) for unit, number in match.groupdict().items() if number})


def _duration(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    read_duration(value)
    return value


def format_time(time: datetime) -> str:
    """A time as Graph writes it: UTC, whole seconds without a fraction, else microseconds, then Z."""
    time = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    return time.isoformat(timespec="microseconds" if time.microsecond else "seconds").replace("+00:00", "Z")


_PRIMITIVES: dict[str, Callable[[Any], Any]] = {
    "String": _of_type(str),
    "Boolean": _of_type(bool),
    "Int32": _of_type(int),
    "Guid": _guid,
    "Binary": _binary,
    "DateTimeOffset": _time,
    "Duration": _duration,
}


def _mismatch(name: str) -> GraphError:
    return bad_request(f"Property {name} in payload has a value that does not match schema.", "BadRequest")


def _title(name: str) -> str:
    return name[:1].upper() + name[1:]
