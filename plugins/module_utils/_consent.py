# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An administrator's consent to permissions of one API: an app role assignment for each application permission, and one grant
for all users that holds the delegated ones. Grants of single users are nobody's business here.

https://learn.microsoft.com/graph/permissions-grant-via-msgraph
"""

from __future__ import annotations

import dataclasses
import fnmatch
import typing as t
import urllib.parse

from ansible_collections.tenantops.entra.plugins.module_utils._connection import resolve
from ansible_collections.tenantops.entra.plugins.module_utils._errors import GraphError, InputError, NotFound
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import Reader, find_service_principal, keys_of
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Object

Params = t.Mapping[str, t.Any]

ROLES, GRANT = "consentToRoles", "consentToScopes"
# Each lets an application give itself, or an account that it controls, any role or permission of the directory. The list is the
# collection's own reading of https://learn.microsoft.com/graph/permissions-reference; full_access_as_app opens every mailbox.
PRIVILEGED = (
    "AppRoleAssignment.ReadWrite.All",
    "Application.ReadWrite.All",
    "Directory.ReadWrite.All",
    "Domain.ReadWrite.All",
    "EntitlementManagement.ReadWrite.All",
    "Organization.ReadWrite.All",
    "Policy.ReadWrite.AuthenticationMethod",
    "Policy.ReadWrite.PermissionGrant",
    "PrivilegedAccess.ReadWrite.*",
    "PrivilegedAssignmentSchedule.ReadWrite.*",
    "PrivilegedEligibilitySchedule.ReadWrite.*",
    "RoleAssignmentSchedule.ReadWrite.*",
    "RoleEligibilitySchedule.ReadWrite.*",
    "RoleManagement.ReadWrite.Directory",
    "RoleManagementPolicy.ReadWrite.*",
    "User-PasswordProfile.ReadWrite.All",
    "UserAuthenticationMethod.ReadWrite.All",
    "full_access_as_app",
)


@dataclasses.dataclass(frozen=True)
class Consent:
    """What is granted now."""

    url: str
    """Where an administrator consents by hand to all that the application asks for."""
    principal: Object | None = None
    """The application's service principal."""
    roles: t.Mapping[str, Object] = dataclasses.field(default_factory=dict)
    """Its app role assignments to the API, by the role's id."""
    grant: Object | None = None
    """The tenant-wide delegated grant for the API."""
    denied: bool = False
    """Whether not even reading was allowed."""

    @property
    def scopes(self) -> list[str]:
        """The names of the delegated permissions. The service may begin the text with a space."""
        return str((self.grant or {}).get("scope") or "").split()


def link_to_consent(params: Params, application: Object) -> str:
    """Built from the login host, the tenant and the application alone, in the form that asks for all that it has registered:

    https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent. Afterwards the browser goes to a redirect URI of the
    application's own, which must equal a registered one: the first https one, web before spa; without one it is left out.
    There is no state: the answer goes to the product, which would refuse one that it did not make, and not to the collection,
    which could not compare it and reads the grants instead.
    """
    connection = resolve(params)
    query = {"client_id": application.get("appId") or ""}
    for platform in ("spa", "web"):
        uris = (application.get(platform) or {}).get("redirectUris") or []
        landing = min((uri for uri in uris if uri.startswith("https://") and "*" not in uri), default="")
        query |= {"redirect_uri": landing} if landing else {}
    return f"{connection.authority}/{connection.tenant_id}/adminconsent?{urllib.parse.urlencode(query)}"


def read(reader: Reader, application: Object, resource: Object) -> Consent:
    """Raises NotFound where the application has no service principal to which anything could be granted."""
    url = link_to_consent(reader.params, application)
    principal = find_service_principal(reader, application) if application else None
    if principal is None:
        if reader.params["state"] == "absent":
            return Consent(url)
        raise NotFound(
            "The application has no service principal in this tenant, so nothing can be granted to it",
            remedy="Make it first with entra_app_registration.",
        )
    id_ = principal.get("id")
    try:
        roles = reader.graph.pages(f"/servicePrincipals/{id_}/appRoleAssignments", fresh=True) if id_ else []
        grants = reader.graph.pages(f"/servicePrincipals/{id_}/oauth2PermissionGrants", fresh=True) if id_ else []
    except GraphError as error:
        if error.status == 403 and reader.params["on_consent_denied"] == "warn":
            return Consent(url, principal, denied=True)
        _tell(error, url)
        raise
    key = keys_of_consent(application, resource)[0]
    held = {one["appRoleId"]: one for one in roles if one["resourceId"] == resource["id"]}
    written = reader.writes.correct(ROLES, key, held) or {}
    whole = (one for one in grants if one["consentType"] == "AllPrincipals" and one["resourceId"] == resource["id"])
    grant = reader.writes.correct(GRANT, key, next(whole, None))
    there = {role: {**held.get(role, {}), **one} for role, one in written.items() if one}
    return Consent(url, principal, there, grant if grant and grant.get("scope") else None)


def keys_of_consent(application: Object, resource: Object) -> tuple[str, ...]:
    return tuple(f"{key}/{resource['appId']}" for key in keys_of(application)) or (str(resource["appId"]),)


def _tell(error: GraphError, url: str) -> None:
    error.remedy = f"{say_who(url)} {error.remedy}".rstrip()
    error.marks["admin_consent_url"] = url


def say_who(url: str) -> str:
    return (
        f"Have the customer's Privileged Role Administrator or Global Administrator open {url}: "
        "it consents to all that the application asks for."
    )


def refuse_privileged(params: Params, names: t.Iterable[str]) -> None:
    """Raise InputError for an application permission that makes its holder an administrator and is not allowed by name."""
    allowed = params.get("allow_privileged") or []
    for name in names:
        if name not in allowed and any(fnmatch.fnmatchcase(name, pattern) for pattern in PRIVILEGED):
            raise InputError(
                f"The application permission {name} makes the application an administrator of the tenant",
                remedy=f"Leave it out, or set allow_privileged: [{name}] if that is what the product needs.",
            )
