# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a task costs: CPU seconds of a converged module task beside ansible.builtin.ping and ansible.builtin.assert.

Every kind of task is run in playbooks of 1 and of TASKS + 1 tasks; the difference, divided by TASKS, is one task without
the start-up of ansible-playbook. The kinds take turns, and the medians of ROUNDS rounds are printed with their ratio to ping.
"""

from __future__ import annotations

import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile

import yaml
from rich.console import Console
from rich.table import Table

from sandbox import running

TASKS = int(os.environ.get("TASKS", "20"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
APPLICATION = {"unique_name": "bench", "display_name": "Bench", "notes": "converged"}
KINDS = {
    "tenantops.entra.entra_app_registration": APPLICATION,
    "ansible.builtin.ping": {},
    "ansible.builtin.assert": {"that": "true"},
}


def cpu_seconds(module: str, args: dict[str, str], count: int, folder: pathlib.Path, env: dict[str, str]) -> float:
    """User and system seconds of one ansible-playbook with count tasks."""
    playbook = folder / "bench.yml"
    tasks = [{"name": f"Task {number}", module: args} for number in range(count)]
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}
    playbook.write_text(yaml.safe_dump([play]), encoding="utf-8")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        ["ansible-playbook", "-i", "localhost,", str(playbook)], env=env, check=True, stdout=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    costs: dict[str, list[float]] = {module: [] for module in KINDS}
    with running() as sandbox, tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, **sandbox.env(), "ANSIBLE_PYTHON_INTERPRETER": sys.executable}
        made = {"name": "Make it", "tenantops.entra.entra_app_registration": APPLICATION}
        for _turn in range(2):  # the first makes the application, the second shows that it has converged
            args = [
                "ansible",
                "localhost",
                "-m",
                "tenantops.entra.entra_app_registration",
                "-a",
                json.dumps(list(made.values())[1]),
            ]
            subprocess.run(args, env=env, check=True, stdout=subprocess.DEVNULL)
        for _turn in range(ROUNDS):
            for module, arguments in KINDS.items():
                one, many = (
                    cpu_seconds(module, arguments, count, pathlib.Path(folder), env) for count in (1, TASKS + 1)
                )
                costs[module].append((many - one) / TASKS)
    ping = statistics.median(costs["ansible.builtin.ping"])
    table = Table(title=f"CPU seconds a task, medians of {ROUNDS} rounds of {TASKS} tasks, one host")
    for heading in ("task", "min", "median", "max", "of ping"):
        table.add_column(heading, justify="left" if heading == "task" else "right")
    for module, seconds in costs.items():
        median = statistics.median(seconds)
        table.add_row(module, f"{min(seconds):.3f}", f"{median:.3f}", f"{max(seconds):.3f}", f"{median / ping:.2f}")
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
