# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Any module's task in a forked process, with the whole retry policy and nobody who waits.

Time is made: where the task sleeps, its own clocks and the sandbox's go forward by as much at once. So a Retry-After of 200 s is
waited for in full by every clock there is, and what replicates in 120 s has replicated then. Requests take the time they take.
"""

from __future__ import annotations

import datetime
import importlib
import os
import time
from typing import Any, NamedTuple

from ansible_collections.tenantops.entra.plugins.module_utils import _graph, _run, _secret_state
from ansible_collections.tenantops.entra.plugins.module_utils._memory import Memory
from faults import task, worker
from faults.place import Place

os.environ["ENTRA_STORE_ALLOW_CONTAINER"] = "true"  # what is kept here need not outlive a container


class Told(NamedTuple):
    result: dict[str, Any]
    seconds: float
    """That the task took: those that passed, and those that were made."""

    @property
    def failed(self) -> bool:
        return bool(self.result.get("failed"))

    @property
    def said(self) -> str:
        return str(self.result.get("msg", self.result))


def load(name: str) -> _run.Module:
    module: _run.Module = importlib.import_module(f"ansible_collections.tenantops.entra.plugins.modules.{name}").MODULE
    return module


def start(
    place: Place,
    name: str,
    options: dict[str, Any],
    *,
    memory: Memory | None = None,
    change: task.Change | None = None,
    skew: float = 0,
    late: float = 0,
    real: bool = False,
    check: bool = False,
) -> worker.Worker:
    """The task in a process of its own. Tasks of one run share a memory.

    skew: seconds that its clock is ahead; late: seconds after which it gives an answer up; real: it waits as everybody does.
    """
    module = load(name)
    params = task.validated(module, {**place.connection(), **options})
    ahead = place.now().timestamp() - time.time() + skew

    def work() -> Any:
        passed = [0.0]
        if not real:
            _make_time(place, ahead, passed)
        if late:
            task.replace(_graph, ONE_REQUEST=late)
        if change:
            change()
        memo = memory or Memory(1 << 20)
        offered = task.services()
        result = _run.execute(module, params, check_mode=check, services=offered, memory=memo)
        return {"result": result, "made": passed[0]}

    return worker.start(work)


def run(place: Place, name: str, options: dict[str, Any], **more: Any) -> Told:
    """What the task told, and the time that it took."""
    began = time.monotonic()
    return wait(start(place, name, options, **more), began)


def wait(started: worker.Worker, began: float) -> Told:
    told = worker.wait(started)
    if told is None:
        raise RuntimeError("a task told nothing")
    return Told(told["result"], time.monotonic() - began + told["made"])


def _make_time(place: Place, ahead: float, passed: list[float]) -> None:
    monotonic, now, others = time.monotonic, time.time, list[Place]()

    def sleep(seconds: float) -> None:
        if not others:  # the parent's connection is the parent's
            others.append(Place(place.env, place.folder))
        others[0].advance(seconds)
        passed[0] += seconds

    def clock() -> datetime.datetime:
        return datetime.datetime.fromtimestamp(time.time(), datetime.UTC).replace(microsecond=0)

    task.replace(time, sleep=sleep, monotonic=lambda: monotonic() + passed[0], time=lambda: now() + ahead + passed[0])
    task.replace(_secret_state, read_clock=clock)
