# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Loaded by every Python of a run: writes down what is logged at any level, and what is sent to the system log."""

from __future__ import annotations

import contextlib
import logging
import os
import syslog
import typing as t


def append(variable: str, text: str) -> None:
    """Add a line to the file that the variable names."""
    with contextlib.suppress(OSError):
        handle = os.open(os.environ[variable], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, text.encode("utf-8", "replace") + b"\n")
        os.close(handle)


def level_as_if_debugging(logger: logging.Logger) -> int:
    """The level that is set for the logger or one above it, and DEBUG where only the root says more."""
    above: logging.Logger | None = logger
    while above is not None and above is not logging.root:
        if above.level:
            return above.level
        above = above.parent
    return logging.DEBUG


def watch() -> None:
    handle, send = logging.Logger.callHandlers, syslog.syslog

    def note(logger: logging.Logger, record: logging.LogRecord) -> None:
        told = logging.Formatter("%(name)s %(levelname)s %(message)s").format(record)
        append("LEAKS_LOGGING", f"{told} {record.args!r}")
        handle(logger, record)

    def note_sent(*args: t.Any) -> None:
        append("LEAKS_SYSLOG", repr(args))
        send(*args)

    replaced: dict[str, t.Any] = {"getEffectiveLevel": level_as_if_debugging, "callHandlers": note}
    for name, function in replaced.items():
        setattr(logging.Logger, name, function)
    vars(syslog)["syslog"] = note_sent


if "LEAKS_LOGGING" in os.environ:
    watch()
