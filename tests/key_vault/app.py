# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The requests of Azure Key Vault that concern secrets: set, get, list, list versions and delete; 501 for every other.

Sources: https://learn.microsoft.com/rest/api/keyvault/secrets, https://learn.microsoft.com/azure/key-vault/general/rest-error-codes
"""

from __future__ import annotations

import dataclasses
import re
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

NAME = re.compile(r"[0-9a-zA-Z-]{1,127}")
LONGEST_VALUE = 25 * 1024  # bytes
PAGE = 25  # items, the documented maximum
RECOVERABLE_DAYS = 90


class Refused(Exception):
    """An answer of the key vault to a request that it does not carry out."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.headers = status, dict(headers or {})
        self.body = {"error": {"code": code, "message": message}}


@dataclasses.dataclass
class Vault:
    """What is kept, by the secrets' names in lower case, and who may do what."""

    host: str
    authorize: Callable[[Request, str], None]
    """Raises Refused unless the request's bearer may do what is named: get, set, list or delete."""
    kept: dict[str, list[dict[str, Any]]] = dataclasses.field(default_factory=dict)
    deleted: dict[str, list[dict[str, Any]]] = dataclasses.field(default_factory=dict)
    faults: list[Refused] = dataclasses.field(default_factory=list)
    """Answered instead of carrying out the next authorized requests, the first one first."""
    before_set: Callable[[str], None] = lambda _name: None
    """Called when a value is about to be kept, as by another writer at the same moment."""


def build(vault: Vault) -> Starlette:
    app = Starlette(
        routes=[
            Route("/secrets", _answer(list_secrets, "list"), methods=["GET"]),
            Route("/secrets/{name}/versions", _answer(list_versions, "list"), methods=["GET"]),
            Route("/secrets/{name}/{version:path}", _answer(get_secret, "get"), methods=["GET"]),
            Route("/secrets/{name}", _answer(set_secret, "set"), methods=["PUT"]),
            Route("/secrets/{name}", _answer(delete_secret, "delete"), methods=["DELETE"]),
            Route("/{path:path}", not_emulated, methods=["GET", "PUT", "POST", "PATCH", "DELETE"]),
        ]
    )
    app.state.vault = vault
    return app


async def not_emulated(request: Request) -> Response:
    """The test server's own answer."""
    return JSONResponse({"error": {"code": "NotImplemented", "message": f"{request.method} {request.url.path}"}}, 501)


def _answer(handler: Callable[[Vault, Request, dict[str, Any]], Any], does: str) -> Any:
    async def answered(request: Request) -> Response:
        vault: Vault = request.app.state.vault
        try:
            if not request.query_params.get("api-version"):
                raise Refused(400, "BadParameter", "The api-version query parameter is required.")
            vault.authorize(request, does)
            if vault.faults:
                raise vault.faults.pop(0)
            body = await request.json() if request.method == "PUT" else {}
            return JSONResponse(handler(vault, request, body))
        except Refused as refused:
            return JSONResponse(refused.body, refused.status, refused.headers)

    return answered


def set_secret(vault: Vault, request: Request, body: dict[str, Any]) -> Any:
    """A new version. https://learn.microsoft.com/rest/api/keyvault/secrets/set-secret/set-secret"""
    name, value = request.path_params["name"], body.get("value")
    if not NAME.fullmatch(name):
        raise Refused(400, "BadParameter", f"The request URI contains an invalid name: {name}")
    if not isinstance(value, str) or len(value.encode()) > LONGEST_VALUE:
        raise Refused(400, "BadParameter", f"Secret value is missing or longer than {LONGEST_VALUE}.")
    if name.lower() in vault.deleted:
        raise Refused(
            409,
            "Conflict",
            f"Secret {name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can "
            "only be recovered or purged.",
        )
    vault.before_set(name)
    return keep(vault, name, value, body.get("tags") or {}, body.get("contentType"))


def keep(vault: Vault, name: str, value: str, tags: dict[str, str], content_type: str | None = None) -> dict[str, Any]:
    """The new version as it is answered, value included."""
    now = int(time.time())
    attributes = {
        "enabled": True,
        "created": now,
        "updated": now,
        "recoveryLevel": "Recoverable+Purgeable",
        "recoverableDays": RECOVERABLE_DAYS,
    }
    made = {
        "value": value,
        "contentType": content_type,
        "id": f"https://{vault.host}/secrets/{name}/{secrets.token_hex(16)}",
        "attributes": attributes,
        "tags": tags,
    }
    vault.kept.setdefault(name.lower(), []).append(made)
    return made


def get_secret(vault: Vault, request: Request, _body: dict[str, Any]) -> Any:
    """One version, or the newest. https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret"""
    version = request.path_params["version"]
    for kept in reversed(_versions(vault, request)):
        if version in ("", kept["id"].rpartition("/")[2]):
            return kept
    raise _not_found(f"{request.path_params['name']}/{version}")


def list_versions(vault: Vault, request: Request, _body: dict[str, Any]) -> Any:
    """All versions without their values, an empty list where there is no such secret."""
    return _page(vault, request, vault.kept.get(request.path_params["name"].lower(), []))


def list_secrets(vault: Vault, request: Request, _body: dict[str, Any]) -> Any:
    """The newest version of each, without value and version."""
    newest = [versions[-1] for versions in vault.kept.values()]
    return _page(vault, request, [{**one, "id": one["id"].rpartition("/")[0]} for one in newest])


def delete_secret(vault: Vault, request: Request, _body: dict[str, Any]) -> Any:
    """Softly: the name stays taken until it is purged."""
    versions = _versions(vault, request)
    name = request.path_params["name"].lower()
    vault.deleted[name] = vault.kept.pop(name)
    return {**_without_value(versions[-1]), "recoveryId": f"https://{vault.host}/deletedsecrets/{name}"}


def _page(vault: Vault, request: Request, every: list[dict[str, Any]]) -> Any:
    start = int(request.query_params.get("$skiptoken", "0"))
    more = f"https://{vault.host}{request.url.path}?api-version={request.query_params['api-version']}&$skiptoken={start + PAGE}"
    return {
        "value": [_without_value(one) for one in every[start : start + PAGE]],
        "nextLink": more if len(every) > start + PAGE else None,
    }


def _without_value(one: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name != "value"}


def _versions(vault: Vault, request: Request) -> list[dict[str, Any]]:
    versions = vault.kept.get(request.path_params["name"].lower())
    if not versions:
        raise _not_found(request.path_params["name"])
    return versions


def _not_found(name: str) -> Refused:
    return Refused(
        404,
        "SecretNotFound",
        f"A secret with (name/id) {name} was not found in this key vault. If you recently deleted this secret you may be able to recover it "
        "using the correct recovery command.",
    )
