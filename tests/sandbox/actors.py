# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Callers made on demand: applications with just these permissions, users' tokens with just these scopes."""

from __future__ import annotations

from typing import Any

from sandbox.graph.applications import create_application
from sandbox.graph.assignments import assign_app_role
from sandbox.graph.credentials import add_password
from sandbox.graph.microsoft_graph import application_permission_id
from sandbox.graph.service_principals import create_service_principal
from sandbox.identity import roles
from sandbox.identity.directory import GRAPH_APP_ID, require_client
from sandbox.identity.grants import TokenRequest, user_answer
from sandbox.identity.refresh_tokens import Granted
from sandbox.identity.scopes import read_scope, require_resource
from sandbox.identity.tokens import SignIn
from sandbox.identity.users import admit, find_account
from sandbox.store import Record, Tenant
from sandbox.world import World


def permission_id(name: str) -> str:
    """The id of an application permission of Microsoft Graph; raises ValueError where there is none."""
    try:
        return application_permission_id(name)
    except KeyError:
        raise ValueError(f"Microsoft Graph has no application permission '{name}'") from None


def grant(tenant: Tenant, principal: Record, permissions: list[str]) -> None:
    """Give a service principal application permissions of Microsoft Graph by their names."""
    graph = microsoft_graph_of(tenant)
    for name in permissions:
        assign_app_role(tenant, principal["id"], graph["id"], permission_id(name))


def microsoft_graph_of(tenant: Tenant) -> Record:
    """Microsoft Graph's service principal in the tenant."""
    return tenant.view().where("servicePrincipal", appId=GRAPH_APP_ID)[0]


def add_client(
    world: World, tenant: Tenant, permissions: list[str], directory_roles: list[str], name: str
) -> tuple[str, str]:
    """Make an application that holds exactly these; returns its client id and secret."""
    for permission in permissions:
        permission_id(permission)
    templates = [roles.require_template(role) for role in directory_roles]
    with world.settled():
        application = create_application(tenant, {"displayName": name})
        principal = create_service_principal(tenant, application, tenant)
        secret = add_password(tenant, "application", application)[1]
        grant(tenant, principal, permissions)
        for template in templates:
            roles.assign(tenant, principal["id"], template)
    return application["appId"], secret


def give_tokens(
    world: World, tenant: Tenant, user: str, scopes: list[str] | None, client_id: str | None
) -> dict[str, Any]:
    """Tokens on behalf of a user, as if a sign-in by hand had just succeeded.

    Without `scopes` they carry what the client was granted; with them just those, whether granted or not.
    The client is the tenant's operator unless another is named. Raises ValueError or LoginError.
    """
    account = find_account(world, tenant, user)
    if account is None:
        raise ValueError(f"there is no user '{user}' in tenant {tenant.id}")
    client = require_client(world, tenant, client_id or world.access[tenant.id].client_id)
    who = admit(tenant, *account, client.app_id, client.name)
    wish = read_scope(" ".join(scopes or [f"{GRAPH_APP_ID}/.default"]))
    resource = require_resource(world, tenant, wish.resource)
    known = {one["value"] for one in resource.principal.get("oauth2PermissionScopes") or []}
    unknown = sorted(wish.names - known)
    if unknown:
        raise ValueError(f"{resource.principal.get('displayName')} has no delegated permission '{unknown[0]}'")
    request = TokenRequest(world, tenant.id, {}, world.origin, v1=False)
    granted = Granted(limits=wish.names or None)
    return user_answer(request, SignIn(world, client, world.origin, "1"), who, wish, granted, renew=True)
