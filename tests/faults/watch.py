# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Follows one case run by run and notes what must never happen. It judges by the sandbox's journal and store, and by a consumer
that signs in with what the collection's store holds; of the collection it believes nothing else."""

from __future__ import annotations

import datetime
from typing import Any

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Record
from faults import task
from faults.place import Place

#: What is counted, and wanted to be 0.
LOST, ORPHANS, OUTAGES, FOREIGN, EARLY, UNPROVEN, STUCK = (
    "secrets lost",
    "orphans after a clean run",
    "failed sign-ins of the consumer",
    "foreign credentials removed",
    "retirements before the overlap was over",
    "promotions before three sign-ins",
    "clean runs that failed",
)
COUNTED = (LOST, ORPHANS, OUTAGES, FOREIGN, EARLY, UNPROVEN, STUCK)
ENOUGH = 3  # sign-ins in a row
DAY = datetime.timedelta(days=1)
Violation = tuple[str, str]
"""One of COUNTED, and what happened."""


class Watch:
    def __init__(
        self, place: Place, options: dict[str, Any], speed: float = 1, change: task.Change | None = None
    ) -> None:
        self.place, self.options, self.speed, self.change = place, options, speed, change
        self.violations: list[Violation] = []
        self.current = ""  # key id of what the consumer takes
        self.replaced: dict[str, datetime.datetime] = {}  # key id of a former one: no later than when it was replaced
        self.ends: dict[str, datetime.datetime] = {}

    def run(
        self,
        *,
        patient: bool = False,
        stop: task.Stop | None = None,
        disk: task.BadDisk | None = None,
        force: bool = False,
    ) -> dict[str, Any] | None:
        """One run of the task, and a look at what it left."""
        since = self.place.mark()
        result = task.run(
            self.place,
            {**self.options, "force": force},
            patient=patient,
            speed=self.speed,
            stop=stop,
            disk=disk,
            change=self.change,
        )
        self.place.fail()
        self.look(since)
        return result

    def look(self, since: int) -> None:
        self.place.wait_for_answers()
        entries = self.place.journal(since)
        try:
            record = task.record_of(self.place)
        except StoreError as error:
            self.violations.append((LOST, error.what))
            return
        self._judge_removals(entries)
        self._judge_promotion(record, entries)
        self._consume(record)

    def clean(self, lag: float = 0) -> None:
        """The run after the faults, when replicas know everything and lag no more; then nothing may be left over."""
        self.place.advance(lag + 1)
        self.place.settle()
        result = self.run(patient=True)
        if result is None or result.get("failed"):
            self.violations.append((STUCK, str(result and result["msg"])))
            return
        record = task.record_of(self.place)
        known = {credential.key_id for credential in record.credentials}
        held = self.place.held()
        for key_id, one in held.items():
            if key_id not in known and key_id not in self.place.foreign:
                self.violations.append((ORPHANS, f"{one['displayName']} {key_id}"))
        self.violations += [(FOREIGN, key_id) for key_id in self.place.foreign if key_id not in held]
        if (
            record.pending and record.pending.secret
        ):  # an intent of which nothing came waits for no one; what came of it is an orphan
            self.violations.append((STUCK, "a pending one was not seen through"))
        if record.current is None or record.current.key_id not in held:
            self.violations.append((LOST, "the store's current one is not in the tenant"))

    def _judge_removals(self, entries: list[dict[str, Any]]) -> None:
        for entry in entries:
            applied = entry["status"] == 204 or entry["fault"] in ("after", "during", "slow")
            if not (entry["path"].endswith("/removePassword") and applied):
                continue
            key_id, at = entry["body"]["keyId"], datetime.datetime.fromisoformat(entry["time"])
            if key_id in self.place.foreign:
                self.violations.append((FOREIGN, key_id))
            if key_id in self.ends and at < self.ends[key_id] and not self._is_over(key_id, at):
                self.violations.append((EARLY, f"{key_id} at {at}"))

    def _is_over(self, key_id: str, at: datetime.datetime) -> bool:
        overlap = self.options.get("overlap_days")
        return overlap is not None and key_id in self.replaced and at - self.replaced[key_id] >= overlap * DAY

    def _judge_promotion(self, record: Record, entries: list[dict[str, Any]]) -> None:
        """What the consumer takes may change only after three sign-ins in a row of this run."""
        now = record.current.key_id if record.current else ""
        if now == self.current:
            return
        if not now:
            self.violations.append((LOST, "the store holds no current one any more"))
            return
        tries = [e for e in entries if e["client_id"] == self.place.app_id and e["path"].endswith("/token")]
        tries.sort(key=lambda entry: entry["arrived"])
        good = [entry["status"] == 200 and not entry["fault"] for entry in tries]
        if good[-ENOUGH:] != [True] * ENOUGH:
            self.violations.append((UNPROVEN, f"{now} after {good}"))
        if self.current and tries:
            self.replaced[self.current] = datetime.datetime.fromisoformat(tries[-1]["time"])
        self.current = now
        if record.current:
            self.ends[now] = datetime.datetime.fromisoformat(record.current.end)

    def _consume(self, record: Record) -> None:
        """A consumer that has taken the current one, and a slow one that uses a former one for as long as the overlap is."""
        now = self.place.now()
        used = [record.current] if record.current else []
        used += [one for one in record.previous if one.key_id in self.replaced and not self._is_over(one.key_id, now)]
        for one in used:
            if self.ends.get(one.key_id, now) > now and not (one.secret and self.place.signs_in(one.secret.reveal())):
                self.violations.append((OUTAGES, one.key_id))
