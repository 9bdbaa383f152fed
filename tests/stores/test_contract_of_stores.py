# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every kind of store promises, against the real thing."""

from __future__ import annotations

import dataclasses

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Credential, Owner, Record
from ansible_collections.tenantops.entra.plugins.plugin_utils._plain_records import to_mapping
from stores.places import OTHER, OWNER, VALUE, Place, record

NAMES = ["iis", "IIS 2", "Pozi.Support@kept.example", "a/b:c ü", "n" * 64]


def test_a_probe_leaves_no_record(place: Place) -> None:
    store = place.open()
    store.probe()
    assert list(store.list(OWNER)) == []
    assert store.get(OWNER, "iis") == Record(OWNER, "iis")


@pytest.mark.parametrize("name", NAMES)
def test_a_record_comes_back_as_it_was_put(place: Place, name: str) -> None:
    store = place.open()
    put = store.put(record(name))
    assert put.revision == 1
    assert to_mapping(store.get(OWNER, name)) == to_mapping(put) == {**to_mapping(record(name)), "revision": 1}
    kept = place.open().get(OWNER, name)
    assert (kept.revision, kept.abandoned) == (1, ("op0",))
    assert kept.current
    assert kept.current.key_id == "key1"
    if place.reads_back:
        assert to_mapping(kept) == to_mapping(put)


def test_it_counts_revisions_and_refuses_one_that_is_not_the_kept_one(place: Place) -> None:
    first = place.open().put(record())
    second = place.open().put(dataclasses.replace(first, pending=Credential("iis", "op2")))
    assert second.revision == 2
    for stale in (record(), first, dataclasses.replace(second, revision=7)):
        with pytest.raises(StoreError, match="another run has changed the record of 'iis' meanwhile") as refused:
            place.open().put(stale)
        assert VALUE not in refused.value.sentence()
    kept = place.open().get(OWNER, "iis")
    assert (kept.revision, kept.pending) == (2, Credential("iis", "op2"))


def test_it_lists_the_names_of_one_owner(place: Place) -> None:
    for name in NAMES:
        place.open().put(record(name))
    kept = place.open().get(OWNER, "iis")
    place.open().put(kept.retire(kept.credentials))
    assert list(place.open().list(OWNER)) == sorted(NAMES)


def test_an_owner_finds_nothing_of_another(place: Place) -> None:
    place.open().put(record())
    if place.holds_one_owner:
        with pytest.raises(StoreError, match=f"not of {OTHER.app_id}"):
            place.open().get(OTHER, "iis")
        with pytest.raises(StoreError, match=f"not of {OTHER.app_id}"):
            place.open().list(OTHER)
    else:
        assert place.open().get(OTHER, "iis") == Record(OTHER, "iis")
        assert list(place.open().list(OTHER)) == []


def test_what_is_to_be_made_yet_has_no_record(place: Place) -> None:
    assert place.open().get(Owner(OWNER.tenant_id, ""), "iis") == Record(Owner(OWNER.tenant_id, ""), "iis")


def test_a_retired_record_holds_no_value(place: Place) -> None:
    kept = place.open().put(record())
    place.open().put(kept.retire(kept.credentials))
    found = place.open().get(OWNER, "iis")
    assert found.credentials == ()
    assert [credential.key_id for credential in found.retired] == ["key1"]


def test_a_place_that_cannot_be_used_is_told_without_a_value(place: Place) -> None:
    kept = place.open().put(record())
    with place.broken():
        for work in (
            lambda: place.open().probe(),
            lambda: place.open().get(OWNER, "iis"),
            lambda: place.open().put(kept),
            lambda: place.open().list(OWNER),
        ):
            with pytest.raises(StoreError) as refused:
                work()
            assert VALUE not in refused.value.sentence()
    assert place.open().get(OWNER, "iis").revision == 1
