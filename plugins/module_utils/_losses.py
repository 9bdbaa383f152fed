# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a task, and a run, may take away, and what a task keeps unless it is told otherwise.

Counted is what the task's diff shows: the entries that its lists lose, and the object where it goes as a whole.
"""

from __future__ import annotations

import datetime
import json
import typing as t

from ansible.module_utils.basic import env_fallback

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Object, Plan

Params = t.Mapping[str, t.Any]

LIMIT_OPTION: dict[str, dict[str, t.Any]] = {
    "max_deletes": {"type": "int", "default": 10, "fallback": (env_fallback, ["ENTRA_MAX_DELETES"])},
    "max_run_deletes": {"type": "int", "fallback": (env_fallback, ["ENTRA_MAX_RUN_DELETES"])},
}
LAST_OPTION: dict[str, dict[str, t.Any]] = {"allow_last": {"type": "bool", "default": False}}
NAMES = ("value", "name", "app_id", "id")  # what tells the entries of a list apart, the first that there is
SHOWN = 5
COUNTED = "losses"
"""The key under which the tasks of a run note how much each takes away, in whatever tenant."""
# https://learn.microsoft.com/entra/identity/app-proxy: Application Proxy keeps its own secret on what it publishes
OF_THE_SERVICE = "CWAP_AuthSecret"


class Notes(t.Protocol):
    """What the tasks of a run share."""

    def note(self, key: str, value: t.Any) -> None: ...
    def recall(self, key: str) -> list[t.Any]: ...


def refuse_losses(params: Params, plan: Plan, run: Notes, *, counts: bool) -> None:
    """Raise InputError where the plan takes away more than max_deletes, or the run with it more than max_run_deletes.

    Modules without the options are not limited. counts: whether later tasks of the run build upon this one.
    """
    most = params.get("max_deletes")
    lost = list_losses(plan.before, plan.after) if plan.changed and most is not None else []
    if not lost or most is None:
        return
    told = ", ".join(lost[:SHOWN]) + (f" and {len(lost) - SHOWN} more" if len(lost) > SHOWN else "")
    if len(lost) > most:
        raise InputError(
            f"The task would remove {told}, and max_deletes is {most}",
            remedy=f"Correct what is given, or set max_deletes to {len(lost)} if all of it is meant.",
        )
    run.note(COUNTED, len(lost))  # before it is judged, so that of two tasks at once not each finds room for both
    total, most_of_run = sum(run.recall(COUNTED)), params.get("max_run_deletes")
    too_much = most_of_run is not None and total > most_of_run
    if too_much or not counts:
        run.note(COUNTED, -len(lost))
    if too_much:
        raise InputError(
            f"The task would remove {told}, which makes {total} removals of this run, and max_run_deletes is {most_of_run}",
            remedy="Look at what the run removes (--check --diff); raise max_run_deletes if all of it is meant.",
        )


def list_losses(before: Object, after: Object, within: str = "") -> list[str]:
    """What before holds and after does not, each as option and entry."""
    lost = []
    for option, was in before.items():
        now, place = after.get(option), f"{within}{option}"
        if option == "state" and (was, now) == ("present", "absent"):
            lost.append("the object")
        elif isinstance(was, dict) and isinstance(now, dict):
            lost += list_losses(was, now, f"{place}.")
        elif isinstance(was, list) and isinstance(now, list):
            left = {_name(one) for one in now}
            lost += [f"{place} {name}" for name in map(_name, was) if name not in left]
    return lost


def _name(entry: t.Any) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    return next((str(entry[name]) for name in NAMES if entry.get(name)), json.dumps(entry, sort_keys=True, default=str))


def refuse_last(params: Params, what: str, why: str) -> None:
    """Raise InputError unless allow_last is set. what: as in its last owner."""
    if not params.get("allow_last"):
        raise InputError(
            f"The application would lose {what}",
            remedy=f"{why} Leave one, or set allow_last to true if it is meant.",
        )


def refuse_last_credential(params: Params, application: Object, gone: t.Collection[str], others: int = 0) -> None:
    """The same where no credential is left that has not ended. gone: key ids; others: how many federated ones stay."""
    now = datetime.datetime.now(datetime.UTC)
    living = [
        one
        for name in ("passwordCredentials", "keyCredentials")
        for one in application.get(name) or []
        if one.get("displayName") != OF_THE_SERVICE
        and datetime.datetime.fromisoformat(one.get("endDateTime") or "9999-12-31T00:00:00+00:00") > now
    ]
    if others == 0 and all(one["keyId"] in gone for one in living) and (living or not gone):
        refuse_last(params, "its last credential", "Nothing could sign in as it any more.")
