# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A few seconds that are not interrupted, for what cannot be had a second time."""

from __future__ import annotations

import contextlib
import math
import signal
import threading
import time
import typing as t

HELD = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@contextlib.contextmanager
def shielded() -> t.Iterator[None]:
    """Hold back termination, Ctrl-C, hang-up and the task's timeout until the block is done; then they take effect.

    ansible-core ends a worker at these signals without running its finally clauses (observed with 2.21).
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Python handles signals in the main thread only
        return
    came: list[int] = []
    handlers = {number: signal.signal(number, lambda number, _frame: came.append(number)) for number in HELD}
    began, left = time.monotonic(), signal.alarm(0)
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        if left:
            signal.alarm(max(1, math.ceil(left - (time.monotonic() - began))))
        if came:
            signal.raise_signal(came[0])
