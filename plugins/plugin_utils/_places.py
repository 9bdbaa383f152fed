# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where on the controller a file may keep secrets: not where others could replace it, it would vanish, or git would take it."""

from __future__ import annotations

import os
import pathlib
import re
import stat
import subprocess
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError

# https://docs.podman.io/en/latest/markdown/podman-run.1.html (/run/.containerenv); /.dockerenv: observed with Docker
CONTAINER_MARKS = ("/.dockerenv", "/run/.containerenv")
# https://kubernetes.io/docs/tutorials/services/connect-applications-service/#environment-variables
POD_VARIABLE = "KUBERNETES_SERVICE_HOST"
MEMORY = {"overlay", "ramfs", "tmpfs"}
# a pod's emptyDir, and the folder that AWX makes for one job (JOB_FOLDER_PREFIX in its settings), as mountinfo tells their source
PASSING = re.compile(r"kubernetes\.io~empty-dir|/awx_\d+_")
MOUNTS = "/proc/self/mountinfo"


class Mount(t.NamedTuple):
    source: str
    point: str
    kind: str


def refuse_unsafe(path: pathlib.Path) -> None:
    """Raises StoreError for a place that does not exist, is no file, or where other users could put another file."""
    folder = path.parent
    wrong = ""
    if not folder.is_dir():
        wrong = f"the folder {folder} does not exist"
    elif path.exists() and not path.is_file():
        wrong = f"{path} is not a file"
    elif (mode := folder.stat().st_mode) & stat.S_IWOTH and not mode & stat.S_ISVTX:
        wrong = f"every user of this machine may replace files in {folder}"
    elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        wrong = f"the folder {folder} is not writable"
    if wrong:
        raise StoreError(f"store.path: {wrong}", remedy="Name a file in a folder of your own.")


def refuse_lasting_nowhere(path: pathlib.Path, *, allow_container: bool) -> None:
    """Raises StoreError where the machine is a container and the path is on no volume that outlives it."""
    inside = any(pathlib.Path(mark).exists() for mark in CONTAINER_MARKS) or POD_VARIABLE in os.environ
    if inside and not allow_container and not outlives_the_container(path):
        raise StoreError(
            f"store.path: this run is in a container, and {path} is gone with it",
            remedy="Name a file on a mounted volume, choose another kind of store, or set store.allow_container where the container stays.",
        )


def outlives_the_container(path: pathlib.Path) -> bool:
    """Whether the path is on a mount of its own that is a disk and not made for this run only."""
    mount = find_mount(path, pathlib.Path(MOUNTS).read_text(encoding="utf-8"))
    return mount.point != "/" and mount.kind not in MEMORY and not PASSING.search(mount.source)


def find_mount(path: pathlib.Path, mountinfo: str) -> Mount:
    """The mount that holds the path, by the format of https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html"""
    holding = Mount("/", "/", "")
    for line in mountinfo.splitlines():
        before, _dash, after = line.partition(" - ")
        source, point = (field.replace("\\040", " ") for field in before.split(" ")[3:5])
        if path.is_relative_to(point) and len(point) >= len(holding.point):
            holding = Mount(source, point, after.split(" ")[0])
    return holding


def refuse_committed(path: pathlib.Path, *, allow_git: bool) -> None:
    """Raises StoreError where the path is in a work tree of git that does not ignore it."""
    if allow_git or not path.parent.is_dir() or not any((folder / ".git").exists() for folder in path.parents):
        return  # that there is no such folder is told by refuse_unsafe
    # the owner of the tree may be another user, and its settings are not to start a program
    settings = ["-c", "safe.directory=*", "-c", "core.fsmonitor=false"]
    try:
        answer = subprocess.run(
            ["git", *settings, "-C", str(path.parent), "check-ignore", "--quiet", "--", str(path)],
            capture_output=True,
            check=False,
            timeout=20,
        ).returncode
    except (OSError, subprocess.SubprocessError):
        answer = 128
    if answer == 0:
        return
    told = (
        "git would commit it"
        if answer == 1
        else "it is in a work tree of git, and git cannot tell whether it is ignored"
    )
    raise StoreError(
        f"store.path is {path}: {told}",
        remedy="Add it to .gitignore, or set store.allow_git if its encrypted text is to be committed.",
    )
