# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The addresses at which an administrator consents for the whole organization.

Sources: https://learn.microsoft.com/entra/identity-platform/v2-admin-consent, by which version 2.0 needs scope and redirect_uri, and
https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent, by which version 1.0 needs client_id alone. What a
refusal carries was observed in https://github.com/MicrosoftDocs/azure-docs/issues/114009.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from sandbox.identity.aadsts import LoginError
from sandbox.identity.authorization_requests import find_client
from sandbox.identity.consent import (
    Permission,
    check_may_consent,
    find_missing,
    is_administrator,
    openid_scopes,
    registered_roles,
    registered_scopes,
)
from sandbox.identity.directory import SHARED, refuse_unlisted, require_tenant
from sandbox.identity.interactions import Account, Interaction, begin_interaction, find_session
from sandbox.identity.pages import show_error, show_need_of_approval
from sandbox.identity.redirect_uris import choose_redirect_uri
from sandbox.identity.requests import world_of
from sandbox.identity.responses import DECLINED, answer_application, error_fields
from sandbox.identity.scopes import read_scopes
from sandbox.identity.sign_in import show_accounts, show_consent, show_sign_in
from sandbox.identity.tokens import User
from sandbox.identity.users import admit, find_home
from sandbox.store import Record, Tenant
from sandbox.world import World


@dataclass(frozen=True)
class AdminConsentRequest:
    """A request for consent; `tenant` is None where that of the administrator is meant. `scope` is None at version 1."""

    tenant: Tenant | None
    path: str
    application: Record
    home: Tenant
    redirect_uri: str
    scope: str | None
    state: str | None

    @property
    def name(self) -> str:
        """The application's name, for the pages."""
        return str(self.application.get("displayName"))


async def ask_admin(request: Request) -> Response:
    """GET /{tenant}/adminconsent and /{tenant}/v2.0/adminconsent."""
    world = world_of(request)
    try:
        asked = _read(world, request.path_params["tenant"].lower(), request.query_params, "/v2.0/" in request.url.path)
    except LoginError as error:
        return show_error(error, request)
    interaction = begin_interaction(world, asked, go_on, answer_consent)
    session = find_session(request)
    accounts = list(session.accounts.values()) if session else []
    return show_accounts(world, interaction, accounts) if accounts else show_sign_in(interaction)


def go_on(request: Request, interaction: Interaction, account: Account) -> Response:
    """Somebody has signed in: whoever may consent is asked to."""
    asked: AdminConsentRequest = interaction.asked
    world = world_of(request)
    try:
        tenant, user = _admit(world, asked, account)
        interaction.account, interaction.permissions = account, _list_permissions(world, tenant, asked, user)
        return show_consent(interaction, user, whole=True, admin=True)
    except LoginError as error:
        return _refuse(request, asked, error)


def answer_consent(request: Request, interaction: Interaction, accepted: bool, organization: bool) -> Response:
    """The administrator has answered."""
    asked: AdminConsentRequest = interaction.asked
    world, account = world_of(request), interaction.account
    del world.interactions[interaction.key]
    try:
        if account is None or not accepted:
            raise LoginError(DECLINED)
        tenant, user = _admit(world, asked, account)
        permissions = _list_permissions(world, tenant, asked, user)
    except LoginError as error:
        return _refuse(request, asked, error)
    static = _is_static(asked)
    request.app.state.write_consent(world, tenant, asked.application, asked.home, permissions, None, static)
    given = {"admin_consent": "True", "tenant": tenant.id, "scope": asked.scope, "state": asked.state}
    return answer_application(asked.redirect_uri, "query", given)


def _read(world: World, path: str, params: Mapping[str, str], v2: bool) -> AdminConsentRequest:
    """Raises AADSTS900144, 90002, 700016, 50011, 500113, 70011."""
    tenant = None if path in SHARED else require_tenant(world, path)
    for name in ("client_id", "scope", "redirect_uri") if v2 else ("client_id",):
        if not params.get(name):
            raise LoginError(900144, parameter=name)
    application, home = find_client(world, tenant, params["client_id"].lower())
    redirect_uri = choose_redirect_uri(application, params.get("redirect_uri"))[0]
    scope = params["scope"] if v2 else None
    if scope:
        read_scopes(scope)
    return AdminConsentRequest(tenant, path, application, home, redirect_uri, scope, params.get("state"))


def _admit(world: World, asked: AdminConsentRequest, account: Account) -> tuple[Tenant, User]:
    home, record = find_home(world, account.tenant, account.user)
    tenant = asked.tenant or home
    refuse_unlisted(asked.application, asked.home, tenant)
    return tenant, admit(tenant, home, record, asked.application["appId"], asked.name)


def _list_permissions(world: World, tenant: Tenant, asked: AdminConsentRequest, user: User) -> list[Permission]:
    """All that is registered for version 1 and .default, else the scopes named. Raises AADSTS90094, 650053, 500011."""
    wishes = read_scopes(asked.scope) if asked.scope else []
    if _is_static(asked):
        found = registered_scopes(world, tenant, asked.application, None)
        found += registered_roles(world, tenant, asked.application)
        for wish in wishes[:1]:
            found = [*openid_scopes(world, tenant, wish.oidc), *found]
    else:
        found = find_missing(world, tenant, asked.application, None, user, wishes)
    if not is_administrator(user):
        raise LoginError(90094, tenant_name=tenant.display_name, client_name=asked.name)
    check_may_consent(tenant, None, user, found, asked.name)
    return found


def _is_static(asked: AdminConsentRequest) -> bool:
    """Whether what is registered is asked for: then application permissions are granted too."""
    return asked.scope is None or any(wish.default for wish in read_scopes(asked.scope))


def _refuse(request: Request, asked: AdminConsentRequest, error: LoginError) -> Response:
    fields = {**error_fields(error, request), "admin_consent": "True", "state": asked.state}
    if error.code == DECLINED:
        return answer_application(asked.redirect_uri, "query", fields)
    if error.code == 90094:
        back = answer_application(asked.redirect_uri, "query", fields).headers["Location"]
        return show_need_of_approval(error, request, asked.name, back)
    return show_error(error, request)
