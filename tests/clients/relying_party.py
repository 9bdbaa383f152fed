# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A web application that leaves signing in to Authlib: a page to sign in, one to come back to, one to sign out."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from typing import Any
from urllib.parse import urlencode

import httpx
from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route


def build(authority: str, client_id: str, client_secret: str, scope: str, tls: ssl.SSLContext) -> Starlette:
    """The application, for the client registered at an authority such as https://localhost:1/{tenant}/v2.0."""
    oauth = OAuth()
    entra: Any = oauth.register(
        "entra",
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=f"{authority}/.well-known/openid-configuration",
        client_kwargs={"scope": scope, "code_challenge_method": "S256", "verify": tls, "trust_env": False},
    )

    async def sign_in(request: Request) -> Response:
        answer: Response = await entra.authorize_redirect(request, str(request.url_for("come_back")))
        return answer

    async def come_back(request: Request) -> Response:
        try:
            tokens = await entra.authorize_access_token(request)
            profile = await entra.userinfo(token=tokens)
        except OAuthError as error:
            return JSONResponse({"error": error.error, "description": error.description}, 403)
        kept = {"claims": dict(tokens["userinfo"]), "profile": dict(profile)}
        if "refresh_token" not in tokens:
            return JSONResponse(kept)
        again = await entra.fetch_access_token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
        renewed = again["access_token"] != tokens["access_token"]
        return JSONResponse({**kept, "refreshed": sorted(again), "renewed": renewed})

    async def sign_out(request: Request) -> Response:
        metadata = await entra.load_server_metadata()
        back = urlencode({"post_logout_redirect_uri": str(request.url_for("signed_out")), "state": "left"})
        return RedirectResponse(f"{metadata['end_session_endpoint']}?{back}")

    async def signed_out(request: Request) -> Response:
        return JSONResponse(dict(request.query_params))

    pages = [sign_in, come_back, sign_out, signed_out]
    routes = [Route(f"/{page.__name__}", page, name=page.__name__) for page in pages]
    return Starlette(routes=routes, middleware=[Middleware(SessionMiddleware, secret_key=secrets.token_urlsafe())])


class Site:
    """The web application as a browser of its users calls it, cookies and all."""

    def __init__(self, application: Starlette, address: str) -> None:
        self.address = address
        self.transport = httpx.ASGITransport(application)
        self.cookies = httpx.Cookies()

    def get(self, address: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=self.transport, base_url=self.address, cookies=self.cookies) as http:
                answer = await http.get(address)
                self.cookies = http.cookies
                return answer

        return asyncio.run(ask())
