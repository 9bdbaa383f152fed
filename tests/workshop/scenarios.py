# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run the scenarios of extensions/molecule with a state of their own: `python -m workshop.scenarios [ARGUMENT ...]`.

molecule names the folder of its state after the project's folder (scenario.py, ephemeral_directory), so that two clones, or two
runs at once, would share it, and what a killed run has left behind would count as created.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from workshop.tree import ROOT


def main(arguments: list[str]) -> int:
    """Run `molecule test --all`, or molecule with these arguments; return its exit status."""
    cache = ROOT / ".cache"
    cache.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="molecule-", dir=cache) as folder:
        command = ["molecule", *(arguments or ["test", "--all"])]
        password = Path(folder) / "vault-password"
        password.write_text(secrets.token_urlsafe(24), encoding="utf-8")
        password.chmod(0o600)
        env = {
            **os.environ,
            "MOLECULE_EPHEMERAL_DIRECTORY": folder,
            "ANSIBLE_VAULT_PASSWORD_FILE": str(password),
        }
        return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
