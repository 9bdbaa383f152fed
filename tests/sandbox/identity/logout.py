# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Signing out of a browser.

Source: https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request. The sandbox does
not call the applications' own logout addresses, and signs out every account where no logout_hint names one.
"""

from __future__ import annotations

from collections.abc import Mapping

import jwt
from starlette.requests import Request
from starlette.responses import Response

from sandbox.identity.directory import find_application
from sandbox.identity.interactions import COOKIE, Session, find_session
from sandbox.identity.optional_claims import read_login_hint
from sandbox.identity.pages import show_page
from sandbox.identity.redirect_uris import is_registered
from sandbox.identity.requests import read_form, world_of
from sandbox.identity.responses import answer_application
from sandbox.world import World


async def sign_out(request: Request) -> Response:
    """GET and POST /{tenant}/oauth2/v2.0/logout and /{tenant}/oauth2/logout."""
    params = dict(request.query_params)
    if request.method == "POST":
        params |= await read_form(request)
    world, session = world_of(request), find_session(request)
    clients = _find_clients(world, params, session)
    if session:
        user = read_login_hint(params.get("logout_hint", ""))
        if user is None or user not in session.accounts:
            session.accounts.clear()
        session.accounts.pop(user or "", None)
        if not session.accounts:
            world.sessions.pop(request.cookies.get(COOKIE, ""), None)
    answer = _answer(world, params, clients)
    if session and not session.accounts:
        answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="none")
    return answer


def _answer(world: World, params: Mapping[str, str], clients: set[str]) -> Response:
    """Back to the address that was named, if it is one of the application's own; else a page."""
    address = params.get("post_logout_redirect_uri", "")
    for client_id in clients if address else ():
        found = find_application(world, client_id)
        if found and is_registered(found[1], address):
            return answer_application(address, "query", {"state": params.get("state")})
    text = "It's a good idea to close all browser windows."
    return show_page("notice", title="You signed out of your account", text=text)


def _find_clients(world: World, params: Mapping[str, str], session: Session | None) -> set[str]:
    """The applications whose addresses count: that of id_token_hint or client_id, else those signed in to here."""
    try:
        claims = world.signing_key.verify(params.get("id_token_hint", ""))
    except jwt.InvalidTokenError:
        claims = {}
    named = claims.get("aud") or params.get("client_id")
    return {str(named)} if named else set(session.clients) if session else set()
