# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything one running sandbox knows: its tenants, clock, settings, journal and secrets."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from sandbox.clock import Clock
from sandbox.faults import Fault
from sandbox.journal import Journal

if TYPE_CHECKING:
    from sandbox.identity.device_codes import Pending
    from sandbox.identity.keys import SigningKey
    from sandbox.store import Tenant


@dataclass
class Settings:
    """What `PUT /_sandbox/settings` may change.

    stale_read_ratio is the share of reads within the replication lag that still see the older state.
    app_proxy_app_only lets tokens without a user use the Application Proxy calls.
    """

    replication_lag_seconds: float = 0.0
    stale_read_ratio: float = 1.0
    enforce_permissions: bool = True
    app_proxy_app_only: bool = False

    def update(self, changes: Mapping[str, Any]) -> None:
        """Take over new values; a name or type that is not known raises ValueError and changes nothing."""
        known = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"unknown setting '{name}': choose from {', '.join(known)}")
            wanted = known[name]
            if isinstance(value, bool) != (wanted is bool) or not isinstance(value, int | float):
                raise ValueError(f"setting '{name}' must be a {'boolean' if wanted is bool else 'number'}")
            if wanted is float and not 0 <= value <= (1 if name == "stale_read_ratio" else float("inf")):
                raise ValueError(f"setting '{name}' is out of range")
        for name, value in changes.items():
            setattr(self, name, known[name](value))


@dataclass(frozen=True)
class Access:
    """What opens a tenant: its operator application and its first administrator."""

    client_id: str
    client_secret: str
    admin_name: str
    admin_password: str


class World:
    """One sandbox. `origin` is the address it listens on, without a path; `hostnames` are further names of it."""

    def __init__(self, origin: str, signing_key: SigningKey, hostnames: Iterable[str] = ()) -> None:
        self.origin = origin
        port = origin.rpartition(":")[2]
        names = ["graph.microsoft.com", "localhost", "127.0.0.1", *hostnames]
        addresses = {f"https://{name}{suffix}".lower() for name in names for suffix in ("", f":{port}")}
        self.graph_audiences = frozenset({"00000003-0000-0000-c000-000000000000", *addresses})
        self.signing_key = signing_key
        self.clock = Clock()
        self.settings = Settings()
        self.journal = Journal()
        self.faults: list[Fault] = []
        self.random = random.Random(0)  # noqa: S311
        self.tenants: dict[str, Tenant] = {}
        self.access: dict[str, Access] = {}
        self.device_codes: dict[str, Pending] = {}
        self.user_codes: dict[str, str] = {}
        self._values: dict[str, str] = {}
        self._settled = False

    def secret(self, name: str) -> str:
        """Return the random value kept under that name; it stays the same until the process ends."""
        return self._values.setdefault(name, f"Aa1~{secrets.token_urlsafe(30)}")

    def replication_lag(self) -> float:
        """Seconds until a write made now is seen by every reader."""
        return 0.0 if self._settled else self.settings.replication_lag_seconds

    @contextmanager
    def settled(self) -> Iterator[None]:
        """Writes made in the block are seen everywhere at once: for what the sandbox itself prepares."""
        self._settled = True
        try:
            yield
        finally:
            self._settled = False

    def reads_stale(self) -> bool:
        """Draw whether the next read sees the state as of the replication lag ago."""
        return self.settings.replication_lag_seconds > 0 and self.random.random() < self.settings.stale_read_ratio

    def clear(self) -> None:
        """Forget all but the secrets and the signing key: what a reset begins with."""
        self.clock.reset()
        self.settings = Settings()
        self.journal.clear()
        self.faults.clear()
        self.random = random.Random(0)  # noqa: S311
        self.tenants.clear()
        self.access.clear()
        self.device_codes.clear()
        self.user_codes.clear()
