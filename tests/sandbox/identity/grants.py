# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The grants of the token endpoint: client credentials, refresh token, password.

Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow and its neighbours
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

from sandbox.identity import tokens
from sandbox.identity.aadsts import LoginError
from sandbox.identity.clients import authenticate
from sandbox.identity.cross_origin import check_origin
from sandbox.identity.directory import SHARED, Client, require_client, require_tenant
from sandbox.identity.id_tokens import id_token
from sandbox.identity.refresh_tokens import Granted, check_age, read_refresh_token, refresh_token
from sandbox.identity.scopes import (
    Resource,
    Wish,
    app_roles,
    consented_scopes,
    has_any_consent,
    read_scope,
    require_resource,
)
from sandbox.identity.tokens import SignIn, User
from sandbox.identity.users import admit, admit_client, check_assignment, check_password, check_still_valid
from sandbox.world import World

Answer = dict[str, Any]


@dataclass(frozen=True)
class TokenRequest:
    """A request to the token endpoint. `tenant` is as the path names it, `base` the address used, `v1` the version."""

    world: World
    tenant: str
    form: Mapping[str, str]
    base: str
    v1: bool
    origin: str | None = None
    """The page that sends the request from a browser, where it is another site's."""

    def need(self, parameter: str) -> str:
        """A parameter's value; raises AADSTS900144."""
        value = self.form.get(parameter)
        if not value:
            raise LoginError(900144, parameter=parameter)
        return value

    def wish(self, before: str | None = None) -> Wish:
        """What is asked for: `scope`, or `resource` at the version 1 endpoint; else the scope asked for `before`."""
        if before and not self.form.get("resource" if self.v1 else "scope"):
            return read_scope(before)
        if not self.v1:
            return read_scope(self.need("scope"))
        return Wish(
            self.need("resource"), frozenset(), read_scope(self.form.get("scope") or "openid").oidc, default=True
        )


async def client_credentials(request: TokenRequest) -> Answer:
    """A token for the application itself."""
    if request.tenant in SHARED:
        raise LoginError(50059 if request.tenant == "organizations" else 9001023)
    world = request.world
    tenant = require_tenant(world, request.tenant)
    client = require_client(world, tenant, request.need("client_id"))
    if not request.v1 and not request.need("scope").strip().endswith("/.default"):
        raise LoginError(1002012, scope=request.form["scope"])
    wish = request.wish()
    method = await authenticate(world, client, request.form, request.base, platform="web")
    resource = require_resource(world, tenant, wish.resource)
    principal = client.service_principal
    assigned = app_roles(client.view, {principal["id"]}, resource)
    if resource.principal.get("appRoleAssignmentRequired") and not assigned and principal != resource.principal:
        names = {"client_name": client.name, "resource_name": resource.principal.get("displayName")}
        raise LoginError(501051, client=client.app_id, resource=resource.audience, **names)
    token = tokens.application_token(SignIn(world, client, request.base, method), resource)
    return _answer(request, {"access_token": token}, resource)


async def refresh(request: TokenRequest) -> Answer:
    """New tokens for the user to whom a refresh token was given, in the tenant that the address names.

    The old one stays good: https://learn.microsoft.com/entra/identity-platform/refresh-tokens
    """
    world = request.world
    client_id = request.need("client_id")
    given, granted = read_refresh_token(world, request.need("refresh_token"))
    home = require_tenant(world, given["home"])
    tenant = home if request.tenant in SHARED else require_tenant(world, request.tenant)
    if given["client"] != client_id:
        raise LoginError(70000)
    record = home.view().get("user", given["user"])
    if record is None:
        raise LoginError(50034, tenant=home.display_name)
    user = admit(tenant, home, record, client_id)
    user = replace(user, session=granted.session, signed_in=granted.signed_in)
    admit_client(world, tenant, user, client_id)
    client = require_client(world, tenant, client_id)
    check_origin(client.application, granted.platform, request.origin)
    method = await authenticate(world, client, request.form, request.base, platform=granted.platform)
    check_age(world, given["issued"], granted)
    check_still_valid(record, given["issued"], public=method == "0")
    wish = request.wish(granted.scope)
    return user_answer(request, SignIn(world, client, request.base, method), user, wish, granted, renew=True)


async def password(request: TokenRequest) -> Answer:
    """Tokens for a user who gives name and password to the client (resource owner password credentials)."""
    if request.tenant in ("common", "consumers"):
        raise LoginError(9001023)
    name = request.need("username")
    tenant = require_tenant(request.world, name.rpartition("@")[2] if request.tenant in SHARED else request.tenant)
    client = require_client(request.world, tenant, request.need("client_id"))
    method = await authenticate(request.world, client, request.form, request.base, platform=None)
    record = check_password(tenant, name, request.need("password"))
    user = replace(admit(tenant, tenant, record, client.app_id, client.name), signed_in=int(time.time()))
    return user_answer(request, SignIn(request.world, client, request.base, method), user, request.wish())


def user_answer(
    request: TokenRequest,
    sign_in: SignIn,
    user: User,
    wish: Wish,
    granted: Granted | None = None,
    *,
    renew: bool = False,
    nonce: str | None = None,
) -> Answer:
    """The tokens of a sign-in on behalf of a user.

    A refresh token comes with offline_access, at the version 1 endpoint, and (`renew`) in place of another.
    Raises AADSTS65001 or 90008 where consent is missing, 50105 an assignment.
    """
    granted = granted or Granted(scope=request.form.get("scope"), signed_in=user.signed_in)
    client = sign_in.client
    resource = require_resource(sign_in.world, sign_in.tenant, wish.resource)
    check_assignment(sign_in, user, client.service_principal, client.name)
    check_assignment(sign_in, user, resource.principal, str(resource.principal.get("displayName")))
    scopes = find_scopes(client, resource, user, wish, granted.limits)
    answer: Answer = {"access_token": tokens.user_token(sign_in, resource, user, scopes)}
    answer["scope"] = write_scope(wish, scopes)
    if renew or request.v1 or "offline_access" in wish.oidc:
        answer["refresh_token"] = refresh_token(sign_in.world, client.app_id, user, granted)
    if "openid" in wish.oidc:
        answer["id_token"] = id_token(sign_in, user, wish.oidc, version=1 if request.v1 else 2, nonce=nonce)
    if request.form.get("client_info") == "1":
        answer["client_info"] = client_info(user)
    return _answer(request, answer, resource)


def find_scopes(client: Client, resource: Resource, user: User, wish: Wish, limits: Set[str] | None = None) -> set[str]:
    """The scopes of an access token: all that was consented on the resource, or the limits set to it.

    Raises AADSTS65001, or 90008 where an application asks for itself, if consent is missing.
    """
    if limits is not None:
        scopes = set(limits)
        consented = True
    else:
        scopes = consented_scopes(client, resource, user.record["id"])
        consented = has_any_consent(client, user.record["id"]) or bool(scopes)
    missing = {name.lower() for name in wish.names} - {name.lower() for name in scopes}
    itself = resource.principal["appId"] == client.app_id
    if itself and limits is None and not has_any_consent(client, user.record["id"]):
        raise LoginError(90008, client=client.app_id, client_name=client.name)
    if missing or not consented or not (scopes or wish.oidc):
        raise LoginError(65001, client=client.app_id, client_name=client.name)
    return (scopes | (wish.oidc if resource.is_graph else frozenset())) - {"offline_access"}


def write_scope(wish: Wish, scopes: Set[str]) -> str:
    """The scope of an answer: permissions in the way they were asked for, .default where that was asked."""
    named = [f"{wish.prefix}{name}" for name in sorted(scopes - wish.oidc)]
    default = [f"{wish.prefix}.default"] if wish.default else []
    return " ".join([*sorted(wish.oidc - {"offline_access"}), *named, *default])


def _answer(request: TokenRequest, answer: Answer, resource: Resource) -> Answer:
    """Version 1 gives times as strings and names the resource."""
    lifetime = tokens.LIFETIME
    if not request.v1:
        return {"token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime, **answer}
    now = int(time.time())
    times = {"expires_in": lifetime, "ext_expires_in": lifetime, "not_before": now, "expires_on": now + lifetime}
    return {
        "token_type": "Bearer",
        **{name: str(value) for name, value in times.items()},
        "resource": resource.audience,
        **answer,
    }


def client_info(user: User) -> str:
    """Who signed in, for the client's account cache."""
    text = json.dumps({"uid": user.account_id, "utid": user.home.id})
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
