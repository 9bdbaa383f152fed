# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One request to Microsoft Graph, paging, and the retry policy. This file knows no noun.

Transport is the request adapter of msgraph-sdk with its retry and redirect handlers left out: they would repeat a POST that
was applied, and carry the token to another host (observed by running msgraph-sdk 1.65 against a server that does both).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import ssl
import time
import typing as t
import urllib.parse

from ansible_collections.tenantops.entra.plugins.module_utils import _libraries as lib
from ansible_collections.tenantops.entra.plugins.module_utils._connection import Connection
from ansible_collections.tenantops.entra.plugins.module_utils._credentials import SharedToken, claims_of
from ansible_collections.tenantops.entra.plugins.module_utils._errors import GraphError, InputError, Unreachable
from ansible_collections.tenantops.entra.plugins.module_utils._request import (
    Answer,
    Request,
    pause,
    read,
    seconds_ahead,
    seconds_asked,
    worth_another,
)

ONE_REQUEST = 30.0  # seconds


def tls_context(ca_file: str) -> ssl.SSLContext:
    """A verifying context, made once for each CA file in the process that first asks for it. Raises InputError."""
    if ca_file not in _contexts:
        try:
            _contexts[ca_file] = ssl.create_default_context(cafile=ca_file or None)
        except OSError as error:  # an SSLError is one
            raise InputError(
                f"ca_file '{ca_file}' cannot be used: {'it holds no certificate' if isinstance(error, ssl.SSLError) else error.strerror}",
                remedy="Name a readable PEM file that holds certificates, or leave ca_file and ENTRA_CA_FILE out.",
            ) from None
    return _contexts[ca_file]


_contexts: dict[str, ssl.SSLContext] = {}
with contextlib.suppress(
    InputError
):  # in the parent process, so that no worker pays for it; a wrong file is told by the task
    tls_context(os.environ.get("ENTRA_CA_FILE", ""))


class Graph:
    """Microsoft Graph of one tenant for the time of one task."""

    def __init__(self, connection: Connection, token: SharedToken) -> None:
        self._connection = connection
        self._token = token
        self._ends = time.monotonic() + connection.timeout
        self._tls = tls_context(connection.ca_file)  # before the sign-in, which would tell of a wrong file worse
        self._runner = asyncio.Runner()
        self._client: t.Any = None
        self._adapter: t.Any = None
        self.clock_ahead: float | None = None
        """Seconds that this machine's clock was ahead of Microsoft's at the last answer that told the time."""

    @property
    def origin(self) -> str:
        """Such as https://graph.microsoft.com: references between objects are told as whole addresses."""
        return self._connection.graph

    def close(self) -> None:
        if self._adapter is not None:
            self._runner.run(self._client.aclose())
        self._runner.close()

    def identity(self) -> dict[str, t.Any]:
        """The claims of the token that requests are sent with."""
        return claims_of(self._token.get_token(f"{self._connection.graph}/.default").token)

    def permissions(self) -> list[str]:
        """The application permissions of the token, or the scopes of a signed-in user."""
        claims = self.identity()
        scopes = claims.get("scp")
        return sorted(claims.get("roles", []) if scopes is None else scopes.split())

    def get(
        self, path: str, *, version: str = "v1.0", headers: t.Mapping[str, str] | None = None, fresh: bool = False
    ) -> dict[str, t.Any]:
        """One object. fresh: it is known to exist, so that a 404 is asked again. Raises GraphError, Unreachable."""
        return self.send(Request("GET", path, version=version, headers=headers or {}, fresh=fresh)).body

    def find(self, path: str, *, version: str = "v1.0", fresh: bool = False) -> dict[str, t.Any] | None:
        """One object, or None where Microsoft Graph answers 404."""
        try:
            return self.get(path, version=version, fresh=fresh)
        except GraphError as error:
            if error.status == 404:
                return None
            raise

    def pages(self, path: str, *, version: str = "v1.0", fresh: bool = False) -> list[dict[str, t.Any]]:
        """All items of a collection; an empty page with a nextLink is not its end. fresh: its owner is known to exist."""
        items: list[dict[str, t.Any]] = []
        while path:
            page = self.get(path, version=version, fresh=fresh)
            items += page.get("value", [])
            path = page.get("@odata.nextLink", "")
        return items

    def send(self, request: Request) -> Answer:
        """Send, and send again what may be sent again, until the task's time is over. Raises GraphError, Unreachable."""
        began = time.monotonic()
        attempts = lib.tenacity.Retrying(
            retry=lib.tenacity.retry_if_exception(
                lambda error: worth_another(error, request, time.monotonic() - began)
            ),
            wait=pause,
            stop=lambda state: time.monotonic() + state.upcoming_sleep > self._ends,
            reraise=True,
        )
        try:
            return attempts(self._attempt, request)
        except GraphError as error:
            asked, left = seconds_asked(error.retry_after), self._ends - time.monotonic()
            if asked is not None and asked > left:
                error.remedy = (
                    f"It asks to wait {asked:.0f} s (Retry-After), and the task has {max(0.0, left):.0f} s left: "
                    "run again later, or raise timeout."
                )
            raise

    def _attempt(self, request: Request) -> Answer:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise Unreachable(
                f"The task's time of {self._connection.timeout:.0f} s was over before {request.method} {request.path}",
                remedy="Run again, or raise timeout.",
            )
        answer, token = self._runner.run(self._exchange(request, min(left, ONE_REQUEST)))
        self.clock_ahead = seconds_ahead(answer.headers.get("Date", ""))
        if answer.status_code == 401:  # not applied; the token may have been revoked or have run out on the way
            self._token.refuse(token)
            answer, token = self._runner.run(self._exchange(request, min(left, ONE_REQUEST)))
        return read(request, answer)

    async def _exchange(self, request: Request, timeout: float) -> tuple[t.Any, str]:
        if self._adapter is None:
            self._adapter = self._connect()
        info = lib.RequestInformation()
        info.http_method = lib.Method(request.method)
        info.url = self._address(request)
        info.add_request_options([lib.ResponseHandlerOption(lib.NativeResponseHandler())])
        for name, value in request.headers.items():
            info.headers.try_add(name, value)
        if request.body is not None:
            info.headers.try_add("Content-Type", "application/json")
            info.content = json.dumps(request.body).encode()
        self._client.timeout = lib.httpx.Timeout(timeout)
        try:
            # httpx counts from the last byte, and so would wait for one that drips; what cannot connect ends by httpx, which says so
            async with asyncio.timeout(timeout + 1):
                answer = await self._adapter.send_primitive_async(info, "bytes", {})
        except (lib.httpx.HTTPError, TimeoutError) as error:
            raise _lost(request, error, self._connection.graph) from None
        return answer, answer.request.headers.get("Authorization", "").removeprefix("Bearer ")

    def _connect(self) -> t.Any:
        telemetry = t.cast("t.Any", lib.options[lib.GraphTelemetryHandlerOption.get_key()])
        self._client = lib.GraphClientFactory.create_with_custom_middleware(
            [lib.GraphTelemetryHandler(options=telemetry)],
            client=lib.httpx.AsyncClient(verify=self._tls, follow_redirects=False),
        )
        host = urllib.parse.urlsplit(self._connection.graph).hostname or ""
        credential = t.cast("t.Any", self._token)
        provider = lib.AzureIdentityAuthenticationProvider(
            credential, scopes=[f"{self._connection.graph}/.default"], allowed_hosts=[host], is_cae_enabled=False
        )
        return lib.GraphRequestAdapter(provider, self._client)

    def _address(self, request: Request) -> str:
        if not request.path.startswith("https://"):
            return f"{self._connection.graph}/{request.version}{request.path}"
        if not request.path.startswith(self._connection.graph + "/"):
            raise Unreachable(
                "Microsoft Graph named a next page on another host, which was not followed", remedy="Check graph_url."
            )
        return request.path


def _lost(request: Request, error: Exception, origin: str) -> Unreachable:
    """A transport failure. Only a failure to connect says that nothing was applied."""
    lost = Unreachable(
        f"{request.method} {request.path} got no answer from {origin} ({type(error).__name__})",
        remedy="Check the network, graph_url and ca_file, and run again.",
    )
    lost.applied_perhaps = not isinstance(
        error, lib.httpx.ConnectError | lib.httpx.ConnectTimeout | lib.httpx.PoolTimeout
    )
    return lost
