# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The harness itself: what a case file may hold, what is compared, what a known difference is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from fidelity import publication
from fidelity.loader import WrongCase, load_families, load_family
from fidelity.placeholders import NotKnown, fill
from fidelity.runner import Outcome, run_case
from fidelity.sandbox_place import open_sandbox_place
from fidelity.shapes import compare
from sandbox import Running

KNOWN = {
    "unique": "word",
    "now": datetime(2026, 1, 31, 8, tzinfo=UTC),
    "app": {"id": "1", "list": [{"name": "a"}], "@odata.nextLink": "next", "count": 3},
}
CASE = """
family: One
cases:
  - case: something is so
    source: https://example.com/
    confidence: documented
    request: GET /v1.0/organization
"""


def read(tmp_path: Path, text: str) -> str:
    """What is wrong with a case file."""
    path = tmp_path / "one.yml"
    path.write_text(text)
    with pytest.raises(WrongCase) as wrong:
        load_family(path)
    return str(wrong.value)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("    colour: red", "one.yml: case 'something is so'.colour: Extra inputs are not permitted"),
        ("    request: FETCH /v1.0/me", "case 'something is so'.request: String should match"),
        ("    source: a page I read", "case 'something is so'.source: Input should be a valid URL"),
        ("    confidence: sure", "case 'something is so'.confidence: Input should be 'documented', 'attested' or"),
        ("    expect: {statis: 200}", "case 'something is so'.expect.statis: Extra inputs"),
        ("    given: [{save: app}]", "a step needs a request or a wait"),
        ("    live: true\n    wait: 5", "settings, faults and wait are the sandbox's: leave out live"),
        ("    live: true\n    as: delegated", "a live run signs in as an application only: leave out live"),
        ("    body: {}\n    raw: text", "a request has one of body, form and raw"),
    ],
)
def test_a_wrong_case_is_told_by_its_name(tmp_path: Path, line: str, says: str) -> None:
    key = line.split(":", maxsplit=1)[0] + ":"
    kept = [known for known in CASE.splitlines() if not known.startswith(key)]
    assert says in read(tmp_path, "\n".join([*kept, line]))


@pytest.mark.parametrize("key", ["source", "confidence", "case", "request"])
def test_a_case_needs(tmp_path: Path, key: str) -> None:
    text = "\n".join(line for line in CASE.splitlines() if f" {key}:" not in line).replace("    source", "  - source")
    assert "required" in read(tmp_path, text) or "needs a request" in read(tmp_path, text)


def test_a_name_stands_once(tmp_path: Path) -> None:
    (tmp_path / "one.yml").write_text(CASE)
    (tmp_path / "two.yml").write_text(CASE.replace("family: One", "family: Two"))
    with pytest.raises(WrongCase, match="'something is so' stands 2 times"):
        load_families(tmp_path)


@pytest.mark.parametrize(
    ("value", "filled"),
    [
        ("${app.id}", "1"),
        ("an ${app.id} in a text", "an 1 in a text"),
        ("${app.count}", 3),
        ("${app.list.0.name}", "a"),
        ("${app.@odata.nextLink}", "next"),
        ("${x*3}", "xxx"),
        ("${now+3600}", "2026-01-31T09:00:00Z"),
        ({"<repeat>": 2, "of": "n${n}"}, ["n1", "n2"]),
        ({"a": ["${unique}"]}, {"a": ["word"]}),
    ],
)
def test_placeholders(value: Any, filled: Any) -> None:
    assert fill(value, KNOWN) == filled


def test_a_guid_stays_the_same_in_a_case() -> None:
    assert fill("${guid.a}", KNOWN) == fill("${guid.a}", KNOWN) != fill("${guid.b}", KNOWN)


def test_a_placeholder_that_nothing_was_saved_for() -> None:
    with pytest.raises(NotKnown, match=r"\$\{app\.nothing\}"):
        fill("${app.nothing}", KNOWN)


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        ({"a": "<guid>"}, {"a": "6f1d2c8a-3b47-4e59-9a60-c5d1e7f20b13", "b": 1}),
        ("<time>", "2026-01-31T08:00:00Z"),
        ({"a": "<absent>"}, {}),
        ({"a": None}, {"a": None}),
        ("<list of 2>", [1, 2]),
        ("<match ^a.c$>", "abc"),
        ({"<has>": [{"id": 1}]}, [{"id": 2}, {"id": 1, "name": "x"}]),
        ({"<unordered>": [1, 2]}, [2, 1]),
        ({"<lacks>": [3]}, [1]),
    ],
)
def test_a_value_that_fits(expected: Any, value: Any) -> None:
    assert list(compare(expected, value)) == []


@pytest.mark.parametrize(
    ("expected", "value", "says"),
    [
        ({"a": "<guid>"}, {"a": "no"}, "body.a is 'no', expected '<guid>'"),
        ({"a": "<absent>"}, {"a": 1}, "body.a is there: 1"),
        ({"a": "<any>"}, {}, "body.a is missing"),
        ({"a": None}, {}, "body.a is missing"),
        ([1, 2], [1], "body is [1], expected a list of 2"),
        ({"<unordered>": [1]}, [1, 2], "body has 2 items, expected 1"),
        ({"<lacks>": [1]}, [1], "body has 1, which it should not"),
        (True, 1, "body is 1, expected True"),
        ({"secretText": "a"}, {"secretText": "hidden"}, "body.secretText is a value that is not shown"),
    ],
)
def test_a_value_that_does_not_fit(expected: Any, value: Any, says: str) -> None:
    assert says in next(compare(expected, value))


def run_in_sandbox(tmp_path: Path, text: str, sandbox: Running) -> Outcome:
    """One case of a file, run."""
    path = tmp_path / "one.yml"
    path.write_text(text)
    case = load_family(path).cases[0]
    with httpx.Client(verify=sandbox.tls()) as http, open_sandbox_place(sandbox, http, case) as place:
        return run_case(case, place)


def test_a_case_that_fails_says_how(tmp_path: Path, sandbox: Running) -> None:
    outcome = run_in_sandbox(tmp_path, f"{CASE}    expect: {{status: 404}}\n", sandbox)
    assert outcome.faults == ("status is 200, expected 404",)


def test_a_known_difference_fails_and_is_no_fault(tmp_path: Path, sandbox: Running) -> None:
    outcome = run_in_sandbox(tmp_path, f"{CASE}    expect: {{status: 404}}\n    difference: known\n", sandbox)
    assert (bool(outcome.problems), outcome.faults) == (True, ())


def test_a_difference_that_is_gone_is_a_fault(tmp_path: Path, sandbox: Running) -> None:
    outcome = run_in_sandbox(tmp_path, f"{CASE}    difference: known\n", sandbox)
    assert outcome.faults == ("the sandbox does this now: remove the mark 'difference'",)


def test_a_given_that_fails_is_never_a_known_difference(tmp_path: Path, sandbox: Running) -> None:
    given = "    difference: known\n    given: [{request: GET /v1.0/applications/nonsense}]\n"
    outcome = run_in_sandbox(tmp_path, CASE + given, sandbox)
    assert outcome.faults[0].startswith("given 1: status is 400")


def test_what_a_case_changes_of_the_sandbox_is_put_back(tmp_path: Path, sandbox: Running) -> None:
    changed = f"{CASE}    settings: {{replication_lag_seconds: 5}}\n    wait: 60\n"
    assert run_in_sandbox(tmp_path, changed, sandbox).faults == ()
    assert sandbox.world.settings.replication_lag_seconds == 0


def test_the_page_counts_what_there_is() -> None:
    cases = [case for family in load_families() for case in family.cases]
    total = next(line for line in publication.tabulate_families().splitlines() if "total" in line)
    assert f"| {len(cases)} | {publication.count_passing(cases)} |" in total
    assert len(cases) >= 300
    assert all(case.difference in publication.list_differences() for case in cases if case.difference)
