# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A store behind a program: what reaches it, and how its failures are told."""

from __future__ import annotations

import json
import pathlib
import sys
import time

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.plugin_utils._plain_records import to_document
from stores.conftest import make_command
from stores.places import OTHER, OWNER, VALUE, Place, record


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Place:
    return make_command(request)


def program(text: str) -> list[str]:
    return [sys.executable, "-c", f"import json, os, sys, time\n{text}"]


def test_the_record_comes_on_standard_input_alone(place: Place, tmp_path: pathlib.Path) -> None:
    seen = tmp_path / "seen"
    spy = program(
        f"asked = json.load(sys.stdin)\n"
        f"open({str(seen)!r}, 'a').write(json.dumps([asked, sys.argv, sorted(os.environ.values())]) + '\\n')\n"
        f"print(json.dumps({{'record': None}}))"
    )
    with pytest.raises(StoreError, match="what was read back is not what was written"):
        place.open(command=spy).put(record())
    put, got = (json.loads(line) for line in seen.read_text().splitlines())
    owned = {"tenant_id": OWNER.tenant_id, "app_id": OWNER.app_id, "name": "iis"}
    assert put[0] == {"do": "put", **owned, "replaces": 0, "record": {**to_document(record()), "revision": 1}}
    assert got[0] == {"do": "get", **owned}
    assert VALUE not in json.dumps([put[1:], got[1:]])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sys.exit('cannot keep ' + sys.stdin.read()[-250:])", r"status 1 when asked to put: cannot keep .*\*\*\*"),
        ("sys.exit(7)", r"ended with status 7 when asked to put: \(no message\)"),
        ("print(sys.stdin.read()[:200])", "its answer to put is no JSON object"),
        ("print([sys.stdin.read()])", "its answer to put is no JSON object"),
        ("print('{}')", "what was read back is not what was written"),
    ],
)
def test_a_program_that_fails_is_told_without_the_value(place: Place, text: str, told: str) -> None:
    with pytest.raises(StoreError, match=told) as refused:
        place.open(command=program(text)).put(record())
    assert VALUE not in refused.value.sentence()


def test_a_program_that_does_not_end_is_ended_with_all_it_started(place: Place, tmp_path: pathlib.Path) -> None:
    late = tmp_path / "late"
    slow = ["/bin/sh", "-c", f"(sleep 3; touch {late}) & sleep 60"]
    start = time.monotonic()
    with pytest.raises(StoreError, match="did not end within 1 s"):
        place.open(command=slow, command_timeout=1).probe()
    assert time.monotonic() - start < 10
    time.sleep(3)
    assert not late.exists()


def test_a_program_that_cannot_be_started_is_told(place: Place) -> None:
    with pytest.raises(StoreError, match=r"it cannot be started \(No such file"):
        place.open(command=["./missing"]).probe()
    with pytest.raises(StoreError, match=r"store\.command is empty"):
        place.open(command=[])


def test_a_record_of_another_is_refused(place: Place) -> None:
    wrong = program(f"print(json.dumps({{'record': {to_document(record(owner=OTHER))!r}}}))")
    with pytest.raises(StoreError, match=f"of application {OTHER.app_id} in tenant"):
        place.open(command=wrong).get(OWNER, "iis")
    with pytest.raises(StoreError, match='has no "names"'):
        place.open(command=wrong).list(OWNER)
