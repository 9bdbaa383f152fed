# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an application still has to be allowed to do, and whether the user at hand may allow it.

Sources: https://learn.microsoft.com/entra/identity-platform/permissions-consent-overview and
https://learn.microsoft.com/entra/identity/enterprise-apps/configure-user-consent
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sandbox.identity import roles
from sandbox.identity.aadsts import LoginError
from sandbox.identity.directory import GRAPH_APP_ID, Client
from sandbox.identity.scopes import (
    Resource,
    Wish,
    authorized_beforehand,
    consented_scopes,
    has_any_consent,
    require_resource,
)
from sandbox.identity.tokens import User
from sandbox.store import Record, Tenant
from sandbox.world import World

TITLES = {
    "openid": "Sign you in",
    "profile": "View your basic profile",
    "email": "View your email address",
    "offline_access": "Maintain access to data you have given it access to",
}
#: Who may consent for all users. https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent
ADMINISTRATORS = {
    roles.TEMPLATES[name]
    for name in (
        "Application Administrator",
        "Cloud Application Administrator",
        "Global Administrator",
        "Privileged Role Administrator",
    )
}
#: Who may consent to application permissions of Microsoft Graph.
HIGHEST = {roles.TEMPLATES[name] for name in ("Global Administrator", "Privileged Role Administrator")}


@dataclass(frozen=True)
class Permission:
    """A permission that is asked for: a scope by its name, or (`role`) an application permission by its id."""

    resource: Record
    name: str
    title: str
    for_admins: bool
    role: str | None = None

    @property
    def label(self) -> str:
        """The permission's full name, for the page."""
        return f"{self.resource.get('displayName')}: {self.name}"


#: Writes consent down: tenant, application, its home, permissions, the user (None: all users), whether others go.
WriteConsent = Callable[[World, Tenant, Record, Tenant, Iterable[Permission], str | None, bool], None]


def find_missing(
    world: World, tenant: Tenant, application: Record, client: Client | None, user: User, wishes: list[Wish]
) -> list[Permission]:
    """The permissions that were asked for and that nobody has consented to; `client` is None where it is unknown.

    Raises AADSTS650053 for a scope that the resource does not have, and what require_resource() raises.
    """
    missing: list[Permission] = []
    for wish in wishes:
        resource = require_resource(world, tenant, wish.resource)
        granted = consented_scopes(client, resource, user.record["id"]) if client else set()
        granted |= authorized_beforehand(application["appId"], resource)
        held = {name.lower() for name in granted}
        missing += [_scope(application, resource, name) for name in sorted(wish.names) if name.lower() not in held]
        if wish.default and not granted:
            missing += registered_scopes(world, tenant, application, resource)
    if missing or client is None or not has_any_consent(client, user.record["id"]):
        oidc = set[str]().union(*(wish.oidc for wish in wishes))
        missing = [*openid_scopes(world, tenant, oidc), *missing]
    return list({(one.resource["id"], one.name): one for one in missing}.values())


def openid_scopes(world: World, tenant: Tenant, names: Iterable[str]) -> list[Permission]:
    """The scopes of OpenID Connect, which are permissions of Microsoft Graph."""
    graph = require_resource(world, tenant, GRAPH_APP_ID).principal
    wanted = set(names)
    return [Permission(graph, name, title, for_admins=False) for name, title in TITLES.items() if name in wanted]


def registered_scopes(world: World, tenant: Tenant, application: Record, wanted: Resource | None) -> list[Permission]:
    """The delegated permissions in the application's requiredResourceAccess, of every resource.

    Raises AADSTS650057 where the wanted resource is not among them.
    """
    found: list[Permission] = []
    listed = application.get("requiredResourceAccess") or []
    if wanted and wanted.principal["appId"] not in [one["resourceAppId"] for one in listed]:
        raise LoginError(
            650057,
            client=application["appId"],
            client_name=application.get("displayName"),
            resource=wanted.audience,
            resource_id=wanted.principal["appId"],
            listed=", ".join(one["resourceAppId"] for one in listed),
        )
    for one in listed:
        resource = require_resource(world, tenant, one["resourceAppId"])
        ids = {access["id"] for access in one["resourceAccess"] if access["type"] == "Scope"}
        defined = resource.principal.get("oauth2PermissionScopes") or []
        found += [_permission(resource, scope) for scope in defined if scope["id"] in ids]
    return found


def registered_roles(world: World, tenant: Tenant, application: Record) -> list[Permission]:
    """The application permissions in the application's requiredResourceAccess."""
    found: list[Permission] = []
    for one in application.get("requiredResourceAccess") or []:
        resource = require_resource(world, tenant, one["resourceAppId"]).principal
        ids = {access["id"] for access in one["resourceAccess"] if access["type"] == "Role"}
        found += [
            Permission(resource, role["value"], role["displayName"], for_admins=True, role=role["id"])
            for role in resource.get("appRoles") or []
            if role["id"] in ids
        ]
    return found


def check_may_consent(tenant: Tenant, client: Client | None, user: User, missing: list[Permission], name: str) -> None:
    """Raises AADSTS90094 where only an administrator may grant what is missing, or users may grant nothing at all.

    Where the application wants an assignment users cannot consent to it for themselves:
    https://github.com/MicrosoftDocs/azure-docs/pull/59963
    """
    highest = any(one.role and one.resource["appId"] == GRAPH_APP_ID for one in missing)
    if set(user.roles) & (HIGHEST if highest else ADMINISTRATORS):
        return
    assigned_only = client is not None and client.service_principal.get("appRoleAssignmentRequired")
    if assigned_only or not _users_may_consent(tenant) or any(one.for_admins for one in missing):
        raise LoginError(90094, tenant_name=tenant.display_name, client_name=name)


def is_administrator(user: User) -> bool:
    """Whether a user may consent for the organization."""
    return bool(set(user.roles) & ADMINISTRATORS)


def _users_may_consent(tenant: Tenant) -> bool:
    """Unless the tenant's authorization policy gives users no policy for consent of their own.

    Source: https://learn.microsoft.com/graph/api/resources/authorizationpolicy
    """
    for policy in tenant.view().all("authorizationPolicy"):
        given = (policy.get("defaultUserRolePermissions") or {}).get("permissionGrantPoliciesAssigned")
        if given is not None and not any(one.lower().startswith("managepermissiongrantsforself.") for one in given):
            return False
    return True


def _scope(application: Record, resource: Resource, name: str) -> Permission:
    for scope in resource.principal.get("oauth2PermissionScopes") or []:
        if scope["value"].lower() == name.lower() and scope.get("isEnabled", True):
            return _permission(resource, scope)
    values = {"client_name": application.get("displayName"), "scope": name}
    raise LoginError(650053, resource=resource.principal["appId"], **values)


def _permission(resource: Resource, scope: Record) -> Permission:
    admin = scope["type"] == "Admin"
    title = scope.get("adminConsentDisplayName" if admin else "userConsentDisplayName")
    title = title or scope.get("adminConsentDisplayName") or scope["value"]
    return Permission(resource.principal, scope["value"], title, for_admins=admin)
