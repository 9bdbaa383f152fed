# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A key vault that refuses, and the sentences that tell of it."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._errors import SignInError, StoreError
from ansible_collections.tenantops.entra.plugins.plugin_utils import _azure_key_vault
from ansible_collections.tenantops.entra.plugins.plugin_utils._plain_records import to_document
from key_vault import KeyVault
from key_vault.app import Refused, keep
from sandbox import Running
from stores.conftest import make_key_vault
from stores.places import OTHER, OWNER, VALUE, Place, record

NAME = f"entra-{OWNER.tenant_id}-{OWNER.app_id}-iis"
THROTTLED = Refused(
    429, "Throttled", "Request was not processed because too many requests were received.", {"Retry-After": "1"}
)


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Place:
    return make_key_vault(request)


def with_params(place: Place, **other: t.Any) -> Place:
    place.services["params"].update(other)
    return place


def test_a_record_is_one_secret_with_whose_it_is(place: Place, vault: KeyVault) -> None:
    put = place.open().put(record())
    kept = vault.vault.kept[NAME][0]
    assert json.loads(kept["value"]) == to_document(put)
    assert kept["tags"] | {"writer": ""} == {**OWNER._asdict(), "name": "iis", "revision": "1", "writer": ""}
    assert kept["contentType"] == "application/json"


def test_get_list_and_set_are_enough_and_needed(place: Place, vault: KeyVault, home: dict[str, t.Any]) -> None:
    operator = home["operator"]["client_id"]
    vault.allow(operator, frozenset({"get", "set", "list"}))
    place.open().probe()
    place.open().put(record())
    assert list(place.open().list(OWNER)) == ["iis"]
    for without, work in (
        ("set", place.open().probe),
        ("get", place.open().probe),
        ("list", lambda: place.open().list(OWNER)),
    ):
        vault.allow(operator, frozenset({"get", "set", "list"} - {without}))
        with pytest.raises(StoreError, match=f"does not have secrets {without} permission on key vault") as refused:
            work()
        assert "Key Vault Secrets Officer" in refused.value.sentence()


def test_a_key_vault_of_another_tenant_is_told_before_a_token_is_sent(
    place: Place, sandbox: Running, vault: KeyVault
) -> None:
    other = sandbox.control("POST", "/tenants", {"count": 1})["tenants"][0]
    with_params(place, tenant_id=other["id"], **other["operator"])
    with pytest.raises(
        StoreError, match=f"trusts tenant {vault.guard.tenant_id}, and this task would sign in to tenant"
    ):
        place.open().probe()
    with pytest.raises(SignInError, match="AADSTS700016"):
        place.open(key_vault_tenant_id=vault.guard.tenant_id).probe()
    with pytest.raises(StoreError, match="key_vault_tenant_id is 'contoso'"):
        place.open(key_vault_tenant_id="contoso")


def test_a_token_that_is_not_for_it_is_refused_by_the_key_vault(place: Place, vault: KeyVault) -> None:
    keys, vault.guard.keys = vault.guard.keys, []
    try:
        with pytest.raises(StoreError, match=r"AKV10007.*\(HTTP 401\)"):
            place.open().probe()
    finally:
        vault.guard.keys = keys


def test_a_given_token_opens_no_key_vault(place: Place) -> None:
    with pytest.raises(StoreError, match="brings a token for Microsoft Graph, which opens no key vault"):
        with_params(place, auth_kind="access_token", access_token="a token for Graph").open()


def test_it_waits_when_it_is_told_to_and_gives_up(place: Place, vault: KeyVault) -> None:
    vault.vault.faults.append(THROTTLED)
    place.open().probe()
    vault.vault.faults.extend([THROTTLED] * 4)
    with pytest.raises(StoreError, match=r"too many requests were received\. \(HTTP 429\)"):
        place.open().probe()


def test_a_write_that_is_sent_again_is_not_taken_for_a_conflict(place: Place, vault: KeyVault) -> None:
    """As where the answer to the first attempt is lost, and the client sends it again."""
    store = place.open()
    genuine, client = store._client.set_secret, store._client  # type: ignore[attr-defined]

    def twice(*given: t.Any, **more: t.Any) -> t.Any:
        genuine(*given, **more)
        return genuine(*given, **more)

    client.set_secret = twice
    assert store.put(record()).revision == 1
    assert len(vault.vault.kept[NAME]) == 2


def test_another_writer_at_the_same_moment_is_a_conflict(
    place: Place, vault: KeyVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(name: str) -> None:
        keep(vault.vault, name, "{}", {"revision": "1", "writer": "another"})

    monkeypatch.setattr(vault.vault, "before_set", write)
    with pytest.raises(StoreError, match="another run has changed the record of 'iis' meanwhile"):
        place.open().put(record())


def test_a_record_that_was_deleted_is_in_the_way(place: Place, vault: KeyVault) -> None:
    place.open().put(record())
    vault.vault.deleted[NAME] = vault.vault.kept.pop(NAME)
    assert place.open().get(OWNER, "iis").revision == 0
    with pytest.raises(StoreError, match="deleted but recoverable state") as refused:
        place.open().put(record())
    assert "recover it, or purge it" in refused.value.sentence()


def test_a_record_that_is_too_long_is_told(place: Place, vault: KeyVault) -> None:
    with pytest.raises(StoreError, match=r"the record of 'iis' has \d+ bytes, and a key vault takes 25600"):
        place.open().put(record(retired=(record().current,) * 200))
    assert vault.vault.kept == {}


def test_what_is_not_its_record_is_refused_without_quoting_it(place: Place, vault: KeyVault) -> None:
    for value, told in (
        (json.dumps(to_document(record(owner=OTHER))), f"of application {OTHER.app_id} in tenant"),
        (VALUE, "holds no record in version 1"),
        (json.dumps([VALUE]), "holds no record in version 1"),
    ):
        vault.vault.kept.clear()
        keep(vault.vault, NAME, value, {})
        with pytest.raises(StoreError, match=told) as refused:
            place.open().get(OWNER, "iis")
        assert VALUE not in refused.value.sentence()


def test_it_reads_all_pages(place: Place, vault: KeyVault) -> None:
    for number in range(60):
        keep(vault.vault, f"{NAME}{number}", "{}", {"name": f"iis{number}"})
    assert len(place.open().list(OWNER)) == 60


def test_a_place_that_is_no_key_vault_is_told(
    place: Place, vault: KeyVault, sandbox: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoreError, match="key_vault_url is 'http://"):
        place.open(key_vault_url="http://tenantops-tests.vault.azure.net")
    with pytest.raises(StoreError, match="did not answer"):
        place.open(key_vault_url="https://elsewhere.vault.azure.net").probe()
    monkeypatch.setattr("key_vault.guard.RESOURCE", "https://vault.attacker.example")
    with pytest.raises(StoreError, match="asks for a token for another place"):
        fresh(place).probe()
    monkeypatch.undo()


def fresh(place: Place) -> t.Any:
    """A store whose client has not met the key vault yet."""
    from azure.keyvault.secrets._shared import http_challenge_cache

    http_challenge_cache.clear()
    return place.open()


def test_a_certificate_that_is_not_trusted_is_told(place: Place, sandbox: Running) -> None:
    with pytest.raises(StoreError, match="has a certificate that is not trusted"):
        with_params(place, ca_file=str(sandbox.ca_file)).open().probe()


def test_names_that_a_key_vault_does_not_take_are_digests() -> None:
    called = [_azure_key_vault._call(OWNER, name) for name in ("iis", "IIS", "a b", "n" * 64)]
    assert called[0] == NAME
    assert len(set(called)) == 4
    assert all(len(name) <= 127 for name in called)
