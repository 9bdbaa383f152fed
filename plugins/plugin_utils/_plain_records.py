# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Records as plain mappings, the form in which a store writes them. The values are in it in the clear."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Credential, Owner, Record

VERSION = 1

Fields = t.Mapping[str, t.Any] | None
"""A credential or a record as plain texts."""


def to_document(record: Record) -> dict[str, t.Any]:
    """The record with whose it is, for a place that keeps each record by itself."""
    return {"version": VERSION, **record.owner._asdict(), "name": record.name, **to_mapping(record)}


def from_document(owner: Owner, name: str, kept: t.Mapping[str, t.Any] | None, where: str) -> Record:
    """The record of to_document. Raises StoreError for what belongs to another tenant, application or name."""
    if kept is None:
        return Record(owner, name)
    if kept.get("version") != VERSION:
        raise StoreError(
            f"{where} holds no record in version {VERSION} of the format for '{name}'",
            remedy="Choose another place in store, or use the release that wrote this one.",
        )
    wanted = (*owner, name)
    found = (kept.get("tenant_id"), kept.get("app_id"), kept.get("name"))
    if found != wanted:
        raise StoreError(
            f"{where} holds '{found[2]}' of application {found[1]} in tenant {found[0]} where '{name}' of application {owner.app_id} "
            f"in tenant {owner.tenant_id} was expected",
            remedy="Somebody has moved or copied the record: put it back, or choose another place in store.",
        )
    return from_mapping(owner, name, kept)


def conflict(where: str, name: str) -> StoreError:
    """The refusal to replace a record that is not the one that was read."""
    return StoreError(
        f"{where}: another run has changed the record of '{name}' meanwhile",
        remedy="Let one run at a time keep this secret, and run again.",
    )


def differs(where: str) -> StoreError:
    """The refusal to trust a place that gives back something else."""
    return StoreError(f"{where}: what was read back is not what was written", remedy="Check the store.")


def _fields(credential: Credential | None) -> dict[str, t.Any] | None:
    if credential is None:
        return None
    fields = {field.name: getattr(credential, field.name) for field in dataclasses.fields(credential)}
    return {**fields, "secret": credential.secret.reveal() if credential.secret else None}


def _credential(kept: Fields) -> Credential | None:
    if kept is None:
        return None
    return Credential(**{**kept, "secret": Secret(kept["secret"]) if kept["secret"] else None})


def to_mapping(record: Record, write: t.Callable[[Credential | None], Fields] = _fields) -> dict[str, t.Any]:
    """write says how a credential stands there."""
    return {
        "revision": record.revision,
        "current": write(record.current),
        "pending": write(record.pending),
        "previous": [write(credential) for credential in record.previous],
        "abandoned": list(record.abandoned),
        "retired": [write(credential) for credential in record.retired],
    }


def from_mapping(
    owner: Owner, name: str, kept: Fields, read: t.Callable[[t.Any], Credential | None] = _credential
) -> Record:
    """The record, or a new one where nothing is kept. Raises StoreError for a mapping that is not one of to_mapping."""
    if kept is None:
        return Record(owner, name)
    try:
        previous = [read(credential) for credential in kept["previous"]]
        retired = [read(credential) for credential in kept.get("retired", [])]
        return Record(
            owner,
            name,
            revision=kept["revision"],
            current=read(kept["current"]),
            pending=read(kept["pending"]),
            previous=tuple(credential for credential in previous if credential),
            abandoned=tuple(kept["abandoned"]),
            retired=tuple(credential for credential in retired if credential),
        )
    except (KeyError, TypeError, AttributeError):
        raise StoreError(f"The stored record of the secret '{name}' is damaged", remedy="Restore it.") from None
