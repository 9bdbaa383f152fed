# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A client secret's life with every kind of store: kept, found again, removed; and none is made where it cannot be kept."""

from __future__ import annotations

import json
import pathlib

import pytest
from integration.test_contract import Teller, writes

from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Owner
from key_vault import KeyVault
from sandbox import Running
from stores.places import Place


@pytest.fixture
def teller(sandbox: Running, place: Place, tmp_path: pathlib.Path, request: pytest.FixtureRequest) -> Teller:
    told = Teller(sandbox, tmp_path)
    if place.kind == "azure_key_vault":
        vault: KeyVault = request.getfixturevalue("vault")
        vault.guard.tenant_id = told.tenant
        vault.allow(told.identities["application"]["client_id"])
        told.address["ca_file"] = str(vault.ca_file)
        place.services["params"].update(told.address, **told.identities["application"])
    made = told.run("entra_app_registration", {"unique_name": "kept", "display_name": "Kept"})
    assert not made.get("failed"), made
    return told


def test_a_secret_is_kept_found_again_and_removed(place: Place, teller: Teller) -> None:
    args = {"unique_name": "kept", "name": "iis", "store": place.option()}
    made = teller.run("entra_app_secret", args)
    assert not made.get("failed"), made
    record = place.open().get(Owner(teller.tenant, made["app_id"]), "iis")
    assert record.current
    assert record.current.key_id == made["key_id"]
    start = teller.mark()
    again = teller.run("entra_app_secret", args)
    assert (again.get("changed"), again.get("key_id")) == (False, made["key_id"]), again
    assert writes(teller, start) == []
    if place.reads_back:
        signed_in = teller.run("entra_app_sign_in_info", args)
        assert signed_in.get("signed_in"), signed_in
        assert record.current.secret
        assert record.current.secret.reveal() not in json.dumps([made, again, signed_in])
    removed = teller.run("entra_app_secret", {**args, "state": "absent", "allow_last": True})
    assert removed.get("changed"), removed
    assert teller.get("/v1.0/applications(uniqueName='kept')")["passwordCredentials"] == []
    assert place.open().get(Owner(teller.tenant, made["app_id"]), "iis").credentials == ()


def test_where_it_cannot_be_kept_none_is_made(place: Place, teller: Teller) -> None:
    start = teller.mark()
    with place.broken():
        failed = teller.run("entra_app_secret", {"unique_name": "kept", "name": "iis", "store": place.option()})
    assert failed["error"]["kind"] == "StoreError", failed
    assert failed["changed"] is False
    assert writes(teller, start) == []
    assert "Q~" not in json.dumps(failed)
