# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run the Azure CLI and azure.azcollection against the sandbox: `python -m azure_clients [PYTEST ARGUMENT ...]`.

Exit status: pytest's, or 2 where what is needed cannot be had.
"""

from __future__ import annotations

import subprocess
import sys
import time

from azure_clients.installation import HERE, ROOT, install, measure
from azure_clients.namespace import NotPossible, enter
from rich.console import Console


def main(arguments: list[str]) -> int:
    """Install, run the tests inside, say what it took."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    started = time.monotonic()
    try:
        fresh = install()
        ready = time.monotonic()
        chosen = any(one.startswith("tests/") for one in arguments)
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "--durations=5", *arguments]
        status = enter([*command, *([] if chosen else [str(HERE.relative_to(ROOT))])])
    except NotPossible as error:
        console.print(str(error))
        return 2
    except subprocess.CalledProcessError as error:
        console.print(f"{error.cmd[0]} ended with {error.returncode}")
        return 2
    took = f"installed in {ready - started:.0f} s" if fresh else "installed already"
    console.print(f"{took}, {measure() / 1e6:.0f} MB on disk; tests {time.monotonic() - ready:.0f} s")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
