# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How far replicas lag behind writes, for which readers, and the draws that decide it.

Source: https://devblogs.microsoft.com/identity/designing-for-eventual-consistency-for-microsoft-entra (a read may miss a
write that succeeded; delegated sessions are often more consistent than those of applications).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sandbox.settings import Settings


@dataclass
class Replication:
    """The rules of one world. `session` is whose request is being carried out: None where no user is behind it."""

    settings: Settings = field(default_factory=Settings)
    session: str | None = None
    _settled: bool = False
    _draws: dict[str, random.Random] = field(default_factory=dict)

    def lags(self) -> tuple[float, float]:
        """Seconds until a write made now is seen by every replica, and by the index of advanced queries."""
        return (0.0, 0.0) if self._settled else (self.settings.replication_lag_seconds, self.settings.index_lag)

    def reads_stale(self, stream: str) -> bool:
        """Draw whether the next read sees none of the writes still replicating."""
        settings = self.settings
        return settings.replication_lag_seconds > 0 and self._draw(stream) < settings.stale_read_ratio

    def moves_away(self, stream: str) -> bool:
        """Draw whether a user's session has been moved to a replica that does not know its own writes."""
        return self._draw(stream) < self.settings.delegated_stale_ratio

    def reads_index(self) -> bool:
        """Whether the index of advanced queries is behind at all."""
        return self.settings.index_lag > 0

    def reseed(self) -> None:
        """Begin every stream of draws anew."""
        self._draws.clear()

    @contextmanager
    def settled(self) -> Iterator[None]:
        """Writes made in the block are seen everywhere at once: for what the sandbox itself prepares."""
        self._settled = True
        try:
            yield
        finally:
            self._settled = False

    @contextmanager
    def of(self, session: str | None) -> Iterator[None]:
        """What is read and written in the block belongs to that session."""
        before, self.session = self.session, session
        try:
            yield
        finally:
            self.session = before

    def _draw(self, stream: str) -> float:
        """The next number from 0 to 1 of a stream; each stream is repeatable by itself, whatever the others do."""
        if stream not in self._draws:
            self._draws[stream] = random.Random(f"{self.settings.seed} {stream}")  # noqa: S311
        return self._draws[stream].random()
