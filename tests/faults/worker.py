# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Work in a forked process, as ansible-core's workers are, and what it told before it ended."""

from __future__ import annotations

import json
import os
import select
import signal
import time
from collections.abc import Callable
from typing import Any, NamedTuple

LONGEST_RUN = 900.0  # seconds


class Worker(NamedTuple):
    pid: int
    answer: int
    """A file descriptor from which it can be read what the process tells."""


def start(work: Callable[[], Any]) -> Worker:
    """The process does the work and tells what it returns: JSON, and other objects as texts."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        status = 1
        try:
            told = work()
            if told is not None:
                _write(writing, json.dumps(told, default=str).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    return Worker(child, reading)


def wait(worker: Worker) -> Any:
    """What the process told, or None where it was ended before. Raises RuntimeError where it does not end."""
    with os.fdopen(worker.answer, "rb") as answer:
        told = _read(worker.pid, answer.fileno())
    os.waitpid(worker.pid, 0)
    return json.loads(told) if told else None


def _write(to: int, told: bytes) -> None:
    while told:
        told = told[os.write(to, told) :]


def _read(child: int, answer: int) -> bytes:
    told, ends = b"", time.monotonic() + LONGEST_RUN
    while True:
        if not select.select([answer], [], [], max(0.0, ends - time.monotonic()))[0]:
            os.kill(child, signal.SIGKILL)
            raise RuntimeError(f"a task did not end within {LONGEST_RUN:.0f} s")
        part = os.read(answer, 1 << 16)
        if not part:
            return told
        told += part
