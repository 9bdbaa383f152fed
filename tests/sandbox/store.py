# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a tenant holds: records by kind and key, with the older version of each while a write is still replicating.

A record is a dict in Microsoft Graph's own property names and JSON types and has an "id". Records are never changed in
place: a write puts a new dict, so a reader may keep what it was given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True)
class Pending:
    """A write that readers of a stale replica do not see before `visible_at`; `before` is None where nothing was."""

    visible_at: datetime
    kind: str
    key: str
    before: Record | None


def fold(value: Any) -> Any:
    """The form in which values are compared: directory names and ids ignore case."""
    return value.casefold() if isinstance(value, str) else value


class View:
    """The tenant as one reader sees it: the present, or the present with some records as they were before."""

    def __init__(self, tenant: Tenant, older: dict[tuple[str, str], Record | None]) -> None:
        self._tenant = tenant
        self._older = older

    def get(self, kind: str, key: str) -> Record | None:
        """The record with that id, or None."""
        key = key.lower()
        if (kind, key) in self._older:
            return self._older[kind, key]
        return self._tenant.records.get(kind, {}).get(key)

    def all(self, kind: str) -> list[Record]:
        """Every record of the kind, oldest first."""
        present = self._tenant.records.get(kind, {})
        older = {key: record for (of, key), record in self._older.items() if of == kind}
        if not older:
            return list(present.values())
        merged = {**present, **older}
        return [record for record in merged.values() if record is not None]

    def where(self, kind: str, **equals: Any) -> list[Record]:
        """The records whose properties equal all the given values (strings ignoring case), by index."""
        return list(self._matches(kind, equals))

    def find(self, kind: str, **equals: Any) -> Record | None:
        """The first record whose properties equal all the given values, or None."""
        return next(self._matches(kind, equals), None)

    def _matches(self, kind: str, equals: dict[str, Any]) -> Iterator[Record]:
        indexes: list[dict[str, None]] = [
            self._tenant.index(kind, name).get(fold(value), {}) for name, value in equals.items()
        ]
        smallest = min(indexes, key=len)
        keys = dict(smallest)
        keys.update({key: None for of, key in self._older if of == kind})
        for key in keys:
            record = self.get(kind, key)
            if record is not None and all(fold(record.get(name)) == fold(value) for name, value in equals.items()):
                yield record


@dataclass
class Tenant:
    """One directory. `clock` gives the virtual time, `replication_lag` the seconds a write made now takes to replicate."""

    id: str
    display_name: str
    default_domain: str
    initial_domain: str
    clock: Callable[[], datetime]
    replication_lag: Callable[[], float] = lambda: 0.0
    region: str = "OC"
    records: dict[str, dict[str, Record]] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    _pending: list[Pending] = field(default_factory=list)
    _indexes: dict[str, dict[str, dict[Any, dict[str, None]]]] = field(default_factory=dict)

    def put(self, kind: str, record: Record) -> Record:
        """Keep the record as the newest version of its id and return it."""
        return self._write(kind, record["id"].lower(), record) or record

    def remove(self, kind: str, key: str) -> Record | None:
        """Remove the record; what it was is returned, None where there was nothing."""
        before = self.records.get(kind, {}).get(key.lower())
        if before is not None:
            self._write(kind, key.lower(), None)
        return before

    def now(self, kind: str) -> list[Record]:
        """Every record of the kind as it is at present."""
        return self.view().all(kind)

    def view(self, stale: bool = False) -> View:
        """The present, or (stale) what a replica shows that has not yet seen the writes still replicating."""
        if not stale or not self._pending:
            return View(self, {})
        time = self.clock()
        return View(self, {(p.kind, p.key): p.before for p in reversed(self._pending) if p.visible_at > time})

    def keep_secret(self, key: str, value: str) -> None:
        """Remember a client secret (by its keyId) or a password (by its user's id) as a hash."""
        self.secrets[key.lower()] = hashlib.sha256(value.encode()).hexdigest()

    def knows_secret(self, key: str, value: str) -> bool:
        """Whether this is the secret kept under that key."""
        return self.secrets.get(key.lower()) == hashlib.sha256(value.encode()).hexdigest()

    def index(self, kind: str, name: str) -> dict[Any, dict[str, None]]:
        """The keys of the kind's records by their value of one property (made at the first question, kept current)."""
        of_kind = self._indexes.setdefault(kind, {})
        if name not in of_kind:
            made: dict[Any, dict[str, None]] = {}
            for key, record in self.records.get(kind, {}).items():
                made.setdefault(fold(record.get(name)), {})[key] = None
            of_kind[name] = made
        return of_kind[name]

    def _write(self, kind: str, key: str, record: Record | None) -> Record | None:
        of_kind = self.records.setdefault(kind, {})
        before = of_kind.get(key)
        lag = self.replication_lag()
        if lag > 0 or self._pending:
            time = self.clock()
            self._pending = [pending for pending in self._pending if pending.visible_at > time]
            if lag > 0:
                self._pending.append(Pending(time + timedelta(seconds=lag), kind, key, before))
        for name, index in self._indexes.get(kind, {}).items():
            if before is not None:
                index.get(fold(before.get(name)), {}).pop(key, None)
            if record is not None:
                index.setdefault(fold(record.get(name)), {})[key] = None
        if record is None:
            of_kind.pop(key, None)
        else:
            of_kind[key] = record
        return record
