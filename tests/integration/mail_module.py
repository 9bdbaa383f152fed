# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module community.general.mail, from where PyPI has it: the package `ansible`."""

from __future__ import annotations

import fcntl
import pathlib
import subprocess
import sys
import tempfile
import zipfile

PACKAGE = "ansible==14.5.0"  # a wheel of 51 MB, of which 66 KB are kept
CACHE = pathlib.Path(__file__).parents[2] / ".cache/community"
PARTS = [
    f"ansible_collections/community/general/{name}"
    for name in ("MANIFEST.json", "meta/runtime.yml", "plugins/modules/mail.py")
]


def install() -> pathlib.Path:
    """Download the package and keep the module, once; returns the path of the collections."""
    folder = CACHE / PACKAGE
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # pytest-xdist asks from several processes
        if not (folder / PARTS[-1]).exists():
            with tempfile.TemporaryDirectory(dir=CACHE) as place:
                # whatever the Python: nothing of it is run but the module, by ansible-core
                wished = ["--no-deps", "--only-binary", ":all:", "--ignore-requires-python", "--dest", place, PACKAGE]
                command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", *wished]
                subprocess.run(command, check=True, capture_output=True, text=True)
                (wheel,) = pathlib.Path(place).glob("*.whl")
                with zipfile.ZipFile(wheel) as archive:
                    archive.extractall(folder, PARTS)
    return folder
