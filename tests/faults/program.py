# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kills of ansible-playbook itself, whose worker has a session of its own and lives on. A few cases, since each takes seconds."""

from __future__ import annotations

import contextlib
import os
import pathlib
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import yaml
from ansible.parsing import vault

from faults import task
from faults.place import PATIENCE, Place
from faults.systematic import OPTIONS, Case
from faults.watch import STUCK, Violation, Watch

ROOT = pathlib.Path(__file__).parents[2]
SLOW = {"path_regex": "addPassword", "times": 1, "point": "slow", "delay_seconds": 2}
TIMEOUT = 1  # seconds of the task, less than that
QUIET = 3.0  # seconds without a request, after which nobody is at work any more


def cases() -> Iterator[Case]:
    for how in (*task.SIGNALS, "timeout"):
        yield Case("program", f"ansible-playbook, {how} during addPassword", _player(how))


def _player(how: str) -> Any:
    def play(place: Place, _change: task.Change | None) -> list[Violation]:
        place.begin()
        with _genuine_vault():
            watch = Watch(place, OPTIONS)
            _run_program(place)
            watch.look(0)
            since = place.mark()
            place.fail(SLOW)
            _run_program(place, how)
            if not (watch.current and place.faults_used()):
                watch.violations.append((STUCK, "ansible-playbook did not come so far"))
            place.fail()
            watch.look(since)
            watch.clean()
        return watch.violations

    return play


def _run_program(place: Place, how: str = "") -> None:
    """One task that makes a secret, killed while the secret is being made."""
    options = {"unique_name": "kept", "name": "iis", **OPTIONS, "store": task.where(place), "force": bool(how)}
    step: dict[str, Any] = {"tenantops.entra.entra_app_secret": options}
    if how == "timeout":
        step["timeout"] = TIMEOUT
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [step]}
    playbook, password = place.folder / "play.yml", place.folder / "password"
    playbook.write_text(yaml.safe_dump([play]), encoding="utf-8")
    password.write_bytes(task.PASSWORD)
    settings = {"ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "ANSIBLE_VAULT_PASSWORD_FILE": str(password)}
    program = subprocess.Popen(
        [str(pathlib.Path(sys.executable).with_name("ansible-playbook")), str(playbook)],
        cwd=ROOT,
        env={**os.environ, **place.env, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    ends = time.monotonic() + PATIENCE
    while how in task.SIGNALS and program.poll() is None and time.monotonic() < ends:
        if place.faults_used():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.pid, task.SIGNALS[how])
            break
        time.sleep(0.05)
    program.wait(PATIENCE)
    _wait_for_quiet(place)


def _wait_for_quiet(place: Place) -> None:
    """Until a worker that outlived the program is done."""
    seen, since = place.mark(), time.monotonic()
    while time.monotonic() - since < QUIET:
        time.sleep(0.2)
        if place.mark() != seen:
            seen, since = place.mark(), time.monotonic()


@contextlib.contextmanager
def _genuine_vault() -> Iterator[None]:
    """Ansible Vault as the program has it."""
    quick = vault.PBKDF2HMAC
    task.replace(vault, PBKDF2HMAC=task.derive)
    try:
        yield
    finally:
        task.replace(vault, PBKDF2HMAC=quick)
