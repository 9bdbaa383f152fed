# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The guides tell of everything that there is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.tenantops.entra.plugins.module_utils import _clouds, _connection

ROOT = Path(__file__).resolve().parents[2]
CONNECTING = (ROOT / "docs" / "connecting.md").read_text()
POZI = (ROOT / "docs" / "pozi.md").read_text()
ERRORS = (ROOT / "docs" / "errors.md").read_text()
PLAYS: list[dict[str, Any]] = yaml.safe_load((ROOT / "playbooks" / "onboard.yml").read_text())
CONNECTION = next(play["module_defaults"] for play in PLAYS if "module_defaults" in play)
SECTIONS = yaml.safe_load((ROOT / "roles" / "app_verification" / "vars" / "main" / "pages.yml").read_text())
PAGES = [page for pages in SECTIONS.values() if isinstance(pages, list) for page in pages]
SHOWN = {
    "Active connectors",
    "Allowed tenants",
    "Application (client) ID",
    "Application permissions",
    "Enabled",
    "Enabled for users to sign-in",
    "Mobile and desktop redirect URIs",
    "Object ID",
    "Restriction",
    "Visible to users",
}  # in the handoff, but not set by the role
TEXTS = {
    "Admin consent display name",
    "Admin consent description",
    "User consent display name",
    "User consent description",
}


@pytest.mark.parametrize("kind", _connection.NEEDS)
def test_kind_of_sign_in_is_told(kind: str) -> None:
    assert f"| `{kind}`" in CONNECTING


@pytest.mark.parametrize("option", _connection.SPEC)
def test_option_is_told_with_its_variables(option: str) -> None:
    assert f"`{option}`" in CONNECTING
    assert all(f"`{variable}`" in CONNECTING for variable in _connection.SPEC[option]["fallback"][1])


@pytest.mark.parametrize("option", _connection.SPEC)
def test_option_is_a_variable_of_the_inventory(option: str) -> None:
    assert f"entra_{option}" in CONNECTION["group/tenantops.entra.all"][option]


@pytest.mark.parametrize(("name", "cloud"), _clouds.CLOUDS.items())
def test_cloud_is_told_with_its_hosts(name: str, cloud: _clouds.Cloud) -> None:
    row = next(line for line in CONNECTING.splitlines() if line.startswith(f"| `{name}`"))
    assert cloud.login.removeprefix("https://") in row
    assert cloud.graph.removeprefix("https://") in row


@pytest.mark.parametrize("label", sorted({row["label"] for page in PAGES for row in page["rows"]} - SHOWN - TEXTS))
def test_setting_is_told_by_its_name_in_the_portal(label: str) -> None:
    assert label.split(" (", maxsplit=1)[0] in POZI


def list_kinds(root: type[Exception]) -> list[str]:
    return [root.__name__] + [name for kind in root.__subclasses__() for name in list_kinds(kind)]


def test_kinds_of_failure_are_told() -> None:
    from ansible_collections.tenantops.entra.plugins.module_utils._errors import EntraError

    assert not [name for name in list_kinds(EntraError)[1:] if f"| `{name}` |" not in ERRORS]
