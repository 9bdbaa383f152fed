# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A slice of make leaks: some outcomes, and some deliberate leaks that must be caught."""

from __future__ import annotations

import base64
import gzip
import json
import pathlib
import tempfile
import typing as t
from collections.abc import Iterator

import pytest

from leaks.canaries import Canary, needles
from leaks.cases import SLICE
from leaks.harness import Harness
from leaks.judgement import Tally
from leaks.mutants import MUTANTS
from leaks.search import find

SECRET = Canary("created secret", "abc8Q~+/.k?ZpY_tN2vL5xR9sD1fG7hJ0mB")
OF_A_RUN = {"exception", "log", "log of headers", "system log", "environment", "command line"}
"""Deliberate leaks that only a run around them shows."""


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    with Harness() as started:
        yield started


def test_nothing_is_found_where_it_must_not_be(harness: Harness) -> None:
    tally = Tally()
    assert harness.run_case(SLICE, tally) == []
    assert tally.runs == len(SLICE.steps)
    assert tally.cells["created secret", "stdout"]


def test_a_deliberate_leak_of_a_run_is_found(harness: Harness) -> None:
    assert harness.run_mutant("exception")


@pytest.mark.parametrize("name", sorted(set(MUTANTS) - OF_A_RUN))
def test_a_deliberate_leak_is_found(
    name: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """What it wrote, said and returned is searched, without a run around it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    result: dict[str, t.Any] = {"stored_at": str(tmp_path / "kept.yml"), "diff": {"after": {}}}
    MUTANTS[name].leak(result, SECRET.value)
    written = [path.read_bytes() for path in tmp_path.iterdir()]
    said = "".join(capfd.readouterr()).encode()
    assert find(b"\n".join([said, *written, json.dumps(result).encode()]), needles(SECRET))


def test_there_are_twenty_deliberate_leaks_or_more() -> None:
    assert len(MUTANTS) >= 20
    assert set(MUTANTS) > OF_A_RUN


@pytest.mark.parametrize("shift", range(3))
def test_base64_is_found_at_any_alignment(shift: int) -> None:
    text = b"x" * shift + SECRET.value.encode() + b"tail"
    for coded in (base64.b64encode(text), base64.urlsafe_b64encode(text)):
        assert find(b"before " + coded, needles(SECRET))


@pytest.mark.parametrize(
    "blob",
    [
        b"\x1b[31m| abc8Q~+/.k?Z |\x1b[0m\n| pY_tN2vL5xR9 |\n| sD1fG7hJ0mB |",
        b'{"stdout": "abc8Q~+/.k\\r\\n?ZpY_tN2"}',
        base64.b64encode(gzip.compress(SECRET.value.encode())),
        gzip.compress(base64.b64encode(SECRET.value.encode())),
        SECRET.value.encode("utf-16-le"),
    ],
    ids=("framed", "JSON", "gzip in base64", "base64 in gzip", "UTF-16"),
)
def test_wrapped_and_packed_is_found(blob: bytes) -> None:
    assert find(blob, needles(SECRET))


def test_what_tells_nothing_is_not_found() -> None:
    assert (
        find(
            b"abc8Q~ is how it begins; " + base64.b64encode(b"another text, long enough to be decoded"), needles(SECRET)
        )
        == []
    )
