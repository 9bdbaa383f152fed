# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One request to Graph, whether it came by itself or as an item of a $batch, and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sandbox.store import Record, Tenant, View

if TYPE_CHECKING:
    from sandbox.identity.callers import Caller
    from sandbox.world import World


@dataclass
class Call:
    """What a handler is given. `keys` are the keys in the path by their order; `headers` have lower-case names.

    `held` are the permissions of the caller that open the call.
    A key is the plain value of `{id}` and `('...')`, or {"appId": value} for an alternate key. `fault` is the point at
    which a rule of /_sandbox/faults made an item of a $batch fail.
    """

    world: World
    tenant: Tenant
    caller: Caller
    version: str
    method: str
    origin: str
    path: str
    options: dict[str, str]
    headers: Mapping[str, str]
    body: Any = None
    keys: list[str | dict[str, str]] = field(default_factory=list)
    counting: bool = False
    referring: bool = False
    fault: str | None = None
    held: frozenset[str] = frozenset()
    only_owned: bool = False
    cast: str = ""

    @cached_property
    def view(self) -> View:
        """What this request's replica shows. Advanced queries read a separate index, which lags behind every write.

        Source: https://learn.microsoft.com/graph/aad-advanced-queries
        """
        counted = self.counting or self.options.get("$count", "").lower() == "true"
        advanced = self.eventual and (counted or "$search" in self.options)
        return self.tenant.indexed() if advanced else self.tenant.replica()

    @cached_property
    def present(self) -> View:
        """The tenant with every write: what writes are checked against."""
        return self.tenant.view()

    @property
    def now(self) -> datetime:
        return self.world.clock.now()

    @property
    def eventual(self) -> bool:
        """Whether the client asked for the advanced query capabilities."""
        return self.headers.get("consistencylevel", "").strip().lower() == "eventual"

    @property
    def base(self) -> str:
        return f"{self.origin}/{self.version}"

    def prefers(self, token: str) -> bool:
        """Whether the Prefer header names this preference."""
        return token in [part.strip().lower() for part in self.headers.get("prefer", "").split(",")]

    def key(self, position: int = 0) -> str:
        """The plain key at that place in the path, where an alternate key makes no sense."""
        value = self.keys[position]
        return value if isinstance(value, str) else next(iter(value.values()))


@dataclass(frozen=True)
class Answer:
    """Status, JSON body (None: no body), further headers; `text` and `content` are bodies that are no JSON."""

    status: int
    body: Record | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None
    content: bytes | None = None


NO_CONTENT = Answer(204)
