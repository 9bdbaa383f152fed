# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""For any desired state and any existing one: check mode writes nothing and tells just what the real run does, a second run
changes nothing and writes nothing, and what the options do not name stays.

EXAMPLES=500 draws that many for each module, other ones every time; without it, the same few.
"""

from __future__ import annotations

import collections
import os
import pathlib
import time
import typing as t

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase
from properties.desired import WRITING, Object, desired
from properties.kept import CREDENTIALS, may_go
from properties.makers import EXISTING, name_nothing
from properties.place import Place, holdings

from sandbox import Running

ROOT = pathlib.Path(__file__).parents[2]
EXAMPLES = int(os.environ.get("EXAMPLES") or 0)
A_SLICE = 12  # examples of each module among all tests; of those that make keys and sign in, half
A_TENANT = 50  # examples, since what was deleted stays listed
FLOOR = 1 / 8  # of a module's examples change something at least: where nothing changes, nothing is foretold
FIGURES: list[tuple[str, collections.Counter[str], float]] = []


@pytest.fixture(scope="module", autouse=True)
def table() -> t.Iterator[None]:
    yield
    print(f"\n{'module':34}{'examples':>9}{'changed':>9}{'share':>7}{'refused':>9}{'a CPU second':>14}")
    for module, counted, seconds in FIGURES:
        examples, changed = counted["examples"], counted["changed"]
        told = f"{examples:>9}{changed:>9}{changed / max(examples, 1):>7.0%}{counted['refused']:>9}"
        print(f"{module:34}{told}{examples / seconds:>14.1f}")


def test_every_module_that_writes_has_existing_states() -> None:
    assert sorted(EXISTING) == WRITING


@pytest.mark.parametrize("module", sorted(EXISTING))
def test_prediction_and_second_run(module: str, sandbox: Running, tmp_path: pathlib.Path) -> None:
    counted: collections.Counter[str] = collections.Counter()
    places: list[Place] = []
    states, make = EXISTING[module]

    @settings(
        max_examples=EXAMPLES or (A_SLICE // 2 if module in CREDENTIALS else A_SLICE),
        derandomize=not EXAMPLES,
        database=DirectoryBasedExampleDatabase(ROOT / ".cache/hypothesis") if EXAMPLES else None,
        deadline=None,
        print_blob=True,
        phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.sampled_from(range(8)).flatmap(lambda n: st.none() if n == 7 else states),
        desired(module),
        st.sampled_from([True, True, False]),
    )
    def judge(state: Object | None, wanted: Object, store: bool) -> None:
        if counted["examples"] % A_TENANT == 0:
            places[:] = [Place(sandbox, tmp_path)]
            (tmp_path / places[0].teller.tenant).mkdir()
        counted["examples"] += 1
        place = places[0]
        place.begin()
        named = name_nothing(place, module, store) if state is None else make(place, state)
        args = {**place.fill(wanted), **named}
        note(f"{module} {args}")
        tell(place, module, args, counted)

    start = time.process_time()
    try:
        judge()
    finally:
        FIGURES.append((module, counted, time.process_time() - start))
    assert counted["changed"] > counted["examples"] * FLOOR, counted


def tell(place: Place, module: str, args: Object, counted: collections.Counter[str]) -> None:
    before = holdings(place, module)
    predicted, sent = place.run(module, args, check=True)
    assert sent == [], "check mode wrote"
    real, sent = place.run(module, args)
    after = holdings(place, module) if sent else before
    lost = {(option, name) for option, name in before - after if not may_go(module, args, option, name)}
    assert not lost, f"what nobody named is gone: {lost}"
    if predicted.get("failed") or real.get("failed"):
        counted["refused"] += 1
        assert _cause(predicted) == _cause(real), "check mode foresaw something else"
        assert sent == [], "a refused task wrote"
        return
    counted["changed"] += real["changed"]
    assert (predicted["changed"], predicted["diff"]) == (real["changed"], real["diff"]), "prediction"
    stored = module in CREDENTIALS and real["changed"]  # in its store alone, such as that a sign-in proved it
    assert stored or bool(sent) is real["changed"], "changed does not say what was written"
    assert (real["diff"]["before"] != real["diff"]["after"]) is real["changed"], "diff"
    if args.get("force") or args.get("overlap_days") == 0:  # the next run makes another, or removes the former one
        return
    again, sent = place.run(module, args)
    assert not again.get("failed"), again["msg"]
    assert (again["changed"], sent) == (False, []), f"the second run changed {again['diff']}"


def _cause(result: Object) -> str:
    return str(result.get("msg", result)) if result.get("failed") else f"went well: {result['diff']}"
