# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Microsoft Graph as far as the sandbox speaks it: what is mounted at /v1.0 and /beta."""

from __future__ import annotations

from starlette.routing import Route


def routes() -> list[Route]:
    """The routes to mount: one, since Graph's own table of paths is sandbox.graph.endpoints."""
    from sandbox.graph.dispatch import serve

    return [Route("/{path:path}", serve, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])]
