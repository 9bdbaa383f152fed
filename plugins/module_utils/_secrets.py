# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One client secret of an application, by name: made, kept in a store, replaced before it ends, removed.

The order loses no value, whatever fails and wherever the run is killed. The store is probed; an op_id is kept durably as
pending; Microsoft Graph makes the secret, whose display name is NAME:OP_ID; its value is kept; pending becomes current. An
op_id whose value never came is abandoned, and a credential that carries it is removed by a later run. No other credential is.
https://learn.microsoft.com/graph/api/application-addpassword
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import keys_of
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call, Later, Local, Object, Plan
from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Credential, Record
from ansible_collections.tenantops.entra.plugins.module_utils._secret_state import DAY, Found

Params = t.Mapping[str, t.Any]
MOST_ABANDONED = 100  # op_ids that are remembered; refused attempts leave one each


def plan(params: Params, found: Found) -> Plan:
    if params["state"] == "absent":
        return _plan_absent(found)
    record, usable, due = found.record, found.usable, found.is_due(params)
    days = params["lifetime_days"] if due or usable is None else found.days_left(usable)
    before, after = show_current(found), {"state": "present", "days_left": days}
    steps: tuple[Call | Local, ...] = ()
    if due:
        steps = (*_sweep(found), *_create(params, found))
    elif usable and usable is record.pending:
        before["pending"], after["pending"] = True, False
        steps = (*_sweep(found), promote(found, usable.op_id))
    elif found.useless:
        tidied = dataclasses.replace(record, pending=None, abandoned=_abandoned(found))
        steps = (*_sweep(found), keep(found, tidied))
    if found.useless:
        before["abandoned"], after["abandoned"] = len(found.useless), 0
    if not steps:
        before = after
    shown = {"name": record.name, "stored_at": found.store.where, "created": due}
    return Plan(before, after, steps, _objects(found, None if due else usable), shown)


def _plan_absent(found: Found) -> Plan:
    record, absent = found.record, {"state": "absent", "days_left": 0}
    ours_there = [credential.key_id for credential in record.credentials if found.is_there(credential)]
    steps: tuple[Call | Local, ...] = _remove_all(found, [*ours_there, *found.useless])
    if steps or record.credentials:
        steps = (*steps, keep(found, record.retire(_abandoned(found))))
    before = {**show_current(found), "state": "present"} if steps else absent
    shown = {"name": record.name, "stored_at": found.store.where, "created": False}
    return Plan(before, absent, steps, _objects(found, None), shown)


def show_current(found: Found) -> Object:
    """The secret that consumers use now, in the words of a result."""
    current = found.record.current
    if not found.lives(current):
        return {"state": "absent", "days_left": 0}
    return {"state": "present", "days_left": found.days_left(current)}


def _objects(found: Found, credential: Credential | None) -> dict[str, Object]:
    public: Object = {}
    if credential:
        public = {"keyId": credential.key_id, "startDateTime": credential.start, "endDateTime": credential.end}
    return {"application": found.application, "credential": public}


def _abandoned(found: Found) -> tuple[str, ...]:
    """The lost op_ids that may still turn up: all but those whose credential is removed."""
    swept = found.useless.values()
    return tuple(op_id for op_id in found.lost if op_id not in swept)[-MOST_ABANDONED:]


def _sweep(found: Found) -> tuple[Call, ...]:
    return _remove_all(found, list(found.useless))


def _remove_all(found: Found, key_ids: list[str]) -> tuple[Call, ...]:
    """One call for each, which lets later tasks of the run know what is left after it."""
    return tuple(
        dataclasses.replace(
            _remove(key_id),
            kind="application",
            keys=keys_of(found.application),
            means=_left(found, key_ids[: index + 1]),
        )
        for index, key_id in enumerate(key_ids)
    )


def _remove(key_id: str) -> Call:
    return Call(
        "remove the client secret",
        "POST",
        "/applications/{application.id}/removePassword",
        {"keyId": key_id},
        agrees=("No password credential found",),
    )


def _left(found: Found, without: t.Collection[str], *new: Object) -> Object:
    return {"passwordCredentials": [*(one for one in found.held if one["keyId"] not in without), *new]}


def keep(found: Found, record: Record) -> Local:
    def put(_objects: dict[str, Object]) -> None:
        found.store.put(record)

    return Local("keep the record", put)


def _create(params: Params, found: Found) -> tuple[Call | Local, ...]:
    record = found.record
    new = Credential(record.name, found.op_id)
    former = (record.pending,) if record.pending and record.pending.secret else ()
    begun = dataclasses.replace(record, pending=new, previous=(*record.previous, *former), abandoned=_abandoned(found))

    def deliver(answer: Object) -> Object:
        """Keep the value of addPassword's answer; only its id and dates are for others."""
        value = answer.get("secretText")
        if not value:
            raise StoreError("Microsoft Graph did not return the value of the new secret")
        public = {name: answer[name] for name in ("keyId", "startDateTime", "endDateTime")}
        made = dataclasses.replace(
            new,
            secret=Secret(value),
            key_id=public["keyId"],
            start=public["startDateTime"],
            end=public["endDateTime"],
        )
        found.store.put(dataclasses.replace(ours(found, new.op_id), pending=made))
        return public

    end = (found.now + params["lifetime_days"] * DAY).isoformat().replace("+00:00", "Z")
    listed = {
        "keyId": Later("{credential.keyId}"),
        "displayName": new.label,
        "startDateTime": Later("{credential.startDateTime}"),
        "endDateTime": end,
    }
    create = Call(
        "create the client secret",
        "POST",
        "/applications/{application.id}/addPassword",
        {"passwordCredential": {"displayName": new.label, "endDateTime": end}},
        save="credential",
        kind="application",
        keys=keys_of(found.application),
        means=_left(found, list(found.useless), listed),
        repeatable=False,
        deliver=deliver,
        undo=_remove(Later("{answer.keyId}")),
    )
    return keep(found, begun), create, promote(found, new.op_id)


def ours(found: Found, op_id: str) -> Record:
    """The record as it is kept now, with our pending credential in it."""
    kept = found.store.get(found.record.owner, found.record.name)
    if kept.pending is None or kept.pending.op_id != op_id:
        raise StoreError(
            f"{found.store.where}: another run has taken over the secret '{kept.name}' meanwhile",
            remedy="Let one run at a time keep this secret.",
        )
    return kept


def promote(found: Found, op_id: str, retired: t.Collection[str] = ()) -> Local:
    """Make pending current. The former one is kept until it ends, since consumers may not have taken the new one yet.

    retired: key_ids of former ones that are not kept.
    """

    def put(_objects: dict[str, Object]) -> None:
        kept = ours(found, op_id)
        former = (credential for credential in (*kept.previous, kept.current) if found.lives(credential))
        previous = tuple(credential for credential in former if credential.key_id not in retired)
        found.store.put(dataclasses.replace(kept, current=kept.pending, pending=None, previous=previous))

    return Local("make it the current one", put)
