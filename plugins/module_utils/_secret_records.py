# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is known of an application's client secret, and what a place that keeps such records can do."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret

MOST_RETIRED = 50  # former credentials that a record still tells of


class Owner(t.NamedTuple):
    """Whose secret it is. A record is never given to, or taken from, another tenant or application."""

    tenant_id: str
    app_id: str


@dataclasses.dataclass(frozen=True)
class Credential:
    """One client secret or certificate of an application. Before Microsoft Entra ID made it, only name and op_id are known."""

    name: str
    op_id: str
    """Made up before the secret is, and part of its display name: after a lost answer it alone tells our secret from others."""
    key_id: str = ""
    secret: Secret | None = None
    start: str = ""
    end: str = ""
    """ISO 8601, as Microsoft Graph wrote it."""
    proven: bool = False
    """Whether it has signed in, three times in a row."""
    replaced: str = ""
    """The time at which another became current in its place."""

    @property
    def label(self) -> str:
        """The display name in Microsoft Entra ID."""
        return f"{self.name}:{self.op_id}"


@dataclasses.dataclass(frozen=True)
class Record:
    """All that is kept of one secret's name."""

    owner: Owner
    name: str
    revision: int = 0
    """Counts the changes; 0: nothing is kept yet."""
    current: Credential | None = None
    """The one that consumers use."""
    pending: Credential | None = None
    """The one that is being made."""
    previous: tuple[Credential, ...] = ()
    """Former current ones, until they end."""
    abandoned: tuple[str, ...] = ()
    """op_ids of attempts whose value nobody has. A credential that carries one is ours and of no use."""
    retired: tuple[Credential, ...] = ()
    """Those that were removed for good, without their values."""

    @property
    def credentials(self) -> tuple[Credential, ...]:
        """All whose value is kept."""
        made = (self.current, self.pending, *self.previous)
        return tuple(credential for credential in made if credential and credential.secret)

    @property
    def sealed(self) -> str:
        """The newest value, encrypted for somebody else, where the store seals them."""
        newest = next((one for one in (self.pending, self.current) if one and one.secret), None)
        return newest.secret.sealed if newest and newest.secret else ""

    def retire(self, gone: t.Collection[Credential]) -> Record:
        """The record without those: it tells that there were such, and does not hold their values any more."""
        told = (dataclasses.replace(credential, secret=None) for credential in gone)
        return dataclasses.replace(
            self,
            current=None if self.current in gone else self.current,
            pending=None if self.pending in gone else self.pending,
            previous=tuple(credential for credential in self.previous if credential not in gone),
            retired=(*self.retired, *told)[-MOST_RETIRED:],
        )


class Store(t.Protocol):
    """A place for records. Every method raises StoreError, in words that hold no secret."""

    @property
    def where(self) -> str:
        """The place's name for people, such as a path."""

    def probe(self) -> None:
        """Write, read back and remove something of no meaning, so that a secret is made only where it can be kept."""

    def get(self, owner: Owner, name: str) -> Record:
        """The record, with revision 0 where there is none."""

    def put(self, record: Record) -> Record:
        """Keep the record durably and read it back. Refused unless record.revision is the kept one's; returns it with the next."""

    def list(self, owner: Owner) -> t.Sequence[str]:
        """The names of the owner's records, sorted; those that were retired too."""


OpenStore = t.Callable[[t.Mapping[str, t.Any]], Store]
"""The option store to a store: what a module finds as its service open_store."""
