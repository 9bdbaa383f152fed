# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Run every case and print how many say what they should: `python -m errors [words of their ids]`. Exit status 1 if one does not."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "collections"))
os.environ["ENTRA_STORE_ALLOW_CONTAINER"] = "true"  # as tests/conftest.py does

from errors.codes import cases_of_codes
from errors.dns_server import serving
from errors.model import WHEN, Case, load_cases
from errors.runner import Place, judge, run_case
from errors.uris import judge_safe, judge_unsafe, load_safe, load_unsafe
from sandbox import running


def main(words: list[str]) -> int:
    """words: only cases whose id holds one of them; -v shows every message."""
    loud, words = "-v" in words, [word for word in words if word != "-v"]
    cases = [case for case in [*load_cases(), *cases_of_codes()] if not words or any(word in case.id for word in words)]
    started, good, wrong_uris = time.monotonic(), dict.fromkeys(WHEN, 0), 0
    with running() as sandbox, serving() as dns:
        place = Place(sandbox, dns)
        for case in cases:
            good[case.when] += _tell(case, place, loud)
        if not words:
            wrong_uris = _tell_uris(place)
    for when, meaning in WHEN.items():
        print(f"{when}: {good[when]} of {sum(case.when == when for case in cases)} ({meaning})")
    total = sum(good.values())
    print(f"{total} of {len(cases)} failures say what they should in {time.monotonic() - started:.1f} s")
    return int(total < len(cases) or wrong_uris > 0)


def _tell(case: Case, place: Place, loud: bool) -> bool:
    """Whether the case is as it should be; what is not is printed."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        seen = run_case(case, place, Path(folder))
    wrong = judge(case, seen)
    for told in wrong:
        print(f"{case.id}: {told}")
    if loud:
        print(f"{case.id} ({time.monotonic() - began:.1f} s): {seen.message}\n")
    return not wrong


def _tell_uris(place: Place) -> int:
    """How many redirect URIs are not as they should be, which are printed."""
    unsafe, safe = len(load_unsafe()), sum(map(len, load_safe().values()))
    refused, accepted = judge_unsafe(place), judge_safe(place)
    print(*refused, *accepted, sep="\n", end="\n" if refused or accepted else "")
    print(f"redirect URIs: {unsafe - len(refused)} of {unsafe} unsafe ones refused on every platform without a request")
    print(f"redirect URIs: {safe - len(accepted)} of {safe} safe ones accepted")
    return len(refused) + len(accepted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
