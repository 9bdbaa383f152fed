# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The page on which a user enters the code that another device shows, then signs in and consents.

Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from sandbox.identity.aadsts import LoginError
from sandbox.identity.consent import check_may_consent, find_missing, is_administrator
from sandbox.identity.device_codes import Pending, find_pending
from sandbox.identity.directory import Client, refuse_unlisted, require_client
from sandbox.identity.interactions import Account, Interaction, begin_interaction
from sandbox.identity.pages import show_error, show_page
from sandbox.identity.requests import read_form, world_of
from sandbox.identity.scopes import read_scopes
from sandbox.identity.sign_in import show_consent, show_sign_in
from sandbox.identity.tokens import SignIn, User
from sandbox.identity.users import admit, check_assignment, find_home
from sandbox.store import Tenant
from sandbox.world import World


async def take_device_code(request: Request) -> Response:
    """GET and POST /common/oauth2/deviceauth; `user_code` in the address fills the code in."""
    if request.method == "GET":
        return show_page("device", code=request.query_params.get("user_code", ""), problem="")
    code = (await read_form(request)).get("user_code", "")
    pending = find_pending(world_of(request), code)
    if pending is None:
        return show_page("device", code=code, problem=LoginError(70018).text)
    return show_sign_in(begin_interaction(world_of(request), pending, go_on, answer_consent))


def go_on(request: Request, interaction: Interaction, account: Account) -> Response:
    """The user has signed in: ask for consent where it is missing, else let the device know."""
    pending: Pending = interaction.asked
    world = world_of(request)
    try:
        tenant, user, client = _admit(world, pending, account)
        missing = find_missing(world, tenant, pending.application, client, user, read_scopes(pending.scope))
        if missing or client is None:
            check_may_consent(tenant, client, user, missing, pending.name)
            interaction.account, interaction.permissions = account, missing
            return show_consent(interaction, user, whole=False, admin=is_administrator(user))
    except LoginError as error:
        return show_error(error, request)
    del world.interactions[interaction.key]
    pending.account = account
    text = f"You have signed in to the {pending.name} application on your device. You may now close this window."
    return show_page("notice", title=pending.name, text=text)


def answer_consent(request: Request, interaction: Interaction, accepted: bool, organization: bool) -> Response:
    """The user has answered the consent page."""
    pending: Pending = interaction.asked
    world, account = world_of(request), interaction.account
    if account is None or not accepted:
        pending.declined = True
        return show_page("notice", title=pending.name, text="You declined. The device is told so.")
    try:
        tenant, user, client = _admit(world, pending, account)
        permissions = list(interaction.permissions)
        check_may_consent(tenant, client, user, permissions, pending.name)
    except LoginError as error:
        return show_error(error, request)
    principal = None if organization and is_administrator(user) else user.record["id"]
    request.app.state.write_consent(world, tenant, pending.application, pending.home, permissions, principal, False)
    return go_on(request, interaction, account)


def _admit(world: World, pending: Pending, account: Account) -> tuple[Tenant, User, Client | None]:
    home, record = find_home(world, account.tenant, account.user)
    tenant = pending.tenant or home
    refuse_unlisted(pending.application, pending.home, tenant)
    client_id = pending.application["appId"]
    user = admit(tenant, home, record, client_id, pending.name)
    known = tenant is pending.home or tenant.view().find("servicePrincipal", appId=client_id)
    client = require_client(world, tenant, client_id) if known else None
    if client:
        check_assignment(SignIn(world, client, "", ""), user, client.service_principal, client.name)
    return tenant, user, client
