# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a rescue tells of a task that failed."""

from __future__ import annotations

import pathlib
import re
import subprocess
import sys

import pytest
import yaml

ROOT = pathlib.Path(__file__).parents[3]
RAW = re.compile(r"ansible_failed_result(?!.*tenantops\.entra\.told_failure\((ansible_failed_task|entra_task))")


def tell(folder: pathlib.Path, failing: dict[str, object]) -> str:
    """What `ansible-playbook` shows where the task's own failure is hidden from the output."""
    told = "told: {{ ansible_failed_result | tenantops.entra.told_failure(ansible_failed_task) }}"
    block = {"block": [failing], "rescue": [{"ansible.builtin.debug": {"msg": told}}]}
    (folder / "play.yml").write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [block]}]))
    program = pathlib.Path(sys.executable).with_name("ansible-playbook")
    run = subprocess.run([program, folder / "play.yml"], capture_output=True, text=True, check=True, cwd=ROOT)
    return run.stdout[run.stdout.index("told: ") :].split("\n", 1)[0]


@pytest.mark.parametrize(
    ("keywords", "told"),
    [
        ({}, 'told: hunter2"'),
        ({"loop": [1, 1]}, 'told: hunter2"'),
        ({"no_log": True}, 'told: It failed; what it said is hidden by no_log."'),
        ({"no_log": True, "loop": [1, 2]}, 'told: It failed; what it said is hidden by no_log."'),
    ],
)
def test_a_failure_is_told_unless_it_is_hidden(tmp_path: pathlib.Path, keywords: dict[str, object], told: str) -> None:
    assert tell(tmp_path, {"ansible.builtin.fail": {"msg": "hunter2"}, **keywords}) == told


def test_every_rescue_asks_whether_it_is_hidden() -> None:
    files = [*ROOT.glob("playbooks/**/*.yml"), *ROOT.glob("roles/**/*.yml")]
    raw = [
        f"{file.relative_to(ROOT)}: {line.strip()}"
        for file in files
        for line in file.read_text().splitlines()
        if RAW.search(line)
    ]
    assert files
    assert not raw, raw
