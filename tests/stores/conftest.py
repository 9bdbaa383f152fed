# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The places that the stores' tests keep records in: one of each kind, each the real thing."""

from __future__ import annotations

import contextlib
import pathlib
import sys
import typing as t
import uuid
from collections.abc import Iterator

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultSecret
from azure.keyvault.secrets._shared import http_challenge_cache

import key_vault as key_vaults
from ansible_collections.tenantops.entra.plugins.module_utils import _connection
from ansible_collections.tenantops.entra.plugins.module_utils._store_option import NEEDS
from ansible_collections.tenantops.entra.plugins.plugin_utils import _services
from sandbox import Running
from stores import openbao
from stores.escrow import Escrow
from stores.places import Place

ROOT = pathlib.Path(__file__).parents[2]
PLACES: dict[str, t.Callable[[pytest.FixtureRequest], Place]] = {}


@pytest.fixture(scope="session")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[openbao.OpenBao]:
    with openbao.running(tmp_path_factory.mktemp("openbao")) as server:
        yield server


@pytest.fixture(scope="session")
def escrow(tmp_path_factory: pytest.TempPathFactory) -> Escrow:
    return Escrow(tmp_path_factory.mktemp("escrow"))


@pytest.fixture(params=list(NEEDS))
def place(request: pytest.FixtureRequest) -> Place:
    """Each kind in turn, empty."""
    return PLACES[request.param](request)


def services_of(params: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
    loader = DataLoader()
    loader.set_vault_secrets([("default", VaultSecret(b"a vault password for tests"))])
    return _services.of(loader, params or {})


def make_vault_file(request: pytest.FixtureRequest) -> Place:
    folder: pathlib.Path = request.getfixturevalue("tmp_path") / "kept"
    folder.mkdir()
    spec = {"path": str(folder / "kept.yml")}
    return Place("vault_file", spec, services_of(), lambda: moved_away(folder), holds_one_owner=True)


def make_hashicorp_vault(request: pytest.FixtureRequest) -> Place:
    server: openbao.OpenBao = request.getfixturevalue("bao")
    spec = {
        "vault_url": server.url,
        "vault_ca_file": str(server.ca_file),
        "vault_token": openbao.ROOT_TOKEN,
        "vault_path": uuid.uuid4().hex,
    }
    return Place("hashicorp_vault", spec, services_of(), server.sealed)


def make_command(request: pytest.FixtureRequest) -> Place:
    """The example of the documentation."""
    folder: pathlib.Path = request.getfixturevalue("tmp_path") / "records"
    folder.mkdir()
    spec = {"command": [sys.executable, str(ROOT / "docs/examples/keep_record.py"), str(folder)]}
    return Place("command", spec, services_of(), lambda: moved_away(folder))


def make_sealed(request: pytest.FixtureRequest) -> Place:
    folder: pathlib.Path = request.getfixturevalue("tmp_path") / "sealed"
    folder.mkdir()
    escrow: Escrow = request.getfixturevalue("escrow")
    spec = {"path": str(folder / "sealed.json"), "recipient_certificate": escrow.certificate}
    return Place("sealed", spec, services_of(), lambda: moved_away(folder), reads_back=False, holds_one_owner=True)


@contextlib.contextmanager
def moved_away(folder: pathlib.Path) -> Iterator[None]:
    away = folder.with_name("away")
    folder.rename(away)
    try:
        yield
    finally:
        away.rename(folder)


@pytest.fixture(scope="session")
def home(sandbox: Running) -> dict[str, t.Any]:
    """A tenant for the key vault, and its operator."""
    made: dict[str, t.Any] = sandbox.control("POST", "/tenants", {"count": 1})["tenants"][0]
    return made


@pytest.fixture(scope="session")
def key_vault(
    sandbox: Running, home: dict[str, t.Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[key_vaults.KeyVault]:
    with key_vaults.running(sandbox, home["id"], tmp_path_factory.mktemp("key_vault")) as started:
        yield started


@pytest.fixture
def vault(
    key_vault: key_vaults.KeyVault, home: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> key_vaults.KeyVault:
    """The key vault, empty, and open to the tenant's operator. The way to it is a proxy."""
    key_vault.vault.kept.clear()
    key_vault.vault.deleted.clear()
    key_vault.vault.faults.clear()
    http_challenge_cache.clear()  # of the client library, one for the process
    key_vault.guard.tenant_id = home["id"]
    key_vault.allow(home["operator"]["client_id"])
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, key_vault.proxy)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "localhost,127.0.0.1")
    return key_vault


def make_key_vault(request: pytest.FixtureRequest) -> Place:
    server: key_vaults.KeyVault = request.getfixturevalue("vault")
    sandbox: Running = request.getfixturevalue("sandbox")
    home: dict[str, t.Any] = request.getfixturevalue("home")
    address = {"graph_url": sandbox.url, "authority": sandbox.url, "ca_file": str(server.ca_file)}
    task = {**address, "tenant_id": home["id"], "auth_kind": "client_secret", **home["operator"]}
    params = ArgumentSpecValidator(_connection.SPEC).validate(task).validated_parameters

    @contextlib.contextmanager
    def closed() -> Iterator[None]:
        server.guard.policies.clear()
        try:
            yield
        finally:
            server.allow(home["operator"]["client_id"])

    return Place("azure_key_vault", {"key_vault_url": server.url}, services_of(params), closed)


PLACES |= {
    "vault_file": make_vault_file,
    "hashicorp_vault": make_hashicorp_vault,
    "azure_key_vault": make_key_vault,
    "command": make_command,
    "sealed": make_sealed,
}


@pytest.fixture
def sandbox_ca(sandbox: Running) -> str:
    """A certificate authority that did not make the certificate of any of the places."""
    return str(sandbox.ca_file)
