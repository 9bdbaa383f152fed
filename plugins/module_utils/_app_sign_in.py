# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether an application can sign in with what a store keeps for it, and what its token then carries and opens."""

from __future__ import annotations

import datetime
import math
import re
import time
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._client_sign_in import Token, call, sign_in
from ansible_collections.tenantops.entra.plugins.module_utils._connection import Connection, resolve
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError, SignInError, StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import get_application
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Object
from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Credential, Owner
from ansible_collections.tenantops.entra.plugins.module_utils._secret_state import (
    DAY,
    SETTLING,
    SecretReader,
    open_store_of,
)

# what the login host says of a secret or an application that has not reached each of its replicas yet
SETTLES = frozenset({"AADSTS7000215", "AADSTS700016", "AADSTS700027"})
LONGEST_PAUSE = 16.0  # seconds
PATH = re.compile(r"/(v1\.0|beta)/\S+")


def refuse(params: t.Mapping[str, t.Any]) -> None:
    """Raise InputError for a path that is not one of Microsoft Graph."""
    for path in params.get("calls") or []:
        if not PATH.fullmatch(path):
            raise InputError(
                f"calls holds '{path}'", remedy="Name paths with their version, such as /v1.0/groups/delta."
            )


def read(reader: SecretReader) -> Object:
    """The module's result. Raises SignInError, or StoreError where nothing is kept, if the sign-in is required."""
    params = reader.params
    store, application = open_store_of(reader), get_application(reader)
    result: Object = {
        "tenant_id": reader.tenant_id,
        "app_id": application.get("appId"),
        "object_id": application.get("id"),
        "unique_name": application.get("uniqueName"),
        "name": params["name"],
        "stored_at": store.where,
        **_describe(None),
        "signed_in": None,
        "refusal": None,
        "token": None,
        "roles": [],
        "calls": [],
    }
    app_id = application.get("appId") or ""
    current = store.get(Owner(reader.tenant_id, app_id), params["name"]).current if app_id else None
    if current is None or current.secret is None:
        if params["required"]:
            raise StoreError(
                f"{store.where} holds no value of '{params['name']}'", remedy="Make it first with entra_app_secret."
            )
        return result
    result |= _describe(current)
    if not current.secret.readable:
        if params["required"]:
            raise StoreError(f"{store.where} holds '{params['name']}' sealed, and no run can sign in with it")
        return result
    connection = resolve(params)
    try:
        token = _sign_in(connection, app_id, current, current.secret, params.get("roles") or [])
    except SignInError as error:
        if params["required"]:
            error.what = f"'{params['name']}' of {store.where} does not sign in: {error.what}"
            raise
        return {**result, "signed_in": False, "refusal": {"says": error.what, "remedy": error.remedy, **error.marks}}
    return {
        **result,
        "signed_in": True,
        "token": _describe_token(token),
        "roles": sorted(token.claims.get("roles") or []),
        "calls": [call(connection, token, path) for path in params.get("calls") or []],
    }


def _sign_in(
    connection: Connection, app_id: str, current: Credential, secret: Secret, roles: t.Collection[str]
) -> Token:
    """Asks again, until the task's time is over, what is only on its way: a new secret, or roles that were just granted."""
    ends, pause = time.monotonic() + connection.timeout, 1.0
    young = _now() - datetime.datetime.fromisoformat(current.start) < SETTLING
    while True:
        more = time.monotonic() + pause < ends
        try:
            token = sign_in(connection, app_id, secret)
            if set(roles) <= set(token.claims.get("roles") or []) or not more:
                return token
        except SignInError as error:
            if not (young and more and error.marks.get("code") in SETTLES):
                raise
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def _describe(current: Credential | None) -> Object:
    """The credential in the words of a result."""
    if current is None or current.secret is None:
        return {"kind": None, "key_id": None, "start": None, "end": None, "days_left": 0}
    return {
        "kind": "certificate" if current.secret.is_private_key else "client_secret",
        "key_id": current.key_id,
        "start": current.start,
        "end": current.end,
        "days_left": max(0, math.ceil((datetime.datetime.fromisoformat(current.end) - _now()) / DAY)),
    }


def _describe_token(token: Token) -> Object:
    expires = datetime.datetime.fromtimestamp(token.claims.get("exp") or 0, datetime.UTC)
    return {
        "version": token.claims.get("ver"),
        "audience": token.claims.get("aud"),
        "issuer": token.claims.get("iss"),
        "expires": expires.isoformat().replace("+00:00", "Z"),
    }


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
