# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a user's password is checked: msal asks before it sends one. Every domain here is managed, none federated.

The answer for a domain that is not here is the sandbox's own.
Source: user_realm_discovery() of https://github.com/AzureAD/microsoft-authentication-library-for-python
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.identity.directory import find_tenant


def routes() -> list[Route]:
    """The address, in both spellings that msal's libraries use."""
    return [Route(f"/common/{name}/{{user}}", show_realm) for name in ("userrealm", "UserRealm")]


async def show_realm(request: Request) -> Response:
    """{account_type: Managed | Unknown, domain_name, ...}"""
    domain = request.path_params["user"].rpartition("@")[2].lower()
    answer = {
        "ver": "1.0",
        "cloud_instance_name": "microsoftonline.com",
        "cloud_audience_urn": "urn:federation:MicrosoftOnline",
    }
    if find_tenant(request.app.state.world, domain) is None:
        return JSONResponse({**answer, "account_type": "Unknown"})
    return JSONResponse({**answer, "account_type": "Managed", "domain_name": domain})
