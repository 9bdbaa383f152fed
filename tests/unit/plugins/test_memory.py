# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What tasks tell each other across forks, and how long it is believed."""

from __future__ import annotations

import os
import time
import typing as t

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils import _memory
from ansible_collections.tenantops.entra.plugins.module_utils._memory import Memory, Writes

TENANT = "11111111-1111-1111-1111-111111111111"


def test_a_forked_worker_tells_its_parent() -> None:
    memory = Memory(1 << 16)
    child = os.fork()
    if child == 0:
        memory.note("token", ["value", 1])
        os._exit(0)
    os.waitpid(child, 0)
    assert memory.recall("token") == [["value", 1]]


def test_a_full_mapping_costs_only_the_note() -> None:
    memory = Memory(128)
    memory.note("a", "x" * 50)
    memory.note("a", "y" * 500)
    assert memory.recall("a") == ["x" * 50]


def test_a_writer_that_was_killed_with_the_lock_stops_nobody() -> None:
    memory = Memory(1 << 16)
    memory.note("a", 1)
    memory._lock.acquire()
    memory.note("a", 2)
    assert memory.recall("a") == [1]


def test_a_write_corrects_a_stale_read_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    writes = Writes(Memory(1 << 16), TENANT)
    writes.note("application", ["map", "ID-1"], {"id": "ID-1", "displayName": "new"})
    assert writes.correct("application", "map", None) == {"id": "ID-1", "displayName": "new"}
    assert writes.correct("application", "id-1", {"displayName": "old", "notes": "n"}) == {
        "id": "ID-1",
        "displayName": "new",
        "notes": "n",
    }
    assert writes.correct("servicePrincipal", "map", None) is None
    later = time.time() + _memory.FRESH + 1
    monkeypatch.setattr(_memory.time, "time", lambda: later)
    assert writes.correct("application", "map", None) is None


def test_a_value_that_this_run_never_met_is_somebody_elses() -> None:
    writes = Writes(Memory(1 << 16), TENANT)
    old = {"web": {"redirectUris": ["a"], "logoutUrl": None, "settings": []}}
    new: dict[str, t.Any] = {"web": {"redirectUris": ["a", "b"]}}
    writes.correct("application", "map", old)
    writes.note("application", ["map"], new)
    assert writes.correct("application", "map", old) == new
    answered = {"web": {"redirectUris": ["b", "a"], "logoutUrl": None, "settings": []}}
    assert writes.correct("application", "map", answered) == new
    theirs = {"web": {"redirectUris": ["b", "a", "theirs"], "logoutUrl": None, "settings": []}}
    assert writes.correct("application", "map", theirs) == theirs
    last = {"web": {"redirectUris": ["a", "b", "theirs", "c"]}}
    writes.note("application", ["map"], last)
    for earlier in (old, answered, theirs):
        assert writes.correct("application", "map", earlier) == last


def test_what_others_add_to_an_object_that_this_run_made_stays() -> None:
    writes = Writes(Memory(1 << 16), TENANT)
    assert writes.correct("application", "map", None) is None
    made = {"id": "1", "tags": ["a"], "web": {"redirectUris": [], "implicit": {"id": False}}, "accountEnabled": True}
    writes.note("application", ["map"], made)
    writes.note("application", ["map"], {"accountEnabled": False, "uris": ["api://1"]})
    written = {**made, "accountEnabled": False, "uris": ["api://1"]}
    assert writes.correct("application", "map", None) == written
    assert writes.correct("application", "map", {**made, "uris": []}) == written
    young = {**made, "tags": [], "web": {"redirectUris": [], "implicit": {"id": None}}}
    assert writes.correct("application", "map", young) == written
    theirs = {**written, "tags": ["a", "theirs"], "web": {"redirectUris": ["theirs"]}}
    assert writes.correct("application", "map", theirs) == theirs


def test_a_deleted_object_is_gone_although_a_replica_still_has_it() -> None:
    writes = Writes(Memory(1 << 16), TENANT)
    writes.note("application", ["map"], {}, gone=True)
    assert writes.correct("application", "map", {"id": "1"}) is None


def test_tenants_do_not_see_each_other() -> None:
    memory = Memory(1 << 16)
    Writes(memory, TENANT).note("application", ["map"], {"id": "1"})
    assert Writes(memory, TENANT.replace("1", "2")).correct("application", "map", None) is None
