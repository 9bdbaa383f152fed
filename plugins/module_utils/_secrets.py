# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One client secret of an application, by name: made, kept in a store, proven, replaced before it ends, removed.

The order loses no value, whatever fails and wherever the run is killed. The store is probed; an op_id is kept durably as
pending; Microsoft Graph makes the secret, whose display name is NAME:OP_ID; its value is kept. An op_id whose value never came
is abandoned, and a credential that carries it is removed by a later run. No other credential is.
https://learn.microsoft.com/graph/api/application-addpassword
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils import _credential_plan
from ansible_collections.tenantops.entra.plugins.module_utils._credential_plan import Params, Steps, Ways, keep, ours
from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import keys_of
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call, Later, Object, Plan
from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Credential, Record
from ansible_collections.tenantops.entra.plugins.module_utils._secret_state import DAY, Found, write_time


def plan(params: Params, found: Found) -> Plan:
    return _credential_plan.plan(params, found, WAYS)


def _begin(params: Params, found: Found) -> Credential:
    end = write_time(found.now + params["lifetime_days"] * DAY)
    return Credential(found.record.name, found.op_id, end=end)


def _make(params: Params, found: Found, new: Credential, record: Record, gone: t.Collection[str]) -> Steps:
    begun = dataclasses.replace(record, pending=Credential(new.name, new.op_id))

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

    def forget() -> None:
        """Keep that nobody has the value: a store that failed may have taken it all the same."""
        kept = ours(found, new.op_id)
        if kept.pending != begun.pending:
            found.store.put(dataclasses.replace(kept, pending=begun.pending))

    listed = {
        "keyId": Later("{credential.keyId}"),
        "displayName": new.label,
        "startDateTime": Later("{credential.startDateTime}"),
        "endDateTime": new.end,
    }
    create = Call(
        "create the client secret",
        "POST",
        "/applications/{application.id}/addPassword",
        {"passwordCredential": {"displayName": new.label, "endDateTime": new.end}},
        save="credential",
        kind="application",
        keys=keys_of(found.application),
        means=_left(found, gone, listed),
        repeatable=False,
        deliver=deliver,
        undo=_remove_one(Later("{answer.keyId}")),
        forget=forget,
    )
    return keep(found, begun), create


def _complete(found: Found, waiting: Credential, gone: t.Collection[str]) -> Steps:
    return ()  # its value is kept, so that the tenant has made it


def _remove(found: Found, key_ids: t.Collection[str]) -> tuple[Call, ...]:
    """One call for each, which lets later tasks of the run know what is left after it."""
    gone = list(key_ids)
    return tuple(
        dataclasses.replace(
            _remove_one(key_id),
            kind="application",
            keys=keys_of(found.application),
            means=_left(found, gone[: index + 1]),
        )
        for index, key_id in enumerate(gone)
    )


def _remove_one(key_id: str) -> Call:
    return Call(
        "remove the client secret",
        "POST",
        "/applications/{application.id}/removePassword",
        {"keyId": key_id},
        repeatable=True,
        agrees=("No password credential found",),
    )


def _left(found: Found, without: t.Collection[str], *new: Object) -> Object:
    return {"passwordCredentials": [*(one for one in found.held if one["keyId"] not in without), *new]}


def _describe(credential: Credential) -> Object:
    """What is known of it: of one that is to be made, nothing yet."""
    if not credential.key_id:
        return {}
    return {"keyId": credential.key_id, "startDateTime": credential.start, "endDateTime": credential.end}


WAYS = Ways(
    noun="client secret",
    begin=_begin,
    make=_make,
    complete=_complete,
    remove=_remove,
    marked="displayName",
    mark=lambda found, op_id: Credential(found.record.name, op_id).label,
    describe=_describe,
)
