# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""`python -m faults [SCHEDULES] [--seed N] [--workers N] [--every N] [--only TEXT]`: broken code, systematic cases, random schedules
of rotations of a secret, then what is promised of every module. `--rotations` and `--figures` play one of them alone.

Each ends with a table of what was counted, all of it wanted to be 0; when it is stopped, too. Exit status: 0 when all was played, it
is 0, and what was broken on purpose was seen; else 1.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Iterable

from faults import mutants, program, report, schedules, systematic
from faults.figures import cases as promises
from faults.figures import report as promises_report
from faults.pool import Outcome, play_all
from faults.systematic import Case

Show = Callable[[Iterable[Outcome], int], int]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m faults")
    parser.add_argument("schedules", type=int, nargs="?", default=200, help="how many random schedules")
    parser.add_argument("--seed", type=int, default=0, help="of the first schedule")
    parser.add_argument("--workers", type=int, default=2, help="processes, each with a sandbox of its own")
    parser.add_argument("--every", type=int, default=1, help="play only each nth systematic case; 0: none")
    parser.add_argument("--only", default="", help="play only cases whose names hold this text")
    parser.add_argument("--rotations", action="store_true", help="play only rotations of a secret")
    parser.add_argument("--figures", action="store_true", help="play only what is promised of every module")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # workers end their sandboxes then, too
    both = asked.rotations == asked.figures
    chosen = [*systematic.cases(), *program.cases()][:: asked.every] if asked.every else []
    tables: list[tuple[list[Case], Show]] = []
    if both or asked.rotations:
        tables.append(([*mutants.cases(), *chosen, *schedules.cases(asked.schedules, asked.seed)], report.show))
    if both or asked.figures:
        tables.append((promises.list_cases(asked.every), promises_report.show))
    wanted = [([case for case in cases if asked.only in case.name], show) for cases, show in tables]
    statuses = [show(play_all(cases, asked.workers), len(cases)) for cases, show in wanted if cases]
    return int(any(statuses) or not statuses)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
