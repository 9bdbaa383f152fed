# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Faults of single items of a $batch, whose statuses stand in the batch's own 200."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from sandbox.fault_answers import graph_error
from sandbox.faults import take_fault
from sandbox.graph.calls import Answer, Call
from sandbox.graph.errors import GraphError
from sandbox.store import Record


def answer_item(call: Call, answer: Callable[[Call], Answer], delays: list[float]) -> Answer:
    """Answer one item by `answer` unless a rule is for it; `delays` gets the seconds that the batch is to wait."""
    query = "&".join(f"{name}={value}" for name, value in call.options.items())
    fault = take_fault(call.world.faults, call.method, call.path, query, item=True)
    if fault is None:
        return answer(call)
    call.fault = fault.point
    delays.append(fault.delay_seconds)
    if fault.point == "slow":
        return answer(call)
    if fault.point == "after":
        with suppress(GraphError):  # the rule's answer takes the place of this one too
            answer(call)
    if fault.body is None:
        raise graph_error(fault)
    body: Record | None = fault.body if isinstance(fault.body, dict) else None
    return Answer(fault.status or 200, body, fault.headers, None if body is not None else str(fault.body))
