# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""docs/secrets.md tells of every kind of store and every suboption, and its examples are taken as they stand."""

from __future__ import annotations

import pathlib
import re

import pytest
import yaml

from ansible_collections.tenantops.entra.plugins.filter.chosen_store import chosen_store
from ansible_collections.tenantops.entra.plugins.module_utils._store_option import NEEDS, STORE_OPTION
from stores.places import validated
from stores.test_hashicorp_vault import POLICY

GUIDE = (pathlib.Path(__file__).parents[2] / "docs/secrets.md").read_text(encoding="utf-8")
EXAMPLES = [yaml.safe_load(text)["entra_store"] for text in re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)]


@pytest.mark.parametrize("kind", NEEDS)
def test_a_kind_has_a_complete_example(kind: str) -> None:
    assert f"[`{kind}`](#" in GUIDE
    shown = [example for example in EXAMPLES if example["kind"] == kind]
    assert shown
    for example in shown:
        assert validated(chosen_store(example, "secrets/host-product"))["kind"] == kind


@pytest.mark.parametrize("name", sorted(STORE_OPTION["store"]["options"].keys() - {"path"}))
def test_a_suboption_is_told(name: str) -> None:
    assert re.search(rf"\b{name}\b", GUIDE)


def test_the_policy_is_the_one_that_is_tried() -> None:
    assert POLICY.format(path="entra").strip() in GUIDE
