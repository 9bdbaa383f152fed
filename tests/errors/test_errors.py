# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every case says what it should, and the table of situations names cases that there are. `make errors` prints the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._remedies import REMEDIES
from errors.codes import cases_of_codes
from errors.model import WHEN, Case, fits, load_cases, load_codes, load_situations
from errors.runner import Place, judge, run_case

CASES = [*load_cases(), *cases_of_codes()]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case, place: Place, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert case.when in WHEN
    assert judge(case, run_case(case, place, tmp_path)) == []
    assert capfd.readouterr().err == ""  # where a library's logger would print a traceback


def test_every_situation_is_answered() -> None:
    known = {case.id for case in load_cases()}
    for row in load_situations():
        assert set(row) in ({"situation", "cases"}, {"situation", "instead"}), row
        assert set(row.get("cases", [])) <= known, row["situation"]


def test_every_cause_of_the_table_is_met_by_a_case() -> None:
    answered = [f"{row['code']} {row.get('message', '')}" for row in load_codes()] + [
        case.says for case in load_cases()
    ]
    assert [mark for marks, _action in REMEDIES for mark in marks if not any(mark in one for one in answered)] == []


def test_no_sentence_is_all_dots() -> None:
    assert [case.id for case in CASES if len(case.says.replace("…", "")) < 40] == []


def test_dots_stand_for_any_text_and_nothing_else_does() -> None:
    assert fits("a … c", "a b b c")
    assert not fits("a … c", "a b c d")
    assert not fits("a.c", "abc")
