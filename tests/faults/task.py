# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One task in a forked process, as ansible-core's workers are: the real module, the real store, real requests.

Only waiting is made shorter, so that thousands of cases end: pauses, the time for one request, and the key derivation of Ansible
Vault. The collection's clock is the sandbox's.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import gc
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing import vault
from ansible.parsing.dataloader import DataLoader

from ansible_collections.tenantops.entra.plugins.module_utils import _graph, _proof, _run, _secret_state
from ansible_collections.tenantops.entra.plugins.module_utils._memory import Memory
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Owner, Record, Store
from ansible_collections.tenantops.entra.plugins.modules.entra_app_secret import MODULE
from ansible_collections.tenantops.entra.plugins.plugin_utils import _services
from faults import worker
from faults.place import Place

SIGNALS = {"KILL": signal.SIGKILL, "TERM": signal.SIGTERM, "INT": signal.SIGINT}
TOUCHES = frozenset({"socket.connect", "os.rename", "tempfile.mkstemp", "os.remove"})
LATE = 1.0  # seconds that one with faults waits for an answer
PATIENCE = {"timeout": 300, "proof_seconds": 300}  # options of a task that nothing befalls, on a machine that is busy
IMPATIENCE = {"timeout": 3, "proof_seconds": 3}  # and of one with faults
PASSWORD = b"a vault password for tests"
derive = vault.PBKDF2HMAC


class TimeIsOver(BaseException):
    """What a task's own timeout raises in the worker."""


@dataclasses.dataclass(frozen=True)
class Stop:
    """How the process is ended: KILL, TERM, INT, or timeout (seconds)."""

    how: str
    touch: int = 0
    """At the nth time that it opens a connection, or makes, renames or removes a file; 0: while a request of a fault is answered."""
    seconds: float = 0


@dataclasses.dataclass(frozen=True)
class BadDisk:
    """The store fails at its nth write: before or after it is done."""

    number: int
    moment: str


Change = Callable[[], None]
"""Breaks the code on purpose, in the process of the task alone."""


def services() -> dict[str, Any]:
    loader = DataLoader()
    loader.set_vault_secrets([("default", vault.VaultSecret(PASSWORD))])
    return _services.of(loader, {})


def record_of(place: Place) -> Record:
    store: Store = services()["open_store"](where(place))
    return store.get(Owner(place.env["AZURE_TENANT_ID"], place.app_id), "iis")


def where(place: Place) -> dict[str, Any]:
    return {"kind": "vault_file", "allow_container": True, "path": str(place.folder / "kept.yml")}


def validated(module: _run.Module, given: dict[str, Any]) -> dict[str, Any]:
    checked = ArgumentSpecValidator(module.spec, **module.constraints).validate(given)
    if checked.error_messages:
        raise ValueError("; ".join(checked.error_messages))
    return dict(checked.validated_parameters)


def _named(place: Place) -> dict[str, Any]:
    return {**place.connection(), "unique_name": "kept", "name": "iis", "store": where(place)}


def run(
    place: Place,
    options: dict[str, Any],
    *,
    patient: bool = False,
    speed: float = 1,
    stop: Stop | None = None,
    disk: BadDisk | None = None,
    change: Change | None = None,
) -> dict[str, Any] | None:
    """The module's result, or None where the process was ended before it told one."""
    params = validated(MODULE, {**_named(place), **(PATIENCE if patient else IMPATIENCE), **options})
    began, base = time.monotonic(), place.now()

    def work() -> Any:
        replace(_secret_state, read_clock=lambda: _now(base, (time.monotonic() - began) * speed))
        _shorten_pauses()
        replace(_graph, ONE_REQUEST=PATIENCE["timeout"] if patient else LATE)
        replace(_proof, LONGEST_TRY=PATIENCE["timeout"] if patient else LATE)
        if change:
            change()
        offered = services()
        if disk:
            genuine = offered["open_store"]
            offered["open_store"] = lambda spec: _spoil(genuine(spec), disk)
        if stop:
            _prepare(stop)
        with contextlib.suppress(TimeIsOver):
            return _run.execute(MODULE, params, check_mode=False, services=offered, memory=Memory(1 << 20))

    started = worker.start(work)
    if stop and stop.how in SIGNALS and not stop.touch:
        _kill_when_a_fault_is_used(place, started, SIGNALS[stop.how])
    result: dict[str, Any] | None = worker.wait(started)
    return result


def replace(module: Any, **names: Any) -> None:
    """In this process."""
    vars(module).update(names)


def _now(base: datetime.datetime, later: float) -> datetime.datetime:
    return (base + datetime.timedelta(seconds=later)).replace(microsecond=0)


def _shorten_pauses() -> None:
    real = time.sleep

    def nap(seconds: float) -> None:
        real(min(seconds / 50, 0.2))

    replace(time, sleep=nap)
    replace(_graph, pause=lambda state: min(0.05 * 2**state.attempt_number, 0.5))
    replace(_proof, BETWEEN=0.0, FIRST_PAUSE=2.0, LONGEST_PAUSE=10.0)


def derive_quickly() -> None:
    """Ansible Vault with one round of key derivation, for this process and those it forks."""

    def once(**options: Any) -> Any:
        return derive(**{**options, "iterations": 1})

    replace(vault, PBKDF2HMAC=once)


def load_libraries(place: Place) -> None:
    """What the libraries import when they are first used, in this process, so that those it forks need not."""
    place.begin()
    _run.execute(MODULE, validated(MODULE, _named(place)), check_mode=True, services=services(), memory=Memory(1 << 20))
    gc.freeze()


def _spoil(store: Any, disk: BadDisk) -> Any:
    put, seen = store.put, [0]

    def put_or_fail(record: Record) -> Record:
        seen[0] += 1
        if seen[0] == disk.number and disk.moment == "before":
            raise OSError("no space left on device")
        kept: Record = put(record)
        if seen[0] == disk.number:
            raise OSError("input/output error")
        return kept

    store.put = put_or_fail
    return store


def _prepare(stop: Stop) -> None:
    """Have this process end itself, or be ended as ansible-core's worker is: by the signal's default action."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    if stop.how == "timeout":

        def end(_number: int, _frame: Any) -> None:
            raise TimeIsOver

        signal.signal(signal.SIGALRM, end)
        signal.setitimer(signal.ITIMER_REAL, stop.seconds)
    elif stop.touch:
        seen = 0

        def count(event: str, _arguments: Any) -> None:
            nonlocal seen
            seen += event in TOUCHES
            if event in TOUCHES and seen == stop.touch:
                os.kill(os.getpid(), SIGNALS[stop.how])

        sys.addaudithook(count)


def _kill_when_a_fault_is_used(place: Place, started: worker.Worker, number: signal.Signals) -> None:
    ends = time.monotonic() + worker.LONGEST_RUN
    while time.monotonic() < ends and not select.select([started.answer], [], [], 0.01)[0]:
        if place.faults_used():
            with contextlib.suppress(ProcessLookupError):
                os.kill(started.pid, number)
            return
