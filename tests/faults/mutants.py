# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the cases see anything: the code is broken on purpose, and one case each has to tell of it."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
from collections.abc import Iterator
from typing import Any

from ansible_collections.tenantops.entra.plugins.module_utils import (
    _client_sign_in,
    _credential_plan,
    _proof,
    _secrets,
)
from ansible_collections.tenantops.entra.plugins.module_utils._errors import SignInError, Unreachable
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Local
from faults import systematic, task
from faults.systematic import Case
from faults.task import replace
from faults.watch import EARLY, FOREIGN, LOST, ORPHANS, UNPROVEN

LOST_ANSWER = "first run, addPassword: reset applied, 1 times"
LATE_PROOF = "rotation run, second proof: timeout applied, 1 times"
NO_PROOF = "rotation run, first proof: reset not applied, 5 times"
REFUSED = "rotation run, addPassword: rejected 403, 5 times"
SIMPLE = "first run, read the application: throttled, 1 times"
SWEEP = "rotation run, sweep: throttled, 1 times"


def _promote_first() -> None:
    settle = _credential_plan._settle

    def turned(*known: Any) -> Any:
        steps, outcome, warning = settle(*known)
        return steps[::-1], outcome, warning

    replace(_credential_plan, _settle=turned)


def _sign_in_once() -> None:
    replace(_proof, ENOUGH=1)


def _overlook_failures() -> None:
    genuine = _client_sign_in.sign_in

    def overlooked(*given: Any, **options: Any) -> None:
        with contextlib.suppress(SignInError, Unreachable):
            genuine(*given, **options)

    replace(_proof, sign_in=overlooked)


def _keep_no_intent() -> None:
    replace(
        _secrets,
        keep=lambda found, record: Local("keep nothing", lambda objects: None),
        ours=lambda found, op_id: found.store.get(found.record.owner, found.record.name),
    )


def _remove_first() -> None:
    def former(params: Any, found: Any) -> list[Any]:
        return [found.record.current] if found.record.current and found.is_due(params) else []

    replace(_credential_plan, _former=former)


def _forget_abandoned() -> None:
    replace(_credential_plan, _lost=lambda found, waiting: ())


def _sweep_by_name() -> None:
    def useless(found: Any, lost: Any, ways: Any) -> dict[str, str]:
        known = {one.key_id for one in found.record.credentials}
        named = [one for one in found.held if str(one["displayName"]).startswith(f"{found.record.name}:")]
        return {one["keyId"]: "" for one in named if one["keyId"] not in known}

    replace(_credential_plan, _useless=useless)


def _retire_at_once() -> None:
    replace(_credential_plan, DAY=datetime.timedelta(0))


MUTANTS: dict[str, tuple[task.Change, str, str]] = {
    "promotes before it proves": (_promote_first, NO_PROOF, UNPROVEN),
    "is content with one sign-in": (_sign_in_once, SIMPLE, UNPROVEN),
    "overlooks a sign-in that failed": (_overlook_failures, LATE_PROOF, UNPROVEN),
    "keeps no intent": (_keep_no_intent, LOST_ANSWER, ORPHANS),
    "removes the former one first": (_remove_first, REFUSED, LOST),
    "forgets what was abandoned": (_forget_abandoned, LOST_ANSWER, ORPHANS),
    "sweeps by name": (_sweep_by_name, SWEEP, FOREIGN),
    "ignores the overlap": (_retire_at_once, SWEEP, EARLY),
}


def cases() -> Iterator[Case]:
    genuine = {case.name: case for case in systematic.cases()}
    for name, (change, played, broken) in MUTANTS.items():
        yield dataclasses.replace(genuine[played], kind="mutant", name=name, change=change, breaks=broken)
