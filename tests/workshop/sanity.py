# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run `ansible-test sanity` on a copy of the tree: `python -m workshop.sanity [TEST ...]`.

ansible-test makes virtual environments without pip and downloads get-pip.py from ci-files.testing.ansible.com for them; the
stand-in below installs the same version of pip from the package index instead, so that the run needs that index and nothing else.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from workshop.tree import ROOT, copied_tree

HOME = ROOT / ".cache" / "ansible-test-home"
PIP_OF_CORE = ("24_2", "25_2")  # ansible-core 2.19, 2.21: ansible_test/_internal/python_requirements.py
# the last would gather what is compiled of a copy that is thrown away
OURS = {"ANSIBLE_CONFIG", "ANSIBLE_HOME", "PYTHONPATH", "PYTHONPYCACHEPREFIX"}
GET_PIP = """\
import os, re, subprocess, sys
version = re.search(r"get_pip_([0-9_]+)", os.environ["GET_PIP"]).group(1).replace("_", ".")
env = {k: v for k, v in os.environ.items() if k != "GET_PIP"}
subprocess.check_call([sys.executable, "-m", "ensurepip", "--default-pip"], env=env, stdout=subprocess.DEVNULL)
subprocess.check_call([sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "pip==" + version], env=env)
"""


def place_get_pip() -> None:
    """Put the stand-in where ansible-test looks for a download it made before."""
    cache = HOME / ".ansible" / "test" / "cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in PIP_OF_CORE:
        (cache / f"get_pip_{version}.py").write_text(GET_PIP)


def search_path() -> str:
    """PATH with the interpreter behind the virtual environment first, and without shims, which fail when started."""
    own = [str(Path(sys.executable).parent), str(Path(sys.executable).resolve().parent)]
    return os.pathsep.join(own + [p for p in os.environ["PATH"].split(os.pathsep) if not p.endswith("/shims")])


def main(tests: list[str]) -> int:
    """Run the named sanity tests, or all of them; return ansible-test's exit status."""
    place_get_pip()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = ["ansible-test", "sanity", "--local", "--python", version, "--color", "no"]
    for test in tests:
        command += ["--test", test]
    kept = {k: v for k, v in os.environ.items() if k not in OURS}
    env = {**kept, "HOME": str(HOME), "PATH": search_path()}
    with copied_tree() as copy:
        return subprocess.run(command, cwd=copy, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
