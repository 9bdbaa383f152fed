# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every module's EXAMPLES run as they stand, by ansible-playbook, against a tenant."""

from __future__ import annotations

import importlib
import os
import pathlib
import subprocess
import typing as t

import yaml
from integration.test_contract import MODULES

from sandbox import Running

COLLECTION = "tenantops.entra."
APPLICATIONS = {"pozi-server": "Pozi Server", "pomerium": "Pomerium"}  # what the examples take for granted
OF_USERS = ("entra_app_proxy", "entra_connector_group", "entra_connector_group_info")
CONNECTOR = "hv-gis01.harbourview.local"


def examples(name: str) -> list[dict[str, t.Any]]:
    """The tasks of the collection in the module's EXAMPLES; the others belong to the product."""
    module = importlib.import_module(f"ansible_collections.tenantops.entra.plugins.modules.{name}")
    tasks: list[dict[str, t.Any]] = yaml.safe_load(module.EXAMPLES)
    return [task for task in tasks if any(key.startswith(COLLECTION) for key in task)]


def test_examples_run(fresh_sandbox: Running, tmp_path: pathlib.Path) -> None:
    tenant = fresh_sandbox.tenants()[0]
    delegated = {"auth_kind": "refresh_token"}
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "module_defaults": {COLLECTION + name: delegated for name in OF_USERS},
        "tasks": [
            {
                "name": f"Register {title}",
                COLLECTION + "entra_app_registration": {"unique_name": name, "display_name": title},
            }
            for name, title in APPLICATIONS.items()
        ],
    }
    for name in MODULES:
        assert examples(name), f"{name} has no example"
        play["tasks"] += examples(name)
    suffix = tenant["initial_domain"].removesuffix(".onmicrosoft.com")
    text = yaml.safe_dump([play]).replace("-example.msappproxy.net", f"-{suffix}.msappproxy.net")
    text = text.replace("gis01.example.local", CONNECTOR)
    (tmp_path / "examples.yml").write_text(text, encoding="utf-8")
    (tmp_path / "password").write_text("a vault password for tests", encoding="utf-8")
    (tmp_path / "secrets").mkdir(mode=0o700)
    env = {**os.environ, **fresh_sandbox.env(), "ANSIBLE_VAULT_PASSWORD_FILE": str(tmp_path / "password")}
    command = ["ansible-playbook", "-i", "localhost,", "examples.yml"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "failed=0" in done.stdout
    assert [entry["url"] for entry in fresh_sandbox.journal() if entry["status"] == 501] == []
