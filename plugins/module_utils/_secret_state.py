# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tenant and the store hold of one client secret or certificate, and what that means."""

from __future__ import annotations

import dataclasses
import datetime
import math
import typing as t
import uuid

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._federated_credential import list_credentials
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import (
    Reader,
    find_service_principal,
    get_application,
)
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Object
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import (
    Credential,
    OpenStore,
    Owner,
    Record,
    Store,
)

SETTLING = datetime.timedelta(minutes=5)  # a secret as young as this may be missing in a read, and in a sign-in
DAY = datetime.timedelta(days=1)
SEALED = "its value is sealed, so that only the task that made it could have tried"
SECRETS, KEYS = "passwordCredentials", "keyCredentials"


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
    """Of the credential that would be made."""
    collection: str = SECRETS
    """The application's property in which the tenant tells of it."""
    unprovable: str = ""
    """Why no credential of the application can sign in now, or empty."""
    trusts: int = 0
    """How many federated credentials the application has, where it matters what is left."""

    def is_held(self, credential: Credential) -> bool:
        """Whether the read shows it."""
        return credential.key_id in {held["keyId"] for held in self.held}

    def is_there(self, credential: Credential) -> bool:
        """Whether the tenant has the credential, or had it made so recently that one read cannot deny it."""
        return self.is_held(credential) or (bool(credential.start) and not self.is_settled(credential))

    def is_settled(self, credential: Credential) -> bool:
        """Whether every replica has heard of it by now."""
        return self.now - read_time(credential.start) >= SETTLING

    def has_ended(self, credential: Credential) -> bool:
        return read_time(credential.end) <= self.now

    def lives(self, credential: Credential | None) -> t.TypeGuard[Credential]:
        """Whether consumers can sign in with it."""
        if credential is None or credential.secret is None:
            return False
        return not self.has_ended(credential) and self.is_there(credential)

    def days_left(self, credential: Credential) -> int:
        """Days until its end, begun ones included."""
        return max(0, math.ceil((read_time(credential.end) - self.now) / DAY))

    @property
    def held(self) -> list[Object]:
        return self.application.get(self.collection) or []

    @property
    def current(self) -> Credential | None:
        """The one that consumers use, if it lives."""
        return self.record.current if self.lives(self.record.current) else None

    def waiting(self, params: t.Mapping[str, t.Any]) -> Credential | None:
        """The one that an earlier run kept the value of and did not see through, if it is still good for something.

        The public half of a certificate's key may never have been sent, or have been refused for its lifetime.
        """
        pending = self.record.pending
        if pending is None or pending.secret is None or self.days_left(pending) <= params["renew_before_days"]:
            return None
        if self.collection == SECRETS:
            return pending if self.lives(pending) else None
        return pending if self.is_held(pending) or self.days_left(pending) <= params["lifetime_days"] else None

    def is_due(self, params: t.Mapping[str, t.Any]) -> bool:
        """Whether a credential is to be made: there is none, it ends soon, or another is wanted at once."""
        if self.waiting(params):
            return False
        current = self.current
        return current is None or params["force"] or self.days_left(current) <= params["renew_before_days"]


def read_clock() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def read_time(text: str) -> datetime.datetime:
    """A time as Microsoft Graph writes it, with up to seven fractional digits."""
    return datetime.datetime.fromisoformat(text)


def write_time(moment: datetime.datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def open_store_of(reader: SecretReader) -> Store:
    """The store that the options name. Raises StoreError."""
    open_store: OpenStore | None = reader.services.get("open_store")
    if open_store is None:
        raise StoreError(
            "A secret can be kept only where ansible-core itself runs", remedy="Leave delegate_to away from this task."
        )
    return open_store(reader.params["store"])


def read(reader: SecretReader, collection: str = SECRETS) -> Found:
    """Raises StoreError where a secret would have to be made and could not be kept."""
    params, store = reader.params, open_store_of(reader)
    application = get_application(reader)
    owner, name = Owner(reader.tenant_id, application.get("appId") or ""), params["name"]
    record = store.get(owner, name) if application else Record(owner, name)
    _refuse_other_kind(record, collection)
    found = Found(application, record, store, read_clock(), uuid.uuid4().hex[:16], collection)
    if params["state"] == "absent":
        trusts = () if params["allow_last"] else list_credentials(reader, application)
        return dataclasses.replace(found, trusts=len(trusts))
    due = found.is_due(params)
    if due:
        store.probe()
    if due or found.waiting(params) or not (found.current and found.current.proven):
        tried = found.waiting(params) or (None if due else found.current)  # beside the one that this task makes
        unreadable = tried is not None and tried.secret is not None and not tried.secret.readable
        found = dataclasses.replace(found, unprovable=SEALED if unreadable else _tell_unprovable(reader, found))
    return found


def _tell_unprovable(reader: SecretReader, found: Found) -> str:
    """Why no sign-in of the application can succeed, with the code that the login host would answer."""
    # asked twice: what cannot be proven is promoted without a proof, and one 404 may be wrong
    principal = find_service_principal(reader, found.application) or find_service_principal(reader, found.application)
    made = found.application.get("createdDateTime")
    if principal is None and made and found.now - read_time(made) >= SETTLING:
        return "the application has no service principal in this tenant (AADSTS7000229)"
    if principal and principal.get("accountEnabled") is False:
        return "the application is disabled in this tenant (AADSTS7000112)"
    return ""


def _refuse_other_kind(record: Record, collection: str) -> None:
    """A client secret and a certificate of one application share the file, but not a name."""
    for credential in record.credentials:
        is_key = credential.secret is not None and credential.secret.is_private_key
        if is_key is not (collection == KEYS):
            kind = "a certificate's private key" if is_key else "a client secret"
            raise StoreError(
                f"The store holds {kind} under the name '{record.name}'",
                remedy="Use another name, or another file in store.path.",
            )
