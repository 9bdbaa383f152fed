# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The authorize endpoint: whoever is signed in here is known to the application, everybody else signs in first.

Sources: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow and
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-implicit-grant-flow
"""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from sandbox.identity import codes
from sandbox.identity.aadsts import LoginError
from sandbox.identity.authorization_requests import AuthorizationRequest, check_request, find_client, read_request
from sandbox.identity.codes import Code, keep_code
from sandbox.identity.consent import check_may_consent, find_missing, is_administrator
from sandbox.identity.directory import Client, refuse_unlisted, require_client
from sandbox.identity.grants import client_info, find_scopes
from sandbox.identity.id_tokens import id_token
from sandbox.identity.interactions import Account, Interaction, begin_interaction, find_session
from sandbox.identity.optional_claims import read_login_hint
from sandbox.identity.pages import show_error, show_need_of_approval, show_page
from sandbox.identity.requests import base_of, read_form, world_of
from sandbox.identity.responses import DECLINED, answer_application, error_fields
from sandbox.identity.scopes import read_scopes, require_resource
from sandbox.identity.sign_in import show_accounts, show_consent, show_sign_in
from sandbox.identity.tokens import SignIn, User, user_token
from sandbox.identity.users import (
    accept_invitation,
    admit,
    admit_client,
    check_assignment,
    check_still_valid,
    find_home,
)
from sandbox.store import Tenant
from sandbox.world import World

#: What the user is told, not the application.
FOR_THE_USER = {50020, 50034, 50057, 50105, 90094, 90099, 700016, 7000112, 7000119, 7000229}
#: What an application that asked for no page is told:
#: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#error-codes-for-authorization-endpoint-errors
INTERACTION_REQUIRED = FOR_THE_USER | {65001}


async def authorize(request: Request) -> Response:
    """GET and POST /{tenant}/oauth2/v2.0/authorize and /{tenant}/oauth2/authorize."""
    params = dict(request.query_params)
    if request.method == "POST":
        params |= await read_form(request)
    world = world_of(request)
    try:
        v1 = not request.url.path.endswith("/v2.0/authorize")
        asked = read_request(world, request.path_params["tenant"].lower(), params, v1=v1)
    except LoginError as error:
        return show_error(error, request)
    if asked.path == "consumers":
        text = "The sandbox does not emulate personal accounts."
        return show_page("notice", 501, title="Not implemented", text=text)
    try:
        check_request(asked)
        return _choose_account(request, begin_interaction(world, asked, go_on, answer_consent))
    except LoginError as error:
        return refuse(request, asked, error)


def refuse(request: Request, asked: AuthorizationRequest, error: LoginError) -> Response:
    """Tell the user or the application."""
    if asked.prompt != "none" and error.code == 90094:
        told = {**error_fields(LoginError(DECLINED), request), "state": asked.params.get("state")}
        back = answer_application(asked.redirect_uri, "query", told).headers["Location"]
        return show_need_of_approval(error, request, asked.name, back)
    if asked.prompt != "none" and error.code in FOR_THE_USER:
        return show_error(error, request)
    fields = error_fields(error, request)
    if error.code in INTERACTION_REQUIRED:
        fields["error"] = "interaction_required"
    mode = asked.response_mode if asked.response_mode in ("query", "fragment", "form_post") else "query"
    return answer_application(asked.redirect_uri, mode, {**fields, "state": asked.params.get("state")})


def go_on(request: Request, interaction: Interaction, account: Account) -> Response:
    """Somebody is signed in: ask for consent where it is missing, else answer the application."""
    asked: AuthorizationRequest = interaction.asked
    world = world_of(request)
    try:
        tenant, user = _admit(world, asked, account)
        client = _client_in(world, tenant, asked)
        if client:
            check_assignment(SignIn(world, client, "", ""), user, client.service_principal, client.name)
        again = asked.prompt == "consent" and not interaction.consented
        wishes = read_scopes(asked.scope)
        missing = find_missing(world, tenant, asked.application, None if again else client, user, wishes)
        if missing and asked.prompt == "none":
            raise LoginError(65001, client=asked.client_id, client_name=asked.name)
        if missing or client is None:
            check_may_consent(tenant, client, user, missing, asked.name)
            interaction.account, interaction.permissions = account, missing
            return show_consent(interaction, user, whole=False, admin=is_administrator(user))
        accept_invitation(world, tenant, user)
        del world.interactions[interaction.key]
        return _finish(request, asked, client, user, account)
    except LoginError as error:
        return refuse(request, asked, error)


def answer_consent(request: Request, interaction: Interaction, accepted: bool, organization: bool) -> Response:
    """The user has answered the consent page."""
    asked: AuthorizationRequest = interaction.asked
    world = world_of(request)
    account = interaction.account
    try:
        if account is None or not accepted:
            raise LoginError(DECLINED)
        tenant, user = _admit(world, asked, account)
        permissions = list(interaction.permissions)
        check_may_consent(tenant, _client_in(world, tenant, asked), user, permissions, asked.name)
        everybody = organization and is_administrator(user)
        principal = None if everybody else user.record["id"]
        request.app.state.write_consent(world, tenant, asked.application, asked.home, permissions, principal, False)
    except LoginError as error:
        return refuse(request, asked, error)
    interaction.consented = True
    return go_on(request, interaction, account)


def _choose_account(request: Request, interaction: Interaction) -> Response:
    """The account that is signed in here and meant, or a page that asks for one."""
    asked: AuthorizationRequest = interaction.asked
    world = world_of(request)
    session = find_session(request)
    accounts = [one for one in (session.accounts.values() if session else ()) if _is_known(world, asked, one)]
    hint = asked.params.get("login_hint") or asked.params.get("username") or ""
    hinted = read_login_hint(hint)
    if hint:
        accounts = [one for one in accounts if hinted == one.user or _name_of(world, one).lower() == hint.lower()]
    if asked.prompt == "none":
        if len(accounts) != 1:
            raise LoginError(50058)
        return go_on(request, interaction, accounts[0])
    if asked.prompt == "login" or not accounts:
        return show_sign_in(interaction, login="" if hinted else hint)
    if asked.prompt == "select_account" or len(accounts) > 1:
        return show_accounts(world, interaction, accounts)
    return go_on(request, interaction, accounts[0])


def _is_known(world: World, asked: AuthorizationRequest, account: Account) -> bool:
    """Whether the account means anything in the tenant that is asked for, and its sign-in still counts."""
    try:
        check_still_valid(find_home(world, account.tenant, account.user)[1], account.began, public=True)
        _admit(world, asked, account)
    except LoginError as error:
        return error.code not in (50020, 50034, 50173)
    return True


def _admit(world: World, asked: AuthorizationRequest, account: Account) -> tuple[Tenant, User]:
    """The tenant that is signed in to and the user as it sees the account; raises what admit() raises."""
    home, record = find_home(world, account.tenant, account.user)
    tenant = asked.tenant or home
    refuse_unlisted(asked.application, asked.home, tenant)
    user = admit(tenant, home, record, asked.client_id, asked.name)
    admit_client(world, tenant, user, asked.client_id)
    return tenant, replace(user, signed_in=account.signed_in)


def _client_in(world: World, tenant: Tenant, asked: AuthorizationRequest) -> Client | None:
    """The application as the tenant knows it; None where consent has yet to make it known."""
    find_client(world, tenant, asked.client_id)
    if tenant is not asked.home and not tenant.view().find("servicePrincipal", appId=asked.client_id):
        return None
    return require_client(world, tenant, asked.client_id)


def _name_of(world: World, account: Account) -> str:
    record = world.tenants[account.tenant].view().get("user", account.user) or {}
    return str(record.get("userPrincipalName", ""))


def _finish(request: Request, asked: AuthorizationRequest, client: Client, user: User, account: Account) -> Response:
    """The code and the tokens that were asked for, on their way to the application."""
    world, session = world_of(request), find_session(request)
    session_id = session.id if session else ""
    if session:
        session.clients.add(asked.client_id)
    user = replace(user, session=session_id)
    sign_in = SignIn(world, client, base_of(request), "0")
    in_address = asked.response_mode != "form_post"
    fields: dict[str, str | None] = {}
    if "code" in asked.response_type:
        code = Code(
            tenant=client.tenant,
            client_id=asked.client_id,
            account=(account.tenant, account.user),
            redirect_uri=asked.params.get("redirect_uri") or asked.redirect_uri,
            platform=asked.platform,
            scope=asked.scope,
            nonce=asked.params.get("nonce"),
            challenge=asked.challenge,
            session=session_id,
            signed_in=account.signed_in,
            ends=world.clock.now().timestamp() + codes.LIFETIME,
        )
        fields["code"] = keep_code(world, code)
    wish = read_scopes(asked.scope)[0]
    if "token" in asked.response_type:
        resource = require_resource(world, client.tenant, wish.resource)
        scopes = find_scopes(client, resource, user, wish)
        fields["access_token"] = user_token(sign_in, resource, user, scopes, in_address=in_address)
        fields |= {"token_type": "Bearer", "expires_in": "3599", "scope": asked.scope}
    if "id_token" in asked.response_type:
        fields["id_token"] = id_token(
            sign_in,
            user,
            wish.oidc,
            version=1 if asked.v1 else 2,
            nonce=asked.params.get("nonce"),
            code=fields.get("code"),
            access_token=fields.get("access_token"),
            in_address=in_address,
        )
    if asked.params.get("client_info") == "1":
        fields["client_info"] = client_info(user)
    fields |= {"state": asked.params.get("state"), "session_state": session_id}
    return answer_application(asked.redirect_uri, asked.response_mode, fields)
