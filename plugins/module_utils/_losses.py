# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a task may take away at once, and what it keeps unless it is told otherwise.

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
    "max_deletes": {"type": "int", "default": 10, "fallback": (env_fallback, ["ENTRA_MAX_DELETES"])}
}
LAST_OPTION: dict[str, dict[str, t.Any]] = {"allow_last": {"type": "bool", "default": False}}
NAMES = ("value", "name", "app_id", "id")  # what tells the entries of a list apart, the first that there is
SHOWN = 5
# https://learn.microsoft.com/entra/identity/app-proxy: Application Proxy keeps its own secret on what it publishes
OF_THE_SERVICE = "CWAP_AuthSecret"


def refuse_losses(params: Params, plan: Plan) -> None:
    """Raise InputError where the plan takes away more than max_deletes. Modules without the option are not limited."""
    most = params.get("max_deletes")
    lost = list_losses(plan.before, plan.after) if plan.changed and most is not None else []
    if most is not None and len(lost) > most:
        more = f" and {len(lost) - SHOWN} more" if len(lost) > SHOWN else ""
        raise InputError(
            f"The task would remove {', '.join(lost[:SHOWN])}{more}, and max_deletes is {most}",
            remedy=f"Correct what is given, or set max_deletes to {len(lost)} if all of it is meant.",
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
