# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The versions of libraries that the plugins ask for are those of requirements.txt, and no plugin needs one to be imported."""

from __future__ import annotations

import importlib.metadata
import os
import pathlib
import re
import subprocess
import sys

import pytest
from packaging.requirements import Requirement

from ansible_collections.tenantops.entra.plugins.module_utils import _libraries, _redirect_uri_dns
from ansible_collections.tenantops.entra.plugins.module_utils._versions import Needed, find_unfit
from ansible_collections.tenantops.entra.plugins.plugin_utils import _stores

ROOT = pathlib.Path(__file__).parents[3]
HERE = importlib.metadata.version("msal")


def spell(requirement: str) -> tuple[str, str]:
    wanted = Requirement(requirement)
    return wanted.name, str(wanted.specifier)


def test_the_table_is_that_of_requirements_txt() -> None:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    always = [line for line in lines if line and not line.startswith("#")]
    assert sorted(spell(str(one)) for one in _libraries.NEEDED) == sorted(map(spell, always))


def test_the_libraries_of_options_are_those_of_requirements_txt() -> None:
    named = re.findall(r"pip install '(.+)'", (ROOT / "requirements.txt").read_text())
    asked = [_redirect_uri_dns.LIBRARY, *(needed for _file, needed in _stores.KINDS.values() if needed)]
    assert sorted(spell(str(one)) for one in asked) == sorted(map(spell, named))


@pytest.mark.parametrize(
    ("lowest", "below", "told"),
    [
        (HERE, "", ""),
        ("0.9", "99", ""),
        ("0.9", HERE, f"msal {HERE}, which is too new (a version below {HERE} is needed)"),
        (f"{HERE}.1", "", f"msal {HERE}, which is too old ({HERE}.1 or newer is needed)"),
        ("10.0", "", f"msal {HERE}, which is too old (10.0 or newer is needed)"),
    ],
)
def test_a_version_is_judged_by_its_numbers(lowest: str, below: str, told: str) -> None:
    assert find_unfit([Needed("no-such-library", "1"), Needed("msal", lowest, below)]) == told


def test_every_plugin_can_be_imported_without_any_library() -> None:
    program = """if True:
        import sys
        libraries = "anyio azure cryptography dns h11 httpcore httpx hvac jwt kiota_abstractions kiota_http msal msgraph msgraph_core requests tenacity"
        sys.modules.update(dict.fromkeys(libraries.split()))
        from ansible_collections.tenantops.entra.plugins.action import entra
        from ansible_collections.tenantops.entra.plugins.module_utils import _redirect_uri_dns, _run
        from ansible_collections.tenantops.entra.plugins.plugin_utils import _azure_key_vault, _hashicorp_vault, _sealed_file
        for module in entra.MODULES.values():
            print(_run.execute(module, {}, check_mode=False)["msg"])
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "collections")}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    told = run.stdout.splitlines()
    assert len(told) > 20
    assert {line.partition(" has no library ")[0] for line in told} == {
        f"The Python that runs this task ({sys.executable})"
    }
