# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pages that people see: plain HTML forms in pages/*.html, without scripts."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from sandbox.identity.aadsts import KINDS, LoginError, describe

HEADERS = {
    "Cache-Control": "no-store, no-cache",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
}


@cache
def _environment() -> Environment:
    folder = Path(__file__).with_name("pages")
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def show_page(name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of the sign-in; every value is escaped."""
    return HTMLResponse(_environment().get_template(f"{name}.html").render(values), status, HEADERS)


def show_error(error: LoginError, request: Request) -> HTMLResponse:
    """The page of a refusal that is not told to the application. Its status is the sandbox's own choice."""
    body = describe(error, request)
    answer = show_page("error", error.kind.status, text=error.text, code=error.code, **_references(body))
    answer.headers["x-ms-request-id"] = body["trace_id"]
    return answer


async def explain_error(request: Request) -> HTMLResponse:
    """GET /error?code=: where the error_uri of a refusal leads."""
    code = request.query_params.get("code", "")
    kind = KINDS.get(int(code)) if code.isdecimal() and len(code) < 9 else None
    if kind is None:
        return show_page("notice", 404, title="Unknown error", text="The sandbox has no such AADSTS code.")
    return show_page("notice", title=f"AADSTS{code}", text=kind.text)


def show_need_of_approval(error: LoginError, request: Request, application: str, address: str | None) -> HTMLResponse:
    """The page of AADSTS90094: what only an administrator may grant. `address` leads back to the application."""
    values = {"text": error.text, "application": application, "address": address}
    return show_page("approval", error.kind.status, **values, **_references(describe(error, request)))


def _references(body: dict[str, Any]) -> dict[str, str]:
    return {name: body[name] for name in ("trace_id", "correlation_id", "timestamp")}
