# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A store in HashiCorp Vault or OpenBao, in a key/value engine of version 2.

Each record is a secret of its own at MOUNT/PATH/TENANT_ID/APP_ID/NAME, with the fields of to_document. Its revision is the
engine's version number, and a write names the version that it replaces (cas).
https://openbao.org/api-docs/secret/kv/kv-v2/, https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2
"""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import secrets
import typing as t
import urllib.parse

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._login_session import open_session
from ansible_collections.tenantops.entra.plugins.module_utils._redact import conceal, scrub
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Owner, Record
from ansible_collections.tenantops.entra.plugins.plugin_utils._plain_records import (
    conflict,
    differs,
    from_document,
    to_document,
)

PROBLEM: ImportError | None = None

try:
    import hvac
    import requests
except ImportError as problem:
    PROBLEM = problem

TIMEOUT = 30  # seconds for one request
LOOPBACK = ("localhost", "127.0.0.1", "::1")
Content = dict[str, t.Any]


class Mismatch(Exception):
    """The version that a write was to replace is not the newest."""


def open_store(spec: t.Mapping[str, t.Any], services: t.Mapping[str, t.Any]) -> HashicorpVault:
    """The store that spec names, signed in. Raises StoreError."""
    url, ca_file = spec["vault_url"].rstrip("/"), spec["vault_ca_file"] or ""
    parts = urllib.parse.urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise StoreError(
            f"store.vault_url is '{url}'", remedy="Use https, so that nobody on the way reads the secrets."
        )
    session = open_session(ca_file)
    session.verify = ca_file or True  # hvac takes it from the session, and names it in each request
    client = hvac.Client(
        url=url,
        token=_token(spec),
        namespace=spec["vault_namespace"] or None,
        session=session,
        timeout=TIMEOUT,
    )
    store = HashicorpVault(client, url, spec["vault_mount"].strip("/"), spec["vault_path"].strip("/"))
    if spec["vault_role_id"]:
        store.sign_in(spec["vault_role_id"], _given(spec, "vault_secret_id"), spec["vault_auth_mount"].strip("/"))
    return store


class HashicorpVault:
    """A Store."""

    def __init__(self, client: t.Any, url: str, mount: str, prefix: str) -> None:
        self._client = client
        self._mount = mount
        self._prefix = prefix
        self.where = f"{url}, {mount}/{prefix}"

    def sign_in(self, role_id: str, secret_id: str | None, mount: str) -> None:
        """By AppRole. https://openbao.org/api-docs/auth/approle/"""
        with self._asking(f"sign in at auth/{mount}"):
            self._client.auth.approle.login(role_id=role_id, secret_id=secret_id, mount_point=mount)
            conceal(self._client.token)

    def probe(self) -> None:
        path, nonce = f"{self._prefix}/probe-{secrets.token_hex(8)}", {"probe": secrets.token_hex()}
        self._write(path, nonce, 0)
        try:
            if self._read(path)[0] != nonce:
                raise differs(self.where)
        finally:
            with self._asking(f"delete metadata/{path}"):
                self._engine.delete_metadata_and_all_versions(path=path, mount_point=self._mount)

    def get(self, owner: Owner, name: str) -> Record:
        if not owner.app_id:  # the application is to be made yet
            return Record(owner, name)
        content, version = self._read(self._path(owner, name))
        return dataclasses.replace(from_document(owner, name, content, self.where), revision=version)

    def put(self, record: Record) -> Record:
        path, new = self._path(record.owner, record.name), dataclasses.replace(record, revision=record.revision + 1)
        self.get(record.owner, record.name)  # refuses what is another's
        content, refused = to_document(new), False
        try:
            self._write(path, content, record.revision)
        except Mismatch:  # also when the answer to an attempt was lost, and it was sent again
            refused = True
        kept, version = self._read(path, new.revision if not refused else None)
        if kept != content or version != new.revision:
            raise conflict(self.where, record.name) if refused else differs(self.where)
        return new

    def list(self, owner: Owner) -> t.Sequence[str]:
        folder = f"{self._prefix}/{owner.tenant_id}/{owner.app_id}"
        try:
            with self._asking(f"list metadata/{folder}"):
                answer = self._engine.list_secrets(path=folder, mount_point=self._mount)
        except hvac.exceptions.InvalidPath:
            return []
        return sorted(urllib.parse.unquote(key) for key in answer["data"]["keys"] if not key.endswith("/"))

    @property
    def _engine(self) -> t.Any:
        return self._client.secrets.kv.v2

    def _path(self, owner: Owner, name: str) -> str:
        return f"{self._prefix}/{owner.tenant_id}/{owner.app_id}/{urllib.parse.quote(name, safe='@ ')}"

    def _read(self, path: str, version: int | None = None) -> tuple[Content | None, int]:
        """The content and its version: None where the newest was deleted, and 0 where there never was one."""
        try:
            with self._asking(f"read data/{path}"):
                answer = self._engine.read_secret_version(
                    path=path, version=version, mount_point=self._mount, raise_on_deleted_version=False
                )
        except hvac.exceptions.InvalidPath:
            return None, 0
        return answer["data"]["data"], answer["data"]["metadata"]["version"]

    def _write(self, path: str, content: Content, replaces: int) -> None:
        with self._asking(f"write data/{path}"):
            answer = self._engine.create_or_update_secret(
                path=path, secret=content, cas=replaces, mount_point=self._mount
            )
        if not isinstance(answer, dict) or "version" not in (answer.get("data") or {}):
            raise StoreError(
                f"{self.where}: the engine '{self._mount}' keeps no versions", remedy="Use a kv engine of version 2."
            )

    @contextlib.contextmanager
    def _asking(self, does: str) -> t.Iterator[None]:
        """Refusals as StoreError. Lets InvalidPath through where nothing is kept."""
        refused: StoreError | Mismatch
        try:
            yield
            return
        except hvac.exceptions.InvalidPath as error:
            if "no handler for route" not in str(error):
                raise
            refused = StoreError(
                f"{self.where}: there is no secrets engine '{self._mount}'",
                remedy="Set store.vault_mount, and store.vault_namespace where there are several.",
            )
        except hvac.exceptions.InvalidRequest as error:
            refused = Mismatch() if "check-and-set" in str(error) else self._failed(does, error)
        except hvac.exceptions.Forbidden as error:
            refused = self._forbidden(does, error)
        except hvac.exceptions.VaultDown:
            refused = StoreError(f"{self.where}: the vault is sealed or not ready", remedy="Unseal it, and run again.")
        except hvac.exceptions.VaultError as error:
            refused = self._failed(does, error)
        except requests.exceptions.SSLError:
            refused = StoreError(
                f"{self.where}: its certificate is not trusted",
                remedy="Set store.vault_ca_file to its certificate authority.",
            )
        except requests.exceptions.RequestException as error:
            refused = StoreError(
                f"{self.where} did not answer ({type(error).__name__})",
                remedy="Check store.vault_url, the network and the proxy.",
            )
        raise refused from None

    def _forbidden(self, does: str, error: Exception) -> StoreError:
        if does.startswith("sign in"):
            return self._failed(does, error)
        if "1 error occurred" not in str(error):  # how a policy says no; observed with OpenBao 2.7
            return StoreError(
                f"{self.where}: the token is wrong, has expired or was revoked",
                remedy="Give a new one in store.vault_token_file, or sign in with store.vault_role_id.",
            )
        return StoreError(
            f"{self.where}: the token's policy does not allow to {does}",
            remedy=f"Allow create, read and update on {self._mount}/data/{self._prefix}/*, list on {self._mount}/metadata/{self._prefix}/* "
            f"and delete on {self._mount}/metadata/{self._prefix}/probe-*.",
        )

    def _failed(self, does: str, error: Exception) -> StoreError:
        return StoreError(
            f"{self.where}: could not {does}: {scrub(str(error))[:300]}", remedy="Check store and its policy."
        )


def _token(spec: t.Mapping[str, t.Any]) -> str:
    """The token that was given: in a file before in the clear; empty where one is signed in for."""
    if spec["vault_role_id"]:
        return ""
    token = _given(spec, "vault_token")
    if token is None:
        raise StoreError(
            "store.kind hashicorp_vault needs a token or a role",
            remedy="Set vault_token_file, vault_role_id with vault_secret_id_file, or the variable VAULT_TOKEN.",
        )
    return token


def _given(spec: t.Mapping[str, t.Any], option: str) -> str | None:
    """The secret that the file OPTION_file holds, or else the option itself."""
    value, file = spec[option], spec[f"{option}_file"]
    if file:
        try:
            value = pathlib.Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeError) as error:
            raise StoreError(f"store.{option}_file is {file}, which cannot be read ({type(error).__name__})") from None
    if value:
        conceal(value)
    return value or None
