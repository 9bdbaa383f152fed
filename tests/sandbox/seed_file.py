# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The seed file: tenants as data, read strictly, so that a misspelt key is an error and not a surprise."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

import yaml

DEFAULT = Path(__file__).parent / "seeds" / "default.yml"
T = TypeVar("T")


@dataclass(frozen=True)
class UserSeed:
    """A user; `name` is the part before the @, the tenant's default domain follows."""

    name: str
    display_name: str
    roles: list[str] = field(default_factory=list)
    enabled: bool = True


@dataclass(frozen=True)
class GroupSeed:
    """A security group; `members` are names of users. With a `sam_account_name` it comes from Active Directory."""

    display_name: str
    description: str = ""
    members: list[str] = field(default_factory=list)
    sam_account_name: str = ""
    domain_name: str = ""
    netbios_name: str = ""
    security_identifier: str = ""


@dataclass(frozen=True)
class ConnectorGroupSeed:
    """A private network connector group; exactly one of a tenant is the default."""

    name: str
    region: str = "aus"
    default: bool = False


@dataclass(frozen=True)
class ConnectorSeed:
    """A private network connector; `group` is the name of its connector group."""

    machine_name: str
    external_ip: str
    group: str
    status: str = "active"


@dataclass(frozen=True)
class ApplicationSeed:
    """An application made by hand, with its service principal; `properties` are Graph's."""

    display_name: str
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OperatorSeed:
    """The application that automation signs in as, with Graph permissions by name, each granted."""

    display_name: str
    permissions: list[str]
    scopes: list[str]
    every_tenant: bool = False


@dataclass(frozen=True)
class PartnerSeed:
    """A user of another tenant with delegated administration (GDAP) of this one."""

    tenant: str
    user: str
    roles: list[str]


@dataclass(frozen=True)
class TenantSeed:
    """One tenant. `domains` are verified; the first is the default one, where there is any.

    `app_management_policy` is the default policy of applications' secrets and certificates, in Graph's properties.
    """

    id: str
    display_name: str
    initial_domain: str
    operator: OperatorSeed
    users: list[UserSeed]
    region: str = "OC"
    domains: list[str] = field(default_factory=list)
    groups: list[GroupSeed] = field(default_factory=list)
    connector_groups: list[ConnectorGroupSeed] = field(default_factory=list)
    connectors: list[ConnectorSeed] = field(default_factory=list)
    applications: list[ApplicationSeed] = field(default_factory=list)
    partners: list[PartnerSeed] = field(default_factory=list)
    app_management_policy: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SeedFile:
    """The tenants to start with, and the shape of those made on demand ({n} and {id} stand for number and GUID)."""

    tenants: list[TenantSeed]
    template: dict[str, Any]


def read_seed(path: Path = DEFAULT) -> SeedFile:
    """Read a seed file; raises ValueError with one sentence. Without a template the default file's is used."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ValueError(f"the seed file {path} cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise ValueError(f"the seed file {path} must be a mapping with the key 'tenants'")
    data.pop("definitions", None)
    if "template" not in data:
        data["template"] = read_seed().template
    seed = _read(SeedFile, data, "seed")
    if not seed.tenants:
        raise ValueError(f"the seed file {path} has no tenants")
    return seed


def fill_template(template: Mapping[str, Any], number: int, tenant_id: str) -> TenantSeed:
    """The template as the tenant with that number."""
    filled = _fill(template, {"n": str(number), "id": tenant_id})
    return _read(TenantSeed, {"id": tenant_id, **filled}, "template")


def _fill(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _fill(one, names) for key, one in value.items()}
    if isinstance(value, list):
        return [_fill(one, names) for one in value]
    if isinstance(value, str):
        for name, text in names.items():
            value = value.replace(f"{{{name}}}", text)
    return value


def _read(kind: type[T], data: Any, where: str) -> T:
    """Build a dataclass from a mapping: unknown and missing keys and wrong types raise ValueError."""
    if not isinstance(data, Mapping):
        raise ValueError(f"{where} must be a mapping")
    known = {one.name: one for one in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(data) - set(known))
    if unknown:
        raise ValueError(f"unknown key in {where}: {', '.join(map(str, unknown))}; known: {', '.join(known)}")
    needed = [name for name, one in known.items() if one.default is MISSING and one.default_factory is MISSING]
    missing = [name for name in needed if name not in data]
    if missing:
        raise ValueError(f"missing key in {where}: {', '.join(missing)}")
    hints = _hints(kind)  # type: ignore[arg-type]
    return kind(**{name: _read_value(hints[name], value, f"{where}.{name}") for name, value in data.items()})


@cache
def _hints(kind: type) -> dict[str, Any]:
    """get_type_hints evaluates its texts anew each time."""
    return get_type_hints(kind)


def _read_value(hint: Any, value: Any, where: str) -> Any:
    origin = get_origin(hint) or hint
    if origin is list:
        if not isinstance(value, list):
            raise ValueError(f"{where} must be a list")
        return [_read_value(get_args(hint)[0], one, f"{where}[{index}]") for index, one in enumerate(value)]
    if is_dataclass(hint) and isinstance(hint, type):
        return _read(hint, value, where)
    if isinstance(origin, type | types.UnionType) and not isinstance(value, origin):
        raise ValueError(f"{where} must be of type {origin.__name__ if isinstance(origin, type) else origin}")
    return value
