# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The one call of the portal's own API that a published client makes: administrator's consent to an application.

It is not documented; address, method and resource are those of the Azure CLI (`az ad app permission admin-consent`). What
it answers is the sandbox's own: the CLI looks at nothing but whether the status is an error.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.consents import write_consent
from sandbox.graph.microsoft_apps import PORTAL
from sandbox.identity.aadsts import LoginError
from sandbox.identity.consent import check_may_consent, is_administrator, registered_roles, registered_scopes
from sandbox.identity.directory import find_application
from sandbox.identity.users import admit, find_account
from sandbox.resource_manager import Refused, read_claims
from sandbox.world import World


def routes() -> list[Route]:
    """What stands below /api of main.iam.ad.ext.azure.com."""
    return [Route("/api/RegisteredApplications/{app_id}/Consent", consent, methods=["POST"])]


async def consent(request: Request) -> Response:
    """POST with onBehalfOfAll=true: grant to everybody all that the application asks for in requiredResourceAccess."""
    world: World = request.app.state.world
    try:
        claims = read_claims(request, [PORTAL])
        if request.query_params.get("onBehalfOfAll", "").lower() != "true":
            raise Refused(501, "NotImplemented", "The sandbox knows consent on behalf of all users only.")
        tenant = world.tenants[claims["tid"]]
        account = find_account(world, tenant, claims["oid"])
        found = find_application(world, request.path_params["app_id"])
        if found is None or (found[0] is not tenant and found[1]["signInAudience"] == "AzureADMyOrg"):
            raise Refused(404, "NotFound", f"There is no application '{request.path_params['app_id']}'.")
        home, application = found
        name = str(application.get("displayName"))
        user = admit(tenant, *account, application["appId"], name) if account else None
        if user is None or not is_administrator(user):
            raise Refused(403, "Forbidden", "Only an administrator may consent for all users.")
        permissions = [
            *registered_scopes(world, tenant, application, None),
            *registered_roles(world, tenant, application),
        ]
        check_may_consent(tenant, None, user, permissions, name)
    except Refused as error:
        return JSONResponse(error.body, error.status)
    except LoginError as error:
        return JSONResponse({"error": {"code": "Forbidden", "message": str(error)}}, 403)
    write_consent(world, tenant, application, home, permissions, None, alone=False)
    return Response(status_code=204)
