# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A copy of the collection at a path that Ansible's own tools accept."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def copied_tree() -> Iterator[Path]:
    """What git tracks, or would if it were added, under .../ansible_collections/tenantops/entra, for as long as the block lasts.

    The link that makes the root importable is left out: ansible-test calls links to directories an error.
    """
    command = ["git", "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    cache = ROOT / ".cache"
    cache.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tree-", dir=cache) as folder:
        copy = Path(folder) / "ansible_collections" / "tenantops" / "entra"
        for name in filter(None, listed.split("\0")):
            if not name.startswith("collections/") and (ROOT / name).is_file():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, copy / name)
        # a repository of its own, else ansible-test asks the one above it, which ignores this folder
        subprocess.run(["git", "init", "-q", str(copy)], check=True)
        yield copy
