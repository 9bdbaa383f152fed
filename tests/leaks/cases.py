# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is run: every outcome, and for some of them every way to start it. Data alone."""

from __future__ import annotations

import dataclasses
import typing as t

from leaks.runs import Run
from leaks.wire import Echo

ADD = "addPassword"
SLOW = {"path_regex": ADD, "method": "POST", "point": "slow", "delay_seconds": 6}
LATE = {"path_regex": "/applications", "method": "GET", "point": "slow", "delay_seconds": 6}
LOST = {"path_regex": ADD, "method": "POST", "point": "during"}
CHECK = ("--check", "--diff")
DIFF = ("--diff",)
# what makes a new secret of one that was just made due
OTHER = ("-e", "secret_name=other")
SECOND = ("--start-at-task", "Keep its client secret")
DUE = ("-e", "lifetime=300", "-e", "renew_before=200")
DUE_AGAIN = ("-e", "lifetime=500", "-e", "renew_before=400")


@dataclasses.dataclass(frozen=True)
class Step:
    """One run, and how it must come out: a run that failed for another reason would prove nothing."""

    outcome: str
    run: Run
    succeeds: bool = True
    says: str = ""
    """A text in the output, white space as one space."""
    echo: Echo | None = None
    faults: tuple[dict[str, t.Any], ...] = ()


@dataclasses.dataclass(frozen=True)
class Case:
    """Steps in one tenant, one after the other."""

    name: str
    steps: tuple[Step, ...]
    identity: str = "client_secret"
    core: str = "own"
    """own, oldest or next."""
    store: str = "vault_file"


def lifecycle(play: str = "keep", **how: t.Any) -> tuple[Step, ...]:
    """Predict, make, leave alone, rotate."""
    return (
        Step("check", Run(play, arguments=CHECK, **how)),
        Step("create", Run(play, arguments=DIFF, **how)),
        Step("no-op", Run(play, arguments=DIFF, **how)),
        Step("rotate", Run(play, arguments=(*DIFF, *DUE), **how)),
    )


def create(**how: t.Any) -> tuple[Step, ...]:
    return (Step("create", Run("secret", **how)),)


def returned(**how: t.Any) -> tuple[Step, ...]:
    """The values are asked for, by tasks that go well and one that does not."""
    return (
        *lifecycle("returned", **how),
        Step(
            "returned, store fails",
            Run("returned", arguments=DUE_AGAIN, sabotage="store says ValueError", **how),
            succeeds=False,
            says="could not be kept",
        ),
    )


def kept_elsewhere(**how: t.Any) -> tuple[Step, ...]:
    """What a store of another kind goes through."""
    return (
        *lifecycle("secret", **how),
        Step(
            "store says ValueError",
            Run("secret", arguments=OTHER, sabotage="store says ValueError", **how),
            succeeds=False,
            says="could not be kept",
        ),
        Step(
            "store says StoreError",
            Run("secret", arguments=OTHER, sabotage="store says StoreError", **how),
            succeeds=False,
            says="Could not create the client secret",
        ),
    )


def echoes(**how: t.Any) -> tuple[Step, ...]:
    """Microsoft's errors that quote what was sent, even with its headers, and what would have been answered."""
    refused = "could not be|refused|No token|Could not|sign-in|Sign-in"
    return tuple(
        Step(f"{name} echoes", Run(play, **how), succeeds=False, says=refused, echo=echo)
        for name, play, echo in (
            ("token endpoint", "secret", Echo("POST", "/token$")),
            ("token endpoint's page", "secret", Echo("POST", "/token$", html=True)),
            ("token endpoint, signed in,", "secret", Echo("POST", "/token$", applied=True)),
            ("Graph", "secret", Echo("GET", "/applications")),
            ("Graph's page", "secret", Echo("PATCH", "/applications", html=True)),
            ("secret made, Graph", "secret", Echo("POST", ADD, applied=True)),
            ("secret refused, Graph", "secret", Echo("POST", ADD)),
            ("password, Graph", "user", Echo("POST", "/users$")),
        )
    )


def failures(**how: t.Any) -> tuple[Step, ...]:
    """What goes wrong inside, with the secret in the exception and in its cause."""
    told = {
        "store says OSError": "could not be kept",
        "store says StoreError": "Could not create the client secret",
        "store says ValueError": "could not be kept",
        "defect within": "This is a defect of the collection",
        "defect around": "This is a defect of the collection",
        "library missing": "has no library msal",
    }
    return tuple(
        Step(name, Run("secret", sabotage=name, **how), succeeds=False, says=says) for name, says in told.items()
    )


def mistakes(**how: t.Any) -> tuple[Step, ...]:
    """What people write wrongly, and what stops a run from outside."""
    return (
        Step("template error", Run("template_error", **how), succeeds=False, says="nowhere"),
        Step("secret in the wrong place", Run("misplaced", **how), says="failed=0"),
        Step("secret in the inventory", Run("wrong_input", **how), succeeds=False, says="site is"),
        Step("answer lost", Run("secret", **how), succeeds=False, says="may have been changed", faults=(LOST,)),
        Step("swept after it", Run("secret", **how)),
    )


def stops(**how: t.Any) -> tuple[Step, ...]:
    """A run that is stopped while the answer with the secret is on its way."""
    soon = ("-e", "task_timeout=3")
    return (
        Step("task timeout held back", Run("secret", arguments=soon, **how), faults=(SLOW,)),
        Step(
            "task timeout",
            Run("secret", arguments=(*soon, *SECOND), **how),
            succeeds=False,
            says="imed ?out|in the expected time frame",
            faults=(LATE,),
        ),
        Step("after the timeout", Run("secret", **how)),
        Step("SIGTERM", Run("secret", arguments=OTHER, terminate_at=ADD, **how), succeeds=False, faults=(SLOW,)),
        Step("after SIGTERM", Run("secret", arguments=OTHER, **how)),
    )


RUNNER: dict[str, t.Any] = {"launcher": "ansible-runner"}
CASES: tuple[Case, ...] = (
    *(Case(f"-v{level}", lifecycle(verbosity=level)) for level in (0, 1, 4)),
    *(Case(f"runner, -v{level}", lifecycle(verbosity=level, **RUNNER)) for level in (0, 1, 4)),
    *(Case(f"callback {name}", lifecycle(callback=name)) for name in ("minimal", "oneline", "junit", "tree")),
    Case("environment", create(), identity="environment"),
    Case("environment, runner", create(**RUNNER), identity="environment"),
    *(
        Case(f"by {kind}", (*echoes(), *create()), identity=kind)
        for kind in ("certificate", "federated_token", "refresh_token")
    ),
    Case(
        "by access_token",
        (*(step for step in echoes() if "token endpoint" not in step.outcome), *create()),
        identity="access_token",
    ),
    Case("echoes", echoes()),
    Case("echoes, -v0", echoes(verbosity=0)),
    Case("echoes, runner", echoes(**RUNNER)),
    *(Case(f"echoes, {name}", echoes(callback=name)) for name in ("junit", "tree")),
    Case("failures", failures()),
    Case("failures, -v0", failures(verbosity=0)),
    Case("failures, runner", failures(**RUNNER)),
    Case("failures, junit", failures(callback="junit")),
    Case("mistakes", mistakes()),
    Case("mistakes, -v0", mistakes(verbosity=0)),
    Case("mistakes, runner", mistakes(**RUNNER)),
    Case("mistakes by certificate", mistakes(), identity="certificate"),
    Case("stops", stops()),
    Case("stops, -v0", stops(verbosity=0)),
    Case("delegated", (Step("delegated", Run("delegated")), Step("again", Run("delegated", arguments=CHECK)))),
    Case("delegated, pipelined", (Step("delegated", Run("delegated", settings={"ANSIBLE_PIPELINING": "1"})),)),
    Case("returned", returned()),
    Case("returned, -v0", returned(verbosity=0)),
    Case("returned, runner", returned(**RUNNER)),
    *(Case(f"returned, {name}", returned(callback=name)) for name in ("junit", "tree")),
    *(
        Case(f"kept in {kind}{name}", kept_elsewhere(**how), store=kind)
        for kind in ("hashicorp_vault", "azure_key_vault", "command", "sealed")
        for name, how in {"": {}, ", runner": RUNNER}.items()
    ),
    Case(
        "program tells",
        tuple(Step("program tells", Run("secret", **how), succeeds=False, says="no room for") for how in ({}, RUNNER)),
        store="command that tells",
    ),
    *(
        Case(f"{core} core, {name}", steps, core=core)
        for core in ("oldest", "next")
        for name, steps in {
            "-v4": lifecycle(),
            "runner": lifecycle(**RUNNER),
            "echoes": echoes(),
            "failures": failures(),
            "mistakes": mistakes(),
            "stops": stops(),
            "returned": returned(),
            "delegated": (Step("delegated", Run("delegated")),),
        }.items()
    ),
    Case(
        "next core, returned and shown",
        (Step("returned and shown", Run("returned", arguments=("-e", "show=true"))),),
        core="next",
    ),
)
# what `make test` runs: one of each kind
SLICE = Case(
    "slice",
    (
        Step(
            "secret made, Graph echoes",
            Run("secret"),
            succeeds=False,
            says="Could not",
            echo=Echo("POST", ADD, applied=True),
        ),
        Step("defect around", Run("secret", sabotage="defect around"), succeeds=False, says="defect of the collection"),
        Step("secret in the wrong place", Run("misplaced"), says="failed=0"),
        Step("create", Run("keep", launcher="ansible-runner", arguments=DIFF, verbosity=1)),
    ),
)
