# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Microsoft Graph as far as the sandbox speaks it: what is mounted at /v1.0 and /beta."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

#: What a page of another site may read besides the body.
READABLE = [
    "ETag",
    "Location",
    "Preference-Applied",
    "request-id",
    "client-request-id",
    "WWW-Authenticate",
    "Retry-After",
]
#: Pages of every site may call Graph: observed by https://github.com/dotnet/dev-proxy, which answers as Graph does.
FROM_PAGES = Middleware(
    CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"], expose_headers=READABLE, max_age=3600
)


def routes() -> list[Route]:
    """The routes to mount: one, since Graph's own table of paths is sandbox.graph.endpoints."""
    from sandbox.graph.dispatch import serve

    return [Route("/{path:path}", serve, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])]
