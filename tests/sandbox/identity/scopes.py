# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a sign-in asks for: the scope parameter read, the resource found, the consent looked up."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sandbox.identity.aadsts import LoginError
from sandbox.identity.directory import GRAPH_APP_ID, Client, find_application, find_resource
from sandbox.store import Record, Tenant, View
from sandbox.world import World

#: Scopes of OpenID Connect: they name no resource.
OIDC = {"openid", "profile", "email", "offline_access"}
DEFAULT_GRAPH = "https://graph.microsoft.com"


@dataclass(frozen=True)
class Wish:
    """What a scope parameter asks of one resource: permissions by name, or (`default`) what is registered.

    `prefix` is how the permissions are written in the answer: "" where they were written without a resource.
    """

    resource: str
    names: frozenset[str]
    oidc: frozenset[str]
    default: bool = False
    prefix: str = ""


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
    """Read a scope parameter of the token endpoint: one resource at most. Raises AADSTS70011 or 28000."""
    wishes = read_scopes(scope)
    if len(wishes) > 1:
        raise LoginError(28000, scope=scope)
    return wishes[0]


def read_scopes(scope: str) -> list[Wish]:
    """Read a scope parameter of the authorize endpoint, which may name several resources; raises AADSTS70011.

    The first one counts for the tokens, Microsoft Graph where there is none.
    """
    items = scope.split()
    if not items:
        raise LoginError(70011, scope=scope, reason="")
    oidc = frozenset(item for item in items if item in OIDC)
    found: dict[str, Wish] = {}
    for item in items:
        if item in OIDC:
            continue
        resource, slash, name = item.rpartition("/")
        if (slash and not resource) or not name or resource.endswith(":/"):
            raise LoginError(70011, scope=scope, reason="")
        prefix = f"{resource}/" if slash else ""
        before = found.get(resource or DEFAULT_GRAPH, Wish(resource or DEFAULT_GRAPH, frozenset(), oidc, prefix=prefix))
        default = name == ".default"
        names = before.names if default else before.names | {name}
        found[before.resource] = replace(before, names=names, default=before.default or default)
    if any(wish.default for wish in found.values()) and any(wish.names for wish in found.values()):
        raise LoginError(70011, scope=scope, reason=" .default scope can't be combined with resource-specific scopes.")
    return list(found.values()) or [Wish(DEFAULT_GRAPH, frozenset(), oidc)]


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
    audience = principal["appId"] if version == 2 or _wants_guid(application) else name
    return Resource(principal, application, audience, version)


def _wants_guid(application: Record | None) -> bool:
    """Whether the optional claim aud asks for the client id in version 1 tokens, however the API was named."""
    asked = ((application or {}).get("optionalClaims") or {}).get("accessToken") or []
    return any(one["name"] == "aud" and "use_guid" in (one.get("additionalProperties") or []) for one in asked)


def consented_scopes(client: Client, resource: Resource, user_id: str) -> set[str]:
    """The delegated permissions that the client holds on the resource, for all users or for this one.

    An application needs no consent for its own permissions, nor one that the API has authorized beforehand.
    Sources: https://learn.microsoft.com/entra/identity-platform/reference-error-codes (AADSTS90008) and
    https://learn.microsoft.com/entra/identity-platform/permissions-consent-overview#preauthorization
    """
    granted: set[str] = set()
    wanted = {"clientId": client.service_principal["id"], "resourceId": resource.principal["id"]}
    for grant in client.view.where("oauth2PermissionGrant", **wanted):
        if grant["consentType"] == "AllPrincipals" or grant.get("principalId") == user_id:
            granted.update(grant["scope"].split())
    microsofts: dict[str, str] = client.application.get("preauthorized") or {}  # graph/microsoft_apps.py
    granted.update(microsofts.get(resource.principal["appId"], "").split())
    return granted | authorized_beforehand(client.app_id, resource)


def authorized_beforehand(client_id: str, resource: Resource) -> set[str]:
    """The enabled permissions of an API that a client may use without any consent."""
    api = (resource.application or {}).get("api") or {}
    defined = [one for one in api.get("oauth2PermissionScopes") or [] if one.get("isEnabled", True)]
    if resource.principal["appId"] == client_id:
        return {one["value"] for one in defined}
    ids = {
        permission
        for one in api.get("preAuthorizedApplications") or []
        if one["appId"] == client_id
        for permission in one["delegatedPermissionIds"]
    }
    return {one["value"] for one in defined if one["id"] in ids}


def has_any_consent(client: Client, user_id: str) -> bool:
    """Whether the client was granted anything for this user: then the scopes of OpenID Connect are not asked again.

    That they need no entry of their own in a grant is the sandbox's reading; the documentation does not say.
    """
    grants = client.view.where("oauth2PermissionGrant", clientId=client.service_principal["id"])
    return any(one["consentType"] == "AllPrincipals" or one.get("principalId") == user_id for one in grants)


def app_roles(view: View, principal_ids: set[str], resource: Resource) -> list[str]:
    """The values of the resource's app roles that any of the principals was given."""
    return app_roles_of(view, principal_ids, resource.principal)


def app_roles_of(view: View, principal_ids: set[str], resource_principal: Record) -> list[str]:
    """The same by the resource's service principal."""
    edge = {"resourceId": resource_principal["id"]}
    given = [one for key in principal_ids for one in view.where("appRoleAssignment", principalId=key, **edge)]
    wanted = {one["appRoleId"] for one in given}
    roles = [role for role in resource_principal.get("appRoles") or [] if role["id"] in wanted] if wanted else []
    return sorted({role["value"] for role in roles if role.get("isEnabled") and role["value"]})


def is_assigned(tenant: Tenant, principal_ids: set[str], resource_principal: Record) -> bool:
    """Whether any of the principals is assigned to the enterprise application at all."""
    given = tenant.view().where("appRoleAssignment", resourceId=resource_principal["id"])
    return any(one["principalId"] in principal_ids for one in given)
