# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A certificate signs in with the key from the store, is completed by the next run, and leaves those of others as they were."""

from __future__ import annotations

import datetime
import json
import pathlib
import typing as t

import pytest
from azure.identity import CertificateCredential
from integration.test_app_secret import Stopped, interrupt
from integration.test_contract import Teller, writes

from ansible_collections.tenantops.entra.plugins.module_utils._key_pair import make_key_pair, read_public_part
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Owner, Record
from sandbox import Running

KEYS = "/v1.0/applications(uniqueName='kept')?$select=id,appId,keyCredentials"


@pytest.fixture
def teller(sandbox: Running, tmp_path: pathlib.Path) -> Teller:
    told = Teller(sandbox, tmp_path)
    made = told.run("entra_app_registration", {"unique_name": "kept", "display_name": "Kept"})
    assert not made.get("failed"), made
    return told


def arguments(folder: pathlib.Path, **more: t.Any) -> dict[str, t.Any]:
    return {"unique_name": "kept", "name": "directory", "store": {"path": str(folder / "kept.yml")}, **more}


def record_of(teller: Teller, folder: pathlib.Path) -> Record:
    store = teller.services["open_store"](
        {"kind": "vault_file", "allow_container": True, "path": str(folder / "kept.yml")}
    )
    found: Record = store.get(Owner(teller.tenant, teller.get(KEYS)["appId"]), "directory")
    return found


def private_key(teller: Teller, folder: pathlib.Path) -> str:
    current = record_of(teller, folder).current
    assert current
    assert current.secret
    return current.secret.reveal()


def signs_in(teller: Teller, pem: str) -> bool:
    credential = CertificateCredential(
        teller.tenant,
        teller.get(KEYS)["appId"],
        certificate_data=pem.encode(),
        authority=teller.sandbox.url,
        disable_instance_discovery=True,
        connection_verify=str(teller.sandbox.ca_file),
    )
    return bool(credential.get_token(f"{teller.sandbox.url}/.default").token)


def converged(teller: Teller, folder: pathlib.Path) -> dict[str, t.Any]:
    """After one clean run: one certificate in the tenant, its key in the store, it signs in, and nothing is left to do."""
    clean = teller.run("entra_app_certificate", arguments(folder))
    assert not clean.get("failed"), clean
    (held,) = teller.get(KEYS)["keyCredentials"]
    pem = private_key(teller, folder)
    assert (held["keyId"], held["key"]) == (clean["key_id"], read_public_part(pem).certificate)
    assert clean["thumbprint"] == read_public_part(pem).thumbprint
    assert signs_in(teller, pem)
    assert record_of(teller, folder).pending is None
    start = teller.mark()
    assert teller.run("entra_app_certificate", arguments(folder))["changed"] is False
    assert writes(teller, start) == []
    return clean


def test_the_key_in_the_store_signs_in_and_is_shown_nowhere(teller: Teller, tmp_path: pathlib.Path) -> None:
    clean = converged(teller, tmp_path)
    told = json.dumps([clean, teller.requests()], default=str)
    body = "".join(private_key(teller, tmp_path).split("-----")[2].split())
    assert body[100:160] not in told.replace("\\n", "")
    assert "PRIVATE KEY" not in told


def test_certificates_of_others_stay_byte_for_byte(teller: Teller, tmp_path: pathlib.Path) -> None:
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    foreign = make_key_pair("directory", 2048, now, now + datetime.timedelta(days=3))
    entry = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": read_public_part(foreign).certificate}
    body = {"keyCredentials": [{**entry, "displayName": "directory"}]}
    teller.reader.patch(f"/v1.0/applications/{teller.get(KEYS)['id']}", json=body).raise_for_status()
    (before,) = teller.get(KEYS)["keyCredentials"]
    for more in ({}, {"lifetime_days": 400, "renew_before_days": 380}, {"overlap_days": 0}, {"state": "absent"}):
        changed = teller.run("entra_app_certificate", arguments(tmp_path, **more))
        assert changed["changed"], changed
        assert before in teller.get(KEYS)["keyCredentials"], more
    assert teller.get(KEYS)["keyCredentials"] == [before]
    assert signs_in(teller, foreign)


@pytest.mark.parametrize("point", ["before", "after", "during"])
def test_a_lost_answer_is_made_good_with_the_same_key(teller: Teller, tmp_path: pathlib.Path, point: str) -> None:
    fault = {"method": "PATCH", "path_regex": "/applications/", "point": point, "status": 400, "times": 1}
    teller.sandbox.control("POST", "/faults", {"rules": [fault]})
    teller.run("entra_app_certificate", arguments(tmp_path))
    record = record_of(teller, tmp_path)
    made = record.pending or record.current
    assert made
    assert converged(teller, tmp_path)["key_id"] == made.key_id


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2], ids=["key", "promotion"])
def test_a_run_that_is_killed_is_completed_by_the_next(
    teller: Teller, tmp_path: pathlib.Path, number: int, moment: str
) -> None:
    genuine = dict(teller.services)
    interrupt(teller, number, moment, Stopped("killed"))
    with pytest.raises(Stopped):
        teller.run("entra_app_certificate", arguments(tmp_path))
    teller.services = genuine
    converged(teller, tmp_path)


def test_a_key_that_the_policy_refused_is_not_tried_for_ever(teller: Teller, tmp_path: pathlib.Path) -> None:
    code = "CredentialInvalidLifetimeAsPerAppPolicy"
    fault = {"method": "PATCH", "path_regex": "/applications/", "status": 400, "code": code}
    teller.sandbox.control("POST", "/faults", {"rules": [fault]})
    refused = teller.run("entra_app_certificate", arguments(tmp_path))
    assert refused["error"]["code"] == code
    assert "Nothing was changed" in refused["msg"]
    shorter = teller.run("entra_app_certificate", arguments(tmp_path, lifetime_days=90))
    assert (shorter["created"], shorter["days_left"]) == (True, 90)


def test_a_secret_and_a_certificate_have_names_of_their_own(teller: Teller, tmp_path: pathlib.Path) -> None:
    converged(teller, tmp_path)
    refused = teller.run("entra_app_secret", arguments(tmp_path))
    assert "holds a certificate's private key under the name 'directory'" in refused["msg"]
    made = teller.run("entra_app_secret", arguments(tmp_path, name="iis"))
    assert made["created"], made
    refused = teller.run("entra_app_certificate", arguments(tmp_path, name="iis"))
    assert "holds a client secret under the name 'iis'" in refused["msg"]
