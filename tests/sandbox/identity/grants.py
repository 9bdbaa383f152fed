# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The grants of the token endpoint: client credentials, refresh token, password.

Source: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow and its neighbours
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.identity import tokens
from sandbox.identity.aadsts import LoginError
from sandbox.identity.clients import authenticate
from sandbox.identity.directory import SHARED, find_tenant, require_client, require_tenant
from sandbox.identity.scopes import (
    Resource,
    Wish,
    app_roles,
    consented_scopes,
    read_scope,
    require_resource,
)
from sandbox.identity.tokens import SignIn, User
from sandbox.identity.users import admit, admit_client, check_assignment, check_password, check_still_valid
from sandbox.store import Record, Tenant
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

    def need(self, parameter: str) -> str:
        """A parameter's value; raises AADSTS900144."""
        value = self.form.get(parameter)
        if not value:
            raise LoginError(900144, parameter=parameter)
        return value

    def wish(self) -> Wish:
        """What is asked for: `scope`, or `resource` at the version 1 endpoint."""
        if not self.v1:
            return read_scope(self.need("scope"))
        return Wish(self.need("resource"), frozenset(), read_scope(self.form.get("scope") or "openid").oidc)


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
    method = await authenticate(world, client, request.form, request.base, public=False)
    resource = require_resource(world, tenant, wish.resource)
    principal = client.service_principal
    assigned = app_roles(client.view, {principal["id"]}, resource)
    if resource.principal.get("appRoleAssignmentRequired") and not assigned and principal != resource.principal:
        names = {"client_name": client.name, "resource_name": resource.principal.get("displayName")}
        raise LoginError(501051, client=client.app_id, resource=resource.audience, **names)
    token = tokens.application_token(SignIn(world, client, request.base, method), resource)
    return _answer(request, {"access_token": token}, resource)


async def refresh(request: TokenRequest) -> Answer:
    """New tokens for the user to whom a refresh token was given, in the tenant that the address names."""
    world = request.world
    client_id = request.need("client_id")
    given = tokens.read_refresh_token(world, request.need("refresh_token"))
    home = require_tenant(world, given["home"])
    tenant = home if request.tenant in SHARED else require_tenant(world, request.tenant)
    if given["client"] != client_id:
        raise LoginError(700005, client=client_id)
    record = home.view().get("user", given["user"])
    if record is None:
        raise LoginError(50034, tenant=home.display_name)
    user = admit(tenant, home, record, client_id)
    admit_client(world, tenant, user, client_id)
    client = require_client(world, tenant, client_id)
    method = await authenticate(world, client, request.form, request.base, public=True)
    idle = world.clock.now().timestamp() - given["issued"]
    if idle >= tokens.REFRESH_DAYS * 86400:
        issued = datetime.fromtimestamp(given["issued"], UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
        raise LoginError(700082, issued=issued, days=tokens.REFRESH_DAYS)
    check_still_valid(record, given["issued"])
    limits = set(given["scopes"]) if given["scopes"] is not None else None
    return user_answer(request, SignIn(world, client, request.base, method), user, request.wish(), limits)


async def password(request: TokenRequest) -> Answer:
    """Tokens for a user who gives name and password to the client (resource owner password credentials)."""
    world, name = request.world, request.need("username")
    tenant = (
        find_tenant(world, name.rpartition("@")[2]) if request.tenant in SHARED else find_tenant(world, request.tenant)
    )
    if tenant is None:
        raise LoginError(90002, tenant=name.rpartition("@")[2] if request.tenant in SHARED else request.tenant)
    client = require_client(world, tenant, request.need("client_id"))
    method = await authenticate(world, client, request.form, request.base, public=True)
    record = check_password(tenant, name, request.need("password"))
    user = admit(tenant, tenant, record, client.app_id, client.name)
    return user_answer(request, SignIn(world, client, request.base, method), user, request.wish(), None)


def user_answer(request: TokenRequest, sign_in: SignIn, user: User, wish: Wish, limits: set[str] | None) -> Answer:
    """The tokens of a sign-in on behalf of a user; raises AADSTS65001 where consent is missing, 50105 an assignment."""
    resource = require_resource(sign_in.world, sign_in.tenant, wish.resource)
    client = sign_in.client
    scopes = consented_scopes(client, resource, user.record["id"]) if limits is None else limits
    missing = {name.lower() for name in wish.names} - {name.lower() for name in scopes}
    if missing or not (scopes or wish.oidc):
        raise LoginError(65001, client=client.app_id, client_name=client.name)
    check_assignment(sign_in, user, client.service_principal, client.name)
    check_assignment(sign_in, user, resource.principal, str(resource.principal.get("displayName")))
    answer: Answer = {"access_token": tokens.user_token(sign_in, resource, user, scopes)}
    answer["scope"] = " ".join([*sorted(wish.oidc), *(f"{wish.resource}/{name}" for name in sorted(scopes))])
    answer["refresh_token"] = tokens.refresh_token(sign_in.world, client.app_id, user, limits)
    if "openid" in wish.oidc:
        answer["id_token"] = tokens.id_token(sign_in, user)
    if request.form.get("client_info") == "1":
        answer["client_info"] = _client_info(user.record, user.home)
    return _answer(request, answer, resource)


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


def _client_info(record: Record, home: Tenant) -> str:
    """Who signed in, for the client's account cache."""
    text = json.dumps({"uid": record["id"], "utid": home.id})
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
