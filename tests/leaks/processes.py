# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Command lines and environments of a run's processes, read from /proc while it runs."""

from __future__ import annotations

import pathlib
import threading

PAUSE = 0.02  # seconds between two looks


class Sampler:
    """What every process of the family was seen with; Linux only, elsewhere it sees nothing."""

    def __init__(self, pid: int) -> None:
        self.cmdlines: set[bytes] = set()
        self.environments: set[bytes] = set()
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Sampler:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(PAUSE):
            family = [self._pid]
            for pid in family:
                folder = pathlib.Path(f"/proc/{pid}")
                try:
                    for task in (folder / "task").iterdir():
                        family += map(int, (task / "children").read_text().split())
                    self.cmdlines.add((folder / "cmdline").read_bytes())
                    self.environments.add((folder / "environ").read_bytes())
                except (OSError, ValueError):
                    continue  # it ended meanwhile
