# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One choice of a store becomes the option of each task."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.tenantops.entra.plugins.filter.chosen_store import SUFFIXES, chosen_store
from ansible_collections.tenantops.entra.plugins.module_utils._store_option import NEEDS

VAULT = {"kind": "hashicorp_vault", "vault_url": "https://vault.example", "vault_mount": "kv"}


@pytest.mark.parametrize(
    ("chosen", "store"),
    [
        ({}, {"path": "secrets/shire-maps.yml"}),
        ({"vault_id": "prod"}, {"vault_id": "prod", "path": "secrets/shire-maps.yml"}),
        ({"kind": "sealed"}, {"kind": "sealed", "path": "secrets/shire-maps.json"}),
        (VAULT, VAULT),
    ],
)
def test_a_kind_that_is_a_file_gets_one_for_each_application(chosen: dict[str, str], store: dict[str, str]) -> None:
    assert chosen_store(chosen, "secrets/shire-maps") == store


@pytest.mark.parametrize(("wrong", "told"), [({"path": "all.yml"}, "entra_store_folder"), ("vault", "no mapping")])
def test_a_choice_that_cannot_be_for_all_is_refused(wrong: t.Any, told: str) -> None:
    with pytest.raises(AnsibleFilterError, match=told):
        chosen_store(wrong, "secrets/shire-maps")


def test_it_knows_the_kinds_that_are_a_file() -> None:
    assert set(SUFFIXES) == {kind for kind, needs in NEEDS.items() if "path" in needs}
