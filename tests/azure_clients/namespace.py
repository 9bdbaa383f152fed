# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A network and a hosts file of the tests' own, in which Microsoft's names mean this machine and nothing else can be reached.

`enter` starts a command there through unshare(1); `python -m azure_clients.namespace COMMAND ...` is what it runs first inside.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

#: Every name of Microsoft's that the clients here ask for.
HOSTNAMES = (
    "graph.microsoft.com",
    "login.microsoftonline.com",
    "management.azure.com",
    "management.core.windows.net",
    "main.iam.ad.ext.azure.com",
)
#: A root user needs no user namespace; anybody else is root in one of their own.
WAYS = (["unshare", "--mount", "--net"], ["unshare", "--map-root-user", "--mount", "--net"])
ONLY_WHERE = (
    "The Azure clients know only Microsoft's host names, so they run where a hosts file of the tests' own can be mounted. "
    "Neither root nor an unprivileged user namespace allows that here: run as root, allow user namespaces "
    "(sysctl kernel.unprivileged_userns_clone=1, on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0), or give the "
    "container the capability SYS_ADMIN."
)
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1  # linux/sockios.h, linux/if.h


class NotPossible(Exception):
    """There is no way into a namespace of one's own here; the text is for the user."""


def enter(command: Sequence[str]) -> int:
    """Run a command in namespaces of its own and return its exit status. Raises NotPossible."""
    inside = [sys.executable, "-m", "azure_clients.namespace"]
    for way in WAYS:
        try:
            tried = subprocess.run([*way, *inside, "true"], capture_output=True, check=False)
        except FileNotFoundError:
            break
        if tried.returncode == 0:
            return subprocess.run([*way, *inside, *command], check=False).returncode
    raise NotPossible(ONLY_WHERE)


def prepare() -> None:
    """Bring loopback up and mount the hosts file. Raises OSError or CalledProcessError."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(control, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))
    with tempfile.NamedTemporaryFile("w", prefix="hosts-") as hosts:
        hosts.write(f"127.0.0.1 localhost {' '.join(HOSTNAMES)}\n")
        hosts.flush()
        Path(hosts.name).chmod(0o644)
        subprocess.run(["mount", "--bind", hosts.name, "/etc/hosts"], check=True)


if __name__ == "__main__":
    prepare()
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 (the command is the caller's)
