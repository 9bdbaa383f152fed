# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A store in one file, which holds the records of one application, or of one tenant's users:

    version: 1
    tenant_id: ...
    app_id: ...
    secrets:
      NAME:
        revision: 3
        current: {name: NAME, op_id: ..., key_id: ..., secret: ..., start: ..., end: ...}
        pending: null
        previous: []
        abandoned: []
        retired: []

It is replaced whole, by rename, so that a reader or a crash finds the old file or the new one.
"""

from __future__ import annotations

import abc
import contextlib
import dataclasses
import fcntl
import os
import pathlib
import secrets
import tempfile
import time
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Owner, Record
from ansible_collections.tenantops.entra.plugins.plugin_utils import _places
from ansible_collections.tenantops.entra.plugins.plugin_utils._plain_records import VERSION, conflict, differs

LOCK_WAIT = 20.0  # seconds to wait for another process that is writing in the same folder

Content = dict[str, t.Any]


class RecordFile(abc.ABC):
    """A Store. Several names of one application share the file. A kind of it says what is written, and how."""

    def __init__(self, path: pathlib.Path) -> None:
        self._path = path
        _places.refuse_unsafe(path)

    @abc.abstractmethod
    def encode(self, content: Content) -> bytes: ...

    @abc.abstractmethod
    def decode(self, text: bytes) -> Content:
        """What encode wrote. Raises StoreError."""

    @abc.abstractmethod
    def to_kept(self, record: Record, former: Content | None) -> Content:
        """The record as it stands in the content, in place of the former one."""

    @abc.abstractmethod
    def from_kept(self, owner: Owner, name: str, kept: Content | None) -> Record:
        """The record of to_kept, or a new one where nothing is kept."""

    @property
    def where(self) -> str:
        return str(self._path)

    def probe(self) -> None:
        with self._locked(), self._written({"probe": secrets.token_hex()}):
            pass

    def get(self, owner: Owner, name: str) -> Record:
        return self.from_kept(owner, name, self._read(owner)["secrets"].get(name))

    def put(self, record: Record) -> Record:
        with self._locked():
            content = self._read(record.owner)
            former = content["secrets"].get(record.name)
            if self.from_kept(record.owner, record.name, former).revision != record.revision:
                raise conflict(self.where, record.name)
            new = dataclasses.replace(record, revision=record.revision + 1)
            content["secrets"][record.name] = self.to_kept(new, former)
            with self._written(content) as made:
                made.replace(self._path)
                _sync(self._path.parent)
            if self._read(record.owner) != content:
                raise differs(self.where)
        return new

    def list(self, owner: Owner) -> t.Sequence[str]:
        return sorted(self._read(owner)["secrets"])

    def _read(self, owner: Owner) -> Content:
        """The file's content, or what a new file begins with. Refuses the file of another tenant or application."""
        head = {"version": VERSION, **owner._asdict()}
        try:
            text = self._path.read_bytes()
        except FileNotFoundError:
            return {**head, "secrets": {}}
        except OSError as error:
            raise StoreError(f"{self._path} cannot be read: {error.strerror}") from None
        content = self.decode(text)
        if content.get("version") != VERSION or not isinstance(content.get("secrets"), dict):
            raise StoreError(
                f"{self._path} is not a file of secrets in version {VERSION} of the format",
                remedy="Name another file in store.path, or use the release that wrote this one.",
            )
        if any(content.get(name) != value for name, value in head.items()):
            raise StoreError(
                f"{self._path} holds secrets of application {content.get('app_id')} in tenant {content.get('tenant_id')}, "
                f"not of {owner.app_id or 'the application that is to be made'} in tenant {owner.tenant_id}",
                remedy="Give each tenant and application a file of its own in store.path.",
            )
        return content

    @contextlib.contextmanager
    def _written(self, content: Content) -> t.Iterator[pathlib.Path]:
        """A new file beside the store's, durable and proven to hold the content; removed unless it was renamed."""
        text = self.encode(content)
        made: pathlib.Path | None = None
        try:
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=self._prefix)  # mode 0600
            made = pathlib.Path(name)
            with os.fdopen(handle, "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(handle)
            if self.decode(made.read_bytes()) != content:
                raise StoreError(f"{made} does not hold what was written to it")
            yield made
        except OSError as error:
            raise StoreError(
                f"{self._path} cannot be written: {error.strerror}",
                remedy="Make its folder writable for the user who runs Ansible.",
            ) from None
        finally:
            if made is not None:
                made.unlink(missing_ok=True)

    @contextlib.contextmanager
    def _locked(self) -> t.Iterator[None]:
        """One writer at a time in the folder. What a writer that was killed left behind is removed."""
        folder = self._path.parent
        try:
            handle = os.open(folder, os.O_RDONLY)
        except OSError as error:
            raise StoreError(f"{folder} cannot be opened: {error.strerror}") from None
        try:
            _lock(handle, folder)
            for leftover in folder.glob(f"{self._prefix}*"):
                leftover.unlink(missing_ok=True)
            yield
        finally:
            os.close(handle)

    @property
    def _prefix(self) -> str:
        return f".{self._path.name}.new-"


def _lock(handle: int, folder: pathlib.Path) -> None:
    ends = time.monotonic() + LOCK_WAIT
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > ends:
                raise StoreError(
                    f"Another process keeps {folder} locked", remedy="Run again when it is done."
                ) from None
            time.sleep(0.05)
        except OSError as error:
            raise StoreError(f"{folder} cannot be locked: {error.strerror}") from None


def _sync(folder: pathlib.Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
