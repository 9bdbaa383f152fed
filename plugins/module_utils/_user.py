# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is there of a user: in the directory, among its deleted items, and in the store.

https://learn.microsoft.com/graph/api/resources/user, https://learn.microsoft.com/graph/api/resources/invitation
"""

from __future__ import annotations

import dataclasses
import datetime
import re
import secrets
import string
import typing as t
import urllib.parse

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError, NotFound
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import Reader, filtered, literal, only
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Object
from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret
from ansible_collections.tenantops.entra.plugins.module_utils._schema import Field
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Owner, Record, Store
from ansible_collections.tenantops.entra.plugins.module_utils._secret_state import SecretReader, open_store_of

Params = t.Mapping[str, t.Any]

KIND = "user"
NAMES = ("user_principal_name", "invited_user_email_address", "object_id")
OWNER = "users"  # in the place of an application's id: one file holds the passwords of a tenant's users
NAME = Field("user_principal_name", normal=str.casefold)
FIELDS = (
    Field("display_name"),
    Field("account_enabled", type="bool"),
    Field("usage_location"),
    Field("given_name"),
    Field("surname"),
    Field("job_title"),
    Field("department"),
    Field("company_name"),
    Field("preferred_language"),
)
SHOWN = ("userPrincipalName", "mail", "userType", "externalUserState")
SELECT = ",".join(["id", "createdDateTime", *SHOWN, *(".".join(field.where) for field in FIELDS)])
ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
LENGTH = 24  # characters of a password; Microsoft Entra ID takes 8 to 256
# every kind that the policy counts, without what shells and YAML make something of
KINDS_OF_CHARACTERS = (string.ascii_lowercase, string.ascii_uppercase, string.digits, "-_.+=@%")


@dataclasses.dataclass(frozen=True)
class Found:
    """What is there, and what a plan needs besides to be pure."""

    user: Object | None
    """Also one among the deleted items."""
    deleted: bool
    record: Record | None
    """What the store holds of the password. None where no store is given, and of a guest."""
    store: Store | None
    now: datetime.datetime
    password: Secret
    """Of the user that would be made."""


def refuse(params: Params) -> None:
    """Raise InputError for what can be seen to be wrong."""
    for option in ("user_principal_name", "invited_user_email_address"):
        if params.get(option) is not None and not ADDRESS.fullmatch(params[option]):
            raise InputError(f"{option} is '{params[option]}'", remedy="Write it as name@domain.")
    location = params.get("usage_location")
    if location and not re.fullmatch(r"[A-Z]{2}", location):
        raise InputError(f"usage_location is '{location}'", remedy="Use the two capital letters of a country: AU.")
    url = params.get("invite_redirect_url")
    if url is not None and not url.startswith("https://"):
        raise InputError(f"invite_redirect_url is '{url}'", remedy="Use an https address.")


def read(reader: SecretReader) -> Found:
    """Raises StoreError where a password would have to be made and could not be kept."""
    params = reader.params
    user, deleted = find_user(reader), False
    if user is None and params.get("object_id") and params["state"] == "present":
        named = f"There is no user '{params['object_id']}' in this tenant"
        raise NotFound(named, remedy="Set user_principal_name to make one.")
    if user is None and params["state"] == "present":
        user = _find_deleted(reader)
        deleted = user is not None
    store = open_store_of(reader) if params.get("store") and not params.get("invited_user_email_address") else None
    name = (params.get("user_principal_name") or (user or {}).get("userPrincipalName") or "").lower()
    record = store.get(Owner(reader.tenant_id, OWNER), name) if store and name else None
    if store and user is None and params["state"] == "present":
        store.probe()
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    return Found(user, deleted, record, store, now, Secret(make_password()))


def find_user(reader: Reader) -> Object | None:
    """The user that object_id, user_principal_name or invited_user_email_address names. Raises NotUnique."""
    params, graph = reader.params, reader.graph
    key = params.get("object_id") or params.get("user_principal_name") or params["invited_user_email_address"]
    if params.get("invited_user_email_address"):
        listed = graph.pages(filtered("/users", f"mail eq {literal(key)}", SELECT))
        found = only(listed, f"user with the mail address '{key}'", "") if listed else None
    else:
        found = graph.find(f"/users/{urllib.parse.quote(key, safe='@')}?$select={SELECT}")
    return reader.writes.correct(KIND, key, found)


def _find_deleted(reader: SecretReader) -> Object | None:
    """The user of that name who was deleted within 30 days; the name is then preceded by the user's id.

    https://learn.microsoft.com/powershell/module/microsoft.entra.users/get-entradeleteduser
    """
    params = reader.params
    name, address = params.get("user_principal_name"), params.get("invited_user_email_address")
    path = f"/directory/deletedItems/microsoft.graph.user?$select={SELECT}"
    for user in reader.graph.pages(path):
        rest = str(user.get("userPrincipalName")).casefold().replace(user["id"].replace("-", ""), "")
        if name and rest.replace(user["id"], "") == name.casefold():
            return {**user, "userPrincipalName": name}
        if address and str(user.get("mail")).casefold() == address.casefold():
            return user
    return None


def make_password() -> str:
    """A random password with characters of every kind that the policy counts.

    https://learn.microsoft.com/entra/identity/authentication/concept-sspr-policy
    """
    characters = [secrets.choice(kind) for kind in KINDS_OF_CHARACTERS]
    characters += [secrets.choice("".join(KINDS_OF_CHARACTERS)) for _place in range(LENGTH - len(characters))]
    secrets.SystemRandom().shuffle(characters)
    return "".join(characters)
