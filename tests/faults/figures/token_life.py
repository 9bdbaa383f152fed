# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""P16, a token may end before any request, and this machine's clock may be wrong: the task works, or says that the clock is wrong."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from typing import Any

from integration.test_sign_in import certificate

from ansible_collections.tenantops.entra.plugins.module_utils import _graph
from ansible_collections.tenantops.entra.plugins.module_utils._credentials import SharedToken
from faults import task
from faults.figures import engine, onboarding
from faults.figures.figure import Figure
from faults.place import Place
from faults.systematic import Case
from faults.watch import Violation

PROMISE = "P16"
FAILED, UNTOLD, OTHER = (
    "tasks that an ended token failed",
    "wrong clocks that were not told",
    "other numbers of requests",
)
HOURS = 2.0  # after which a token has ended
REQUESTS = {"entra_group": 4, "entra_app_registration": 8, "entra_api_permission": 8, "entra_app_assignment": 8}
"""Of each task to Microsoft Graph, in a tenant where the tasks before it were done."""
KINDS = ("client_secret", "refresh_token")
SKEWS = (-3600, -600, -300, -240, -60, 60, 240, 300, 600, 3600)  # seconds


def cases() -> Iterator[Case]:
    for (name, requests), kind, knows in itertools.product(REQUESTS.items(), KINDS, (False, True)):
        for number in range(requests):
            how = "and the task's clock says so" if knows else "and nothing tells"
            told = f"{PROMISE} {name} by {kind}: the token has ended before request {number + 1}, {how}"
            yield Case(PROMISE, told, _player(name, kind, number, knows=knows))
    for skew, kind in itertools.product(SKEWS, ("client_secret", "certificate")):
        yield Case(PROMISE, f"{PROMISE} a clock that is {skew:+} s wrong, by {kind}", _wrong_clock(skew, kind))


def breaks() -> Iterator[Case]:
    def keep_the_token() -> None:
        setattr(SharedToken, "refuse", lambda self, value: None)  # noqa: B010

    play = _player("entra_group", "client_secret", 1, knows=False)
    yield Case("mutant", f"{PROMISE} goes on with a token that was refused", play, keep_the_token, FAILED)


def _player(name: str, kind: str, number: int, *, knows: bool) -> Any:
    def play(place: Place, change: task.Change | None) -> list[Violation]:
        place.clear()
        for before in itertools.takewhile(lambda one: one != name, onboarding.TASKS):
            engine.run(place, before, onboarding.options(place, before))
        identity = {"auth_kind": kind, "refresh_token": place.env["ENTRA_REFRESH_TOKEN"] if kind != KINDS[0] else None}
        since = place.mark()

        def spoil() -> None:
            _end_the_token(place, number, knows=knows)
            if change:
                change()

        told = engine.run(place, name, {**onboarding.options(place, name), **identity}, change=spoil)
        asked = [one for one in place.journal(since) if one["path"].startswith(("/v1.0/", "/beta/"))]
        if told.failed:
            return [(FAILED, told.said)]
        good = [one for one in asked if one["status"] != 401]
        return [] if len(good) == REQUESTS[name] else [(OTHER, f"{len(good)} of {name}")]

    return play


def _end_the_token(place: Place, number: int, *, knows: bool) -> None:
    """In the task's process: hours pass before its request of that number."""
    genuine, seen, clock = _graph.Graph._attempt, [0], time.time

    def attempt(self: Any, request: Any) -> Any:
        if seen[0] == number:
            Place(place.env, place.folder).advance(HOURS * 3600)
            if knows:
                task.replace(time, time=lambda: clock() + HOURS * 3600)
        seen[0] += 1
        return genuine(self, request)

    setattr(_graph.Graph, "_attempt", attempt)  # noqa: B010


def _wrong_clock(skew: float, kind: str) -> Any:
    def play(place: Place, change: task.Change | None) -> list[Violation]:
        place.clear()
        identity: dict[str, Any] = {"auth_kind": kind}
        if kind == "certificate":
            identity["certificate_path"] = _give_certificate(place)
        told = engine.run(place, "entra_group", {**onboarding.TASKS["entra_group"], **identity}, skew=skew)
        return [(UNTOLD, told.said)] if told.failed and "clock is" not in told.said else []

    return play


def _give_certificate(place: Place) -> str:
    """A file that the operator can sign in with."""
    path, public = certificate(place.folder)
    key = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": public, "displayName": "operator"}
    app = f"/applications(appId='{place.env['AZURE_CLIENT_ID']}')"
    place.graph("PATCH", app, {"keyCredentials": [key]})
    return str(path)


FIGURE = Figure(PROMISE, "tokens end, clocks are wrong", (FAILED, UNTOLD, OTHER), cases, breaks)
