# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Plays cases in several processes, each with a sandbox of its own."""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from faults import task
from faults.place import PATIENCE, sandbox
from faults.systematic import Case
from faults.watch import STUCK, Violation

SLOW = 1800.0  # seconds without any outcome, after which the workers are given up
TRIES = 3  # at a deliberate break: on a machine that is busy a task may end before it comes there


class Outcome(NamedTuple):
    kind: str
    name: str
    violations: list[Violation]
    breaks: str = ""
    measured: float | None = None


def play_all(cases: Sequence[Case], workers: int) -> Iterator[Outcome]:
    """The outcomes as they come."""
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    started = []
    for number in range(min(workers, len(cases))):
        share = list(cases)[number::workers]
        worker = context.Process(target=_play, args=(share, queue), daemon=True)
        worker.start()
        started.append(worker)
    try:
        for _case in cases:
            yield queue.get(timeout=SLOW)
    finally:
        for worker in started:
            worker.join(5)
            worker.terminate()
            worker.join(PATIENCE)


def _play(cases: Sequence[Case], queue: multiprocessing.Queue[Outcome]) -> None:
    task.derive_quickly()
    with sandbox() as place, contextlib.suppress(KeyboardInterrupt):
        task.load_libraries(place)
        for case in cases:
            place.measured = None
            for _number in range(TRIES if case.breaks else 1):
                try:
                    violations = case.play(place, case.change)
                except Exception as error:
                    violations = [(STUCK, f"the case broke off: {type(error).__name__}: {error}")]
                if case.breaks in {what for what, _told in violations}:
                    break
            queue.put(Outcome(case.kind, case.name, violations, case.breaks, place.measured))
