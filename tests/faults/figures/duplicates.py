# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""P2, nothing is made twice: each call that makes something, with each fault, and two runs after it.

The tasks are those of the modules' stories. What is left is compared with what the same tasks leave without a fault. Secrets are
not here: P1 has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from integration.story_files import DELEGATED, load_story, words_of

from ansible_collections.tenantops.entra.plugins.module_utils import _request
from faults import task
from faults.figures import census, engine
from faults.figures.figure import Figure
from faults.place import Place
from faults.systematic import FAULTS, Case
from faults.watch import Violation

PROMISE = "P2"
TWICE, UNDONE = "things made twice", "tasks that the next run did not complete"
FAILED = "tasks that failed at once"  # which P2 allows


class Making(NamedTuple):
    """A step of a module's story that makes something."""

    module: str
    step: int
    calls: int
    """That it writes with."""
    before: tuple[int, ...] = ()
    """Steps that it builds upon."""


MAKING = (
    Making("entra_app_registration", 0, 4),
    Making("entra_app_registration", 4, 3, (0, 3)),
    Making("entra_app_registration", 10, 2),
    Making("entra_api_permission", 4, 2),
    Making("entra_api_permission", 5, 2),
    Making("entra_app_assignment", 1, 2),
    Making("entra_app_assignment", 5, 1),
    Making("entra_app_certificate", 0, 1),
    Making("entra_app_federated_credential", 0, 1),
    Making("entra_app_proxy", 5, 2),
    Making("entra_connector_group", 0, 1),
    Making("entra_connector_group", 2, 1, (0,)),
    Making("entra_group", 0, 2),
    Making("entra_group_claims", 0, 1),
    Making("entra_optional_claim", 0, 1),
    Making("entra_redirect_uri", 0, 1),
    Making("entra_user", 0, 1),
    Making("entra_user", 4, 2, (0, 3)),
    Making("entra_user", 5, 2),
)
# a throttled request was not carried out, and is to be sent again: https://learn.microsoft.com/graph/throttling
AMBIGUOUS = {name: fault for name, fault in FAULTS.items() if not name.startswith("rejected") and name != "429 applied"}


def cases() -> Iterator[Case]:
    for making in MAKING:
        for number in range(making.calls):
            for name, fault in AMBIGUOUS.items():
                told = f"{PROMISE} {making.module} step {making.step}, call {number + 1}: {name}"
                yield Case(PROMISE, told, _but_failures(player(making, number, fault)))


def breaks() -> Iterator[Case]:
    def repeat_everything() -> None:
        task.replace(_request, REPEATABLE=_request.REPEATABLE | {"POST"})

    (making,) = (one for one in MAKING if (one.module, one.step) == ("entra_connector_group", 0))
    play = player(making, 0, AMBIGUOUS["503 applied"])
    yield Case("mutant", f"{PROMISE} posts again what may have been applied", play, repeat_everything, TWICE)


class Story:
    """A module's story in a new tenant."""

    def __init__(self, place: Place, making: Making) -> None:
        place.clear()
        self.place, self.making = place.in_another_tenant(), making
        told = load_story(making.module, words_of(self.place.tenant, place.folder))
        for prepared in told.get("prepare", []):
            (module,) = (key for key in prepared if key.startswith("entra_"))
            self._must(self.run(prepared, module, prepared[module]))
        for number in making.before:
            step = told["steps"][number]
            self._must(self.run(step, making.module, step["args"]))
        self.step = told["steps"][making.step]

    def tell(self, **more: Any) -> engine.Told:
        """The step."""
        return self.run(self.step, self.making.module, self.step["args"], **more)

    def run(self, step: dict[str, Any], module: str, args: dict[str, Any], **more: Any) -> engine.Told:
        by_user = step.get("connection") == "delegated"
        identity = {"auth_kind": "access_token", "access_token": self.place.token(*DELEGATED)} if by_user else {}
        return engine.run(self.place, module, {**identity, **args}, **more)

    def writes(self, since: int) -> list[dict[str, Any]]:
        return [entry for entry in self.place.journal(since) if entry["write"]]

    def _must(self, told: engine.Told) -> None:
        if told.failed:
            raise RuntimeError(told.said)


def _but_failures(genuine: Any) -> Any:
    def play(place: Place, change: task.Change | None) -> list[Violation]:
        return [(what, told) for what, told in genuine(place, change) if what != FAILED]

    return play


def player(making: Making, number: int, fault: dict[str, Any]) -> Any:
    """Plays the fault at the step's call of that number, and two runs after it."""

    def play(place: Place, change: task.Change | None) -> list[Violation]:
        wanted, call, skip = _look(place, making, number)
        story = Story(place, making)
        rule = {"method": call["method"], "path_regex": call["path"], "skip": skip, "times": 1, **fault}
        story.place.fail(rule)
        results = [story.tell(change=change, late=task.LATE)]
        if not story.place.faults_used():
            return [(UNDONE, "the call was not made")]
        story.place.fail()
        results += [story.tell(change=change), story.tell(change=change)]
        story.place.wait_for_answers()  # which would be in the next case's journal
        held = census.take(story.place)
        found = [(TWICE, " ".join(one)) for one in held - wanted]
        if results[0].failed:
            found.append((FAILED, results[0].said))
        if results[1].failed or results[2].failed or results[2].result["changed"]:
            found.append((UNDONE, f"{results[1].said}, then {results[2].said}"))
        return found + [(UNDONE, f"missing: {' '.join(one)}") for one in wanted - held]

    return play


def _look(place: Place, making: Making, number: int) -> tuple[census.Census, dict[str, Any], int]:
    """What the step leaves, the call of that number in a form that fits any tenant, and how many of that form came before."""
    key = (making.module, making.step)
    if key not in _seen:
        story = Story(place, making)
        since = story.place.mark()
        told = story.tell()
        forms = [{"method": one["method"], "path": _form(one["path"])} for one in story.writes(since)]
        if told.failed or len(forms) != making.calls:
            raise RuntimeError(f"{key} writes {forms}: {told.said}")
        _seen[key] = census.take(story.place), forms
    wanted, forms = _seen[key]
    return wanted, forms[number], forms[:number].count(forms[number])


_seen: dict[tuple[str, int], tuple[census.Census, list[dict[str, Any]]]] = {}


def _form(path: str) -> str:
    return "^" + re.sub(r"[0-9a-f]{8}\\?-[0-9a-f\\-]{27,}", "[^/]+", re.escape(path)) + "$"


FIGURE = Figure(PROMISE, "nothing is made twice", (TWICE, UNDONE), cases, breaks)
