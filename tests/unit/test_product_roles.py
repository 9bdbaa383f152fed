# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The roles of products ask for the same thing in the same way: an argument spec cannot be included, so it is compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROLES = Path(__file__).resolve().parents[2] / "roles"
PRODUCTS = ("pomerium", "pozi_server", "writebackextreme")
OWN_WORDS = {"description", "default", "required"}  # each product says in its own words what for, and where it begins


def inputs_of(role: str) -> dict[str, dict[str, Any]]:
    """The role's inputs by their names without the role's."""
    specs = yaml.safe_load((ROLES / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
    options: dict[str, dict[str, Any]] = specs["argument_specs"]["main"]["options"]
    return {name.removeprefix(f"{role}_"): option for name, option in options.items()}


def assert_one_shape(first: dict[str, Any], other: dict[str, Any], least: int = 0) -> None:
    """What both ask for is of one type with the same choices, down to the last suboption."""
    shared = sorted(first.keys() & other.keys())
    assert len(shared) >= least
    for name in shared:
        one, two = (dict(options[name]) for options in (first, other))
        assert_one_shape(one.pop("options", {}), two.pop("options", {}))
        assert {**one, **dict.fromkeys(OWN_WORDS)} == {**two, **dict.fromkeys(OWN_WORDS)}, name


@pytest.mark.parametrize("role", PRODUCTS[1:])
def test_shared_inputs_have_one_shape(role: str) -> None:
    assert_one_shape(inputs_of(PRODUCTS[0]), inputs_of(role), least=11)
