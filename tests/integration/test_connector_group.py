# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A connector group that a run makes serves the application that the same run publishes, in check mode too."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from integration.test_contract import Teller

from ansible_collections.tenantops.entra.plugins.module_utils._memory import Memory
from sandbox import Running


@pytest.fixture
def teller(sandbox: Running, tmp_path: pathlib.Path) -> Teller:
    return Teller(sandbox, tmp_path)


def test_a_group_that_is_made_is_assigned(teller: Teller) -> None:
    suffix = teller.words["<initial>"]
    tasks: list[tuple[str, dict[str, t.Any]]] = [
        ("entra_app_registration", {"unique_name": "maps", "display_name": "Maps"}),
        ("entra_connector_group", {"name": "GIS", "region": "aus", "connectors": [f"gis.{suffix}.local"]}),
        (
            "entra_app_proxy",
            {
                "unique_name": "maps",
                "internal_url": "http://gis.internal/",
                "external_url": f"https://maps-{suffix}.msappproxy.net/",
                "external_authentication_type": "aadPreAuthentication",
                "connector_group": "GIS",
            },
        ),
    ]
    told = []
    for check in (True, False):
        memory = Memory(1 << 20)
        results = [teller.run(name, args, "delegated", check=check, memory=memory) for name, args in tasks]
        assert not [result["msg"] for result in results if result.get("failed")]
        assert bool(results[-1]["connector_group_id"]) is not check
        told.append([result["diff"] for result in results])
    assert told[0] == told[1]


def test_a_connector_that_is_not_there_is_told_with_those_that_are(teller: Teller) -> None:
    failed = teller.run("entra_connector_group", {"name": "GIS", "connectors": ["nowhere"]}, "delegated")
    assert "There is no connector 'nowhere'" in failed["msg"]
    assert f"web.{teller.words['<initial>']}.local" in failed["msg"]
    assert failed["changed"] is False
