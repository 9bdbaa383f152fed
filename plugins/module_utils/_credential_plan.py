# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How one credential of an application takes the place of another: the same for client secrets and for certificates.

1. What is ours and of no use any more is removed, and then the record says so.
2. The new one is made; its value is in the store before anybody else can need it. It is pending.
3. It is proven: three sign-ins in a row. Where that takes longer than the run may wait, it stays pending and a later run goes on.
4. It becomes current. The former one stays as long as overlap_days say, or until it ends.

A former one that lives is removed only when the current one is proven.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils import _proof, _secret_state
from ansible_collections.tenantops.entra.plugins.module_utils._connection import resolve
from ansible_collections.tenantops.entra.plugins.module_utils._credential_options import warn
from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._losses import refuse_last_credential
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call, Local, Object, Plan, Told
from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Credential, Record
from ansible_collections.tenantops.entra.plugins.module_utils._secret_state import DAY, Found, read_time, write_time

Params = t.Mapping[str, t.Any]
Steps = tuple["Call | Local", ...]
MOST_ABANDONED = 100  # op_ids that are remembered; refused attempts leave one each
ABSENT = {"state": "absent", "days_left": 0, "proven": False, "pending": False}


class Ways(t.NamedTuple):
    """What differs between client secrets and certificates."""

    noun: str
    begin: t.Callable[[Params, Found], Credential]
    """The new one, as far as it is known before it is made."""
    make: t.Callable[[Params, Found, Credential, Record, t.Collection[str]], Steps]
    """Keeps the record with the new one pending, before and after it has its value. The key_ids are gone by then."""
    complete: t.Callable[[Found, Credential, t.Collection[str]], Steps]
    """What an earlier run may not have done for a pending one."""
    remove: t.Callable[[Found, t.Collection[str]], tuple[Call, ...]]
    marked: str
    """The property by which the tenant shows a credential's op_id."""
    mark: t.Callable[[Found, str], str]
    """The op_id as it stands there."""
    describe: t.Callable[[Credential], Object]


def plan(params: Params, found: Found, ways: Ways) -> Plan:
    if params["state"] == "absent":
        return _plan_absent(params, found, ways)
    record, waiting, due = found.record, found.waiting(params), found.is_due(params)
    new = waiting or (ways.begin(params, found) if due else None)
    former, useless = _former(params, found), _useless(found, _lost(found, waiting), ways)
    gone = [*useless, *(one.key_id for one in former if found.is_held(one))]
    tidied = record
    if former or useless or due:
        lost = tuple(op_id for op_id in _lost(found, waiting) if op_id not in useless.values())
        tidied = dataclasses.replace(record.retire(former), pending=waiting, abandoned=lost[-MOST_ABANDONED:])
    steps: Steps = ways.remove(found, gone)
    made: Steps = ()
    if new and not waiting:
        made = ways.make(params, found, new, tidied, gone)
    elif former or useless:
        steps = (*steps, keep(found, tidied))
    if waiting:
        made = ways.complete(found, waiting, gone)
    settling, outcome, warning = _settle(params, found, new, ways)
    telling = (_tell_sealed(found),) if new and (params.get("store") or {}).get("kind") == "sealed" else ()
    steps = (*steps, *made, *settling, *telling)
    before = {**_show(found), "pending": waiting is not None}
    shown_one = new or found.current
    after = {**before, "state": "present", "days_left": found.days_left(shown_one) if shown_one else 0, **outcome}
    for name, count in (("abandoned", len(useless)), ("former", len(former))):
        if count:
            before[name], after[name] = count, 0
    shown = {"name": record.name, "stored_at": found.store.where, "created": bool(made)}
    shown |= {**_hand_out(params, found.current.secret if found.current and not new else None), **_sealed(record)}
    objects = {"application": found.application, "credential": ways.describe(shown_one) if shown_one else {}}
    return Plan(before if steps else after, after, steps, objects, shown, (*warn(params), *([warning] * bool(warning))))


def _plan_absent(params: Params, found: Found, ways: Ways) -> Plan:
    record, useless = found.record, _useless(found, _lost(found, None), ways)
    ours_there = [credential.key_id for credential in record.credentials if found.is_there(credential)]
    if ours_there:
        refuse_last_credential(params, found.application, [*ours_there, *useless], others=found.trusts)
    steps: Steps = ways.remove(found, [*ours_there, *useless])
    if steps or record.credentials:
        lost = tuple(op_id for op_id in _lost(found, None) if op_id not in useless.values())
        emptied = record.retire(record.credentials)
        steps = (*steps, keep(found, dataclasses.replace(emptied, pending=None, abandoned=lost)))
    before = {**_show(found), "state": "present"} if steps else ABSENT
    shown = {"name": record.name, "stored_at": found.store.where, "created": False}
    return Plan(before, ABSENT, steps, {"application": found.application, "credential": {}}, shown)


def _show(found: Found) -> Object:
    """The one that consumers use now, in the words of a result."""
    current = found.current
    if current is None:
        return dict(ABSENT)
    return {"state": "present", "days_left": found.days_left(current), "proven": current.proven, "pending": False}


def _lost(found: Found, waiting: Credential | None) -> tuple[str, ...]:
    """op_ids that nobody has a use for: the abandoned ones, and the pending one unless it is to be seen through."""
    pending = found.record.pending
    return (*found.record.abandoned, *([pending.op_id] if pending and not waiting else []))


def _useless(found: Found, lost: t.Iterable[str], ways: Ways) -> dict[str, str]:
    """key_id to op_id of what is ours and of no use, also of what an addPassword made that was told 429 and repeated."""
    marks = {ways.mark(found, op_id): op_id for op_id in lost}
    useless = {held["keyId"]: marks[held[ways.marked]] for held in found.held if held.get(ways.marked) in marks}
    for one in found.record.credentials:
        made = (ways.mark(found, one.op_id), one.end)
        alike = [held for held in found.held if (held.get(ways.marked), held.get("endDateTime")) == made]
        useless |= {held["keyId"]: one.op_id for held in alike if held["keyId"] != one.key_id}
    return useless


def _former(params: Params, found: Found) -> list[Credential]:
    """Those that are not needed any more: they have ended, or the overlap with a proven successor is over."""
    record, overlap, current = found.record, params["overlap_days"], found.current
    former = [record.current] if record.current and found.has_ended(record.current) else []
    for one in record.previous:
        since = read_time(one.replaced or (current or one).start)
        over = overlap is not None and current and current.proven and found.now - since >= overlap * DAY
        if found.has_ended(one) or (over and found.is_held(one)):
            former.append(one)
    return former


def _settle(params: Params, found: Found, new: Credential | None, ways: Ways) -> tuple[Steps, Object, str]:
    """The steps that prove the new one, or the current one if that is open, and promote; their outcome; a warning.

    Where no sign-in can prove it, time does: the former one stays current until all replicas know the new one.
    """
    current, provable = found.current, params["proof_seconds"] > 0 and not found.unprovable
    if new is None:
        if current is None or current.proven or not provable:
            return (), {}, ""
        return (_prove(params, found, current, ways), _mark_proven(found, current)), {"proven": True}, ""
    if provable:
        return (
            (_prove(params, found, new, ways), _promote(params, found, new, True)),
            {"proven": True, "pending": False},
            "",
        )
    warning = ""
    if found.unprovable:
        warning = f"The new {ways.noun} '{new.name}' cannot be proven by a sign-in: {found.unprovable}."
    if current and not (new is found.record.pending and found.is_held(new) and found.is_settled(new)):
        return (), {"proven": False, "pending": True}, warning
    return (_promote(params, found, new, False),), {"proven": False, "pending": False}, warning


def _prove(params: Params, found: Found, one: Credential, ways: Ways) -> Local:
    def prove(objects: dict[str, Object]) -> Told | None:
        kept = found.store.get(found.record.owner, found.record.name)
        secret = next((held.secret for held in kept.credentials if held.op_id == one.op_id), None)
        if secret is None:
            raise _taken_over(found)
        refusal = _proof.prove(resolve(params), objects["application"]["appId"], secret, params["proof_seconds"])
        if not refusal:
            return None
        pending = kept.pending is not None and kept.pending.op_id == one.op_id
        goes_on = "The former one stays in use, and the next run goes on" if pending else "The next run tries again"
        return Told(
            after={"proven": False, "pending": pending},
            shown={**_hand_out(params, found.current.secret if found.current else None), **_sealed(kept)},
            warning=f"The {ways.noun} '{one.name}' did not sign in {_proof.ENOUGH} times in a row within "
            f"{params['proof_seconds']} s. {goes_on}. {refusal}",
            ends=True,
        )

    return Local("prove that it signs in", prove)


def _promote(params: Params, found: Found, new: Credential, proven: bool) -> Local:
    """Make pending current. The former one is kept, since consumers may not have taken the new one yet."""

    def promote(_objects: dict[str, Object]) -> Told:
        kept = ours(found, new.op_id)
        pending = t.cast("Credential", kept.pending)
        replaced = write_time(_secret_state.read_clock())
        former = [dataclasses.replace(kept.current, replaced=replaced)] if kept.current else []
        current = dataclasses.replace(pending, proven=proven)
        previous = (*kept.previous, *former)
        found.store.put(dataclasses.replace(kept, current=current, pending=None, previous=previous))
        return Told(shown=_hand_out(params, current.secret))

    return Local("make it the current one", promote)


def _mark_proven(found: Found, current: Credential) -> Local:
    def mark(_objects: dict[str, Object]) -> None:
        kept = found.store.get(found.record.owner, found.record.name)
        if kept.current is None or kept.current.op_id != current.op_id:
            raise _taken_over(found)
        found.store.put(dataclasses.replace(kept, current=dataclasses.replace(kept.current, proven=True)))

    return Local("keep that it is proven", mark)


def _hand_out(params: Params, secret: Secret | None) -> Object:
    """Null where it is sealed, and another task has made it."""
    readable = secret if secret and secret.readable else None
    return {"secret": readable} if params.get("return_secret") else {}


def _tell_sealed(found: Found) -> Local:
    def tell(_objects: dict[str, Object]) -> Told:
        return Told(shown=_sealed(found.store.get(found.record.owner, found.record.name)))

    return Local("tell its sealed value", tell)


def _sealed(kept: Record) -> Object:
    return {"sealed": kept.sealed} if kept.sealed else {}


def keep(found: Found, record: Record) -> Local:
    def put(_objects: dict[str, Object]) -> None:
        found.store.put(record)

    return Local("keep the record", put)


def ours(found: Found, op_id: str) -> Record:
    """The record as it is kept now, with our pending credential in it."""
    kept = found.store.get(found.record.owner, found.record.name)
    if kept.pending is None or kept.pending.op_id != op_id:
        raise _taken_over(found)
    return kept


def _taken_over(found: Found) -> StoreError:
    return StoreError(
        f"{found.store.where}: another run has taken over the secret '{found.record.name}' meanwhile",
        remedy="Let one run at a time keep this secret.",
    )
