# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plays of azure.azcollection's modules: real ansible-playbook runs, one a story, whose results come back as data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from azure_clients.installation import COLLECTIONS, MODULE_PYTHON

Result = dict[str, Any]
PATIENCE = 240  # seconds; a task takes two to five


@dataclass(frozen=True)
class Step:
    """One task: a name, a module of the collection without its prefix, and its options, which may refer to names of
    earlier steps: {{ create.app_id }}."""

    name: str
    module: str
    options: dict[str, Any]


def step(name: str, module: str, **options: Any) -> Step:
    """The same, as it reads well in a story."""
    return Step(name, module, options)


@dataclass(frozen=True)
class Player:
    """Runs stories in a folder, with credentials in the environment as the collection takes them."""

    folder: Path
    env: dict[str, str]

    def play(self, *steps: Step) -> dict[str, Result]:
        """The results of all steps by their names; a step that failed has `failed` and the story goes on."""
        results = self.folder / "results.json"
        book = self.folder / "story.json"
        book.write_text(json.dumps([_play(steps, results)]))
        command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", "localhost,", str(book)]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        found: dict[str, Result] = json.loads(results.read_text())
        for name, result in found.items():
            assert "Traceback" not in json.dumps(result), f"{name}: {result}"
        return found


def make_player(folder: Path, ca_file: Path, tenant: dict[str, Any]) -> Player:
    """Plays as the tenant's operator."""
    operator = tenant["operator"]
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "ANSIBLE_HOME": str(folder / ".ansible"),
        "ANSIBLE_CONFIG": str(folder / "none.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_DEPRECATION_WARNINGS": "no",
        "ANSIBLE_NOCOLOR": "1",
        "AZURE_TENANT": tenant["id"],
        "AZURE_CLIENT_ID": operator["client_id"],
        "AZURE_SECRET": operator["client_secret"],
        "REQUESTS_CA_BUNDLE": str(ca_file),
        "SSL_CERT_FILE": str(ca_file),
        "PYTHONWARNINGS": "ignore",
    }
    (folder / "none.cfg").write_text("[defaults]\n")
    return Player(folder, env)


def _play(steps: tuple[Step, ...], results: Path) -> Result:
    """The play: each step registers its result under its name, and the last task writes them all down."""
    tasks: list[Result] = [
        {
            "name": one.name,
            f"azure.azcollection.azure_rm_{one.module}": one.options,
            "register": one.name,
            "ignore_errors": True,
        }
        for one in steps
    ]
    names = ", ".join(f"'{one.name}': {one.name}" for one in steps)
    keep = {"content": f"{{{{ {{{names}}} | to_json }}}}", "dest": str(results), "mode": "0600"}
    return {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": str(MODULE_PYTHON)},
        "tasks": [*tasks, {"name": "keep", "ansible.builtin.copy": keep}],
    }
