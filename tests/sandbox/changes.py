# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The log of what changed in a tenant, by which change tracking goes back to what was there at an earlier point.

A point is the number of entries that the log had then. The key that seals the tokens of change tracking is made with
the log and goes with it: tokens of another tenant, or from before a reset, cannot be read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.fernet import Fernet

#: The kinds that change tracking tells of, with the relations that show in them.
TRACKED = frozenset(
    {"application", "servicePrincipal", "user", "group", "groupMember", "owner", "oauth2PermissionGrant"}
    | {"deletedApplication", "deletedServicePrincipal", "deletedUser", "deletedGroup"}
)


@dataclass(frozen=True, slots=True)
class Change:
    """One write: the record's own id, what it was before (None: not there), and when every reader sees it."""

    kind: str
    key: str
    id: str
    before: dict[str, Any] | None
    visible_at: datetime


@dataclass
class ChangeLog:
    """The writes of one tenant, oldest first."""

    entries: list[Change] = field(default_factory=list)
    sealing_key: bytes = field(default_factory=Fernet.generate_key, repr=False)

    def add(
        self, kind: str, key: str, before: dict[str, Any] | None, after: dict[str, Any] | None, visible_at: datetime
    ) -> None:
        """Note a write."""
        record = after or before
        if record is not None:
            self.entries.append(Change(kind, key, record["id"], before, visible_at))

    def replicated(self, time: datetime) -> int:
        """The point up to which every replica has seen the writes."""
        point = len(self.entries)
        while point and self.entries[point - 1].visible_at > time:
            point -= 1
        return point
