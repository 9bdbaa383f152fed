# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Records as plain mappings, the form in which a store writes them. The values are in it in the clear."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Credential, Owner, Record


def to_mapping(record: Record) -> dict[str, t.Any]:
    return {
        "revision": record.revision,
        "current": _fields(record.current),
        "pending": _fields(record.pending),
        "previous": [_fields(credential) for credential in record.previous],
        "abandoned": list(record.abandoned),
        "retired": [_fields(credential) for credential in record.retired],
    }


def from_mapping(owner: Owner, name: str, kept: t.Mapping[str, t.Any] | None) -> Record:
    """The record, or a new one where nothing is kept. Raises StoreError for a mapping that is not one of to_mapping."""
    if kept is None:
        return Record(owner, name)
    try:
        previous = [_credential(credential) for credential in kept["previous"]]
        retired = [_credential(credential) for credential in kept.get("retired", [])]
        return Record(
            owner,
            name,
            revision=kept["revision"],
            current=_credential(kept["current"]),
            pending=_credential(kept["pending"]),
            previous=tuple(credential for credential in previous if credential),
            abandoned=tuple(kept["abandoned"]),
            retired=tuple(credential for credential in retired if credential),
        )
    except (KeyError, TypeError, AttributeError):
        raise StoreError(f"The stored record of the secret '{name}' is damaged", remedy="Restore it.") from None


def _fields(credential: Credential | None) -> dict[str, t.Any] | None:
    if credential is None:
        return None
    fields = {field.name: getattr(credential, field.name) for field in dataclasses.fields(credential)}
    return {**fields, "secret": credential.secret.reveal() if credential.secret else None}


def _credential(kept: t.Mapping[str, t.Any] | None) -> Credential | None:
    if kept is None:
        return None
    return Credential(**{**kept, "secret": Secret(kept["secret"]) if kept["secret"] else None})
