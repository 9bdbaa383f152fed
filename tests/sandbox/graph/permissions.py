# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which permissions and directory roles open which calls.

Source: the permission tables of the Graph reference as published in
https://github.com/microsoftgraph/microsoft-graph-devx-content (permissions/new/permissions.json). In a line of names
each word is an alternative, and A+B needs both. For signed-in users the directory roles of
https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference count as well.
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.graph.calls import Call
from sandbox.graph.errors import GraphError, bad_request, denied
from sandbox.graph.microsoft_graph import APP_ID
from sandbox.store import Record

APP_ADMINS = "Global Administrator|Application Administrator|Cloud Application Administrator"
PROXY_ADMINS = "Global Administrator|Application Administrator"
CONSENT_ADMINS = f"{APP_ADMINS}|Privileged Role Administrator"
GRAPH_CONSENT_ADMINS = "Global Administrator|Privileged Role Administrator"
GROUP_ADMINS = "Global Administrator|Groups Administrator|User Administrator|Directory Writers"
USER_ADMINS = "Global Administrator|User Administrator"


@dataclass(frozen=True)
class Access:
    """The permissions that open a call, and the roles one of which a signed-in user needs unless they own the object.

    `application` None means as `delegated`; "" means that tokens without a user are refused.
    """

    delegated: str
    application: str | None = None
    roles: str = ""
    app_proxy: bool = False

    def of(self, kind: str) -> list[frozenset[str]]:
        """The alternatives for a kind of caller, each the names that it needs together."""
        text = self.delegated if kind == "delegated" or self.application is None else self.application
        return [frozenset(alternative.split("+")) for alternative in text.split()]


_APPS_READ = "Application.Read.All Application.ReadWrite.All Directory.Read.All Directory.ReadWrite.All"
_GROUP_READ = "Group.Read.All Group.ReadWrite.All GroupMember.Read.All Group.ReadBasic.All Directory.Read.All Directory.ReadWrite.All"
_MEMBER_READ = (
    "GroupMember.ReadBasic.All GroupMember.Read.All GroupMember.ReadWrite.All Group.Read.All Group.ReadBasic.All "
    "Group.ReadWrite.All Directory.Read.All Directory.ReadWrite.All"
)
_USER_READ = "User.ReadBasic.All User.Read.All User.ReadWrite.All Directory.Read.All Directory.ReadWrite.All"
_GRANT_WRITE = "DelegatedPermissionGrant.ReadWrite.All Directory.ReadWrite.All"
_ASSIGN_WRITE = (
    "AppRoleAssignment.ReadWrite.All+Application.Read.All AppRoleAssignment.ReadWrite.All+Directory.Read.All"
)
_ASSIGN_MORE = (
    "AppRoleAssignment.ReadWrite.All+Application.ReadWrite.All AppRoleAssignment.ReadWrite.All+Directory.ReadWrite.All"
)
_ASSIGN_OWNED = "AppRoleAssignment.ReadWrite.All+Application.ReadWrite.OwnedBy"
_OWNER_WRITE = "Application.ReadWrite.All+Directory.Read.All Directory.ReadWrite.All"

ANYONE = Access("")
AS_USER = frozenset({"Directory.AccessAsUser.All"})
APPS_READ = Access(_APPS_READ, f"{_APPS_READ} Application.ReadWrite.OwnedBy")
APPS_CREATE = Access("Application.ReadWrite.All", "Application.ReadWrite.OwnedBy Application.ReadWrite.All")
APPS_BEGIN = Access(  # what makes a service principal, alone or with its application
    "Application.ReadWrite.All Directory.ReadWrite.All",
    "Application.ReadWrite.OwnedBy Application.ReadWrite.All Directory.ReadWrite.All",
)
FEDERATED_READ = Access(
    "Application.Read.All Application.ReadWrite.All",
    "Application.Read.All Application.ReadWrite.All Application.ReadWrite.OwnedBy",
)
APPS_WRITE = Access("Application.ReadWrite.All", "Application.ReadWrite.OwnedBy Application.ReadWrite.All", APP_ADMINS)
APPS_ACT = Access(
    "Application.ReadWrite.All Directory.ReadWrite.All",
    "Application.ReadWrite.OwnedBy Application.ReadWrite.All Directory.ReadWrite.All",
    APP_ADMINS,
)
OWNERS_ADD = Access(_OWNER_WRITE, f"{_OWNER_WRITE} Application.ReadWrite.OwnedBy+Directory.Read.All", APP_ADMINS)
ASSIGNMENTS_READ = APPS_READ
ASSIGNMENTS_WRITE = Access(
    f"{_ASSIGN_WRITE} {_ASSIGN_MORE}", f"{_ASSIGN_WRITE} {_ASSIGN_MORE} {_ASSIGN_OWNED}", CONSENT_ADMINS
)
ASSIGNMENTS_REMOVE = Access("AppRoleAssignment.ReadWrite.All", None, CONSENT_ADMINS)
ASSIGNMENTS_OF_READ = Access("AppRoleAssignment.ReadWrite.All Directory.Read.All Directory.ReadWrite.All")
GRANTS_READ = Access(
    "Directory.Read.All DelegatedPermissionGrant.Read.All DelegatedPermissionGrant.ReadWrite.All Directory.ReadWrite.All"
)
GRANTS_WRITE = Access(_GRANT_WRITE, None, CONSENT_ADMINS)
GROUPS_READ = Access(_GROUP_READ)
GROUPS_CREATE = Access(
    "Group.ReadWrite.All Directory.ReadWrite.All", "Group.Create Group.ReadWrite.All Directory.ReadWrite.All"
)
GROUPS_WRITE = Access("Group.ReadWrite.All Directory.ReadWrite.All", None, GROUP_ADMINS)
GROUPS_DELETE = Access("Group.ReadWrite.All", None, GROUP_ADMINS)
MEMBERS_READ = Access(_MEMBER_READ)
MEMBERS_WRITE = Access("GroupMember.ReadWrite.All Group.ReadWrite.All Directory.ReadWrite.All", None, GROUP_ADMINS)
GROUP_OWNERS_READ = Access(
    "GroupMember.Read.All GroupMember.ReadWrite.All Group.Read.All Group.ReadWrite.All Directory.Read.All"
)
USERS_READ = Access(f"{_USER_READ} User.Read User.ReadWrite", _USER_READ)
USERS_LIST = Access(_USER_READ)
USERS_CREATE = Access("User.ReadWrite.All Directory.ReadWrite.All", None, USER_ADMINS)
USERS_WRITE = Access("User.ReadWrite.All Directory.ReadWrite.All User.EnableDisableAccount.All", None, USER_ADMINS)
USERS_DELETE = Access("User.ReadWrite.All User.DeleteRestore.All", None, USER_ADMINS)
ME = Access(f"User.Read User.ReadWrite {_USER_READ}", "")
MEMBERSHIPS_READ = Access(f"{_MEMBER_READ} User.Read", f"{_MEMBER_READ} User.Read.All")
OBJECTS_READ = Access("Directory.Read.All Directory.ReadWrite.All")
ORGANIZATION_READ = Access(
    "Organization.Read.All Organization.ReadWrite.All Directory.Read.All Directory.ReadWrite.All User.Read User.Read.All",
    "Organization.Read.All Organization.ReadWrite.All Directory.Read.All Directory.ReadWrite.All User.Read.All",
)
DOMAINS_READ = Access("Domain.Read.All Domain.ReadWrite.All Directory.Read.All Directory.ReadWrite.All")
DELETED_READ = Access(
    f"{_APPS_READ} User.Read.All Group.Read.All",
    f"{_APPS_READ} Application.ReadWrite.OwnedBy User.Read.All Group.Read.All",
)
DELETED_WRITE = Access(
    "Application.ReadWrite.All User.DeleteRestore.All User.ReadWrite.All",
    "Application.ReadWrite.OwnedBy Application.ReadWrite.All User.DeleteRestore.All User.ReadWrite.All",
    f"{APP_ADMINS}|Hybrid Identity Administrator",
)
PROXY = Access("Directory.ReadWrite.All", None, PROXY_ADMINS, app_proxy=True)
PROXY_CREATE = Access("Directory.ReadWrite.All", None, PROXY_ADMINS)


def check_access(call: Call, access: Access) -> None:
    """Raise 403 where the caller holds none of the alternatives; note where it may only touch what it owns.

    A token without a user is told so where there must be one. Directory.AccessAsUser.All gives a client what its user may
    do in the directory. Source: https://learn.microsoft.com/graph/permissions-reference#directoryaccessasuserall
    """
    if call.caller.kind == "application" and access.application == "":
        raise bad_request("/me request is only valid with delegated authentication flow.", "BadRequest")
    if not call.world.settings.enforce_permissions or access is ANYONE:
        return
    if access.app_proxy:
        require_app_proxy(call)
    held = [alternative for alternative in access.of(call.caller.kind) if alternative <= call.caller.permissions]
    if call.caller.kind == "delegated" and not access.app_proxy and call.caller.permissions >= AS_USER:
        held.append(AS_USER)
    if not held:
        raise denied()
    call.only_owned = all("Application.ReadWrite.OwnedBy" in alternative for alternative in held)
    if call.caller.kind == "delegated" and access.roles:
        call.only_owned = not call.caller.directory_roles & set(access.roles.split("|"))


def check_owned(call: Call, record: Record) -> None:
    """Raise 403 where the caller may only change what it owns and does not own this."""
    owner = call.caller.user_id or call.caller.service_principal_id
    if call.only_owned and not call.present.find("owner", object=record["id"], owner=owner):
        raise denied()


def check_role(call: Call) -> None:
    """Raise 403 where a signed-in user lacks the role that a call needs on what nobody can own."""
    if call.caller.kind == "delegated" and call.only_owned:
        raise denied()


def check_consent(call: Call, resource: Record) -> None:
    """Raise 403 where a signed-in user may not give roles of this resource: Microsoft Graph's take a higher role.

    Source: https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent
    """
    check_role(call)
    asked = call.caller.kind == "delegated" and call.world.settings.enforce_permissions
    if asked and resource["appId"] == APP_ID and not call.caller.directory_roles & set(GRAPH_CONSENT_ADMINS.split("|")):
        raise denied()


def require_app_proxy(call: Call) -> None:
    """Raise 403 for callers that Application Proxy refuses: all without a user, and users without the role.

    Source: https://learn.microsoft.com/entra/identity/app-proxy/application-proxy-faq (service principals are not
    supported) and the permission tables of the application proxy API.
    """
    settings, caller = call.world.settings, call.caller
    if not settings.enforce_permissions:
        return
    holds_role = bool(caller.directory_roles & set(PROXY_ADMINS.split("|")))
    allowed = holds_role if caller.kind == "delegated" else settings.app_proxy_app_only
    if not allowed:
        raise GraphError(
            403,
            "NotAdminRoleNoEnoughCustomPermission_UnauthorizedAccess",
            "The caller is not in an administrator role that may manage application proxy and has no custom permission.",
        )
