# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a sign-in asks for: the scope parameter read, the resource found, the consent looked up."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.identity.aadsts import LoginError
from sandbox.identity.directory import GRAPH_APP_ID, Client, find_application, find_resource
from sandbox.store import Record, Tenant, View
from sandbox.world import World

#: Scopes of OpenID Connect: they name no resource.
OIDC = {"openid", "profile", "email", "offline_access"}
DEFAULT_GRAPH = "https://graph.microsoft.com"


@dataclass(frozen=True)
class Wish:
    """A scope parameter. `names` is empty for <resource>/.default."""

    resource: str
    names: frozenset[str]
    oidc: frozenset[str]


@dataclass(frozen=True)
class Resource:
    """The API that a token is for. `version` is that of the access tokens it takes."""

    principal: Record
    application: Record | None
    audience: str
    version: int

    @property
    def is_graph(self) -> bool:
        return bool(self.principal["appId"] == GRAPH_APP_ID)


def read_scope(scope: str) -> Wish:
    """Split a scope parameter into one resource and its permission names; raises AADSTS70011 or 28000."""
    items = scope.split()
    oidc = frozenset(item for item in items if item in OIDC)
    resources: set[str] = set()
    names: set[str] = set()
    for item in items:
        if item in OIDC:
            continue
        resource, slash, name = item.rpartition("/")
        if not slash:
            resource = DEFAULT_GRAPH
        if not resource or not name or resource.endswith(":/"):
            raise LoginError(70011, scope=scope)
        resources.add(resource)
        if name != ".default":
            names.add(name)
    if len(resources) > 1:
        raise LoginError(28000, scope=scope)
    if not items:
        raise LoginError(70011, scope=scope)
    return Wish(next(iter(resources), DEFAULT_GRAPH), frozenset(names), oidc)


def require_resource(world: World, tenant: Tenant, name: str) -> Resource:
    """Find the API in the tenant; raises AADSTS500011 or 500014."""
    principal = find_resource(world, tenant, name)
    if principal is None:
        raise LoginError(500011, resource=name, tenant_name=tenant.display_name)
    if principal.get("accountEnabled") is False:
        raise LoginError(500014, resource=name)
    found = None if principal["appId"] == GRAPH_APP_ID else find_application(world, principal["appId"])
    application = found[1] if found else None
    version = ((application or {}).get("api") or {}).get("requestedAccessTokenVersion") or 1
    audience = principal["appId"] if version == 2 else name
    return Resource(principal, application, audience, version)


def consented_scopes(client: Client, resource: Resource, user_id: str) -> set[str]:
    """The delegated permissions that the client holds on the resource, for all users or for this one.

    Microsoft's own clients hold some without any grant.
    """
    preauthorized: dict[str, str] = client.application.get("preauthorized") or {}
    granted = set(preauthorized.get(resource.principal["appId"], "").split())
    wanted = {"clientId": client.service_principal["id"], "resourceId": resource.principal["id"]}
    for grant in client.view.where("oauth2PermissionGrant", **wanted):
        if grant["consentType"] == "AllPrincipals" or grant.get("principalId") == user_id:
            granted.update(grant["scope"].split())
    return granted


def app_roles(view: View, principal_ids: set[str], resource: Resource) -> list[str]:
    """The values of the resource's app roles that any of the principals was given."""
    values = {role["id"]: role["value"] for role in resource.principal.get("appRoles") or [] if role.get("isEnabled")}
    given = view.where("appRoleAssignment", resourceId=resource.principal["id"])
    return sorted(
        {
            values[one["appRoleId"]]
            for one in given
            if one["principalId"] in principal_ids and values.get(one["appRoleId"])
        }
    )


def is_assigned(tenant: Tenant, principal_ids: set[str], resource_principal: Record) -> bool:
    """Whether any of the principals is assigned to the enterprise application at all."""
    given = tenant.view().where("appRoleAssignment", resourceId=resource_principal["id"])
    return any(one["principalId"] in principal_ids for one in given)
