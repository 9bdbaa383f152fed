# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carries out a plan. The only file that sends a write."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import re
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import (
    EntraError,
    GraphError,
    StoreError,
    Unreachable,
)
from ansible_collections.tenantops.entra.plugins.module_utils._graph import Graph
from ansible_collections.tenantops.entra.plugins.module_utils._memory import Writes
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call, Later, Local, Object, Plan, Told
from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret
from ansible_collections.tenantops.entra.plugins.module_utils._request import Request
from ansible_collections.tenantops.entra.plugins.module_utils._shield import shielded

KEYS = ("id", "appId", "uniqueName")
_NAME = re.compile(r"\{(\w+)\.(\w+)\}")


def carry_out(plan: Plan, graph: Graph, writes: Writes) -> Plan:
    """Send the plan's requests in order. Returns the plan with the objects as they are now; raises with `changed` told truly."""
    objects = {"graph": {"origin": graph.origin}, **plan.objects}
    done = 0
    for step in plan.steps:
        try:
            if isinstance(step, Local):
                told = step.run(objects)
                plan = _take_in(told, step, plan) if told else plan
                if told and told.ends:
                    break
                continue
            plan = _send(step, plan, objects, graph, writes)
        except EntraError as error:
            error.changed = error.changed or done > 0 or error.applied_perhaps
            raise
        done += any(kept is step for kept in plan.steps)
    return dataclasses.replace(plan, objects=objects)


def _take_in(told: Told, step: Local, plan: Plan) -> Plan:
    """The plan with what a step of it told; where it ends there, without that step and what comes after."""
    steps = tuple(itertools.takewhile(lambda kept: kept is not step, plan.steps)) if told.ends else plan.steps
    warnings = (*plan.warnings, told.warning) if told.warning else plan.warnings
    after, shown = {**plan.after, **told.after}, {**plan.shown, **told.shown}
    return dataclasses.replace(plan, steps=steps, after=after, shown=shown, warnings=warnings)


def rehearse(plan: Plan, writes: Writes) -> Plan:
    """Send nothing; let the later tasks of this rehearsal build upon what would have been written."""
    objects = dict(plan.objects)
    for step in plan.steps:
        if isinstance(step, Call):
            _note(step, step.foreseen, objects, writes)
    return dataclasses.replace(plan, objects=objects)


def _send(call: Call, plan: Plan, objects: dict[str, Object], graph: Graph, writes: Writes) -> Plan:
    path, body = fill_text(call.path, objects), fill(call.body, objects)
    if call.listed and call.member not in {
        one["id"] for one in graph.pages(fill_text(call.listed, objects), fresh=True)
    }:
        return plan
    repeatable = call.repeatable or bool(call.agrees) or None
    request = Request(call.method, path, _reveal(body), call.version, call.headers, repeatable, settles=call.settles)
    try:
        answer = _hand_over(call, request, objects, graph) if call.deliver else graph.send(request).body
    except GraphError as error:
        if call.instead and error.says(call.instead.mark):
            plan = dataclasses.replace(plan, warnings=(*plan.warnings, call.instead.warning))
            return _send(call.instead.call, plan, objects, graph, writes)
        if error.says(*call.agrees) or (call.method == "DELETE" and error.status == 404):
            _note(dataclasses.replace(call, body=body, save=""), {}, objects, writes)
            return plan
        if call.denied and error.status == 403:
            if call.denied.outcome is not None:
                return _leave_out(call, call.denied.outcome, call.denied.remedy, plan)
            error.remedy = f"{call.denied.remedy} {error.remedy}".rstrip()
            error.marks |= call.denied.marks
        error.what = f"Could not {call.does}. {error.what}"
        raise
    except Unreachable as error:
        error.what = f"Could not {call.does}. {error.what}"
        raise
    if call.save and not call.deliver and not {**objects.get(call.save, {}), **answer}.get("id"):
        # an upsert that found the object there already answers 204; of what is read then, only the ids are sure
        read = _reread(path, call.version, graph)
        answer = {name: read[name] for name in KEYS if name in read}
    _note(dataclasses.replace(call, body=body), answer, objects, writes)
    return dataclasses.replace(plan, after={**plan.after, **call.outcome}, shown={**plan.shown, **call.outcome})


def _leave_out(call: Call, outcome: t.Callable[[Object], Object], warning: str, plan: Plan) -> Plan:
    """The plan as it is without the call."""
    told = outcome({**plan.after, **plan.shown})
    after = {**plan.after, **{name: value for name, value in told.items() if name in plan.after}}
    steps = tuple(step for step in plan.steps if step is not call)
    warnings = tuple(dict.fromkeys((*plan.warnings, warning)))
    return dataclasses.replace(plan, steps=steps, after=after, shown={**plan.shown, **told}, warnings=warnings)


def _hand_over(call: Call, request: Request, objects: dict[str, Object], graph: Graph) -> Object:
    """Send, and deliver the answer before anything can come between. Returns what deliver lets others know."""
    deliver = t.cast("t.Callable[[Object], Object]", call.deliver)
    with shielded():
        answer = graph.send(request).body
        try:
            return deliver(answer)
        except EntraError as error:
            failure = error
        except Exception as error:  # its text may hold what the answer holds
            failure = StoreError(f"What was made could not be kept ({type(error).__name__})")
        failure.what = f"Could not {call.does}. {failure.what}"
        failure.changed = not _take_back(call, {**objects, "answer": answer}, graph)
    raise failure from None


def _take_back(call: Call, objects: dict[str, Object], graph: Graph) -> bool:
    undo = call.undo
    if undo is None:
        return False
    try:
        graph.send(
            Request(undo.method, fill_text(undo.path, objects), fill(undo.body, objects), undo.version, repeatable=True)
        )
    except EntraError as error:
        if not (isinstance(error, GraphError) and error.says(*undo.agrees)):
            return False
    if call.forget:
        with contextlib.suppress(Exception):  # what deliver could not do, this may not be able to do either
            call.forget()
    return True


def _reread(path: str, version: str, graph: Graph) -> Object:
    return graph.send(Request("GET", path, version=version, fresh=True)).body


def _note(call: Call, answer: Object, objects: dict[str, Object], writes: Writes) -> None:
    body = call.body if isinstance(call.body, dict) else {}
    known = _overlay(answer, body)
    if call.save:
        objects[call.save] = {**objects.get(call.save, {}), **known}
    if call.kind:
        if call.means is not None:
            writes.note(call.kind, call.keys, fill(call.means, objects))
            return
        keys = {*call.keys, *(str(known[name]) for name in KEYS if known.get(name))}
        writes.note(call.kind, keys, known, gone=call.method == "DELETE")


def _overlay(answer: Object, body: Object) -> Object:
    """The body with what the answer says besides, also within complex properties."""
    parts = {
        name: _overlay(answer[name], part)
        for name, part in body.items()
        if isinstance(part, dict) and isinstance(answer.get(name), dict)
    }
    return {**answer, **body, **parts}


def fill(value: t.Any, objects: t.Mapping[str, Object]) -> t.Any:
    """The value with the texts in it that are marked Later filled in."""
    if isinstance(value, Later):
        return fill_text(value, objects)
    if isinstance(value, dict):
        return {name: fill(item, objects) for name, item in value.items()}
    if isinstance(value, list):
        return [fill(item, objects) for item in value]
    return value


def _reveal(value: t.Any) -> t.Any:
    """The value with the secrets in it as they are: for the request alone."""
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, dict):
        return {name: _reveal(item) for name, item in value.items()}
    return [_reveal(item) for item in value] if isinstance(value, list) else value


def fill_text(text: str, objects: t.Mapping[str, Object]) -> str:
    """The text with {name.property} replaced; what is unknown or null stays as it is."""
    return _NAME.sub(lambda match: str(objects.get(match[1], {}).get(match[2]) or match[0]), text)
