# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One certificate of an application, by name: key made here, kept in a store, replaced before it ends, removed.

The order loses no key, whatever fails and wherever the run is killed: the key is made and kept as pending; its public half is
added; pending becomes current. A run that finds a pending key adds it again. keyCredentials are replaced as a whole, so that
those of others are sent back as they were read, with key null, which keeps them (observed by terraform-provider-azuread).
https://learn.microsoft.com/graph/api/resources/keycredential
"""

from __future__ import annotations

import dataclasses
import datetime
import typing as t
import uuid

from ansible_collections.tenantops.entra.plugins.module_utils import _secret_state
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError, StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._key_pair import make_key_pair, read_public_part
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import keys_of
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call, Later, Local, Object, Plan
from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Credential
from ansible_collections.tenantops.entra.plugins.module_utils._secret_state import DAY, Found, SecretReader
from ansible_collections.tenantops.entra.plugins.module_utils._secrets import keep, promote, show_current

Params = t.Mapping[str, t.Any]


def refuse(params: Params) -> None:
    """Raise InputError for what can be seen to be wrong."""
    _secret_state.refuse(params)
    overlap = params.get("overlap_days")
    if overlap is not None and overlap < 0:
        raise InputError(f"overlap_days is {overlap}", remedy="Use 0 days or more, or leave it out.")


def read(reader: SecretReader) -> Found:
    return _secret_state.read(reader, "keyCredentials")


def plan(params: Params, found: Found) -> Plan:
    if params["state"] == "absent":
        return _plan_absent(found)
    record = found.record
    current = record.current if found.lives(record.current) else None
    due = current is None or found.days_left(current) <= params["renew_before_days"]
    pending = _waiting(params, found) if due else None
    retired = _retired(params, found, pending)
    gone = [held["keyId"] for held in found.held if held["keyId"] in retired]
    before, after = show_current(found), dict[str, t.Any](state="present")
    steps: tuple[Call | Local, ...] = ()
    if due:
        new = pending or _begin(found, params["lifetime_days"])
        make = () if pending else (_make(found, new, params["key_size"]),)
        steps = (*make, _send(found, retired, new), promote(found, new.op_id, retired))
        after["days_left"] = found.days_left(new)
    else:
        after["days_left"] = before["days_left"]
        if gone:
            former = tuple(credential for credential in record.previous if credential.key_id not in retired)
            steps = (_send(found, retired), keep(found, dataclasses.replace(record, previous=former)))
    if gone:
        before["former"], after["former"] = len(gone), 0
    shown = {"name": record.name, "stored_at": found.store.where, "created": due}
    return Plan(before if steps else after, after, steps, _objects(found, pending if due else current), shown)


def _waiting(params: Params, found: Found) -> Credential | None:
    """The key that an earlier run kept and may not have added, if it is still what is wanted."""
    pending = found.record.pending
    fits = pending and pending.secret and found.days_left(pending) <= params["lifetime_days"]
    return pending if pending and fits and found.days_left(pending) > params["renew_before_days"] else None


def _retired(params: Params, found: Found, pending: Credential | None) -> frozenset[str]:
    """key_ids of our own that have ended, or that the overlap with their successor is over for, or that never became current."""
    record, overlap = found.record, params.get("overlap_days")
    since = datetime.datetime.fromisoformat(record.current.start) if record.current else found.now
    over = overlap is not None and found.now - since >= overlap * DAY
    former = [one for one in record.previous if over or found.days_left(one) == 0]
    if record.current and found.days_left(record.current) == 0:
        former.append(record.current)
    if record.pending and record.pending is not pending:
        former.append(record.pending)
    return frozenset(one.key_id for one in former)


def _begin(found: Found, days: int) -> Credential:
    """The certificate that is to be made, all but its key. Its id is chosen here, so that a lost answer leaves nothing unknown."""
    end = found.now + days * DAY
    key_id = str(uuid.uuid5(uuid.NAMESPACE_OID, found.op_id))
    return Credential(found.record.name, found.op_id, key_id, None, _written(found.now), _written(end))


def _written(moment: datetime.datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _make(found: Found, new: Credential, bits: int) -> Local:
    def make(objects: dict[str, Object]) -> None:
        start, end = (datetime.datetime.fromisoformat(moment) for moment in (new.start, new.end))
        pem = Secret(make_key_pair(new.name, bits, start, end))
        found.store.put(dataclasses.replace(found.record, pending=dataclasses.replace(new, secret=pem)))
        objects["credential"] = _describe(new, pem)

    return Local("make and keep the key", make)


def _describe(credential: Credential, pem: Secret | None) -> Object:
    public: Object = {
        "keyId": credential.key_id,
        "startDateTime": credential.start,
        "endDateTime": credential.end,
    }
    if pem is None:
        return public
    try:
        part = read_public_part(pem.reveal())
    except ValueError:
        raise StoreError(f"The stored record of the certificate '{credential.name}' is damaged") from None
    return {**public, "certificate": part.certificate, "thumbprint": part.thumbprint}


def _objects(found: Found, credential: Credential | None) -> dict[str, Object]:
    known = _describe(credential, credential.secret) if credential else {}
    return {"application": found.application, "credential": known}


def _send(found: Found, retired: frozenset[str], new: Credential | None = None) -> Call:
    """Replace the collection: without what is retired, with the new one, and the others as they were read."""
    ours = [found.record.current] if found.lives(found.record.current) else []
    listed = [held for held in found.held if held["keyId"] not in {*retired, new.key_id if new else ""}]
    unlisted = [one for one in ours if one.key_id not in {*retired, *(held["keyId"] for held in listed)}]
    body = [*listed, *(_entry(one, _objects(found, one)["credential"]["certificate"]) for one in unlisted)]
    means = [{**one, "key": None} for one in body]
    if new:
        body.append(_entry(new, Later("{credential.certificate}")))
        means.append(_entry(new, None))
    return Call(
        "add the certificate" if new else "remove the former certificate",
        "PATCH",
        "/applications/{application.id}",
        {"keyCredentials": body},
        kind="application",
        keys=keys_of(found.application),
        means={"keyCredentials": means},
    )


def _entry(credential: Credential, key: str | None) -> Object:
    return {
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
        "key": key,
        "keyId": credential.key_id,
        "displayName": credential.name,
        "startDateTime": credential.start,
        "endDateTime": credential.end,
    }


def _plan_absent(found: Found) -> Plan:
    record, absent = found.record, {"state": "absent", "days_left": 0}
    ours = frozenset(credential.key_id for credential in record.credentials)
    listed = any(held["keyId"] in ours for held in found.held)
    steps: tuple[Call | Local, ...] = ()
    if ours:
        emptied = record.retire()
        without = dataclasses.replace(found, record=emptied)
        steps = (*((_send(without, ours),) if listed else ()), keep(found, emptied))
    before = {**show_current(found), "state": "present"} if steps else absent
    shown = {"name": record.name, "stored_at": found.store.where, "created": False}
    return Plan(before, absent, steps, _objects(found, None), shown)
