# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A store in one file, encrypted with Ansible Vault under a vault password that the run has loaded.

The file is YAML that `ansible-vault view` shows and include_vars reads:

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

import contextlib
import dataclasses
import fcntl
import json
import os
import pathlib
import secrets
import tempfile
import time
import typing as t

import yaml
from ansible import constants
from ansible.errors import AnsibleError
from ansible.parsing.vault import VaultLib

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Owner, Record
from ansible_collections.tenantops.entra.plugins.plugin_utils import _places
from ansible_collections.tenantops.entra.plugins.plugin_utils._plain_records import (
    VERSION,
    conflict,
    differs,
    from_mapping,
    to_mapping,
)

LOCK_WAIT = 20.0  # seconds to wait for another process that is writing in the same folder

Password = tuple[str, t.Any]
"""A vault id and ansible-core's object that holds its password."""


def passwords_of(loader: t.Any) -> list[Password]:
    """The vault identities that the run has loaded.

    ansible-core has no public name for them in a plugin; this function alone knows the private one.
    """
    return list(loader._vault.secrets or [])


def open_store(spec: t.Mapping[str, t.Any], services: t.Mapping[str, t.Any]) -> VaultFile:
    """The store at spec.path, relative to the playbook. Raises StoreError."""
    loader = services["loader"]
    path = pathlib.Path(loader.path_dwim(spec["path"])).resolve()
    _places.refuse_lasting_nowhere(path, allow_container=spec.get("allow_container", False))
    _places.refuse_committed(path, allow_git=spec.get("allow_git", False))
    return VaultFile(path, passwords_of(loader), spec.get("vault_id") or "")


class VaultFile:
    """A Store. Several names of one application share the file."""

    def __init__(self, path: pathlib.Path, passwords: list[Password], vault_id: str = "") -> None:
        self._path = path
        self._vault = VaultLib(passwords)
        self._password = _choose(path, passwords, vault_id)
        _places.refuse_unsafe(path)

    @property
    def where(self) -> str:
        return str(self._path)

    def probe(self) -> None:
        with self._locked(), self._written({"probe": secrets.token_hex()}):
            pass

    def get(self, owner: Owner, name: str) -> Record:
        return from_mapping(owner, name, self._read(owner)["secrets"].get(name))

    def put(self, record: Record) -> Record:
        with self._locked():
            content = self._read(record.owner)
            kept = from_mapping(record.owner, record.name, content["secrets"].get(record.name))
            if kept.revision != record.revision:
                raise conflict(self.where, record.name)
            new = dataclasses.replace(record, revision=record.revision + 1)
            content["secrets"][record.name] = to_mapping(new)
            with self._written(content) as made:
                made.replace(self._path)
                _sync(self._path.parent)
            if self._read(record.owner) != content:
                raise differs(self.where)
        return new

    def list(self, owner: Owner) -> t.Sequence[str]:
        return sorted(self._read(owner)["secrets"])

    def _read(self, owner: Owner) -> dict[str, t.Any]:
        """The file's content, or what a new file begins with. Refuses the file of another tenant or application."""
        head = {"version": VERSION, **owner._asdict()}
        try:
            text = self._path.read_bytes()
        except FileNotFoundError:
            return {**head, "secrets": {}}
        except OSError as error:
            raise StoreError(f"{self._path} cannot be read: {error.strerror}") from None
        content = self._decrypt(text)
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

    def _decrypt(self, text: bytes) -> dict[str, t.Any]:
        try:
            plain, *password = self._vault.decrypt_and_get_vault_id(text)
        except AnsibleError:
            raise StoreError(
                f"{self._path} cannot be decrypted with the loaded vault passwords",
                remedy="Load the password that it was encrypted with, or name another file in store.path.",
            ) from None
        self._password = (password[0], password[1])  # a file keeps its vault identity
        try:
            content = yaml.safe_load(plain)
        except (yaml.YAMLError, UnicodeError):  # their messages quote the text
            content = None
        if not isinstance(content, dict):
            raise StoreError(f"{self._path} holds no YAML mapping", remedy="Name another file in store.path.")
        return content

    @contextlib.contextmanager
    def _written(self, content: dict[str, t.Any]) -> t.Iterator[pathlib.Path]:
        """A new file beside the store's, durable and proven to decrypt to the content; removed unless it was renamed."""
        vault_id, password = self._password
        plain = json.loads(json.dumps(content))  # a text from a playbook is a subclass that YAML does not know
        text = self._vault.encrypt(yaml.safe_dump(plain, sort_keys=False), password, vault_id)
        made: pathlib.Path | None = None
        try:
            handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=self._prefix)  # mode 0600
            made = pathlib.Path(name)
            with os.fdopen(handle, "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(handle)
            if self._decrypt(made.read_bytes()) != content:
                raise StoreError(f"{made} does not decrypt to what was encrypted")
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


def _choose(path: pathlib.Path, loaded: list[Password], wanted: str) -> Password:
    """The vault identity that a new file is encrypted with."""
    names = ", ".join(name for name, _password in loaded)
    wanted = wanted or constants.DEFAULT_VAULT_ENCRYPT_IDENTITY or ""
    if not loaded:
        raise StoreError(
            "No vault password is loaded, so a secret could not be encrypted",
            remedy="Use --vault-id or --vault-password-file; in AWX add a Vault credential.",
        )
    if not wanted and len({name for name, _password in loaded}) > 1:
        raise StoreError(
            f"Several vault ids are loaded ({names}) and none is chosen for {path}",
            remedy="Set store.vault_id.",
        )
    fitting = [password for password in loaded if wanted in ("", password[0])]
    if not fitting:
        raise StoreError(f"The vault id '{wanted}' is not loaded", remedy=f"Loaded are: {names}.")
    return fitting[0]


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
