# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A store in one file, encrypted with Ansible Vault under a vault password that the run has loaded.

It is YAML that `ansible-vault view` shows and include_vars reads.
"""

from __future__ import annotations

import json
import pathlib
import typing as t

import yaml
from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils.common.yaml import yaml_dump, yaml_load
from ansible.parsing.vault import VaultLib

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Owner, Record
from ansible_collections.tenantops.entra.plugins.plugin_utils import _places
from ansible_collections.tenantops.entra.plugins.plugin_utils._plain_records import from_mapping, to_mapping
from ansible_collections.tenantops.entra.plugins.plugin_utils._record_file import Content, RecordFile

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


class VaultFile(RecordFile):
    """A Store."""

    def __init__(self, path: pathlib.Path, passwords: list[Password], vault_id: str = "") -> None:
        self._vault = VaultLib(passwords)
        self._password = _choose(path, passwords, vault_id)
        super().__init__(path)

    def encode(self, content: Content) -> bytes:
        vault_id, password = self._password
        plain = json.loads(json.dumps(content))  # a text from a playbook is a subclass that YAML does not know
        return bytes(self._vault.encrypt(yaml_dump(plain, sort_keys=False), password, vault_id))

    def decode(self, text: bytes) -> Content:
        try:
            plain, *password = self._vault.decrypt_and_get_vault_id(text)
        except AnsibleError:
            raise StoreError(
                f"{self._path} cannot be decrypted with the loaded vault passwords",
                remedy="Load the password that it was encrypted with, or name another file in store.path.",
            ) from None
        self._password = (password[0], password[1])  # a file keeps its vault identity
        try:
            content = yaml_load(plain)
        except (yaml.YAMLError, UnicodeError):  # their messages quote the text
            content = None
        if not isinstance(content, dict):
            raise StoreError(f"{self._path} holds no YAML mapping", remedy="Name another file in store.path.")
        return content

    def to_kept(self, record: Record, former: Content | None) -> Content:
        return to_mapping(record)

    def from_kept(self, owner: Owner, name: str, kept: Content | None) -> Record:
        return from_mapping(owner, name, kept)


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
