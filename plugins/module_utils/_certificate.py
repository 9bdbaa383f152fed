# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One certificate of an application, by name: key made here, kept in a store, proven, replaced before it ends, removed.

The order loses no key, whatever fails and wherever the run is killed: the key is made and kept as pending before its public half
is added. A run that finds a pending key adds it again. keyCredentials are replaced as a whole, so that those of others are sent
back as they were read, with key null, which keeps them (observed by terraform-provider-azuread).
https://learn.microsoft.com/graph/api/resources/keycredential
"""

from __future__ import annotations

import dataclasses
import typing as t
import uuid

from ansible_collections.tenantops.entra.plugins.module_utils import _credential_plan, _secret_state
from ansible_collections.tenantops.entra.plugins.module_utils._credential_plan import Params, Steps, Ways
from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._key_pair import make_key_pair, read_public_part
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import keys_of
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call, Later, Local, Object, Plan
from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Credential, Record
from ansible_collections.tenantops.entra.plugins.module_utils._secret_state import (
    DAY,
    KEYS,
    Found,
    SecretReader,
    read_time,
    write_time,
)


def read(reader: SecretReader) -> Found:
    return _secret_state.read(reader, KEYS)


def plan(params: Params, found: Found) -> Plan:
    return _credential_plan.plan(params, found, WAYS)


def _begin(params: Params, found: Found) -> Credential:
    """All but its key. Its id is chosen here, so that a lost answer leaves nothing unknown."""
    start, end = write_time(found.now), write_time(found.now + params["lifetime_days"] * DAY)
    return Credential(found.record.name, found.op_id, _key_id(found.op_id), None, start, end)


def _key_id(op_id: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, op_id))


def _make(params: Params, found: Found, new: Credential, record: Record, gone: t.Collection[str]) -> Steps:
    def make(objects: dict[str, Object]) -> None:
        pem = Secret(make_key_pair(new.name, params["key_size"], read_time(new.start), read_time(new.end)))
        made = dataclasses.replace(new, secret=pem)
        found.store.put(dataclasses.replace(record, pending=made))
        objects["credential"] = _describe(made)

    return Local("make and keep the key", make), _send(found, gone, new)


def _complete(found: Found, waiting: Credential, gone: t.Collection[str]) -> Steps:
    return () if found.is_held(waiting) else (_send(found, gone, waiting),)


def _remove(found: Found, key_ids: t.Collection[str]) -> tuple[Call, ...]:
    return (_send(found, key_ids),) if key_ids else ()


def _describe(credential: Credential) -> Object:
    public: Object = {
        "keyId": credential.key_id,
        "startDateTime": credential.start,
        "endDateTime": credential.end,
    }
    if credential.secret is None:
        return {}
    try:
        part = read_public_part(credential.secret.public_half)
    except ValueError:
        raise StoreError(f"The stored record of the certificate '{credential.name}' is damaged") from None
    return {**public, "certificate": part.certificate, "thumbprint": part.thumbprint}


def _send(found: Found, gone: t.Collection[str], new: Credential | None = None) -> Call:
    """Replace the collection: without what is to go, with the new one, and the others as they were read."""
    listed = [held for held in found.held if held["keyId"] not in {*gone, new.key_id if new else ""}]
    ours = [found.current] if found.current and not found.is_held(found.current) else []
    unlisted = [one for one in ours if one.key_id not in gone]
    body = [*listed, *(_entry(one, _describe(one)["certificate"]) for one in unlisted)]
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


WAYS = Ways(
    noun="certificate",
    begin=_begin,
    make=_make,
    complete=_complete,
    remove=_remove,
    marked="keyId",
    mark=lambda found, op_id: _key_id(op_id),
    describe=_describe,
)
