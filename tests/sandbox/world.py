# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything one running sandbox knows: its tenants, clock, settings, journal and secrets."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.clock import Clock
from sandbox.faults import Fault
from sandbox.journal import Journal
from sandbox.replication import Replication
from sandbox.settings import Settings

if TYPE_CHECKING:
    from sandbox.graph.throttling import Bucket
    from sandbox.identity.codes import Code
    from sandbox.identity.device_codes import Pending
    from sandbox.identity.interactions import Interaction, Session
    from sandbox.identity.keys import SigningKey
    from sandbox.store import Record, Tenant


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
        self.buckets: dict[tuple[str, ...], Bucket] = {}
        self.replication = Replication(self.settings)
        self.tenants: dict[str, Tenant] = {}
        self.homes: dict[str, Tenant] = {}
        self.domains: dict[str, Tenant] = {}
        self.access: dict[str, Access] = {}
        self.device_codes: dict[str, Pending] = {}
        self.user_codes: dict[str, str] = {}
        self.codes: dict[str, Code] = {}
        self.sessions: dict[str, Session] = {}
        self.interactions: dict[str, Interaction] = {}
        self._values: dict[str, str] = {}

    def secret(self, name: str) -> str:
        """Return the random value kept under that name; it stays the same until the process ends."""
        return self._values.setdefault(name, f"Aa1~{secrets.token_urlsafe(30)}")

    def settled(self) -> AbstractContextManager[None]:
        """Writes made in the block are seen everywhere at once: for what the sandbox itself prepares."""
        return self.replication.settled()

    def watch(self, tenant: Tenant, kind: str, before: Record | None, after: Record | None) -> None:
        """Keep up which tenant has which application (by appId) and which verified domain."""
        names = {"application": (self.homes, "appId"), "domain": (self.domains, "id")}
        if kind not in names:
            return
        holders, key = names[kind]
        if before is not None and holders.get(before[key].lower()) is tenant:
            del holders[before[key].lower()]
        if after is not None and (kind == "application" or after["isVerified"]):
            holders.setdefault(after[key].lower(), tenant)

    def clear(self) -> None:
        """Forget all but the secrets and the signing key: what a reset begins with."""
        self.clock.reset()
        self.settings = Settings()
        self.journal.clear()
        self.faults.clear()
        self.buckets.clear()
        self.replication = Replication(self.settings)
        self.tenants.clear()
        self.homes.clear()
        self.domains.clear()
        self.access.clear()
        self.device_codes.clear()
        self.user_codes.clear()
        self.codes.clear()
        self.sessions.clear()
        self.interactions.clear()
