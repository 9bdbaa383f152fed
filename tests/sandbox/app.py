# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The application: sign-in by path, Graph under /v1.0 and /beta, control under /_sandbox, all on one origin."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from sandbox import control, graph, portal, resource_manager
from sandbox.consents import write_consent
from sandbox.identity import endpoints
from sandbox.recorder import Cut, Recorder
from sandbox.seed import Planter
from sandbox.world import World

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def build(world: World, planter: Planter, cut: Cut) -> Starlette:
    """Put the application together; `cut` sends a client some bytes and closes its connection."""
    routes = [
        Mount("/_sandbox", routes=control.routes()),
        Mount("/v1.0", routes=graph.routes(), middleware=[graph.FROM_PAGES]),
        Mount("/beta", routes=graph.routes(), middleware=[graph.FROM_PAGES]),
        *resource_manager.routes(),
        *portal.routes(),
        *endpoints.routes(),
        Route("/{path:path}", refuse, methods=METHODS),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(Recorder, world=world, cut=cut)])
    app.state.world = world
    app.state.planter = planter
    app.state.write_consent = write_consent
    return app


async def refuse(request: Request) -> Response:
    """What the sandbox does not emulate answers 501, never something that looks like success."""
    message = f"The sandbox does not emulate {request.method} {request.url.path}."
    return JSONResponse({"error": {"code": "NotImplemented", "message": message}}, 501)
