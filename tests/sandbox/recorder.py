# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The layer around every request: carries out faults and enters the request in the journal."""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.clock import graph_time
from sandbox.faults import Fault, take_fault
from sandbox.identity.callers import Caller, InvalidToken, read_token
from sandbox.identity.directory import find_tenant
from sandbox.journal import GRAPH_PATH
from sandbox.world import World

#: Closes the connection of a request without an answer.
Drop = Callable[[tuple[str, int]], Awaitable[None]]


class Recorder:
    """ASGI middleware. `/_sandbox` is neither recorded nor made to fail."""

    def __init__(self, app: ASGIApp, world: World, drop: Drop) -> None:
        self.app = app
        self.world = world
        self.drop = drop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/_sandbox"):
            await self.app(scope, receive, send)
            return
        body = await _read_body(receive)
        if body is None:
            return
        request = Request(scope)
        fault = take_fault(
            self.world.faults, request.method, scope["path"] + ("?" + request.url.query if request.url.query else "")
        )

        async def record(message: Message) -> None:
            """Enter the request before its answer leaves, so that a client finds it there."""
            if message["type"] == "http.response.start":
                self._enter(request, body, message["status"], MutableHeaders(scope=message), fault)
            await send(message)

        if fault is None:
            await self.app(scope, _replay(body, receive), record)
            return
        if fault.point != "before":
            status = await self._run_unseen(scope, body, receive)
            if fault.point == "during":
                self._enter(request, body, status, None, fault)
                await self.drop(scope["client"])
                return
        await self._fault_answer(fault, request)(scope, receive, record)

    async def _run_unseen(self, scope: Scope, body: bytes, receive: Receive) -> int:
        """Carry the request out, keep its answer back and return the answer's status."""
        status = 500

        async def keep(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)

        await self.app(scope, _replay(body, receive), keep)
        return status

    def _fault_answer(self, fault: Fault, request: Request) -> Response:
        now = self.world.clock.now()
        request_id = str(uuid.uuid4())
        client_id = request.headers.get("client-request-id") or request_id
        message = "A fault that was asked for."
        if GRAPH_PATH.match(request.url.path):
            inner = {
                "date": now.strftime("%Y-%m-%dT%H:%M:%S"),
                "request-id": request_id,
                "client-request-id": client_id,
            }
            content: Any = {"error": {"code": fault.code, "message": message, "innerError": inner}}
        else:
            content = {"error": fault.code, "error_description": message, "correlation_id": client_id}
        headers = {"request-id": request_id, "client-request-id": client_id, **fault.headers}
        return JSONResponse(content, fault.status, headers)

    def _enter(
        self, request: Request, body: bytes, status: int, headers: MutableHeaders | None, fault: Fault | None
    ) -> None:
        path = request.url.path
        on_graph = GRAPH_PATH.match(path) is not None
        caller = self._caller(request.headers) if on_graph else None
        found = None if on_graph else find_tenant(self.world, path.split("/")[1])
        self.world.journal.add(
            method=request.method,
            url=str(request.url),
            status=status,
            time=graph_time(self.world.clock.now()),
            tenant=caller.tenant_id if caller else found.id if found else None,
            client_id=caller.client_id if caller else None if on_graph else _login_client(body),
            caller_kind=caller.kind if caller else None,
            body=_parse_json(body) if on_graph else None,
            request_id=(headers.get("request-id") or headers.get("x-ms-request-id")) if headers is not None else None,
            fault=fault.point if fault else None,
        )

    def _caller(self, headers: Headers) -> Caller | None:
        try:
            return read_token(self.world, headers.get("authorization", "").partition(" ")[2])
        except InvalidToken:
            return None


async def _read_body(receive: Receive) -> bytes | None:
    """The whole body, or None where the client went away before it was complete."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A receive that gives a body that was read already, and then what really comes."""
    waiting = [body]

    async def replayed() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replayed


def _login_client(body: bytes) -> str | None:
    """The client_id of a sign-in form; nothing else of it is ever kept."""
    values = parse_qs(body.decode("utf-8", "replace")).get("client_id")
    return values[0] if values else None


def _parse_json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None
