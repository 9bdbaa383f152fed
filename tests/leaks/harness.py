# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Carries cases out: a tenant behind the wire, a folder for each case, a judgement for each run."""

from __future__ import annotations

import contextlib
import pathlib
import re
import tempfile
import typing as t

from leaks import cores
from leaks.cases import Case, Step
from leaks.identities import issuing, new_identity
from leaks.judgement import Find, Tally, judge
from leaks.kept import Stores
from leaks.mutants import MUTANTS
from leaks.runs import Left, Place, Run, dump
from leaks.wire import Wire, stand_in_front
from sandbox import running


class Unexpected(Exception):
    """A run that did not come out as it should: what it proves is not what was asked."""


class Harness:
    """For the length of a block."""

    def __init__(self) -> None:
        self.wire = Wire()
        self.skipped: list[str] = []
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Harness:
        restore = stand_in_front(self.wire)
        try:
            self._sandbox = self._stack.enter_context(running())
        finally:
            restore()
        self._issuer = self._stack.enter_context(issuing())
        self._folder = pathlib.Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="leaks-")))
        self._stores = Stores(self._sandbox, self._stack, self._folder)
        return self

    def __exit__(self, *exception: t.Any) -> None:
        self._stack.close()

    def run_case(self, case: Case, tally: Tally) -> list[Find]:
        """All steps. Returns what was found where it must not be. Raises Unexpected."""
        try:
            core = self._core(case.core)
        except cores.CannotHave as reason:
            self.skipped.append(f"{case.name}: {reason}")
            return []
        place = self._place(case.identity, core, case.store)
        finds = []
        for step in case.steps:
            left = self._take(step, place)
            finds += judge(tally, case.name, step.outcome, case.identity, left)
            check(step, left)
            place.tidy()
        return finds

    def run_mutant(self, name: str) -> list[Find]:
        """What was found of a deliberate leak."""
        how = {"play": "secret", "verbosity": 0, **MUTANTS[name].run}
        place = self._place("client_secret", self._core("own"))
        left = place.start(Run(sabotage=name, **how), self.wire)
        return judge(Tally(), "deliberate leak", name, "client_secret", left)

    def _core(self, which: str) -> cores.Core:
        address = self._sandbox.env()
        address = {name: address[name] for name in ("ENTRA_GRAPH_URL", "AZURE_AUTHORITY_HOST", "ENTRA_CA_FILE")}
        if which == "own":
            return cores.own(address)
        version, pythons = cores.OLDEST if which == "oldest" else cores.NEXT
        return cores.other(version, pythons, address)

    def _place(self, identity: str, core: cores.Core, store: str = "vault_file") -> Place:
        folder = pathlib.Path(tempfile.mkdtemp(dir=self._folder))
        self._sandbox.control("POST", "/faults", {"rules": []})
        made = new_identity(identity, self._sandbox, self._issuer)
        keeping = self._stores.keep(store, made, core.python, folder)
        self.wire.clear()
        return Place(folder, made, core, keeping)

    def _take(self, step: Step, place: Place) -> Left:
        self._sandbox.control("POST", "/faults", {"rules": list(step.faults)})
        self.wire.echo = step.echo
        self.wire.seen.clear()
        try:
            return place.start(step.run, self.wire)
        finally:
            self.wire.echo = None


def check(step: Step, left: Left) -> None:
    """Raises Unexpected unless the run came out as the step says."""
    told = re.sub(r"\s+", " ", left.output)
    if (left.code == 0) is not step.succeeds or not re.search(step.says, told):
        raise Unexpected(f"{step.outcome}: {dump(left)}")
