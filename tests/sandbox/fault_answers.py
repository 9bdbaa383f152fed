# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a fault answers: Graph's error body, the token endpoint's, or a body of the rule's own."""

from __future__ import annotations

import string
import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.faults import AADSTS, Fault
from sandbox.graph.errors import GraphError
from sandbox.identity.aadsts import KINDS, LoginError, render
from sandbox.journal import GRAPH_PATH
from sandbox.world import World

#: The sandbox's own text.
MESSAGE = "A fault that was asked for."


def fault_answer(fault: Fault, request: Request, world: World, client_id: str | None) -> Response:
    """The answer of a fault whose rule has a status; the request's address says whose error body it is."""
    if fault.body is not None:
        return _own_body(fault)
    login = AADSTS.fullmatch(fault.code)
    if login:
        answer: Response = render(_login_error(int(login["number"]), client_id), request)
        answer.status_code = fault.status or answer.status_code
        answer.headers.update(fault.headers)
        return answer
    request_id = str(uuid.uuid4())
    client_request_id = request.headers.get("client-request-id") or request_id
    if GRAPH_PATH.match(request.url.path):
        headers = {"request-id": request_id, "client-request-id": client_request_id, **fault.headers}
        error = graph_error(fault)
        return JSONResponse(error.body(world.clock.now(), request_id, client_request_id), error.status, headers)
    body = {
        "error": fault.code,
        "error_description": MESSAGE,
        "error_codes": [],
        "timestamp": world.clock.now().strftime("%Y-%m-%d %H:%M:%SZ"),
        "trace_id": request_id,
        "correlation_id": client_request_id,
    }
    return JSONResponse(body, fault.status or 503, {"x-ms-request-id": request_id, **fault.headers})


def graph_error(fault: Fault) -> GraphError:
    """A fault as Graph's error."""
    return GraphError(fault.status or 503, fault.code, MESSAGE, fault.headers)


def _login_error(number: int, client_id: str | None) -> LoginError:
    """The error with its documented text; what the text names stands there by its own name, but for the client."""
    names = {name for _text, name, _spec, _conversion in string.Formatter().parse(KINDS[number].text) if name}
    values: dict[str, Any] = {name: name for name in names}
    return LoginError(number, **values | ({"client": client_id} if client_id and "client" in names else {}))


def _own_body(fault: Fault) -> Response:
    """A text as it is, even where it is no JSON; anything else as JSON."""
    if not isinstance(fault.body, str):
        return JSONResponse(fault.body, fault.status or 200, fault.headers)
    kind = "text/html; charset=utf-8" if fault.body.lstrip().startswith("<") else "application/json"
    return Response(fault.body, fault.status or 200, fault.headers, None if _names_type(fault) else kind)


def _names_type(fault: Fault) -> bool:
    return "content-type" in {name.lower() for name in fault.headers}
