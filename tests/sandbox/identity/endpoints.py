# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The identity platform's addresses: token endpoint, discovery documents, keys."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.identity import device_codes, grants, user_realms
from sandbox.identity.aadsts import LoginError, render
from sandbox.identity.clients import basic_credentials
from sandbox.identity.directory import SHARED, require_tenant
from sandbox.identity.grants import TokenRequest
from sandbox.world import World

GRANTS: dict[str, Callable[[TokenRequest], Awaitable[dict[str, Any]]]] = {
    "client_credentials": grants.client_credentials,
    "refresh_token": grants.refresh,
    "password": grants.password,
    "urn:ietf:params:oauth:grant-type:device_code": device_codes.redeem,
    "device_code": device_codes.redeem,
}


def routes() -> list[Route]:
    """Everything below /{tenant}/."""
    return [
        Route("/common/discovery/instance", discover_instance),
        *user_realms.routes(),
        Route("/{tenant}/.well-known/openid-configuration", discover_v1),
        Route("/{tenant}/v2.0/.well-known/openid-configuration", discover_v2),
        Route("/{tenant}/discovery/keys", show_keys),
        Route("/{tenant}/discovery/v2.0/keys", show_keys),
        Route("/{tenant}/oauth2/token", give_token, methods=["POST"]),
        Route("/{tenant}/oauth2/v2.0/token", give_token, methods=["POST"]),
        Route("/{tenant}/oauth2/v2.0/devicecode", give_device_code, methods=["POST"]),
    ]


async def give_token(request: Request) -> Response:
    """The token endpoint, version 1 (`resource`) and 2 (`scope`)."""
    try:
        asked = await _read(request, v1=not request.url.path.endswith("/v2.0/token"))
        grant = asked.need("grant_type")
        if grant not in GRANTS:
            raise LoginError(70003, grant=grant)
        answer = await GRANTS[grant](asked)
    except LoginError as error:
        return render(error, request)
    return JSONResponse(answer, headers={"Cache-Control": "no-store, no-cache", "Pragma": "no-cache"})


async def give_device_code(request: Request) -> Response:
    """The first step of a sign-in on another device."""
    try:
        return JSONResponse(device_codes.begin(await _read(request, v1=False)))
    except LoginError as error:
        return render(error, request)


async def _read(request: Request, *, v1: bool) -> TokenRequest:
    async with request.form() as data:
        form = {name: value for name, value in data.items() if isinstance(value, str)}
    form |= basic_credentials(request.headers.get("authorization"))
    return TokenRequest(world_of(request), request.path_params["tenant"].lower(), form, base_of(request), v1)


async def discover_v2(request: Request) -> Response:
    """The OpenID Connect discovery document of version 2."""
    return _discover(request, "{base}/{tenant}/v2.0", "/oauth2/v2.0", "/discovery/v2.0/keys")


async def discover_v1(request: Request) -> Response:
    """The OpenID Connect discovery document of version 1."""
    return _discover(request, "https://sts.windows.net/{tenant}/", "/oauth2", "/discovery/keys")


async def discover_instance(request: Request) -> Response:
    """Which names this login host goes by."""
    base = base_of(request)
    host = base.partition("://")[2]
    tenant = (
        request.query_params.get("authorization_endpoint", "").partition("://")[2].partition("/")[2].partition("/")[0]
    )
    return JSONResponse(
        {
            "tenant_discovery_endpoint": f"{base}/{tenant or 'common'}/v2.0/.well-known/openid-configuration",
            "api-version": "1.1",
            "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
        }
    )


async def show_keys(request: Request) -> Response:
    """The public keys that tokens are signed with."""
    try:
        issuer = _tenant_id(request)
    except LoginError as error:
        return render(error, request)
    jwk = world_of(request).signing_key.public_jwk
    return JSONResponse({"keys": [{**jwk, "issuer": f"{base_of(request)}/{issuer}/v2.0"}]})


def world_of(request: Request) -> World:
    """The world that this application serves."""
    world: World = request.app.state.world
    return world


def base_of(request: Request) -> str:
    """The address that the client used, without a path."""
    return str(request.base_url).rstrip("/")


def _tenant_id(request: Request) -> str:
    """The GUID of the tenant in the path; the shared endpoints give the placeholder that the service gives."""
    name = request.path_params["tenant"].lower()
    return "{tenantid}" if name in SHARED else require_tenant(world_of(request), name).id


def _discover(request: Request, issuer: str, oauth2: str, keys: str) -> Response:
    try:
        tenant = _tenant_id(request)
    except LoginError as error:
        return render(error, request)
    base, world = base_of(request), world_of(request)
    name = request.path_params["tenant"].lower() if tenant == "{tenantid}" else tenant
    root = f"{base}/{name}"
    return JSONResponse(
        {
            "token_endpoint": f"{root}{oauth2}/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "jwks_uri": f"{root}{keys}",
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": issuer.format(base=base, tenant=tenant),
            "request_uri_parameter_supported": False,
            "userinfo_endpoint": f"{base}/oidc/userinfo",
            "authorization_endpoint": f"{root}{oauth2}/authorize",
            "device_authorization_endpoint": f"{root}{oauth2}/devicecode",
            "http_logout_supported": True,
            "frontchannel_logout_supported": True,
            "end_session_endpoint": f"{root}{oauth2}/logout",
            "claims_supported": [
                "sub",
                "iss",
                "aud",
                "exp",
                "iat",
                "nonce",
                "name",
                "tid",
                "ver",
                "preferred_username",
            ],
            "tenant_region_scope": world.tenants[tenant].region if tenant in world.tenants else None,
            "cloud_instance_name": "microsoftonline.com",
            "msgraph_host": "graph.microsoft.com",
        }
    )
