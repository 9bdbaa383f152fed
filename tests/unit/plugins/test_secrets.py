# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is planned for a client secret, from what the tenant and the store hold."""

from __future__ import annotations

import dataclasses
import datetime
import pathlib
import typing as t

import pytest
from ansible.parsing.vault import VaultSecret

from ansible_collections.tenantops.entra.plugins.module_utils import _secret_state, _secrets
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call, Local, Plan
from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Credential, Owner, Record
from ansible_collections.tenantops.entra.plugins.module_utils._secret_state import Found
from ansible_collections.tenantops.entra.plugins.plugin_utils._vault_file import VaultFile

NOW = datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)
OWNER = Owner("tenant", "app")
PARAMS = {
    "state": "present",
    "name": "iis",
    "lifetime_days": 180,
    "renew_before_days": 30,
    "overlap_days": None,
    "schedule_days": None,
    "proof_seconds": 300,
    "force": False,
}
ABSENT = {**PARAMS, "state": "absent"}
FOREIGN = {"keyId": "foreign", "displayName": "iis"}
LOOKALIKE = {"keyId": "lookalike", "displayName": "iis:0123456789abcdef"}


def credential(key_id: str, days: float = 100, *, age: float = 10, op_id: str = "") -> Credential:
    """One that ends in so many days and was made so many days ago."""
    start, end = (NOW + datetime.timedelta(days=shift) for shift in (-age, days))
    return Credential(
        "iis",
        op_id or f"op-{key_id}",
        key_id,
        Secret("value-" + key_id),
        start.isoformat(),
        end.isoformat(),
        proven=True,
    )


def former(key_id: str, days: float, *, replaced: float) -> Credential:
    """One that another replaced so many days ago."""
    return dataclasses.replace(credential(key_id, days), replaced=(NOW - datetime.timedelta(days=replaced)).isoformat())


def held(*credentials: Credential) -> list[dict[str, t.Any]]:
    return [{"keyId": one.key_id, "displayName": one.label, "endDateTime": one.end} for one in credentials]


@pytest.fixture
def found(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> t.Callable[..., Found]:
    monkeypatch.setattr(_secret_state, "read_clock", lambda: NOW)

    store = VaultFile(tmp_path / "store.yml", [("default", VaultSecret(b"correct horse battery staple"))])

    def make(in_tenant: list[dict[str, t.Any]], unprovable: str = "", **kept: t.Any) -> Found:
        record = store.put(Record(OWNER, "iis", **kept)) if kept else Record(OWNER, "iis")
        application = {"id": "object", "appId": "app", "passwordCredentials": [FOREIGN, LOOKALIKE, *in_tenant]}
        return Found(application, record, store, NOW, "fresh", unprovable=unprovable)

    return make


def told(plan: Plan) -> list[str]:
    """The plan's steps in short: removals by key id."""
    return [
        f"remove {step.body['keyId']}" if isinstance(step, Call) and "removePassword" in step.path else step.does
        for step in plan.steps
    ]


CREATION = ["keep the record", "create the client secret", "prove that it signs in", "make it the current one"]
UNPROVABLE = "the application is disabled in this tenant (AADSTS7000112)"


def run(plan: Plan, does: str) -> None:
    (step,) = (step for step in plan.steps if step.does == does)
    assert isinstance(step, Local)
    step.run({})


def test_a_secret_that_lives_long_enough_is_left(found: t.Any) -> None:
    current = credential("k1", 31)
    plan = _secrets.plan(PARAMS, found(held(current), current=current))
    assert (plan.changed, plan.before) == (False, plan.after)
    assert plan.after == {"state": "present", "days_left": 31, "proven": True, "pending": False}
    assert plan.objects["credential"]["keyId"] == "k1"


@pytest.mark.parametrize(
    ("days", "before"),
    [
        (30, {"state": "present", "days_left": 30, "proven": True, "pending": False}),
        (0, {"state": "absent", "days_left": 0, "proven": False, "pending": False, "former": 1}),
    ],
)
def test_a_secret_that_ends_soon_is_replaced(found: t.Any, days: int, before: t.Any) -> None:
    current = credential("k1", days)
    plan = _secrets.plan(PARAMS, found(held(current), current=current))
    assert told(plan) == ([] if days else ["remove k1"]) + CREATION
    foreseen = {"state": "present", "days_left": 180, "proven": True, "pending": False}
    assert (plan.before, plan.after) == (before, foreseen if days else {**foreseen, "former": 0})
    create = t.cast("Call", plan.steps[-3])
    body = create.body["passwordCredential"]
    assert body == {"displayName": "iis:fresh", "endDateTime": "2027-05-20T00:00:00Z"}
    assert create.repeatable is False


def test_a_secret_that_somebody_removed_is_replaced(found: t.Any) -> None:
    assert told(_secrets.plan(PARAMS, found([], current=credential("k1")))) == CREATION


def test_a_secret_made_a_minute_ago_is_believed_although_a_read_does_not_show_it(found: t.Any) -> None:
    assert told(_secrets.plan(PARAMS, found([], current=credential("k1", age=1 / 1440)))) == []


def test_an_attempt_whose_value_never_came_is_swept_and_nothing_else(found: t.Any) -> None:
    lost = Credential("iis", "lost")
    in_tenant = held(dataclasses.replace(lost, key_id="k2"))
    state = found(in_tenant, pending=lost, abandoned=("older", "unseen"))
    plan = _secrets.plan(PARAMS, state)
    assert told(plan) == ["remove k2", *CREATION]
    plan.steps[1].run({})  # type: ignore[union-attr]
    kept = state.store.get(OWNER, "iis")
    assert kept.pending == Credential("iis", "fresh")
    assert kept.abandoned == ("older", "unseen")


def test_what_one_request_made_twice_is_swept_and_a_namesake_by_hand_is_not(found: t.Any) -> None:
    current = credential("current")
    twin = {**held(current)[0], "keyId": "twin"}
    namesake = {**held(current)[0], "keyId": "namesake", "endDateTime": NOW.isoformat()}
    plan = _secrets.plan(PARAMS, found([*held(current), twin, namesake], current=current))
    assert told(plan) == ["remove twin", "keep the record"]


def test_an_attempt_that_may_still_turn_up_is_remembered(found: t.Any) -> None:
    state = found([], pending=Credential("iis", "lost"))
    _secrets.plan(PARAMS, state).steps[0].run({})  # type: ignore[union-attr]
    assert state.store.get(OWNER, "iis").abandoned == ("lost",)


def test_a_late_credential_of_an_abandoned_attempt_is_swept_beside_a_current_one(found: t.Any) -> None:
    current, late = credential("k1"), Credential("iis", "late", "k9")
    plan = _secrets.plan(PARAMS, found(held(current, late), current=current, abandoned=("late",)))
    assert told(plan) == ["remove k9", "keep the record"]
    assert plan.after["proven"] is True
    assert (plan.before["abandoned"], plan.after["abandoned"]) == (1, 0)


def test_a_pending_secret_whose_value_is_kept_becomes_current(found: t.Any) -> None:
    old, new = credential("k1", 5), credential("k2")
    state = found(held(old, new), current=old, pending=new)
    plan = _secrets.plan(PARAMS, state)
    assert told(plan) == CREATION[2:]
    run(plan, "make it the current one")
    kept = state.store.get(OWNER, "iis")
    assert (kept.current.key_id, kept.pending, [one.key_id for one in kept.previous]) == ("k2", None, ["k1"])
    assert kept.previous[0].replaced == "2026-11-21T00:00:00Z"


@pytest.mark.parametrize("days", [-1, 30])
def test_a_pending_secret_that_ended_or_ends_soon_is_swept(found: t.Any, days: float) -> None:
    late = credential("k2", days)
    state = found(held(late), pending=late)
    plan = _secrets.plan(PARAMS, state)
    assert told(plan) == ["remove k2", *CREATION]
    run(plan, "keep the record")
    assert state.store.get(OWNER, "iis").abandoned == ()


@pytest.mark.parametrize(
    ("overlap", "replaced", "days", "gone"),
    [
        (None, 400, 1, False),  # until it ends
        (None, 1, 0, True),
        (7, 6.9, 20, False),
        (7, 7, 20, True),
        (0, 0, 20, True),
    ],
)
def test_a_former_secret_stays_for_the_overlap(
    found: t.Any, overlap: int | None, replaced: float, days: float, gone: bool
) -> None:
    current, old = credential("k1"), former("k0", days, replaced=replaced)
    state = found(held(current, old), current=current, previous=(old,))
    plan = _secrets.plan({**PARAMS, "overlap_days": overlap}, state)
    assert told(plan) == (["remove k0", "keep the record"] if gone else [])
    if gone:
        run(plan, "keep the record")
        kept = state.store.get(OWNER, "iis")
        assert (kept.previous, kept.retired) == ((), (dataclasses.replace(old, secret=None),))
        assert kept.current.key_id == "k1"


def test_a_former_secret_stays_until_its_successor_is_proven(found: t.Any) -> None:
    current = dataclasses.replace(credential("k1"), proven=False)
    old = former("k0", 20, replaced=9)
    kept = {"current": current, "previous": (old,)}
    plan = _secrets.plan({**PARAMS, "overlap_days": 1}, found(held(current, old), **kept))
    assert told(plan) == ["prove that it signs in", "keep that it is proven"]


def test_a_former_secret_that_a_read_does_not_show_is_kept_until_it_ends(found: t.Any) -> None:
    current, old = credential("k1"), former("k0", 20, replaced=9)
    plan = _secrets.plan({**PARAMS, "overlap_days": 1}, found(held(current), current=current, previous=(old,)))
    assert told(plan) == []


def test_force_makes_one_although_none_is_due(found: t.Any) -> None:
    current = credential("k1")
    assert told(_secrets.plan({**PARAMS, "force": True}, found(held(current), current=current))) == CREATION


def test_force_sees_a_pending_one_through_instead(found: t.Any) -> None:
    current, pending = credential("k1"), credential("k2")
    state = found(held(current, pending), current=current, pending=pending)
    assert told(_secrets.plan({**PARAMS, "force": True}, state)) == CREATION[2:]


def test_what_cannot_be_proven_becomes_current_at_once_where_no_former_one_lives(found: t.Any) -> None:
    plan = _secrets.plan(PARAMS, found([], unprovable=UNPROVABLE))
    assert told(plan) == [*CREATION[:2], "make it the current one"]
    assert (plan.after["proven"], plan.after["pending"]) == (False, False)
    assert plan.warnings == (f"The new client secret 'iis' cannot be proven by a sign-in: {UNPROVABLE}.",)


@pytest.mark.parametrize("how", ["told not to", "unprovable"])
def test_what_cannot_be_proven_waits_beside_a_former_one(found: t.Any, how: str) -> None:
    params = {**PARAMS, "proof_seconds": 0} if how == "told not to" else PARAMS
    unprovable = UNPROVABLE if how == "unprovable" else ""
    current = credential("k1", 5)
    plan = _secrets.plan(params, found(held(current), unprovable, current=current))
    assert told(plan) == CREATION[:2]
    assert (plan.after["proven"], plan.after["pending"]) == (False, True)


@pytest.mark.parametrize(("minutes", "steps"), [(4, []), (6, ["make it the current one"])])
def test_what_cannot_be_proven_becomes_current_when_every_replica_knows_it(
    found: t.Any, minutes: float, steps: list[str]
) -> None:
    current, pending = credential("k1", 5), credential("k2", age=minutes / 1440)
    state = found(held(current, pending), UNPROVABLE, current=current, pending=pending)
    assert told(_secrets.plan(PARAMS, state)) == steps


def test_absent_removes_all_of_ours_and_nothing_else(found: t.Any) -> None:
    current, former, late = credential("k1"), credential("k0"), Credential("iis", "late", "k9")
    state = found(held(current, former, late), current=current, previous=(former,), abandoned=("late", "unseen"))
    plan = _secrets.plan(ABSENT, state)
    assert told(plan) == ["remove k1", "remove k0", "remove k9", "keep the record"]
    plan.steps[-1].run({})  # type: ignore[union-attr]
    kept = state.store.get(OWNER, "iis")
    assert (kept.current, kept.pending, kept.previous, kept.abandoned) == (None, None, (), ("unseen",))
    assert told(_secrets.plan(ABSENT, dataclasses.replace(state, record=kept))) == []


def test_absent_without_a_record_touches_nothing(found: t.Any) -> None:
    assert _secrets.plan(ABSENT, found([])).steps == ()
