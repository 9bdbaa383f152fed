# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The identity platform's addresses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.identity import codes, device_codes, grants, on_behalf_of, user_realms
from sandbox.identity.aadsts import LoginError, render
from sandbox.identity.admin_consent import ask_admin
from sandbox.identity.authorize import authorize
from sandbox.identity.clients import basic_credentials
from sandbox.identity.cross_origin import allow_reading, answer_preflight, find_origin
from sandbox.identity.device_page import take_device_code
from sandbox.identity.documents import discover_instance, discover_v1, discover_v2, show_keys
from sandbox.identity.grants import TokenRequest
from sandbox.identity.logout import sign_out
from sandbox.identity.pages import explain_error
from sandbox.identity.requests import base_of, read_form, world_of
from sandbox.identity.sign_in import take_account, take_consent, take_password
from sandbox.identity.userinfo import show_user

GRANTS: dict[str, Callable[[TokenRequest], Awaitable[dict[str, Any]]]] = {
    "authorization_code": codes.redeem_code,
    "client_credentials": grants.client_credentials,
    "refresh_token": grants.refresh,
    "password": grants.password,
    on_behalf_of.GRANT: on_behalf_of.exchange,
    "urn:ietf:params:oauth:grant-type:device_code": device_codes.redeem,
    "device_code": device_codes.redeem,
}


#: What single-page applications may send; a page of another site may send nothing else.
FROM_BROWSERS = ("authorization_code", "refresh_token")


def routes() -> list[Route]:
    """Everything below /{tenant}/."""
    return [
        Route("/common/discovery/instance", discover_instance),
        *user_realms.routes(),
        Route("/{tenant}/.well-known/openid-configuration", discover_v1),
        Route("/{tenant}/v2.0/.well-known/openid-configuration", discover_v2),
        Route("/{tenant}/discovery/keys", show_keys),
        Route("/{tenant}/discovery/v2.0/keys", show_keys),
        Route("/{tenant}/oauth2/authorize", authorize, methods=["GET", "POST"]),
        Route("/{tenant}/oauth2/v2.0/authorize", authorize, methods=["GET", "POST"]),
        Route("/{tenant}/oauth2/logout", sign_out, methods=["GET", "POST"]),
        Route("/{tenant}/oauth2/v2.0/logout", sign_out, methods=["GET", "POST"]),
        Route("/{tenant}/adminconsent", ask_admin),
        Route("/{tenant}/v2.0/adminconsent", ask_admin),
        Route("/common/oauth2/deviceauth", take_device_code, methods=["GET", "POST"]),
        Route("/oidc/userinfo", show_user, methods=["GET", "POST", "OPTIONS"]),
        Route("/error", explain_error),
        Route("/{tenant}/login", take_password, methods=["POST"]),
        Route("/{tenant}/account", take_account, methods=["POST"]),
        Route("/{tenant}/Consent/Set", take_consent, methods=["POST"]),
        Route("/{tenant}/oauth2/token", answer_preflight, methods=["OPTIONS"]),
        Route("/{tenant}/oauth2/v2.0/token", answer_preflight, methods=["OPTIONS"]),
        Route("/{tenant}/oauth2/token", give_token, methods=["GET", "POST"]),
        Route("/{tenant}/oauth2/v2.0/token", give_token, methods=["GET", "POST"]),
        Route("/{tenant}/oauth2/v2.0/devicecode", give_device_code, methods=["POST"]),
    ]


async def give_token(request: Request) -> Response:
    """The token endpoint, version 1 (`resource`) and 2 (`scope`)."""
    origin = find_origin(request)
    try:
        if request.method != "POST":
            raise LoginError(900561, method=request.method)
        asked = await _read(request, v1=not request.url.path.endswith("/v2.0/token"))
        grant = asked.need("grant_type")
        if grant not in GRANTS:
            raise LoginError(70003, grant=grant)
        if origin and grant not in FROM_BROWSERS:
            raise LoginError(9002326, origin=origin)
        answer = await GRANTS[grant](asked)
    except LoginError as error:
        return allow_reading(render(error, request), origin)
    headers = {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache"}
    return allow_reading(JSONResponse(answer, headers=headers), origin)


async def give_device_code(request: Request) -> Response:
    """The first step of a sign-in on another device."""
    try:
        return JSONResponse(device_codes.begin(await _read(request, v1=False)))
    except LoginError as error:
        return render(error, request)


async def _read(request: Request, *, v1: bool) -> TokenRequest:
    form = await read_form(request)
    form |= basic_credentials(request.headers.get("authorization"))
    tenant, origin = request.path_params["tenant"].lower(), find_origin(request)
    return TokenRequest(world_of(request), tenant, form, base_of(request), v1, origin)
