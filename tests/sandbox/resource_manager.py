# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""As much of Azure Resource Manager as a sign-in with the Azure CLI asks for: tenants, and that there are no subscriptions.

Source: https://learn.microsoft.com/rest/api/resources/tenants/list and .../subscriptions/list
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.store import Tenant
from sandbox.world import World

AUDIENCES = ("https://management.core.windows.net/", "https://management.azure.com/")


class Refused(Exception):
    """Resource Manager's answer to a bad token: HTTP status, code and message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status = status
        self.body = {"error": {"code": code, "message": message}}
        super().__init__(message)


def routes() -> list[Route]:
    """The two lists that stand at the root of management.azure.com."""
    return [Route("/tenants", list_tenants), Route("/subscriptions", list_subscriptions)]


async def list_tenants(request: Request) -> Response:
    """The tenants that the caller has an account in: its own, for a partner's user also those it administers."""
    try:
        claims = read_claims(request)
    except Refused as error:
        return JSONResponse(error.body, error.status)
    world: World = request.app.state.world
    tenants = [tenant for tenant in world.tenants.values() if _knows(tenant, claims)]
    return JSONResponse({"value": [_describe(tenant, claims["tid"]) for tenant in tenants]})


async def list_subscriptions(request: Request) -> Response:
    """None: the sandbox has a directory and no resources."""
    try:
        read_claims(request)
    except Refused as error:
        return JSONResponse(error.body, error.status)
    return JSONResponse({"value": [], "count": {"type": "Total", "value": 0}})


def read_claims(request: Request, audiences: Sequence[str] = AUDIENCES) -> dict[str, Any]:
    """The claims of a bearer token for one of these audiences.

    Raises Refused with the codes and texts of https://learn.microsoft.com/azure/azure-monitor/logs/api/errors and, for a
    missing header, of Azure Resource Manager as observed by its callers.
    """
    scheme, _ignored, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused(
            401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing or invalid."
        )
    world: World = request.app.state.world
    try:
        claims = world.signing_key.verify(token.strip())
    except jwt.InvalidTokenError:
        raise Refused(401, "InvalidAuthenticationToken", "The access token is invalid.") from None
    if claims.get("exp", 0) <= world.clock.now().timestamp():
        raise Refused(401, "ExpiredAuthenticationToken", "The access token expiry UTC time is in the past.")
    if claims.get("aud") not in (*audiences, *(one.rstrip("/") for one in audiences)):
        allowed = ",".join(audiences)
        message = (
            f"The access token has been obtained for wrong audience or resource '{claims.get('aud')}'. It should "
            f"exactly match with one of the allowed audiences '{allowed}'."
        )
        raise Refused(401, "InvalidAuthenticationTokenAudience", message)
    return claims


def _knows(tenant: Tenant, claims: dict[str, Any]) -> bool:
    return tenant.id == claims["tid"] or any(
        partner["user"] == claims["oid"] for partner in tenant.view().all("delegatedAdmin")
    )


def _describe(tenant: Tenant, own: str) -> dict[str, Any]:
    """A tenantIdDescription."""
    domains = [domain["id"] for domain in tenant.view().all("domain") if domain.get("isVerified")]
    return {
        "id": f"/tenants/{tenant.id}",
        "tenantId": tenant.id,
        "displayName": tenant.display_name,
        "domains": domains,
        "tenantCategory": "Home" if tenant.id == own else "ManagedBy",
        "defaultDomain": tenant.default_domain,
        "tenantType": "AAD",
    }
