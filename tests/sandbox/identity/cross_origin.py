# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Requests from pages of other sites: who may redeem what from a browser, and the headers that let the page read it.

Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#redirect-uris-for-single-page-apps-spas
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from sandbox.identity.aadsts import LoginError
from sandbox.identity.redirect_uris import LOOPBACK
from sandbox.store import Record


def find_origin(request: Request) -> str | None:
    """The site whose page sends the request; None where it is no browser's or a page of this host."""
    origin = request.headers.get("origin")
    return origin if origin and origin.lower() != str(request.base_url).rstrip("/").lower() else None


def check_origin(application: Record, platform: str | None, origin: str | None) -> None:
    """Raises AADSTS9002327 for a single-page application's grant outside a browser, 9002326 for any other inside.

    The origin must be that of one of the application's redirect URIs of the type spa.
    """
    if origin is None:
        if platform == "spa":
            raise LoginError(9002327)
        return
    uris = application["spa"]["redirectUris"]
    if platform != "spa" or _simplify(origin) not in {_simplify(uri) for uri in uris}:
        raise LoginError(9002326, origin=origin)


def allow_reading(response: Response, origin: str | None) -> Response:
    """Let the page that asked read the answer.

    Refusals are readable too: browsers show AADSTS9002326 to the page that caused it, as observed in
    https://github.com/Azure-Samples/ms-identity-javascript-angular-tutorial/issues/37.
    """
    if origin is not None:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "x-ms-request-id, client-request-id"
        response.headers["Vary"] = "Origin"
    return response


def allow_everybody(response: Response) -> Response:
    """Public documents: discovery and keys."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Methods"] = "GET, OPTIONS"
    return response


async def answer_preflight(request: Request) -> Response:
    """OPTIONS on the token endpoint. It names no client, so nothing is decided yet."""
    headers = {"Access-Control-Allow-Methods": "POST, OPTIONS", "Access-Control-Max-Age": "86400"}
    asked = request.headers.get("access-control-request-headers")
    if asked:
        headers["Access-Control-Allow-Headers"] = asked
    return allow_reading(Response(status_code=200, headers=headers), find_origin(request))


def _simplify(address: str) -> str:
    """Scheme, host and port; a port of this machine does not count."""
    parts = urlsplit(address.lower())
    host = parts.hostname if parts.hostname in LOOPBACK else parts.netloc
    return f"{parts.scheme}://{host}"
