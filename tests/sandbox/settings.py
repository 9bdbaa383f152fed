# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What `PUT /_sandbox/settings` may change: names, types, defaults and bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


def _within(least: float = 0, most: float = 1e9) -> dict[str, float]:
    return {"least": least, "most": most}


@dataclass
class Settings:
    """replication_lag_seconds: until every reader sees a write.
    index_lag_seconds:       the same for $search, $count and advanced $filter; null: twice the replication lag.
    stale_read_ratio:        share of reads within the lag that see none of the writes still replicating.
    delegated_stale_ratio:   share of a user's stale reads that miss even what the same session wrote.
    app_proxy_app_only:      tokens without a user may use the Application Proxy calls.
    throttling:              quotas are enforced; throttle_scale is the factor that they are multiplied with.
    clock_speed:             virtual seconds in a real one; 0 stops the clock but for what is advanced.
    seed:                    begins the draws of stale reads and of faults anew.
    """

    replication_lag_seconds: float = field(default=0.0, metadata=_within())
    index_lag_seconds: float | None = field(default=None, metadata=_within())
    stale_read_ratio: float = field(default=1.0, metadata=_within(most=1))
    delegated_stale_ratio: float = field(default=0.05, metadata=_within(most=1))
    enforce_permissions: bool = True
    app_proxy_app_only: bool = False
    throttling: bool = False
    throttle_scale: float = field(default=1.0, metadata=_within(least=1e-9))
    clock_speed: float = field(default=1.0, metadata=_within(most=100_000))
    seed: int = 0

    def update(self, changes: Mapping[str, Any]) -> None:
        """Take over new values; a name or value that is not known raises ValueError and changes nothing."""
        known = {one.name: one for one in fields(self)}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"unknown setting '{name}': choose from {', '.join(known)}")
            _check(name, value, str(known[name].type), known[name].metadata)
        for name, value in changes.items():
            setattr(self, name, float(value) if "float" in str(known[name].type) and value is not None else value)

    @property
    def index_lag(self) -> float:
        """Seconds until the index behind advanced queries sees a write."""
        given = self.index_lag_seconds
        return 2 * self.replication_lag_seconds if given is None else given


def _check(name: str, value: Any, kind: str, bounds: Mapping[str, float]) -> None:
    """Raise ValueError with a sentence unless the value is one that the setting takes."""
    if value is None and "None" in kind:
        return
    wanted = {"bool": "boolean", "int": "whole number"}.get(kind, "number")
    fits = {"bool": isinstance(value, bool), "int": isinstance(value, int) and not isinstance(value, bool)}
    if not fits.get(kind, isinstance(value, int | float) and not isinstance(value, bool)):
        raise ValueError(f"setting '{name}' must be a {wanted}")
    if bounds and not bounds["least"] <= value <= bounds["most"]:
        raise ValueError(f"setting '{name}' is out of range: from {bounds['least']:g} to {bounds['most']:g}")
