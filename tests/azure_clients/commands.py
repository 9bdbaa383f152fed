# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The Azure CLI as a test uses it: a folder of its own, so a session of its own, and nothing of the caller's environment."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from azure_clients.installation import AZ

#: No telemetry, surveys, updates, extensions or colours; sign-in without a menu. https://learn.microsoft.com/cli/azure/azure-cli-configuration
SETTINGS = {
    "AZURE_CORE_COLLECT_TELEMETRY": "no",
    "AZURE_CORE_SURVEY_MESSAGE": "no",
    "AZURE_CORE_NO_COLOR": "yes",
    "AZURE_CORE_LOGIN_EXPERIENCE_V2": "off",
    "AZURE_CORE_ENCRYPT_TOKEN_CACHE": "no",
    "AZURE_AUTO_UPGRADE_ENABLE": "no",
    "AZURE_EXTENSION_USE_DYNAMIC_INSTALL": "no",
    "AZURE_LOGGING_ENABLE_LOG_FILE": "no",
    "PYTHONWARNINGS": "ignore",
}
PATIENCE = 60  # seconds; a call takes one to three


class Az:
    """One session of the CLI. Called with a command line, it returns what the command prints, parsed."""

    def __init__(self, folder: Path, ca_file: Path) -> None:
        self.folder = folder
        self.env = {
            **SETTINGS,
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "AZURE_CONFIG_DIR": str(folder / ".azure"),
            "REQUESTS_CA_BUNDLE": str(ca_file),
        }

    def __call__(self, command: str, *arguments: str) -> Any:
        """Run "az <command>" with further arguments, which may hold blanks; None where it prints nothing."""
        done = self.run(command, *arguments)
        assert done.returncode == 0, f"az {command}: {done.returncode}\n{done.stderr}"
        return json.loads(done.stdout) if done.stdout.strip() else None

    def refused(self, command: str, *arguments: str) -> str:
        """The message of a command that must fail because of what the service answered."""
        done = self.run(command, *arguments)
        assert done.returncode != 0, f"az {command} succeeded: {done.stdout}"
        assert "Traceback" not in done.stderr, done.stderr
        return done.stderr

    def run(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run it whatever comes of it."""
        return subprocess.run(
            self.line(command, *arguments),
            env=self.env,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def line(self, command: str, *arguments: str) -> list[str]:
        """The command line, to be run with `env` in `folder`."""
        return [str(AZ), *command.split(), *arguments, "--output", "json"]
