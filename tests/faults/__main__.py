# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""`python -m faults [SCHEDULES] [--seed N] [--workers N] [--every N] [--only TEXT]`: broken code, systematic cases, random schedules.

Ends with a table of what was counted, all of it wanted to be 0; when it is stopped, too. Exit status: 0 when all was played, it is 0,
and what was broken on purpose was seen; else 1.
"""

from __future__ import annotations

import argparse
import signal
import sys

from faults import mutants, program, schedules, systematic
from faults.pool import play_all
from faults.report import show


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m faults")
    parser.add_argument("schedules", type=int, nargs="?", default=200, help="how many random schedules")
    parser.add_argument("--seed", type=int, default=0, help="of the first schedule")
    parser.add_argument("--workers", type=int, default=2, help="processes, each with a sandbox of its own")
    parser.add_argument("--every", type=int, default=1, help="play only each nth systematic case; 0: none")
    parser.add_argument("--only", default="", help="play only cases whose names hold this text")
    asked = parser.parse_args(arguments)
    chosen = [*systematic.cases(), *program.cases()][:: asked.every] if asked.every else []
    cases = [*mutants.cases(), *chosen, *schedules.cases(asked.schedules, asked.seed)]
    cases = [case for case in cases if asked.only in case.name]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # workers end their sandboxes then, too
    return show(play_all(cases, asked.workers), len(cases))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
