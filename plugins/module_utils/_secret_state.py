# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tenant and the store hold of one client secret or certificate, and what that means."""

from __future__ import annotations

import dataclasses
import datetime
import math
import typing as t
import uuid

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError, StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import Reader, get_application
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Object
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import (
    Credential,
    OpenStore,
    Owner,
    Record,
    Store,
)

SETTLING = datetime.timedelta(minutes=5)  # a secret as young as this may be missing in a read
DAY = datetime.timedelta(days=1)
LONGEST_NAME = 64
LONGEST_LIFE = 730  # days; the portal's own limit is 24 months


class SecretReader(Reader, t.Protocol):
    """What read needs of a module's context."""

    @property
    def tenant_id(self) -> str: ...
    @property
    def services(self) -> t.Mapping[str, t.Any]: ...


@dataclasses.dataclass(frozen=True)
class Found:
    """What is there, and what a plan needs besides to be pure."""

    application: Object
    """Empty, or without appId, where it does not exist yet or any more."""
    record: Record
    store: Store
    now: datetime.datetime
    op_id: str
    """Of the secret that would be made."""
    collection: str = "passwordCredentials"
    """The application's property in which the tenant tells of it."""

    def is_there(self, credential: Credential) -> bool:
        """Whether the tenant has the credential, or had it made so recently that one read cannot deny it."""
        young = bool(credential.start) and self.now - _time(credential.start) < SETTLING
        return young or credential.key_id in {held["keyId"] for held in self.held}

    def lives(self, credential: Credential | None) -> t.TypeGuard[Credential]:
        """Whether consumers can sign in with it."""
        if credential is None or credential.secret is None:
            return False
        return _time(credential.end) > self.now and self.is_there(credential)

    def days_left(self, credential: Credential) -> int:
        """Days until its end, begun ones included."""
        return max(0, math.ceil((_time(credential.end) - self.now) / DAY))

    @property
    def held(self) -> list[Object]:
        return self.application.get(self.collection) or []

    @property
    def lost(self) -> tuple[str, ...]:
        """op_ids whose value nobody has: the abandoned ones, and the pending one if its value never came."""
        pending = self.record.pending
        return (*self.record.abandoned, *([pending.op_id] if pending and not pending.secret else []))

    @property
    def useless(self) -> dict[str, str]:
        """key_id to op_id of the tenant's credentials that are ours and of no use."""
        labels = {Credential(self.record.name, op_id).label: op_id for op_id in self.lost}
        return {held["keyId"]: labels[held["displayName"]] for held in self.held if held.get("displayName") in labels}

    @property
    def usable(self) -> Credential | None:
        """The newest of ours that lives."""
        return next(filter(self.lives, (self.record.pending, self.record.current)), None)

    def is_due(self, params: t.Mapping[str, t.Any]) -> bool:
        """Whether a secret is to be made: there is none, or it ends soon."""
        usable = self.usable
        return usable is None or self.days_left(usable) <= params["renew_before_days"]


def refuse(params: t.Mapping[str, t.Any]) -> None:
    """Raise InputError for what can be seen to be wrong."""
    name, lifetime, renewal = params["name"], params["lifetime_days"], params["renew_before_days"]
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise InputError("name is empty, too long or not printable", remedy=f"Use 1 to {LONGEST_NAME} characters.")
    if not 1 <= lifetime <= LONGEST_LIFE:
        raise InputError(f"lifetime_days is {lifetime}", remedy=f"Use 1 to {LONGEST_LIFE} days.")
    if not 0 <= renewal < lifetime:
        raise InputError(
            f"renew_before_days is {renewal} and lifetime_days is {lifetime}",
            remedy="Use a shorter time for renewal, or a new one would be made in every run.",
        )


def open_store_of(reader: SecretReader) -> Store:
    """The store that the options name. Raises StoreError."""
    open_store: OpenStore | None = reader.services.get("open_store")
    if open_store is None:
        raise StoreError(
            "A secret can be kept only where ansible-core itself runs", remedy="Leave delegate_to away from this task."
        )
    return open_store(reader.params["store"])


def read(reader: SecretReader, collection: str = "passwordCredentials") -> Found:
    """Raises StoreError where a secret would have to be made and could not be kept."""
    store = open_store_of(reader)
    application = get_application(reader)
    owner, name = Owner(reader.tenant_id, application.get("appId") or ""), reader.params["name"]
    record = store.get(owner, name) if application else Record(owner, name)
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    _refuse_other_kind(record, collection)
    found = Found(application, record, store, now, uuid.uuid4().hex[:16], collection)
    if reader.params["state"] == "present" and found.is_due(reader.params):
        store.probe()
    return found


def _refuse_other_kind(record: Record, collection: str) -> None:
    """A client secret and a certificate of one application share the file, but not a name."""
    for credential in record.credentials:
        is_key = credential.secret is not None and credential.secret.is_private_key
        if is_key is not (collection == "keyCredentials"):
            kind = "a certificate's private key" if is_key else "a client secret"
            raise StoreError(
                f"The store holds {kind} under the name '{record.name}'",
                remedy="Use another name, or another file in store.path.",
            )


def _time(text: str) -> datetime.datetime:
    """A time as Microsoft Graph writes it, with up to seven fractional digits."""
    return datetime.datetime.fromisoformat(text)
