# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pages on which a user signs in, picks an account and consents, and the forms that they send."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.identity.aadsts import LoginError
from sandbox.identity.directory import find_tenant, find_user
from sandbox.identity.interactions import (
    Account,
    Interaction,
    find_session,
    keep_cookie,
    new_account,
    require_interaction,
    sign_in_here,
)
from sandbox.identity.pages import show_error, show_page
from sandbox.identity.requests import read_form, world_of
from sandbox.identity.tokens import User
from sandbox.identity.users import check_password
from sandbox.store import Record, Tenant
from sandbox.world import World


def show_sign_in(interaction: Interaction, login: str = "", problem: str = "") -> Response:
    """The page that asks for name and password; `problem` is why it is shown again."""
    return show_page("sign_in", **_form(interaction, "login"), login=login, problem=problem)


def show_accounts(world: World, interaction: Interaction, accounts: list[Account]) -> Response:
    """The page that asks which of the accounts signed in here is meant."""
    listed = []
    for account in accounts:
        record = world.tenants[account.tenant].view().get("user", account.user) or {}
        name, login = record.get("displayName"), record.get("userPrincipalName")
        listed.append({"id": account.user, "name": name, "login": login})
    return show_page("pick_account", **_form(interaction, "account"), accounts=listed)


def show_consent(interaction: Interaction, user: User, *, whole: bool, admin: bool) -> Response:
    """The page that asks for consent: `whole` for the organization at any rate, `admin` offers it."""
    login = user.record["userPrincipalName"]
    values = {"permissions": interaction.permissions, "login": login, "whole": whole, "admin": admin}
    return show_page("consent", **_form(interaction, "Consent/Set"), **values)


def _form_of_sign_in(
    take: Callable[[Request, Interaction, dict[str, str]], Response],
) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for a form of a sign-in that has begun; a LoginError becomes its page."""

    @functools.wraps(take)
    async def endpoint(request: Request) -> Response:
        form = await read_form(request)
        try:
            return take(request, require_interaction(world_of(request), form.get("ctx", "")), form)
        except LoginError as error:
            return show_error(error, request)

    return endpoint


@_form_of_sign_in
def take_password(request: Request, interaction: Interaction, form: dict[str, str]) -> Response:
    """POST /{tenant}/login: name and password."""
    name = form.get("login", "").strip()
    try:
        home, record = _find_account(world_of(request), interaction.asked.tenant, name)
        check_password(home, record["id"], form.get("passwd", ""))
    except LoginError as error:
        return show_sign_in(interaction, name, error.text)
    account = new_account(world_of(request), home.id, record["id"])
    key = sign_in_here(request, account)
    return keep_cookie(interaction.proceed(request, interaction, account), key)


@_form_of_sign_in
def take_account(request: Request, interaction: Interaction, form: dict[str, str]) -> Response:
    """POST /{tenant}/account: one of those signed in here, or another one."""
    session = find_session(request)
    account = session.accounts.get(form.get("account", "")) if session else None
    return interaction.proceed(request, interaction, account) if account else show_sign_in(interaction)


@_form_of_sign_in
def take_consent(request: Request, interaction: Interaction, form: dict[str, str]) -> Response:
    """POST /{tenant}/Consent/Set: the answer to the consent page, from the browser that signed in."""
    session, account = find_session(request), interaction.account
    signed_in = session and account and session.accounts.get(account.user) == account
    if interaction.answer is None or not signed_in:
        raise LoginError(50089)
    accepted, organization = form.get("answer") == "accept", form.get("organization") == "yes"
    return interaction.answer(request, interaction, accepted, organization)


def _form(interaction: Interaction, step: str) -> dict[str, Any]:
    """What every form of a sign-in holds."""
    asked = interaction.asked
    tenant = asked.tenant.display_name if asked.tenant else ""
    return {"action": f"/{asked.path}/{step}", "ctx": interaction.key, "application": asked.name, "tenant": tenant}


def _find_account(world: World, tenant: Tenant | None, name: str) -> tuple[Tenant, Record]:
    """The account by its name: a user of the tenant, or of the tenant whose domain it ends in. Raises AADSTS50034."""
    own = find_user(tenant, name) if tenant else None
    if tenant and own:
        return tenant, own
    domain = name.rpartition("@")[2]
    home = find_tenant(world, domain)
    record = find_user(home, name) if home else None
    if home is None or record is None:
        directory = tenant or home
        raise LoginError(50034, tenant=directory.display_name if directory else domain)
    return home, record


async def _read_form(request: Request) -> dict[str, str]:
    async with request.form() as form:
        return {name: value for name, value in form.items() if isinstance(value, str)}
