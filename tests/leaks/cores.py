# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The ansible-core that a run uses: the one of the tests, and the oldest and the next in environments of their own."""

from __future__ import annotations

import dataclasses
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[2]
FOLDER = ROOT / ".cache/leaks"
RUNNER = "ansible-runner==2.4.3"
OLDEST = ("2.16.19", ("3.12", "3.11"))
NEXT = ("2.22.0rc1", ("3.14", "3.13", "3.12"))


class CannotHave(Exception):
    """An environment; the text is the reason."""


@dataclasses.dataclass(frozen=True)
class Core:
    """Where its programs are, and how they reach the embedded tenant."""

    name: str
    folder: pathlib.Path
    address: dict[str, str]

    @property
    def python(self) -> pathlib.Path:
        return self.folder / "python"

    def program(self, name: str) -> pathlib.Path:
        return self.folder / name


def own(address: dict[str, str]) -> Core:
    return Core("own", pathlib.Path(sys.executable).parent, address)


def other(version: str, pythons: tuple[str, ...], address: dict[str, str]) -> Core:
    """An environment with that version, made when it is first asked for. Raises CannotHave."""
    folder = FOLDER / f"core-{version}"
    done = folder / ".done"
    if not done.exists():
        python = next((found for wanted in pythons if (found := _find(wanted))), None)
        if python is None:
            raise CannotHave(f"no Python {' or '.join(pythons)} on this machine")
        shutil.rmtree(folder, ignore_errors=True)
        _uv("venv", "--quiet", "--python", python, str(folder))
        wanted = [f"ansible-core=={version}", RUNNER, "-r", str(ROOT / "requirements.txt")]
        _uv("pip", "install", "--quiet", "--python", str(folder / "bin/python"), *wanted)
        done.touch()
    return Core(version, folder / "bin", address)


def _find(version: str) -> str | None:
    """A Python that runs: a name on PATH may be a shim that fails."""
    installed = sorted(pathlib.Path("~/.pyenv/versions").expanduser().glob(f"{version}.*/bin/python"))
    for candidate in (f"python{version}", *map(str, installed)):
        try:
            asked = "import sys, venv; print(sys.executable)"
            told = subprocess.run([candidate, "-c", asked], capture_output=True, text=True, timeout=30, check=True)
        except (OSError, subprocess.SubprocessError):
            continue
        return told.stdout.strip()
    return None


def _uv(*arguments: str) -> None:
    uv = pathlib.Path(sys.executable).with_name("uv")
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    made = subprocess.run([str(uv), *arguments], capture_output=True, text=True, env=environment, check=False)
    if made.returncode:
        raise CannotHave(f"uv {arguments[0]}: {' '.join(made.stderr.split())[:300]}")
