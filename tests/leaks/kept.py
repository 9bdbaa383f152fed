# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a case's playbooks keep secrets: every kind of store, each the real thing, started when a case first wants it."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import pathlib
import typing as t

import key_vault
from leaks.canaries import Canary
from leaks.identities import Identity
from sandbox import Running
from stores import openbao
from stores.escrow import Escrow

ROOT = pathlib.Path(__file__).parents[2]
POLICY = 'path "secret/*" { capabilities = ["create", "read", "update", "list", "delete"] }'


@dataclasses.dataclass(frozen=True)
class Keeping:
    """A store as the playbooks are given it."""

    options: dict[str, t.Any]
    """Of the option store. They come from an encrypted file, since a token is one of them."""
    environment: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    canaries: tuple[Canary, ...] = ()


class Stores:
    """The servers behind the stores. They end with the stack."""

    def __init__(self, sandbox: Running, stack: contextlib.ExitStack, folder: pathlib.Path) -> None:
        self._sandbox, self._stack, self._folder = sandbox, stack, folder

    def keep(self, kind: str, identity: Identity, python: pathlib.Path, folder: pathlib.Path) -> Keeping:
        """A store of that kind for one tenant. folder is of the case."""
        if kind == "hashicorp_vault":
            token = self._bao.make_token(POLICY)
            options = {"vault_url": self._bao.url, "vault_ca_file": str(self._bao.ca_file), "vault_token": token}
            return Keeping({"kind": kind, **options}, canaries=(Canary("store token", token),))
        if kind == "azure_key_vault":
            self._vault.guard.tenant_id = identity.tenant_id
            self._vault.allow(identity.options["client_id"])
            way = {"HTTPS_PROXY": self._vault.proxy, "NO_PROXY": "localhost,127.0.0.1"}
            environment = {**way, "ENTRA_CA_FILE": str(self._vault.ca_file)}
            return Keeping({"kind": kind, "key_vault_url": self._vault.url}, environment)
        if kind in ("command", "command that tells"):
            program = ROOT / ("docs/examples/keep_record.py" if kind == "command" else "tests/leaks/telling_store.py")
            command = [str(python), str(program), str(folder / "records")]
            return Keeping({"kind": "command", "command": command})
        if kind == "sealed":
            recipient = Escrow(self._folder).certificate
            return Keeping(
                {"kind": kind, "path": str(folder / "store/sealed.json"), "recipient_certificate": recipient}
            )
        return Keeping({"path": str(folder / "store/kept.yml")})

    @functools.cached_property
    def _bao(self) -> openbao.OpenBao:
        folder = self._folder / "openbao"
        folder.mkdir()
        return self._stack.enter_context(openbao.running(folder))

    @functools.cached_property
    def _vault(self) -> key_vault.KeyVault:
        folder = self._folder / "key-vault"
        folder.mkdir()
        home = self._sandbox.control("POST", "/tenants", {"count": 1})["tenants"][0]["id"]
        return self._stack.enter_context(key_vault.running(self._sandbox, home, folder))
