# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One task at a time writes to a tenant: the others of the same user on the same machine wait for their turn.

Microsoft Graph replaces a list such as an application's redirect URIs as a whole, so of two tasks that read, add and write at
once one would undo the other, and neither would know. The lock ends with the process that holds it, however that ends.
Runs on different machines, or by different users, do not know of each other.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pathlib
import stat
import tempfile
import time
import typing as t
import urllib.parse

from ansible_collections.tenantops.entra.plugins.module_utils._errors import Busy

PAUSE = 0.05  # seconds between two looks


@contextlib.contextmanager
def turn(graph: str, tenant_id: str, seconds: float) -> t.Iterator[None]:
    """Hold the tenant for the block; graph: the address at which it is reached. Raises Busy where another task has it for that long."""
    with _open(f"{urllib.parse.urlsplit(graph).netloc}-{tenant_id}") as file:
        ends = time.monotonic() + seconds
        while not _take(file):
            if time.monotonic() >= ends:
                file.seek(0)
                raise Busy(
                    f"Another task has been writing to tenant {tenant_id} for longer than {seconds:.0f} s ({file.read().strip()})",
                    remedy="Run again when it has ended, or raise timeout.",
                )
            time.sleep(PAUSE)
        file.seek(0)
        file.truncate()
        file.write(f"process {os.getpid()}, since {time.strftime('%Y-%m-%d %H:%M:%S')}\n")
        file.flush()
        yield


def _open(name: str) -> t.TextIO:
    """The tenant's lock file, in a folder that is nobody else's. Raises Busy where there can be none."""
    folder = pathlib.Path(tempfile.gettempdir()) / f"tenantops-entra-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        about = folder.lstat()
        if stat.S_ISDIR(about.st_mode) and about.st_uid == os.getuid() and not about.st_mode & 0o077:
            return (folder / f"{name}.lock").open("a+", encoding="utf-8")
        problem = "it is not a folder of this user alone"
    except OSError as error:
        problem = str(error.strerror)
    raise Busy(
        f"No lock can be kept in {folder}: {problem}",
        remedy="Remove it, or set TMPDIR to a folder that can be written.",
    )


def _take(file: t.TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
