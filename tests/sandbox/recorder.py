# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The layer around every request: carries out faults and enters the request in the journal."""

from __future__ import annotations

import asyncio
import http
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.clock import graph_time
from sandbox.fault_answers import fault_answer
from sandbox.faults import Fault, take_fault
from sandbox.identity.callers import Caller, InvalidToken, read_token
from sandbox.identity.directory import find_tenant
from sandbox.journal import GRAPH_PATH
from sandbox.world import World

#: Sends a client these bytes and then closes its connection.
Cut = Callable[[tuple[str, int], bytes], Awaitable[None]]
DRIPS = 60


class Recorder:
    """ASGI middleware. `/_sandbox` is neither recorded nor made to fail."""

    def __init__(self, app: ASGIApp, world: World, cut: Cut) -> None:
        self.app = app
        self.world = world
        self.cut = cut

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/_sandbox"):
            await self.app(scope, receive, send)
            return
        body = await read_body(receive)
        if body is None:
            return
        request = Request(scope)
        request.state.arrived = self.world.journal.arrive()
        try:
            await self._answer(request, body, receive, send)
        finally:
            self.world.journal.waiting.discard(request.state.arrived)

    async def _answer(self, request: Request, body: bytes, receive: Receive, send: Send) -> None:
        scope = request.scope
        fault = take_fault(self.world.faults, request.method, scope["path"], scope["query_string"].decode("latin-1"))

        async def record(message: Message) -> None:
            """Enter the request before its answer leaves, so that a client finds it there."""
            if message["type"] == "http.response.start":
                self._enter(request, body, message["status"], MutableHeaders(scope=message), fault)
            await send(message)

        if fault is None:
            await self.app(scope, replay(body, receive), record)
            return
        answer = None if fault.point == "before" else await self._run_unseen(scope, body, receive)
        if fault.point == "drip" and answer is not None:
            await _dripping(answer, fault.delay_seconds)(scope, receive, record)
            return
        await asyncio.sleep(fault.delay_seconds)
        if fault.point in ("during", "slow") and answer is not None:
            if fault.point == "slow":
                await answer(scope, receive, record)
                return
            self._enter(request, body, answer.status_code, answer.headers, fault)
            await self.cut(scope["client"], _half(answer))
        elif fault.status is None:
            self._enter(request, body, answer.status_code if answer else None, None, fault)
            await self.cut(scope["client"], b"")
        else:
            client_id = None if GRAPH_PATH.match(request.url.path) else _login_client(body)
            await fault_answer(fault, request, self.world, client_id)(scope, receive, record)

    async def _run_unseen(self, scope: Scope, body: bytes, receive: Receive) -> Response:
        """Carry the request out and keep its answer back."""
        answer = Response(None, 500)
        parts: list[bytes] = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status_code, answer.raw_headers = message["status"], list(message["headers"])
            parts.append(message.get("body", b""))

        await self.app(scope, replay(body, receive), keep)
        answer.body = b"".join(parts)
        return answer

    def _enter(
        self, request: Request, body: bytes, status: int | None, headers: MutableHeaders | None, fault: Fault | None
    ) -> None:
        path = request.url.path
        on_graph = GRAPH_PATH.match(path) is not None
        caller = self._caller(request) if on_graph else None
        found = None if on_graph else find_tenant(self.world, path.split("/")[1])
        self.world.journal.add(
            method=request.method,
            url=str(request.url),
            status=status,
            time=graph_time(self.world.clock.now()),
            arrived=request.state.arrived,
            tenant=caller.tenant_id if caller else found.id if found else None,
            client_id=caller.client_id if caller else None if on_graph else _login_client(body),
            caller_kind=caller.kind if caller else None,
            body=_parse_json(body) if on_graph else None,
            request_id=(headers.get("request-id") or headers.get("x-ms-request-id")) if headers is not None else None,
            fault=fault.point if fault else None,
        )

    def _caller(self, request: Request) -> Caller | None:
        """Who asks; the token was read already where the request was carried out."""
        known: Caller | None = getattr(request.state, "caller", None)
        if known:
            return known
        try:
            return read_token(self.world, request.headers.get("authorization", "").partition(" ")[2])
        except InvalidToken:
            return None


async def read_body(receive: Receive) -> bytes | None:
    """The whole body, or None where the client went away before it was complete."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _dripping(answer: Response, seconds: float) -> Response:
    """The answer with its body in DRIPS parts, over so many seconds."""

    async def drip() -> AsyncIterator[bytes]:
        body = bytes(answer.body)
        for number in range(DRIPS):
            await asyncio.sleep(seconds / DRIPS)
            yield body[len(body) * number // DRIPS : len(body) * (number + 1) // DRIPS]

    return StreamingResponse(drip(), answer.status_code, dict(answer.headers))


def _half(answer: Response) -> bytes:
    """The answer as it goes over the wire, up to half of its body, or of its headers where it has no body."""
    reason = http.HTTPStatus(answer.status_code).phrase
    lines = [f"HTTP/1.1 {answer.status_code} {reason}".encode()]
    lines += [name + b": " + value for name, value in answer.raw_headers]
    if not answer.body:
        head = b"\r\n".join(lines)
        return head[: len(head) // 2]
    return b"\r\n".join(lines) + b"\r\n\r\n" + bytes(answer.body[: len(answer.body) // 2])


def replay(body: bytes, receive: Receive) -> Receive:
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
