# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Run every check of the project and say which failed: `python -m workshop.check [lint]`.

The checks that only read run two at a time, then pytest has both cores. Every check runs, whatever failed before it.
What a check prints is kept in `.cache/check/<name>.log` and shown when the check fails.
Exit status: 0 when all passed, else 1. Ends with one line `N passed, N failed`: each test of pytest and each other check counts one.
"""

from __future__ import annotations

import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
LOGS = ROOT / ".cache" / "check"
JUNIT = LOGS / "pytest.xml"
PLUGINS = "collections/ansible_collections/tenantops/entra/plugins"
CHANGELOG_LINT = ["antsibull-changelog", "lint"]
BUILD = ["ansible-galaxy", "collection", "build", "--force", "--output-path", ".cache/build"]

LINT: dict[str, list[str]] = {
    "ansible-lint": ["ansible-lint", "--offline", "--nocolor"],
    "mypy": [
        "mypy",
        PLUGINS,
        "tests/sandbox",
        "tests/azure_clients",
        "tests/errors",
        "tests/fidelity",
        "tests/leaks",
        "tests/properties",
        "tests/clients",
        "tests/faults",
        "tests/relying_parties",
        "tests/stores",
        "tests/key_vault",
        "tests/workshop",
    ],
    "ruff format": ["ruff", "format", "--check", "."],
    "ruff check": ["ruff", "check", "."],
    "yamllint": ["yamllint", "--strict", "."],
}
SLOWER: dict[str, list[str]] = {
    "ansible-test sanity": [sys.executable, "-m", "workshop.sanity"],
    # one scenario of three, `make molecule` plays them all: pytest onboards, verifies and offboards for the other products too
    "molecule": [sys.executable, "-m", "workshop.scenarios", "test", "-s", "default", "-s", "pozi_server"],
    "changelog": CHANGELOG_LINT,
    "docs": [sys.executable, "-m", "workshop.documentation"],
    "build": BUILD,
}
# a file stays with one worker, and the files are taken in the order of tests/conftest.py
SHARED = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
PYTEST = [sys.executable, "-m", "pytest", "-q", *SHARED, f"--junit-xml={JUNIT}"]


@dataclass(frozen=True)
class Outcome:
    """What one check came to; `passed` and `failed` count tests, 1 for a check that is not pytest."""

    name: str
    seconds: float
    passed: int
    failed: int


def run_quietly(name: str, command: Sequence[str]) -> Outcome:
    """Run one check with its output kept in a log."""
    log = LOGS / f"{name.replace(' ', '-')}.log"
    started = time.monotonic()
    with log.open("w") as output:
        status = subprocess.run(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, check=False).returncode
    return Outcome(name, time.monotonic() - started, int(status == 0), int(status != 0))


def run_pytest() -> Outcome:
    """Run all tests in the open; a run that ends badly without a failed test counts as one failure."""
    JUNIT.unlink(missing_ok=True)
    started = time.monotonic()
    status = subprocess.run(PYTEST, cwd=ROOT, check=False).returncode
    seconds = time.monotonic() - started
    if not JUNIT.exists():
        return Outcome("pytest", seconds, 0, 1)
    suite = next(ET.parse(JUNIT).getroot().iter("testsuite"))  # noqa: S314 (our own file)
    failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    passed = int(suite.get("tests", 0)) - failed - int(suite.get("skipped", 0))
    return Outcome("pytest", seconds, passed, max(failed, int(status != 0)))


def run_all(checks: dict[str, list[str]], console: Console) -> list[Outcome]:
    """Run the checks two at a time, with a line for each as it ends and the whole log of each that failed."""
    outcomes = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for outcome in pool.map(run_quietly, checks, checks.values()):
            outcomes.append(outcome)
            word = "[red]failed[/]" if outcome.failed else "ok"
            console.print(f"{outcome.name}: {word} in {outcome.seconds:.1f} s", highlight=False)
            if outcome.failed:
                log = LOGS / f"{outcome.name.replace(' ', '-')}.log"
                console.print(log.read_text(), markup=False, highlight=False, soft_wrap=True)
    return outcomes


def summarise(outcomes: list[Outcome], seconds: float, console: Console) -> int:
    """Print the end of each failed check's log, the table and the closing line; return how many failed."""
    for outcome in outcomes:
        log = LOGS / f"{outcome.name.replace(' ', '-')}.log"
        if outcome.failed and log.exists():
            console.print(f"[red]{outcome.name}[/], the end of its log:", highlight=False)
            console.print("\n".join(log.read_text().splitlines()[-40:]), markup=False, highlight=False, soft_wrap=True)
    table = Table("check", "result", "seconds", box=None)
    for outcome in outcomes:
        result = f"[red]{outcome.failed} failed[/]" if outcome.failed else "ok"
        table.add_row(outcome.name, result, f"{outcome.seconds:.1f}")
    console.print(table)
    passed, failed = sum(o.passed for o in outcomes), sum(o.failed for o in outcomes)
    console.print(f"{passed} passed, {failed} failed in {seconds:.1f} s", highlight=False)
    return failed


def main(arguments: list[str]) -> int:
    """Run everything, or with `lint` only what reads the files and is quick."""
    console = Console()
    LOGS.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    only_lint = arguments == ["lint"]
    outcomes = run_all(LINT if only_lint else SLOWER | LINT, console)
    if not only_lint:
        outcomes.append(run_pytest())
    return int(summarise(outcomes, time.monotonic() - started, console) > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
