# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The sandbox's virtual clock: real time plus whatever was advanced, or faster or slower than that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Tells the sandbox's time. Tokens, secrets, replication lag and quotas go by it."""

    def __init__(self) -> None:
        self.reset()

    def now(self) -> datetime:
        """Return the virtual time, in UTC."""
        if self._speed == 1:
            return datetime.now(UTC) + self._offset
        return self._since + self._offset + (datetime.now(UTC) - self._since) * self._speed

    def advance(self, seconds: float) -> None:
        """Move the virtual time forward by that many seconds."""
        if seconds < 0:
            raise ValueError("the clock only moves forward")
        self._offset += timedelta(seconds=seconds)

    def run_at(self, speed: float) -> None:
        """From now on that many virtual seconds pass in a real one; 0 stops the clock."""
        time, self._since, self._speed = self.now(), datetime.now(UTC), speed
        self._offset = time - self._since

    def reset(self) -> None:
        """Go back to real time."""
        self._since = datetime.now(UTC)
        self._offset = timedelta(0)
        self._speed = 1.0


def graph_time(moment: datetime) -> str:
    """Write a time the way Graph does: 2026-01-31T08:00:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: str) -> datetime:
    """Read a time as Graph writes it; fractions of seconds and offsets are allowed."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
