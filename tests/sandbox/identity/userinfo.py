# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The UserInfo endpoint.

Source: https://learn.microsoft.com/entra/identity-platform/userinfo
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.identity.callers import InvalidToken, caller_of
from sandbox.identity.cross_origin import allow_everybody
from sandbox.identity.requests import world_of
from sandbox.identity.tokens import make_subject


async def show_user(request: Request) -> Response:
    """GET, POST and OPTIONS /oidc/userinfo with a token of Graph that holds the scope openid: the claims of the user."""
    if request.method == "OPTIONS":
        return allow_everybody(Response(headers={"Access-Control-Allow-Headers": "authorization"}))
    try:
        caller = caller_of(request)
    except InvalidToken as error:
        return _refuse(401, "InvalidAuthenticationToken", str(error))
    record = world_of(request).tenants[caller.tenant_id].view().get("user", caller.user_id or "")
    if record is None or "openid" not in caller.permissions:
        return _refuse(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
    claims = {"sub": make_subject(record["id"], caller.client_id)}
    if "profile" in caller.permissions:
        names = {"name": "displayName", "family_name": "surname", "given_name": "givenName"}
        claims |= {claim: record[name] for claim, name in names.items() if record.get(name)}
    claims["picture"] = "https://graph.microsoft.com/v1.0/me/photo/$value"
    if "email" in caller.permissions and record.get("mail"):
        claims["email"] = record["mail"]
    return allow_everybody(JSONResponse(claims))


def _refuse(status: int, code: str, message: str) -> Response:
    headers = {"WWW-Authenticate": 'Bearer realm="", error="invalid_token"'} if status == 401 else {}
    return allow_everybody(JSONResponse({"error": {"code": code, "message": message}}, status, headers))
