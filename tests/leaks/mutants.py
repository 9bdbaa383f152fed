# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Twenty and more ways to tell a secret, each of which must be found. A test that never saw a leak proves nothing."""

from __future__ import annotations

import base64
import dataclasses
import gzip
import io
import logging
import os
import pathlib
import subprocess
import syslog
import tempfile
import textwrap
import typing as t
import urllib.parse
import zipfile

from ansible.utils.display import Display

Result = dict[str, t.Any]
Leak = t.Callable[[Result, str], t.Any]


@dataclasses.dataclass(frozen=True)
class Mutant:
    """A leak, and the run that it shows in."""

    leak: Leak
    """Is given the task's result and the secret."""
    run: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    """How the run differs from the plain one at -v0."""


def fail(secret: str) -> t.NoReturn:
    """As if nobody caught what nobody foresaw."""
    from ansible_collections.tenantops.entra.plugins.module_utils import _run

    def pass_on(error: Exception) -> t.NoReturn:
        raise error

    vars(_run)["describe_defect"] = pass_on
    raise RuntimeError(f"could not keep {secret}")


def write_file(name: str, content: bytes, folder: str = "") -> None:
    path = pathlib.Path(folder or tempfile.gettempdir()) / name
    path.write_bytes(content)
    path.chmod(0o644)


def show_sdk_object(secret: str) -> str:
    from msgraph.generated.models.password_credential import PasswordCredential

    return repr(PasswordCredential(secret_text=secret))


def start_process(*command: str, **environment: str) -> None:
    subprocess.run(command, env=environment | {"PATH": os.environ["PATH"]}, check=True)


def show_wrapped(secret: str) -> None:
    lines = textwrap.wrap(f"The new secret is {secret}, keep it well.", 22)
    Display().display("\n".join(f"\x1b[31m│ {line:22} │\x1b[0m" for line in lines))


def zip_up(secret: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("secret.txt", f"the secret is {secret}")
    return packed.getvalue()


def log_headers(secret: str) -> None:
    """What HTTP/2 logs of a request, once nobody keeps it quiet."""
    import hpack

    logging.getLogger("hpack").setLevel(logging.NOTSET)
    hpack.Encoder().encode([("authorization", f"Bearer {secret}")])


def cache_fact(result: Result, secret: str) -> None:
    result |= {"ansible_facts": {"kept": secret}, "_ansible_facts_cacheable": True}


LOUD = {"verbosity": 1}
MUTANTS: dict[str, Mutant] = {
    "displayed": Mutant(lambda result, secret: Display().display(f"made {secret}")),
    "standard error": Mutant(lambda result, secret: Display().display(f"made {secret}", stderr=True)),
    "warning shown": Mutant(lambda result, secret: Display().warning(f"keep {secret}")),
    "warning returned": Mutant(lambda result, secret: result.update(warnings=[f"keep {secret}"])),
    "exception": Mutant(lambda result, secret: fail(secret)),
    "returned": Mutant(lambda result, secret: result.update(secret=secret), run=LOUD),
    "returned, to the runner": Mutant(
        lambda result, secret: result.update(secret=secret), run={"launcher": "ansible-runner"}
    ),
    "diff": Mutant(
        lambda result, secret: result["diff"]["after"].update(secret=secret), run={"arguments": ("--diff",)}
    ),
    "fact in the cache": Mutant(cache_fact),
    "log": Mutant(lambda result, secret: logging.getLogger("entra").info("made %s", secret)),
    "log of headers": Mutant(lambda result, secret: log_headers(secret)),
    "system log": Mutant(lambda result, secret: syslog.syslog(f"made {secret}")),
    "file that everybody reads": Mutant(lambda result, secret: write_file("made", secret.encode())),
    "store in the clear": Mutant(
        lambda result, secret: write_file("plain", secret.encode(), os.path.dirname(result["stored_at"]))  # noqa: PTH120
    ),
    "base64 in a message": Mutant(
        lambda result, secret: result.update(msg=base64.b64encode(f"x{secret}".encode()).decode()), run=LOUD
    ),
    "object of the SDK": Mutant(lambda result, secret: result.update(msg=show_sdk_object(secret)), run=LOUD),
    "set_stats": Mutant(
        lambda result, secret: result.update(ansible_stats={"data": {"made": secret}, "per_host": False}),
        run={"launcher": "ansible-runner"},
    ),
    "environment": Mutant(lambda result, secret: start_process("sleep", "0.3", MADE=secret)),
    "command line": Mutant(lambda result, secret: start_process("sh", "-c", "sleep 0.3; true", secret)),
    "reversed": Mutant(lambda result, secret: result.update(msg=secret[::-1]), run=LOUD),
    "hexadecimal": Mutant(lambda result, secret: result.update(msg=secret.encode().hex()), run=LOUD),
    "first twelve characters": Mutant(lambda result, secret: result.update(msg=f"{secret[:12]}..."), run=LOUD),
    "quoted twice": Mutant(
        lambda result, secret: result.update(msg=urllib.parse.quote(urllib.parse.quote(f"&{secret}&"))), run=LOUD
    ),
    "wrapped in a frame": Mutant(lambda result, secret: show_wrapped(secret)),
    "gzip in base64": Mutant(
        lambda result, secret: result.update(msg=base64.b64encode(gzip.compress(f"is {secret}".encode())).decode()),
        run=LOUD,
    ),
    "zip": Mutant(lambda result, secret: write_file("made.zip", zip_up(secret))),
    "UTF-16": Mutant(lambda result, secret: write_file("made.txt", secret.encode("utf-16-le"))),
    "junit": Mutant(lambda result, secret: result.update(msg=f"made {secret}"), run={"callback": "junit"}),
    "tree": Mutant(lambda result, secret: result.update(msg=f"made {secret}"), run={"callback": "tree"}),
}
