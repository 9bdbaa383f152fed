# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One credential takes the place of another: proven first, both alive for the overlap, the former one removed after it."""

from __future__ import annotations

import contextlib
import datetime
import json
import pathlib
import typing as t

import pytest
from integration.story_files import DELEGATED
from integration.test_app_secret import ansible, live, signs_in
from integration.test_contract import Teller, writes

from ansible_collections.tenantops.entra.plugins.module_utils import _proof, _run, _secret_state
from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Owner, Record
from sandbox import Running

KINDS = ["entra_app_secret", "entra_app_certificate"]
APPLICATION = "/v1.0/applications(uniqueName='kept')"
RENEW = {"lifetime_days": 400, "renew_before_days": 380}
NOT_YET = {
    "path_regex": "/oauth2/v2.0/token",
    "code": "AADSTS7000215",
    "skip": 1,
    "times": None,
}  # the operator's passes


@pytest.fixture
def teller(fresh_sandbox: Running, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Teller:
    """In a tenant whose clock the collection goes by."""

    def read_clock() -> datetime.datetime:
        return fresh_sandbox.world.clock.now().replace(microsecond=0)

    monkeypatch.setattr(_secret_state, "read_clock", read_clock)
    monkeypatch.setattr(_proof, "FIRST_PAUSE", 0.2)
    told = Teller(fresh_sandbox, tmp_path)
    made = told.run("entra_app_registration", {"unique_name": "kept", "display_name": "Kept"})
    assert not made.get("failed"), made
    return told


class Keeper:
    """Keeps one credential of the application."""

    def __init__(self, teller: Teller, module: str, folder: pathlib.Path) -> None:
        self.teller, self.module = teller, module
        self.given = {"unique_name": "kept", "name": "iis", "store": {"path": str(folder / "kept.yml")}}

    def run(self, *, check: bool = False, **options: t.Any) -> dict[str, t.Any]:
        result = self.teller.run(self.module, {**self.given, **options}, check=check)
        assert not result.get("failed"), result
        return result

    def record(self) -> Record:
        store = self.teller.services["open_store"](
            {"kind": "vault_file", "allow_container": True, **self.given["store"]}
        )
        found: Record = store.get(Owner(self.teller.tenant, self.teller.get(APPLICATION)["appId"]), "iis")
        return found

    def held(self) -> list[str]:
        application = self.teller.get(APPLICATION)
        return [held["keyId"] for held in application["passwordCredentials"] + application["keyCredentials"]]

    def faults(self, *rules: dict[str, t.Any]) -> None:
        self.teller.sandbox.control("POST", "/faults", {"rules": list(rules)})

    def advance(self, days: float) -> None:
        """Move the clock, and let the reader of the test sign in again."""
        sandbox = self.teller.sandbox
        sandbox.control("POST", "/clock", {"advance_seconds": days * 86400})
        (admin,) = (made["admin"] for made in sandbox.tenants() if made["id"] == self.teller.tenant)
        asked = {"tenant": self.teller.tenant, "user": admin["user_principal_name"], "scopes": DELEGATED}
        token = sandbox.control("POST", "/tokens", asked)["access_token"]
        self.teller.reader.headers["Authorization"] = f"Bearer {token}"


@pytest.fixture(params=KINDS)
def keeper(request: pytest.FixtureRequest, teller: Teller, tmp_path: pathlib.Path) -> Keeper:
    return Keeper(teller, request.param, tmp_path)


def test_a_new_one_that_no_replica_takes_yet_waits_and_the_next_run_goes_on(keeper: Keeper) -> None:
    first = keeper.run()
    assert (first["proven"], first["pending"], keeper.record().current.proven) == (True, False, True)  # type: ignore[union-attr]
    keeper.faults(NOT_YET)
    waiting = keeper.run(**RENEW, proof_seconds=1)
    assert (waiting["changed"], waiting["created"], waiting["proven"], waiting["pending"]) == (True, True, False, True)
    (warning,) = waiting["warnings"]
    assert "did not sign in 3 times in a row within 1 s. The former one stays in use" in warning
    assert "AADSTS7000215" in warning
    record = keeper.record()
    assert record.current
    assert record.pending
    assert (record.current.key_id, record.pending.key_id) == (first["key_id"], waiting["key_id"])
    assert sorted(keeper.held()) == sorted([first["key_id"], waiting["key_id"]])

    start = keeper.teller.mark()
    keeper.faults(NOT_YET)
    still = keeper.run(**RENEW, proof_seconds=1)
    assert (still["changed"], still["proven"], still["pending"], still["diff"]["before"]) == (
        False,
        False,
        True,
        still["diff"]["after"],
    )
    keeper.faults()
    predicted = keeper.run(**RENEW, check=True)
    done = keeper.run(**RENEW)
    assert (predicted["changed"], predicted["diff"]) == (done["changed"], done["diff"])
    assert (done["created"], done["proven"], done["key_id"]) == (False, True, waiting["key_id"])
    assert writes(keeper.teller, start) == []
    assert keeper.run(**RENEW)["changed"] is False


def test_replication_lag_is_waited_for(keeper: Keeper) -> None:
    keeper.teller.sandbox.control("PUT", "/settings", {"replication_lag_seconds": 2})
    start = keeper.teller.mark()
    assert keeper.run()["proven"] is True
    refused = [e for e in keeper.teller.requests(start) if "/token" in e["path"] and e["status"] >= 400]
    assert refused, "the login host knew it at once"


def test_the_former_one_is_removed_when_the_overlap_is_over(keeper: Keeper) -> None:
    first = keeper.run()
    second = keeper.run(**RENEW, overlap_days=14)
    calm = {"overlap_days": 14, "lifetime_days": 400}
    keeper.advance(13.9)
    assert keeper.run(**calm)["changed"] is False
    assert len(keeper.held()) == 2
    keeper.advance(0.2)
    predicted = keeper.run(**calm, check=True)
    removed = keeper.run(**calm)
    assert (predicted["changed"], predicted["diff"]) == (removed["changed"], removed["diff"])
    assert removed["diff"]["before"]["former"] == 1
    assert keeper.held() == [second["key_id"]]
    record = keeper.record()
    assert ([one.key_id for one in record.retired], record.previous) == ([first["key_id"]], ())
    assert keeper.run(**calm)["changed"] is False


def test_one_that_ended_is_removed(keeper: Keeper) -> None:
    keeper.run(lifetime_days=10, renew_before_days=5)
    keeper.advance(11)
    second = keeper.run(lifetime_days=10, renew_before_days=5)
    assert keeper.held() == [second["key_id"]]
    assert keeper.run(lifetime_days=10, renew_before_days=5)["changed"] is False


def test_a_disabled_application_proves_it_when_it_is_enabled(keeper: Keeper) -> None:
    teller = keeper.teller
    principal = teller.get(f"/v1.0/servicePrincipals(appId='{teller.get(APPLICATION)['appId']}')")["id"]
    teller.reader.patch(f"/v1.0/servicePrincipals/{principal}", json={"accountEnabled": False}).raise_for_status()
    predicted, made = keeper.run(check=True), keeper.run()
    assert (predicted["changed"], predicted["diff"]) == (made["changed"], made["diff"])
    assert (made["proven"], made["pending"]) == (False, False)
    assert "AADSTS7000112" in made["warnings"][0]
    assert keeper.run()["changed"] is False
    renewed = keeper.run(**RENEW)
    assert (renewed["proven"], renewed["pending"]) == (False, True)
    assert keeper.record().current.key_id == made["key_id"]  # type: ignore[union-attr]
    keeper.advance(0.01)
    assert keeper.run(**RENEW)["pending"] is False
    teller.reader.patch(f"/v1.0/servicePrincipals/{principal}", json={"accountEnabled": True}).raise_for_status()
    proven = keeper.run(**RENEW, overlap_days=0)
    assert (proven["changed"], proven["proven"], proven["key_id"]) == (True, True, renewed["key_id"])
    assert len(keeper.held()) == 2
    assert keeper.run(**RENEW, overlap_days=0)["changed"] is True
    assert keeper.held() == [renewed["key_id"]]


def test_without_a_service_principal_it_is_not_tried(keeper: Keeper) -> None:
    teller = keeper.teller
    principal = teller.get(f"/v1.0/servicePrincipals(appId='{teller.get(APPLICATION)['appId']}')")["id"]
    teller.reader.delete(f"/v1.0/servicePrincipals/{principal}").raise_for_status()
    keeper.advance(0.01)
    made = keeper.run()
    assert (made["proven"], made["pending"]) == (False, False)
    assert "AADSTS7000229" in made["warnings"][0]


def test_one_read_that_shows_no_service_principal_is_not_believed(keeper: Keeper) -> None:
    keeper.advance(0.01)
    keeper.faults({"path_regex": "/v1.0/servicePrincipals", "method": "GET", "status": 404, "times": 1})
    made = keeper.run()
    assert (made["proven"], made["pending"]) == (True, False)


def test_force_makes_another(keeper: Keeper) -> None:
    first, second = keeper.run(), keeper.run(force=True)
    assert (second["created"], second["key_id"] == first["key_id"]) == (True, False)
    assert keeper.run()["changed"] is False


def test_of_two_runs_at_once_one_works_and_the_other_says_so(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_run, "turn", lambda *tenant: contextlib.nullcontext())  # as on two machines
    genuine = dict(keeper.teller.services)
    done: list[dict[str, t.Any]] = []

    class Overtaken(Exception):
        """Tells what became of the other run."""

    def overtake(spec: t.Any) -> t.Any:
        store = genuine["open_store"](spec)
        put = store.put

        def put_after_another(record: Record) -> Record:
            if not done:
                keeper.teller.services = genuine
                done.append(keeper.run())
            kept: Record = put(record)
            return kept

        store.put = put_after_another
        return store

    keeper.teller.services = {**genuine, "open_store": overtake}
    slow = keeper.teller.run(keeper.module, keeper.given)
    assert slow["failed"]
    assert "another run has changed the record of 'iis' meanwhile" in slow["msg"]
    assert "Nothing was changed" in slow["msg"]
    assert keeper.held() == [done[0]["key_id"]]


def test_a_delegated_task_is_refused(keeper: Keeper) -> None:
    keeper.teller.services = {}
    refused = keeper.teller.run(keeper.module, keeper.given)
    assert "only where ansible-core itself runs" in refused["msg"]


def test_the_value_is_returned_where_it_was_asked_for(teller: Teller, tmp_path: pathlib.Path) -> None:
    keeper = Keeper(teller, "entra_app_secret", tmp_path)
    assert keeper.run(return_secret=True, check=True)["secret"] is None
    for options in ({}, {}, RENEW):
        made = keeper.run(return_secret=True, **options)
        assert isinstance(made["secret"], Secret)
        assert signs_in(teller, made["app_id"], made["secret"].reveal())
        assert "secret" not in made["diff"]["after"]
    assert "secret" not in keeper.run()


RETURNED = """
- hosts: localhost
  gather_facts: false
  tasks:
    - tenantops.entra.entra_app_secret:
        unique_name: kept
        name: iis
        return_secret: true
        store: {path: kept.yml}
      register: made
    - ansible.builtin.copy: {content: "{{ made.secret }}", dest: "{{ playbook_dir }}/used", mode: "0600"}
      no_log: true
"""


def test_a_returned_value_is_printed_nowhere(teller: Teller, tmp_path: pathlib.Path) -> None:
    (tmp_path / "play.yml").write_text(RETURNED)
    run = ansible(teller, tmp_path, "ansible-playbook", "play.yml", "-vvvvvv", "--diff")
    assert run.returncode == 0, run.stdout + run.stderr
    value = (tmp_path / "used").read_text()
    assert signs_in(teller, teller.get(APPLICATION)["appId"], value)
    for text in (run.stdout, run.stderr, (tmp_path / "log").read_text(), json.dumps(teller.requests(), default=str)):
        assert value not in text
    assert len(live(teller)) == 1
