# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the traces of a run are, beside what the processes and the wire show."""

from __future__ import annotations

import pathlib

# channel: files and folders of the run's folder
PLACES = {
    "stdout": ("stdout",),
    "stderr": ("stderr",),
    "log file": ("log",),
    "Python logging": ("logging",),
    "syslog": ("syslog",),
    "temporary files": ("tmp",),
    "home, remote tmp, async": ("home", "remote", "async"),
    "fact cache": ("facts",),
    "retry files": ("retry",),
    "junit": ("junit",),
    "tree": ("tree",),
    "store": ("store",),
    "records of a program": ("records",),
    "consumer's file": ("consumer",),
}
RUNNER_COMMAND = "command"  # the file in which ansible-runner keeps the environment


def read_channels(folder: pathlib.Path) -> dict[str, list[bytes]]:
    """The content of every file, by channel. A file's name counts as content."""
    channels = {channel: [blob for name in names for blob in _read(folder / name)] for channel, names in PLACES.items()}
    runner = sorted(path for path in (folder / "runner").rglob("*") if path.is_file())
    channels["runner command"] = [path.read_bytes() for path in runner if path.name == RUNNER_COMMAND]
    channels["runner artifacts"] = [b"\n".join(path.read_bytes() for path in runner if path.name != RUNNER_COMMAND)]
    return channels


def _read(place: pathlib.Path) -> list[bytes]:
    if place.is_file():
        return [place.read_bytes()]
    files = sorted(path for path in place.rglob("*") if path.is_file() and not path.is_symlink())
    return [str(path.relative_to(place)).encode() + b"\n" + path.read_bytes() for path in files]
