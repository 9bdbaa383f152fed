# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the Azure clients run on: a virtual environment each for the Azure CLI and the collection's modules, and the collection.

All of it is kept under `.cache/azure/` and made again only where its requirements have changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CACHE = ROOT / ".cache" / "azure"
AZ = CACHE / "cli" / "bin" / "az"
COLLECTIONS = CACHE / "collections"
MODULE_PYTHON = CACHE / "collection" / "bin" / "python"
#: The collection's modules ask asyncio for a loop that Python 3.14 no longer makes.
PYTHON = sys.executable if sys.version_info < (3, 14) else ">=3.11,<3.14"
#: The package that carries azure.azcollection, of which the rest is not unpacked.
ANSIBLE = "ansible==14.5.0"
FOLDER = "ansible_collections/azure/azcollection/"


def install() -> bool:
    """Make what is missing or out of date; whether there was anything to do. Raises CalledProcessError."""
    done = [_install_environment(name) for name in ("cli", "collection")]
    return any([*done, _install_collection()])


def measure() -> int:
    """Bytes that the installation takes, each file once however many links it has."""
    sizes: dict[tuple[int, int], int] = {}
    for folder, _folders, files in os.walk(CACHE):
        for name in files:
            found = os.lstat(Path(folder) / name)
            sizes[found.st_dev, found.st_ino] = found.st_blocks * 512
    return sum(sizes.values())


def _install_environment(name: str) -> bool:
    """A virtual environment with `requirements-<name>.txt`, unless the one there was made from the same."""
    folder, requirements = CACHE / name, HERE / f"requirements-{name}.txt"
    if _is_current(folder, requirements.read_text()):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    uv = str(Path(sys.executable).with_name("uv"))
    subprocess.run([uv, "venv", "-q", "--python", PYTHON, str(folder)], check=True)
    python = str(folder / "bin" / "python")
    subprocess.run([uv, "pip", "install", "-q", "--python", python, "-r", str(requirements)], check=True)
    _mark(folder, requirements.read_text())
    return True


def _install_collection() -> bool:
    """azure.azcollection out of the package `ansible`, whose other collections would take ten times its room."""
    if _is_current(COLLECTIONS, ANSIBLE):
        return False
    shutil.rmtree(COLLECTIONS, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="download-", dir=CACHE) as folder:
        command = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", ANSIBLE]
        subprocess.run([*command, "-d", folder], check=True)
        wheel = next(Path(folder).glob("ansible-*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(COLLECTIONS, [one for one in archive.namelist() if one.startswith(FOLDER)])
    _mark(COLLECTIONS, ANSIBLE)
    return True


def _is_current(folder: Path, made_from: str) -> bool:
    stamp = folder / ".made-from"
    return stamp.exists() and stamp.read_text() == _digest(made_from)


def _mark(folder: Path, made_from: str) -> None:
    (folder / ".made-from").write_text(_digest(made_from))


def _digest(text: str) -> str:
    """The text and the Python that it was installed for."""
    return hashlib.sha256(f"{sys.version}\n{text}".encode()).hexdigest()
