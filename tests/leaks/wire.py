# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A layer in front of the embedded tenant: it notes every secret that passes, where it passed, and can answer with an echo."""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from leaks.canaries import Canary
from sandbox import app as sandbox_app
from sandbox.recorder import read_body, replay

TOKEN_ENDPOINT = re.compile(r"/oauth2/(v2\.0/)?token$")
MADE = {"access_token": "access token", "refresh_token": "refresh token", "secretText": "created secret"}
SENT = {"client_assertion": "client assertion"}


@dataclasses.dataclass(frozen=True)
class Echo:
    """Answer a request with an error that quotes it whole, with its headers.

    applied: the request is carried out first, and its true answer is quoted too. html: as a page, not as JSON.
    """

    method: str
    path: str
    applied: bool = False
    html: bool = False


@dataclasses.dataclass
class Wire:
    """What passed since clear()."""

    canaries: set[Canary] = dataclasses.field(default_factory=set)
    places: dict[str, list[bytes]] = dataclasses.field(default_factory=dict)
    echo: Echo | None = None
    seen: list[str] = dataclasses.field(default_factory=list)
    """METHOD path of each request that came in."""

    def clear(self) -> None:
        self.canaries, self.places, self.echo, self.seen = set(), {}, None, []

    def note_request(self, scope: Scope, body: bytes) -> None:
        headers = dict(scope["headers"])
        path = scope["path"]
        self.seen.append(f"{scope['method']} {path}")
        sign_in = TOKEN_ENDPOINT.search(path) is not None
        where = "sign-in" if sign_in else "Graph"
        self._keep(f"wire: {where} address", path.encode() + b"?" + scope["query_string"])
        self._keep(f"wire: {where} body", body)
        self._keep("wire: authorization", headers.pop(b"authorization", b""))
        self._keep(f"wire: {where} headers", b"\n".join(headers.values()))
        if sign_in:
            form = parse_qs(body.decode("utf-8", "replace"))
            self.canaries |= {Canary(kind, form[name][0]) for name, kind in SENT.items() if name in form}
        elif b'"passwordProfile"' in body:
            profile = json.loads(body)["passwordProfile"]
            if profile.get("password"):
                self.canaries.add(Canary("user password", profile["password"]))

    def note_answer(self, body: bytes) -> None:
        try:
            told = json.loads(body)
        except ValueError:
            return
        if isinstance(told, dict):
            self.canaries |= {
                Canary(kind, told[name]) for name, kind in MADE.items() if isinstance(told.get(name), str)
            }

    def _keep(self, place: str, content: bytes) -> None:
        self.places.setdefault(place, []).append(content)


def stand_in_front(wire: Wire) -> t.Callable[[], None]:
    """Have a sandbox that starts in this process answer through the wire, until what is returned is called."""
    names = vars(sandbox_app)
    build = names["build"]

    def wired(*args: t.Any) -> t.Any:
        return Layer(build(*args), wire)

    def restore() -> None:
        names["build"] = build

    names["build"] = wired
    return restore


class Layer:
    """ASGI middleware. The control API passes unseen."""

    def __init__(self, app: ASGIApp, wire: Wire) -> None:
        self.app = app
        self.wire = wire

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/_sandbox"):
            await self.app(scope, receive, send)
            return
        body = await read_body(receive)
        if body is None:
            return
        self.wire.note_request(scope, body)
        echo = self.wire.echo
        echoed = echo is not None and scope["method"] == echo.method and re.search(echo.path, scope["path"])
        start: list[Message] = []
        answer = bytearray()

        async def pass_on(message: Message) -> None:
            if message["type"] == "http.response.body":
                answer.extend(message.get("body", b""))
                if not message.get("more_body"):
                    self.wire.note_answer(bytes(answer))
            else:
                start.append(message)
            if not echoed:
                await send(message)

        if not echoed or (echo and echo.applied):
            await self.app(scope, replay(body, receive), pass_on)
        if echoed and echo:
            quoted = json.dumps([[*map(_text, pair)] for pair in scope["headers"]]) + _text(body) + _text(bytes(answer))
            await _refuse(echo, scope, f"The request was not understood: {quoted}", send)


async def _refuse(echo: Echo, scope: Scope, told: str, send: Send) -> None:
    bearer = _text(dict(scope["headers"]).get(b"authorization", b"none"))
    error: dict[str, t.Any]
    if TOKEN_ENDPOINT.search(scope["path"]):
        error = {"error": "invalid_client", "error_description": f"AADSTS7000215: {told}", "error_codes": [7000215]}
    else:
        inner = {"request-id": bearer, "date": "2026-01-01T00:00:00"}
        error = {"error": {"code": "Request_BadRequest", "message": told, "innerError": inner}}
    text = f"<html><body>{told}</body></html>" if echo.html else json.dumps(error)
    kind = b"text/html" if echo.html else b"application/json"
    headers = [
        (b"content-type", kind),
        (b"request-id", bearer.encode()),
        (b"content-length", str(len(text.encode())).encode()),
    ]
    await send({"type": "http.response.start", "status": 400, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
