# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A store behind a program of the operator's own. Each request is one JSON object on its standard input:

    {"do": "get", "tenant_id": ..., "app_id": ..., "name": ...}     answers {"record": {...}}, or null in its place
    {"do": "put", ..., "replaces": 3, "record": {...}}              answers {}, or {"conflict": true} and keeps nothing
    {"do": "list", "tenant_id": ..., "app_id": ...}                 answers {"names": [...]}
    {"do": "probe", "nonce": ...}                                   writes, reads back and removes it; answers {"nonce": ...}

The answer is one JSON object on standard output, with exit status 0. Any other status is a failure, told on standard error.
replaces is the revision of the record that is to be replaced, 0 where there is to be none.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import secrets
import signal
import subprocess
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._redact import scrub
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Owner, Record
from ansible_collections.tenantops.entra.plugins.plugin_utils._plain_records import (
    conflict,
    differs,
    from_document,
    to_document,
)


def open_store(spec: t.Mapping[str, t.Any], services: t.Mapping[str, t.Any]) -> CommandStore:
    """The store that the program keeps; relative paths start at the playbook's folder."""
    return CommandStore(
        [str(word) for word in spec["command"]], spec["command_timeout"], services["loader"].get_basedir()
    )


class CommandStore:
    """A Store."""

    def __init__(self, command: list[str], seconds: int, folder: str) -> None:
        if not command:
            raise StoreError("store.command is empty", remedy="Name a program and its arguments.")
        self._command = command
        self._seconds = seconds
        self._folder = folder
        self.where = f"the program {command[0]}"

    def probe(self) -> None:
        nonce = secrets.token_hex()
        if self._ask("probe", nonce=nonce).get("nonce") != nonce:
            raise differs(self.where)

    def get(self, owner: Owner, name: str) -> Record:
        if not owner.app_id:  # the application is to be made yet
            return Record(owner, name)
        return from_document(owner, name, self._ask("get", **owner._asdict(), name=name).get("record"), self.where)

    def put(self, record: Record) -> Record:
        new = dataclasses.replace(record, revision=record.revision + 1)
        named = {**record.owner._asdict(), "name": record.name}
        document = to_document(new)
        if self._ask("put", **named, replaces=record.revision, record=document).get("conflict"):
            raise conflict(self.where, record.name)
        if self._ask("get", **named).get("record") != document:
            raise differs(self.where)
        return new

    def list(self, owner: Owner) -> t.Sequence[str]:
        names = self._ask("list", **owner._asdict()).get("names")
        if not isinstance(names, list):
            raise self._failed('its answer to list has no "names"')
        return sorted(str(name) for name in names)

    def _ask(self, does: str, **more: t.Any) -> dict[str, t.Any]:
        """The program's answer. Raises StoreError, without what it wrote to standard output."""
        try:
            with subprocess.Popen(  # noqa: S603 (the operator's own, without a shell)
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                cwd=self._folder,
                start_new_session=True,
            ) as process:
                try:
                    given = json.dumps({"do": does, **more}).encode()
                    written, told = process.communicate(given, timeout=self._seconds)
                except BaseException:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)  # with what it has started
                    raise
        except subprocess.TimeoutExpired:
            raise self._failed(f"it did not end within {self._seconds} s", "Raise store.command_timeout.") from None
        except OSError as error:
            raise self._failed(f"it cannot be started ({error.strerror})") from None
        if process.returncode:
            said = " ".join(scrub(told.decode(errors="replace")).split())[:300]
            raise self._failed(
                f"it ended with status {process.returncode} when asked to {does}: {said or '(no message)'}"
            )
        try:
            answer = json.loads(written)
        except ValueError:  # its message quotes the text
            answer = None
        if not isinstance(answer, dict):
            raise self._failed(f"its answer to {does} is no JSON object")
        return answer

    def _failed(self, what: str, remedy: str = "Check store.command.") -> StoreError:
        return StoreError(f"{self.where}: {what}", remedy=remedy)
