# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Values that nobody but the holder of a private key can read, not even the run that comes after."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from integration.test_contract import Teller, writes
from integration.test_user import name_of

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Owner
from ansible_collections.tenantops.entra.plugins.plugin_utils import _sealed_file
from sandbox import Running
from stores.conftest import make_sealed
from stores.escrow import Escrow, certificate_of
from stores.places import OWNER, VALUE, Place, record


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Place:
    return make_sealed(request)


@pytest.fixture
def teller(sandbox: Running, tmp_path: pathlib.Path) -> Teller:
    told = Teller(sandbox, tmp_path)
    made = told.run("entra_app_registration", {"unique_name": "kept", "display_name": "Kept"})
    assert not made.get("failed"), made
    told.run("entra_app_registration", {"unique_name": "kept", "service_principal": True})
    return told


def secret(teller: Teller, place: Place, **args: t.Any) -> dict[str, t.Any]:
    return teller.run("entra_app_secret", {"unique_name": "kept", "name": "iis", "store": place.option(), **args})


def test_openssl_opens_it_and_the_file_holds_no_value(place: Place, escrow: Escrow) -> None:
    store = place.open()
    store.put(record())
    text = pathlib.Path(store.where).read_text()
    assert VALUE not in text
    kept = json.loads(text)["secrets"]["iis"]["current"]
    assert (kept["key_id"], kept["end"], "secret" in kept) == ("key1", "2027-05-20T00:00:00Z", True)
    assert kept["secret"] is None
    told = {"key_id": "key1", "start": "2026-11-21T00:00:00Z", "end": "2027-05-20T00:00:00Z"}
    assert escrow.open(kept["sealed"]) == {**OWNER._asdict(), "name": "iis", **told, "secret": VALUE}
    assert "aes-256-cbc" in escrow.describe(kept["sealed"])


def test_only_the_task_that_made_it_reads_it_back(place: Place) -> None:
    store = place.open()
    store.put(record())
    mine, later = store.get(OWNER, "iis").current, place.open().get(OWNER, "iis").current
    assert mine
    assert mine.secret
    assert mine.secret.reveal() == VALUE
    assert later
    assert later.secret
    assert not later.secret.readable
    with pytest.raises(StoreError, match="sealed, and no run can read it"):
        later.secret.reveal()


def test_a_sealed_value_stays_as_it_is(place: Place) -> None:
    """A later run has no other, and one that is sealed again would look like a change."""
    store = place.open()
    store.put(record())
    first = store.get(OWNER, "iis")
    assert first.sealed
    again = place.open()
    again.put(again.get(OWNER, "iis"))
    assert again.get(OWNER, "iis").sealed == first.sealed


def test_a_client_secret_is_made_proven_and_told_sealed(place: Place, teller: Teller, escrow: Escrow) -> None:
    made = secret(teller, place)
    assert (made.get("changed"), made.get("proven"), made.get("pending")) == (True, True, False), made
    opened = escrow.open(made["sealed"])
    assert (opened["key_id"], opened["app_id"], opened["tenant_id"]) == (made["key_id"], made["app_id"], teller.tenant)
    assert opened["secret"] not in json.dumps(made)

    start = teller.mark()
    again = secret(teller, place)
    assert (again["changed"], again["key_id"], again["sealed"]) == (False, made["key_id"], made["sealed"])
    assert writes(teller, start) == []
    tried = teller.run("entra_app_sign_in_info", {"unique_name": "kept", "name": "iis", "store": place.option()})
    assert (tried["signed_in"], tried["key_id"]) == (None, made["key_id"])
    asked = {"unique_name": "kept", "name": "iis", "store": place.option(), "required": True}
    assert "sealed, and no run can sign in" in teller.run("entra_app_sign_in_info", asked)["msg"]

    other = secret(teller, place, force=True)
    assert (other["created"], other["proven"], other["pending"]) == (True, True, False)
    assert escrow.open(other["sealed"])["secret"] != opened["secret"]
    kept = place.open().get(Owner(teller.tenant, made["app_id"]), "iis")
    assert [one.key_id for one in kept.previous] == [made["key_id"]]


def test_one_that_was_not_proven_in_time_takes_effect_later(place: Place, teller: Teller, escrow: Escrow) -> None:
    first = secret(teller, place)
    waits = secret(teller, place, force=True, proof_seconds=0)
    assert (waits["created"], waits["proven"], waits["pending"]) == (True, False, True), waits
    assert escrow.open(waits["sealed"])["key_id"] == waits["key_id"] != first["key_id"]
    later = secret(teller, place)
    assert (later["created"], later["pending"]) == (False, True), later
    assert any("its value is sealed" in warning for warning in later["warnings"])
    assert later["sealed"] == waits["sealed"]


def test_it_is_returned_only_by_the_task_that_made_it(place: Place, teller: Teller) -> None:
    assert secret(teller, place, return_secret=True)["secret"]
    again = secret(teller, place, return_secret=True)
    assert not again.get("failed"), again
    assert again["secret"] is None


def test_a_certificate_is_kept_and_renewed(place: Place, teller: Teller, escrow: Escrow) -> None:
    args = {"unique_name": "kept", "name": "key", "store": place.option()}
    made = teller.run("entra_app_certificate", args)
    assert made.get("proven"), made
    assert "-----BEGIN PRIVATE KEY-----" in escrow.open(made["sealed"])["secret"]
    again = teller.run("entra_app_certificate", args)
    assert (again["changed"], again["thumbprint"]) == (False, made["thumbprint"])
    other = teller.run("entra_app_certificate", {**args, "force": True})
    assert (other["created"], other["proven"]) == (True, True), other
    assert len(teller.get("/v1.0/applications(uniqueName='kept')")["keyCredentials"]) == 2
    assert not teller.run("entra_app_certificate", {**args, "state": "absent", "allow_last": True}).get("failed")


def test_a_users_password_is_told_sealed(place: Place, teller: Teller, escrow: Escrow) -> None:
    name = name_of(teller)
    made = teller.run("entra_user", {"user_principal_name": name, "display_name": "Support", "store": place.option()})
    assert made.get("created"), made
    assert escrow.open(made["sealed"])["name"] == name


def test_whom_it_cannot_be_sealed_for_is_told(place: Place, escrow: Escrow) -> None:
    for pem, told in (
        ("escrow.pem", "is no certificate in PEM"),
        (certificate_of(ec.generate_private_key(ec.SECP256R1())), "has a key that is not of RSA"),
        (certificate_of(rsa.generate_private_key(65537, 1024)), "has a key of 1024 bits"),  # noqa: S505
        (certificate_of(rsa.generate_private_key(65537, 2048), days=-1), "ended on "),
    ):
        with pytest.raises(StoreError, match=f"store.recipient_certificate {told}"):
            place.open(recipient_certificate=pem)
    assert _sealed_file.read_recipient(escrow.certificate)


def test_a_file_of_something_else_is_refused_without_quoting_it(place: Place) -> None:
    pathlib.Path(place.spec["path"]).write_text(VALUE)
    with pytest.raises(StoreError, match="holds no JSON object") as refused:
        place.open().get(OWNER, "iis")
    assert VALUE not in refused.value.sentence()
