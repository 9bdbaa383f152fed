# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From an HTTP request to Graph to its answer, and from a call to its handler."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.graph.batch import run_batch
from sandbox.graph.calls import Answer, Call
from sandbox.graph.endpoints import SHAPES
from sandbox.graph.errors import GraphError, bad_request, not_built, unsupported_query
from sandbox.graph.item_faults import answer_item
from sandbox.graph.paths import read_options, read_path
from sandbox.graph.permissions import check_access
from sandbox.graph.routing import find_route
from sandbox.graph.throttling import charge
from sandbox.identity.callers import InvalidToken, caller_of
from sandbox.world import World

JSON = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
DIAGNOSTIC = json.dumps(
    {
        "ServerInfo": {
            "DataCenter": "Sandbox",
            "Slice": "E",
            "Ring": "0",
            "ScaleUnit": "000",
            "RoleInstance": "SANDBOX0000000A",
        }
    },
    separators=(",", ":"),
)


async def serve(request: Request) -> Response:
    """Answer a request to /v1.0/... or /beta/... ."""
    world: World = request.app.state.world
    request_id = str(uuid.uuid4())
    client_request_id = request.headers.get("client-request-id") or request_id
    request.state.request_id = request_id
    try:
        answer = await _answer_request(request, world)
    except GraphError as error:
        body = error.body(world.clock.now(), request_id, client_request_id)
        answer = Answer(error.status, body, error.headers)
    headers = {
        "x-ms-resource-unit": "1",
        **answer.headers,
        "request-id": request_id,
        "client-request-id": client_request_id,
        "x-ms-ags-diagnostic": DIAGNOSTIC,
        "Cache-Control": "no-cache",
        "OData-Version": "4.0",
    }
    if answer.text is not None or answer.content is not None:
        return Response(answer.text if answer.content is None else answer.content, answer.status, headers)
    if answer.body is None:
        return Response(None, answer.status, headers)
    return Response(json.dumps(answer.body, separators=(",", ":")), answer.status, {**headers, "Content-Type": JSON})


async def _answer_request(request: Request, world: World) -> Answer:
    try:
        caller = caller_of(request)
    except InvalidToken as error:
        challenge = {"WWW-Authenticate": f'Bearer realm="", authorization_uri="{world.origin}/common/oauth2/authorize"'}
        raise GraphError(401, "InvalidAuthenticationToken", str(error), challenge) from None
    request.state.caller = caller
    body = read_body(request.method, await request.body(), request.headers.get("content-type", ""))
    request.state.graph_body = body
    path = request.url.path
    raw = request.scope.get("raw_path", path.encode()).decode().partition("?")[0]
    version, _ignored, rest = raw.strip("/").partition("/")
    call = Call(
        world=world,
        tenant=world.tenants[caller.tenant_id],
        caller=caller,
        version=version,
        method=request.method,
        origin=f"{request.url.scheme}://{request.url.netloc}",
        path=f"/{version}/{rest}",
        options=read_options(request.url.query),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
    )
    if rest.lower() == "$batch":
        delays: list[float] = []
        answer = run_batch(call, lambda item: answer_item(item, answer_call, delays))
        await asyncio.sleep(sum(delays))
        return replace(answer, headers={"x-ms-resource-unit": _sum_units(answer)})
    return answer_call(call)


def _sum_units(batch: Answer) -> str:
    """What the items of a $batch cost together. What the service gives for the batch as a whole is not documented."""
    responses = (batch.body or {}).get("responses", [])
    return str(sum(int(item["headers"].get("x-ms-resource-unit", 1)) for item in responses))


def read_body(method: str, raw: bytes, content_type: str) -> Any:
    """The JSON body, None where there is none, the bytes of a picture; raises 400 on what is not JSON."""
    if not raw or method in ("GET", "HEAD", "DELETE"):
        return None
    if content_type.lower().startswith("image/"):
        return raw
    if not content_type.lower().startswith("application/json"):
        raise bad_request(
            "Write requests (excluding DELETE) must contain the Content-Type header declaration.", "BadRequest"
        )
    try:
        return json.loads(raw)
    except ValueError:
        raise bad_request(
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid "
            "JSON format.",
            "BadRequest",
        ) from None


def answer_call(call: Call) -> Answer:
    """Find the handler of a call, check its options and its caller's permissions, and run it."""
    segments = read_path(call.path.partition("/")[2].partition("/")[2])
    match = find_route(SHAPES, call.method, call.version, segments)
    _check_options(call.options, match.route.options)
    if match.counting and not call.eventual:
        raise unsupported_query(
            "Raw count (/$count) is not supported because the 'ConsistencyLevel:eventual' header is missing. Refer to "
            "https://aka.ms/graph-docs/advanced-queries for more information"
        )
    call = replace(call, keys=match.keys, counting=match.counting, cast=match.cast, referring=match.referring)
    headers = charge(call, match.route.path)
    try:
        check_access(call, match.route.access)
        with call.world.replication.of(call.caller.session):
            answer = match.route.handler(call)
    except GraphError as error:
        error.headers = {**headers, **error.headers}
        raise
    return replace(answer, headers={**headers, **answer.headers})


def _check_options(options: dict[str, str], allowed: frozenset[str]) -> None:
    if options.get("$format", "json").lower() not in ("json", "application/json") and "$format" in allowed:
        raise not_built(f"the format {options['$format']}")
    for name in options:
        if name not in allowed:
            raise bad_request(f"The query parameter '{name}' is not supported.", "BadRequest")
