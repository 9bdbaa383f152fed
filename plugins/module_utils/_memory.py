# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tasks of one run tell each other: tokens, and what they wrote.

An anonymous shared mapping is reserved when this file is imported. ansible-core imports the action plugin in the parent
process before it forks a worker for each task, so all tasks of a run share the mapping; nothing of it is written to disk.
Where the import happens in a worker instead, each task is alone with its own mapping and nothing breaks.

The mapping is a log: 8 bytes that say where it ends, then records of a key's digest, a length and JSON text. Records are
only ever added, and the end moves after the record is whole, so readers need no lock.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import multiprocessing
import struct
import time
import typing as t

SIZE = 64 * 1024 * 1024  # bytes of address space; pages are used as they are written
FRESH = 300.0  # seconds for which a write of this run is believed over a read that contradicts it
_END = struct.Struct("<Q")
_HEAD = struct.Struct("<16sI")


class Memory:
    """Notes under a key, oldest first."""

    def __init__(self, size: int = SIZE) -> None:
        self._map = mmap.mmap(-1, size)
        self._size = size
        self._lock = multiprocessing.get_context("fork").Lock()
        _END.pack_into(self._map, 0, _END.size)

    def note(self, key: str, value: t.Any) -> None:
        """Add a note. A full mapping, or a writer that was killed while it wrote, only costs the note."""
        text = json.dumps(value).encode()
        if not self._lock.acquire(timeout=1):
            return
        try:
            (end,) = _END.unpack_from(self._map, 0)
            after = end + _HEAD.size + len(text)
            if after <= self._size:
                _HEAD.pack_into(self._map, end, _digest(key), len(text))
                self._map[end + _HEAD.size : after] = text
                _END.pack_into(self._map, 0, after)
        finally:
            self._lock.release()

    def recall(self, key: str) -> list[t.Any]:
        wanted = _digest(key)
        notes = []
        (end,) = _END.unpack_from(self._map, 0)
        at = _END.size
        while at < end:
            digest, length = _HEAD.unpack_from(self._map, at)
            at += _HEAD.size
            if digest == wanted:
                notes.append(json.loads(self._map[at : at + length]))
            at += length
        return notes


class Writes:
    """What this run wrote, or in check mode would have written, to the objects of one tenant.

    A read that follows a write may be answered by a replica that has not seen it
    (https://devblogs.microsoft.com/identity/designing-for-eventual-consistency-for-microsoft-entra/), so reads are corrected by
    these notes for a while: a value that this run has met or written before is old, and so is an empty one of what it made, and the
    last one written counts. A value that it never met is somebody else's, and stays; one that somebody else puts back to what this
    run met cannot be told from an old one. In a rehearsal, a run that is in check mode as a whole, notes never grow
    old: they are the prediction that later tasks build upon. A single task in check mode leaves no notes.
    """

    def __init__(self, memory: Memory, tenant_id: str, *, rehearsal: bool = False) -> None:
        self._memory = memory
        self._tenant = tenant_id
        self._rehearsal = rehearsal
        self._met: dict[str, dict[str, t.Any]] = {}
        """Objects as this task knows them; empty for one that was looked for and is not there."""

    def note(self, kind: str, keys: t.Iterable[str], properties: dict[str, t.Any], *, gone: bool = False) -> None:
        names = {self._key(kind, key) for key in keys if key}
        met = next((self._met[name] for name in names if name in self._met), None)
        before = {} if met is None else {name: met.get(name) for name in properties if name in met or not met}
        entry = {"at": time.time(), "gone": gone, "before": before, "properties": properties}
        for name in names:
            self._memory.note(name, entry)
            self._met[name] = {} if gone else {**(met or {}), **properties}

    def correct(self, kind: str, key: str, read: dict[str, t.Any] | None) -> dict[str, t.Any] | None:
        """The object as this run knows it: what was read, overlaid with what was written since; None once it was deleted."""
        at, corrected = self._key(kind, key), read
        known: dict[str, list[t.Any]] = {}
        for entry in self._memory.recall(at):
            if not self._rehearsal and time.time() - entry["at"] > FRESH:
                continue
            for property_, value in entry["properties"].items():
                if property_ in entry["before"]:
                    known.setdefault(property_, []).append(entry["before"][property_])
                if property_ in known:
                    known[property_].append(value)
            corrected = None if entry["gone"] else {**(corrected or {}), **entry["properties"]}
        if read and corrected:
            theirs = {name: read[name] for name in known if name in read}
            new = {name: value for name, value in theirs.items() if not any(_agrees(value, old) for old in known[name])}
            corrected = {**corrected, **new}
        self._met[at] = corrected or {}
        return corrected

    def _key(self, kind: str, key: str) -> str:
        return f"{self._tenant}/{kind}/{key.lower()}"


def _digest(key: str) -> bytes:
    return hashlib.blake2b(key.encode(), digest_size=16).digest()


def _agrees(read: t.Any, known: t.Any) -> bool:
    """Whether what was read may be what is known: Microsoft Graph answers lists in any order, and adds properties."""
    if isinstance(known, dict) and isinstance(read, dict):
        return all(_agrees(read.get(name), value) for name, value in known.items())
    if isinstance(known, list) and isinstance(read, list):
        return len(known) == len(read) and all(any(_agrees(one, item) for one in read) for item in known)
    return bool(read == known or (_is_empty(read) and _is_empty(known)))


def _is_empty(value: t.Any) -> bool:
    return all(map(_is_empty, value.values())) if isinstance(value, dict) else not value


SHARED = Memory()
