# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The public documents of the identity platform: discovery and signing keys, which pages of every site may read."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.identity.aadsts import LoginError, render
from sandbox.identity.cross_origin import allow_everybody
from sandbox.identity.directory import SHARED, require_tenant
from sandbox.identity.requests import base_of, world_of

#: The tenant of everybody who signs in with a personal account.
PERSONAL_ACCOUNTS = "9188040d-6c67-4c5b-b112-36a304b66dad"


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
    return allow_everybody(
        JSONResponse(
            {
                "tenant_discovery_endpoint": f"{base}/{tenant or 'common'}/v2.0/.well-known/openid-configuration",
                "api-version": "1.1",
                "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
            }
        )
    )


async def show_keys(request: Request) -> Response:
    """The public keys that tokens are signed with."""
    try:
        issuer = _tenant_id(request)
    except LoginError as error:
        return allow_everybody(render(error, request))
    jwk = world_of(request).signing_key.public_jwk
    return allow_everybody(JSONResponse({"keys": [{**jwk, "issuer": f"{base_of(request)}/{issuer}/v2.0"}]}))


def _tenant_id(request: Request) -> str:
    """The GUID of the tenant in the path; the shared endpoints give the placeholder that the service gives."""
    name = request.path_params["tenant"].lower()
    if name == "consumers":
        return PERSONAL_ACCOUNTS
    return "{tenantid}" if name in SHARED else require_tenant(world_of(request), name).id


def _discover(request: Request, issuer: str, oauth2: str, keys: str) -> Response:
    try:
        tenant = _tenant_id(request)
    except LoginError as error:
        wrong = LoginError(error.code, "invalid_tenant", tenant=request.path_params["tenant"].lower())
        return allow_everybody(render(wrong, request))
    base, world = base_of(request), world_of(request)
    name = tenant if tenant in world.tenants else request.path_params["tenant"].lower()
    root = f"{base}/{name}"
    return allow_everybody(
        JSONResponse(
            {
                "token_endpoint": f"{root}{oauth2}/token",
                "token_endpoint_auth_methods_supported": [
                    "client_secret_post",
                    "private_key_jwt",
                    "client_secret_basic",
                ],
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
    )
