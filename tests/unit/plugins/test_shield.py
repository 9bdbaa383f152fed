# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Signals wait until what is shielded is done."""

from __future__ import annotations

import multiprocessing
import os
import pathlib
import signal
import threading
import time
import typing as t

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._shield import HELD, shielded


def run(path: pathlib.Path, work: t.Callable[[], None]) -> tuple[int | None, str]:
    """Do the work in a shield in a process of its own: how the process ended, and how far it came."""

    def steps() -> None:
        for number in HELD:
            signal.signal(number, signal.SIG_DFL)
        with shielded():
            work()
            path.write_text("kept")
        path.write_text("over")

    child = multiprocessing.get_context("fork").Process(target=steps)
    child.start()
    child.join(20)
    return child.exitcode, path.read_text()


@pytest.mark.parametrize("number", HELD, ids=lambda number: number.name)
def test_a_signal_takes_effect_afterwards(tmp_path: pathlib.Path, number: signal.Signals) -> None:
    assert run(tmp_path / "mark", lambda: os.kill(os.getpid(), number)) == (-number, "kept")


def test_a_timeout_takes_effect_afterwards(tmp_path: pathlib.Path) -> None:
    def steps() -> None:
        signal.alarm(1)
        with shielded():
            time.sleep(1.3)
            (tmp_path / "mark").write_text("kept")
        time.sleep(5)
        (tmp_path / "mark").write_text("over")

    child = multiprocessing.get_context("fork").Process(target=steps)
    child.start()
    child.join(20)
    assert (child.exitcode, (tmp_path / "mark").read_text()) == (-signal.SIGALRM, "kept")


def test_without_a_signal_nothing_stays_changed(tmp_path: pathlib.Path) -> None:
    before = [signal.getsignal(number) for number in HELD]
    with shielded():
        assert [signal.getsignal(number) for number in HELD] != before
    assert [signal.getsignal(number) for number in HELD] == before
    assert run(tmp_path / "mark", lambda: None) == (0, "over")


def test_in_another_thread_it_does_nothing() -> None:
    done: list[bool] = []

    def work() -> None:
        with shielded():
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]
