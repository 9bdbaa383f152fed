# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A real OpenBao server that refuses, and the sentences that tell of it."""

from __future__ import annotations

import dataclasses
import pathlib
import socket
import typing as t

import hvac.adapters
import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.plugin_utils import _hashicorp_vault
from ansible_collections.tenantops.entra.plugins.plugin_utils._plain_records import to_document, to_mapping
from ansible_collections.tenantops.entra.plugins.plugin_utils._stores import open_store
from stores.conftest import make_hashicorp_vault
from stores.openbao import ROOT_TOKEN, OpenBao, wait_for
from stores.places import OTHER, OWNER, VALUE, Place, record

# the least that it works with
POLICY = """
path "secret/data/{path}/*" {{ capabilities = ["create", "read", "update"] }}
path "secret/metadata/{path}/*" {{ capabilities = ["list"] }}
path "secret/metadata/{path}/probe-*" {{ capabilities = ["delete"] }}
"""


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Place:
    return make_hashicorp_vault(request)


def path_of(place: Place, name: str = "iis") -> str:
    return f"{place.spec['vault_path']}/{OWNER.tenant_id}/{OWNER.app_id}/{name}"


def test_a_record_is_one_secret_with_whose_it_is(place: Place, bao: OpenBao) -> None:
    put = place.open().put(record())
    kept = bao.ask("GET", f"/secret/data/{path_of(place)}")["data"]
    assert kept["data"] == to_document(put)
    assert kept["data"]["current"]["secret"] == VALUE
    assert (kept["data"]["tenant_id"], kept["data"]["app_id"], kept["metadata"]["version"]) == (*OWNER, 1)
    assert place.open().where == f"{bao.url}, secret/{place.spec['vault_path']}"


def test_the_documented_policy_is_enough_and_needed(place: Place, bao: OpenBao) -> None:
    policy = POLICY.format(path=place.spec["vault_path"])
    store = place.open(vault_token=bao.make_token(policy))
    store.probe()
    store.put(record())
    assert store.get(OWNER, "iis").revision == 1
    assert list(store.list(OWNER)) == ["iis"]
    for without, does in (("create", "write data"), ("delete", "delete metadata")):
        poor = place.open(vault_token=bao.make_token(policy.replace(f'"{without}"', '"patch"')))
        with pytest.raises(StoreError, match=f"the token's policy does not allow to {does}/"):
            poor.probe()
    with pytest.raises(StoreError, match="the token's policy does not allow to read data/elsewhere/"):
        place.open(vault_token=bao.make_token(policy), vault_path="elsewhere").get(OWNER, "iis")


def test_a_token_that_has_expired_or_is_wrong_is_told(place: Place, bao: OpenBao) -> None:
    short = bao.make_token(POLICY.format(path=place.spec["vault_path"]), ttl="1s", renewable=False)
    place.open(vault_token=short).probe()
    wait_for(lambda: not is_valid(bao, short))
    for token in (short, "hvs.wrong-token-of-the-tests"):
        with pytest.raises(StoreError, match="the token is wrong, has expired or was revoked") as refused:
            place.open(vault_token=token).probe()
        assert token not in refused.value.sentence()


def is_valid(bao: OpenBao, token: str) -> bool:
    try:
        bao.ask("POST", "/auth/token/lookup", {"token": token})
    except Exception:
        return False
    return True


def test_a_sealed_server_is_told(place: Place, bao: OpenBao) -> None:
    with bao.sealed(), pytest.raises(StoreError, match="the vault is sealed or not ready"):
        place.open().probe()
    place.open().probe()


def test_a_wrong_mount_is_told(place: Place) -> None:
    store = place.open(vault_mount="nowhere")
    for work in (store.probe, lambda: store.list(OWNER), lambda: store.get(OWNER, "iis")):
        with pytest.raises(StoreError, match="there is no secrets engine 'nowhere'"):
            work()


def test_an_engine_without_versions_is_told(place: Place, bao: OpenBao) -> None:
    bao.ask("POST", "/sys/mounts/plain", {"type": "kv", "options": {"version": "1"}})
    with pytest.raises(StoreError, match="the engine 'plain' keeps no versions"):
        place.open(vault_mount="plain").probe()


def test_it_signs_in_by_approle_and_by_files(place: Place, bao: OpenBao, tmp_path: pathlib.Path) -> None:
    bao.ask("POST", "/sys/auth/machines", {"type": "approle"})
    bao.ask("PUT", "/sys/policies/acl/kept", {"policy": POLICY.format(path=place.spec["vault_path"])})
    bao.ask("POST", "/auth/machines/role/ansible", {"token_policies": ["kept"]})
    role_id = bao.ask("GET", "/auth/machines/role/ansible/role-id")["data"]["role_id"]
    (tmp_path / "secret_id").write_text(bao.ask("POST", "/auth/machines/role/ansible/secret-id")["data"]["secret_id"])
    role = {"vault_role_id": role_id, "vault_auth_mount": "machines", "vault_token": None}
    place.open(**role, vault_secret_id_file=str(tmp_path / "secret_id")).probe()
    with pytest.raises(StoreError, match=r"could not sign in at auth/machines: .*invalid") as refused:
        place.open(**role, vault_secret_id="a-wrong-secret-id")
    assert "a-wrong-secret-id" not in refused.value.sentence()
    (tmp_path / "token").write_text(f"{ROOT_TOKEN}\n")
    place.open(vault_token="not this one", vault_token_file=str(tmp_path / "token")).probe()
    with pytest.raises(StoreError, match=r"token\.missing, which cannot be read"):
        place.open(vault_token_file=str(tmp_path / "token.missing"))
    with pytest.raises(StoreError, match="needs a token or a role"):
        place.open(vault_token=None)


def test_a_server_that_is_not_trusted_or_not_there_is_told(place: Place, sandbox_ca: str) -> None:
    with pytest.raises(StoreError, match="its certificate is not trusted"):
        place.open(vault_ca_file=sandbox_ca).probe()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(StoreError, match="did not answer"):
            place.open(vault_url=f"https://127.0.0.1:{closed.getsockname()[1]}").probe()
    with pytest.raises(StoreError, match=r"vault_url is 'http://vault\.example:8200'"):
        place.open(vault_url="http://vault.example:8200")


def test_a_record_in_the_place_of_another_is_refused(place: Place, bao: OpenBao) -> None:
    moved = to_document(record(owner=OTHER))
    store = place.open()
    bao.ask("POST", f"/secret/data/{path_of(place)}", {"data": moved})
    attempts: list[t.Callable[[], object]] = [lambda: store.get(OWNER, "iis"), lambda: store.put(record(revision=1))]
    for work in attempts:
        with pytest.raises(StoreError, match=f"of application {OTHER.app_id} in tenant") as refused:
            work()
        assert VALUE not in refused.value.sentence()
    bao.ask("POST", f"/secret/data/{path_of(place)}", {"data": {"something": VALUE}})
    with pytest.raises(StoreError, match="holds no record in version 1"):
        place.open().get(OWNER, "iis")


def test_a_record_that_was_deleted_can_be_made_again(place: Place, bao: OpenBao) -> None:
    place.open().put(record())
    bao.ask("DELETE", f"/secret/data/{path_of(place)}")
    gone = place.open().get(OWNER, "iis")
    assert (gone.current, gone.revision) == (None, 1)
    assert place.open().put(dataclasses.replace(record(), revision=1)).revision == 2


def test_a_write_whose_answer_is_lost_is_not_taken_for_a_conflict(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the connection breaks after the server has written: the session sends it again, which the server refuses."""
    genuine = hvac.adapters.JSONAdapter.post

    def twice(self: t.Any, url: str, **more: t.Any) -> t.Any:
        genuine(self, url, **more)
        return genuine(self, url, **more)

    store = place.open()
    monkeypatch.setattr(hvac.adapters.JSONAdapter, "post", twice)
    put = store.put(record())
    assert to_mapping(store.get(OWNER, "iis")) == to_mapping(put)


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_hashicorp_vault, "PROBLEM", ModuleNotFoundError("it is not there", name="hvac"))
    with pytest.raises(StoreError, match="needs the library hvac"):
        open_store({"kind": "hashicorp_vault"}, {})
