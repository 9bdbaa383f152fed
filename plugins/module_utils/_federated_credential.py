# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A federated identity credential of an application: whose tokens it may sign in with instead of a secret.

https://learn.microsoft.com/graph/api/resources/federatedidentitycredential,
https://learn.microsoft.com/graph/api/federatedidentitycredential-upsert
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._clouds import CLOUDS
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError, NotUnique
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import Reader, get_application, keys_of, quote
from ansible_collections.tenantops.entra.plugins.module_utils._losses import refuse_last_credential
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call, Changes, Object, Plan, compare
from ansible_collections.tenantops.entra.plugins.module_utils._schema import Field

Params = t.Mapping[str, t.Any]

WRITES = "federatedIdentityCredentials"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{2,119}")
LONGEST = 600  # characters of issuer, subject, audience and description
MOST = 20  # of one application
# the service wants exactly one audience in its list, so the option is a text
FIELDS = (Field("issuer"), Field("subject"), Field("audience"), Field("description"))
NEEDED = ("issuer", "subject")


@dataclasses.dataclass(frozen=True)
class Trust:
    """What is there."""

    application: Object
    credentials: tuple[Object, ...]
    """All of the application, with audience as a text."""
    audience: str
    """What a new one gets that names none."""


def refuse(params: Params) -> None:
    """Raise InputError for what can be seen to be wrong."""
    if not NAME.fullmatch(params["name"]):
        raise InputError(
            f"name is '{params['name']}'",
            remedy="Use 3 to 120 letters, digits, - and _, with a letter or digit first.",
        )
    for option in (field.option for field in FIELDS):
        given = params.get(option)
        if given is not None and len(given) > LONGEST:
            raise InputError(f"{option} has {len(given)} characters", remedy=f"Use {LONGEST} at most.")
        if given == "" and option != "description":
            raise InputError(f"{option} is empty", remedy="Set it, or leave it out.")
    issuer = params.get("issuer")
    if issuer is not None and not issuer.startswith("https://"):
        raise InputError(
            f"issuer is '{issuer}'", remedy="Use the https address that stands in the tokens' claim iss, to the letter."
        )


def read(reader: Reader) -> Trust:
    application = get_application(reader)
    audience = CLOUDS[reader.params["cloud"]].exchange_audience
    return Trust(application, tuple(list_credentials(reader, application)), audience)


def list_credentials(reader: Reader, application: Object) -> list[Object]:
    """All federated credentials of the application, corrected by what this run wrote, each with audience as a text."""
    id_ = application.get("id")
    path = f"/applications/{id_}/federatedIdentityCredentials"
    found = {one["name"].lower(): one for one in reader.graph.pages(path, fresh=True)} if id_ else {}
    keys = keys_of(application)
    corrected = (reader.writes.correct(WRITES, keys[0], found) or {}) if keys else {}
    return [{**one, "audience": next(iter(one.get("audiences") or []), None)} for one in corrected.values() if one]


def plan(params: Params, found: Trust) -> Plan:
    name = params["name"]
    current = next((one for one in found.credentials if one["name"].lower() == name.lower()), None)
    if params["state"] == "absent":
        return _remove(params, found, current)
    others = [one for one in found.credentials if one is not current]
    if current is None:
        params = {**params, "audience": params.get("audience") or found.audience}
        _refuse_incomplete(params, others)
    changes = compare(FIELDS, params, current or {})
    _refuse_same(changes.state, others)
    steps = (_write(name, found.application, current, changes),) if changes.body or current is None else ()
    if current is None:
        changes.before = {"state": "absent"}
        changes.after["state"] = "present"
    return Plan(
        changes.before,
        changes.after,
        steps,
        {"application": found.application, "credential": current or {}},
        {**changes.state, "name": name, "state": "present"},
        _warn(changes.state["subject"]),
    )


def _refuse_incomplete(params: Params, others: list[Object]) -> None:
    for option in NEEDED:
        if params.get(option) is None:
            raise InputError(
                f"{option} is missing and the federated credential does not exist yet", remedy=f"Set {option}."
            )
    if len(others) >= MOST:
        raise InputError(
            f"The application has {len(others)} federated credentials", remedy=f"It may have {MOST}: remove one first."
        )


def _refuse_same(state: Object, others: list[Object]) -> None:
    """Issuer and subject together are unique within an application."""
    for other in others:
        if (other.get("issuer"), other.get("subject")) == (state["issuer"], state["subject"]):
            raise NotUnique(
                f"The application trusts this issuer and subject already, by the federated credential '{other['name']}'",
                remedy="Use that name, or remove that one first.",
            )


def _warn(subject: str | None) -> tuple[str, ...]:
    if "*" not in (subject or ""):
        return ()
    return (f"subject '{subject}' is compared to the letter: * stands for nothing else.",)


def _write(name: str, application: Object, current: Object | None, changes: Changes) -> Call:
    body = {property_: value for property_, value in changes.body.items() if property_ != "audience"}
    audiences = {"audiences": [changes.body["audience"]]} if "audience" in changes.body else {}
    known = {property_: value for property_, value in (current or {}).items() if property_ != "audience"}
    return Call(
        "change the federated credential" if current else "create the federated credential",
        "PATCH",
        f"/applications/{{application.id}}/federatedIdentityCredentials(name={quote(name)})",
        {**body, **audiences},
        headers={"Prefer": "create-if-missing"},
        save="credential",
        kind=WRITES,
        keys=keys_of(application),
        means={name.lower(): {"name": name, **known, **body, **audiences}},
    )


def _remove(params: Params, found: Trust, current: Object | None) -> Plan:
    shown = {"name": params["name"], "state": "absent"}
    if current is None:
        return Plan({"state": "absent"}, {"state": "absent"}, (), {"application": found.application}, shown)
    refuse_last_credential(params, found.application, (), others=len(found.credentials) - 1)
    before = {field.option: current.get(field.option) for field in FIELDS}
    call = Call(
        "remove the federated credential",
        "DELETE",
        f"/applications/{{application.id}}/federatedIdentityCredentials(name={quote(current['name'])})",
        kind=WRITES,
        keys=keys_of(found.application),
        means={current["name"].lower(): None},
    )
    objects = {"application": found.application}
    return Plan({**before, "state": "present"}, {"state": "absent"}, (call,), objects, shown)
