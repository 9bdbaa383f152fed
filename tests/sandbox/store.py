# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a tenant holds: records by kind and key, with the older version of each while a write is still replicating.

Readers see one of three things: the present, what a replica shows, or what the index of advanced queries knows.

A record is a dict in Microsoft Graph's own property names and JSON types and has an "id". Records are never changed in
place: a write puts a new dict, so a reader may keep what it was given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.changes import TRACKED, ChangeLog
from sandbox.replication import Replication

Record = dict[str, Any]


@dataclass(frozen=True)
class Pending:
    """A write that a stale replica does not show before `visible_at`, nor the index before `indexed_at`.

    `before` is None where nothing was; `session` is whose write it is, None where no user was behind it.
    """

    visible_at: datetime
    indexed_at: datetime
    session: str | None
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
    """One directory. `clock` gives the virtual time; `watch` is told of every write: tenant, kind, before, after."""

    id: str
    display_name: str
    default_domain: str
    initial_domain: str
    clock: Callable[[], datetime]
    replication: Replication = field(default_factory=Replication)
    region: str = "OC"
    watch: Callable[[Tenant, str, Record | None, Record | None], None] | None = None
    records: dict[str, dict[str, Record]] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    changes: ChangeLog = field(default_factory=ChangeLog)
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

    def view(self) -> View:
        """The present, with every write."""
        return View(self, {})

    def replica(self) -> View:
        """What the replica shows that answers the next read: perhaps not the writes that are still replicating.

        A user's session knows what it wrote itself, unless it was moved to another replica.
        """
        rules, stream = self.replication, f"reads {self.id}"
        if not self._pending or not rules.reads_stale(stream):
            return View(self, {})
        session = None if rules.session is None or rules.moves_away(stream) else rules.session
        return self._as_of(lambda write: write.visible_at, session)

    def indexed(self) -> View:
        """What the index of advanced queries knows: the same to every reader, and nobody's own writes sooner."""
        if not self._pending or not self.replication.reads_index():
            return View(self, {})
        return self._as_of(lambda write: write.indexed_at, None)

    def _as_of(self, seen_at: Callable[[Pending], datetime], session: str | None) -> View:
        time = self.clock()
        older: dict[tuple[str, str], Record | None] = {}
        for write in self._pending:
            if session is not None and write.session == session:
                older.pop((write.kind, write.key), None)
            elif seen_at(write) > time:
                older.setdefault((write.kind, write.key), write.before)
        return View(self, older)

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
        self._note_pending(kind, key, before)
        if kind in TRACKED:
            self.changes.add(kind, key, before, record, self.clock() + timedelta(seconds=self.replication.lags()[0]))
        for name, index in self._indexes.get(kind, {}).items():
            if before is not None:
                index.get(fold(before.get(name)), {}).pop(key, None)
            if record is not None:
                index.setdefault(fold(record.get(name)), {})[key] = None
        if record is None:
            of_kind.pop(key, None)
        else:
            of_kind[key] = record
        if self.watch is not None:
            self.watch(self, kind, before, record)
        return record

    def _note_pending(self, kind: str, key: str, before: Record | None) -> None:
        lag, index_lag = self.replication.lags()
        if not (lag or index_lag or self._pending):
            return
        time = self.clock()
        self._pending = [write for write in self._pending if max(write.visible_at, write.indexed_at) > time]
        if lag or index_lag:
            visible_at, indexed_at = (time + timedelta(seconds=seconds) for seconds in (lag, index_lag))
            self._pending.append(Pending(visible_at, indexed_at, self.replication.session, kind, key, before))
