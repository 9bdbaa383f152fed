# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The identity platform's errors: raised by their number, answered as the token endpoint answers them."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from starlette.requests import Request
from starlette.responses import JSONResponse


class Kind(NamedTuple):
    """What an error code always comes with."""

    status: int
    error: str
    text: str
    suberror: str | None = None


def load_kinds() -> dict[int, Kind]:
    """Read aadsts.yml."""
    data = yaml.safe_load(Path(__file__).with_name("aadsts.yml").read_text(encoding="utf-8"))
    return {code: Kind(**kind) for code, kind in data.items()}


KINDS = load_kinds()


class LoginError(Exception):
    """A sign-in that was refused: the number behind AADSTS and what its text names.

    `error` is the OAuth error where it is another than usual for the number.
    """

    def __init__(self, code: int, error: str | None = None, **values: object) -> None:
        self.code = code
        self.kind = KINDS[code]._replace(error=error) if error else KINDS[code]
        self.text = f"AADSTS{code}: {self.kind.text.format(**values)}"
        super().__init__(self.text)


def describe(error: LoginError, request: Request) -> dict[str, Any]:
    """The error body of the token endpoint; pages and redirects show the same values."""
    trace_id = str(uuid.uuid4())
    correlation_id = request.headers.get("client-request-id") or request.query_params.get("client-request-id")
    correlation_id = correlation_id or str(uuid.uuid4())
    timestamp = request.app.state.world.clock.now().strftime("%Y-%m-%d %H:%M:%SZ")
    body: dict[str, Any] = {
        "error": error.kind.error,
        "error_description": f"{error.text} Trace ID: {trace_id} Correlation ID: {correlation_id} Timestamp: {timestamp}",
        "error_codes": [error.code],
        "timestamp": timestamp,
        "trace_id": trace_id,
        "correlation_id": correlation_id,
        "error_uri": f"{str(request.base_url).rstrip('/')}/error?code={error.code}",
    }
    if error.kind.suberror:
        body["suberror"] = error.kind.suberror
    return body


def render(error: LoginError, request: Request) -> JSONResponse:
    """Answer with the error body of the token endpoint."""
    body = describe(error, request)
    headers = {"Cache-Control": "no-store, no-cache", "x-ms-request-id": body["trace_id"]}
    if "client-request-id" in request.headers:
        headers["client-request-id"] = body["correlation_id"]
    return JSONResponse(body, error.kind.status, headers)
