# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A slice of `make faults`: code that is broken on purpose is seen, and a few of the cases of each kind break no promise."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).parents[2]


def test_no_secret_is_lost_and_none_left_over_whatever_fails() -> None:
    told = play("4", "--rotations", "--every", "200")
    assert "8 of 8 deliberate breaks were seen" in told


def test_what_is_promised_of_every_module() -> None:
    told = play("--figures", "--every", "120")
    assert all(f" {promise} " in told for promise in ("P2", "P12", "P13", "P14", "P15", "P16", "P17", "P18"))
    assert "not seen" not in told


def play(*arguments: str) -> str:
    """What is printed by a process of its own, which forks."""
    command = [sys.executable, "-m", "faults", *arguments, "--workers", "1"]
    path = os.pathsep.join([str(ROOT / "tests"), str(ROOT / "collections")])
    played = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert played.returncode == 0, played.stdout + played.stderr
    assert "0 broken promises" in played.stdout
    return played.stdout
