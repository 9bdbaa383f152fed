# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What every handler of the identity platform reads from a request."""

from __future__ import annotations

from starlette.requests import Request

from sandbox.world import World


def world_of(request: Request) -> World:
    """The world that this application serves."""
    world: World = request.app.state.world
    return world


def base_of(request: Request) -> str:
    """The address that the client used, without a path."""
    return str(request.base_url).rstrip("/")


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form; files are left out."""
    async with request.form() as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}
