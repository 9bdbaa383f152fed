# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which permissions and directory roles open which calls.

Source: the permission tables of the Graph reference as published in
https://github.com/microsoftgraph/microsoft-graph-devx-content (permissions/new/permissions.json), kept in data/access.csv
without the names that have no published id, which nobody can hold. In a column each word is an alternative, A+B needs
both, * needs none, and an empty column refuses that kind of caller. For signed-in users the directory roles of
https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference count as well.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from sandbox.graph.calls import Call
from sandbox.graph.errors import GraphError, bad_request, denied
from sandbox.graph.microsoft_graph import APP_ID
from sandbox.graph.schema import DATA
from sandbox.store import Record

APP_ADMINS = frozenset({"Global Administrator", "Application Administrator", "Cloud Application Administrator"})
PROXY_ADMINS = frozenset({"Global Administrator", "Application Administrator"})
GRAPH_CONSENT_ADMINS = frozenset({"Global Administrator", "Privileged Role Administrator"})
#: The directory roles that a call takes, by the name in data/access.csv.
ROLES: dict[str, frozenset[str]] = {
    "": frozenset(),
    "applications": APP_ADMINS,
    "consent": APP_ADMINS | GRAPH_CONSENT_ADMINS,
    "deleted": APP_ADMINS
    | {"Hybrid Identity Administrator", "User Administrator", "Groups Administrator", "Directory Writers"},
    "groups": frozenset({"Global Administrator", "Groups Administrator", "User Administrator", "Directory Writers"}),
    "invitations": frozenset({"Global Administrator", "User Administrator", "Directory Writers"}),
    "policies": APP_ADMINS,
    "proxy": PROXY_ADMINS,
    "users": frozenset({"Global Administrator", "User Administrator"}),
}
ROLLING = ("/addkey", "/removekey")
AS_USER = frozenset({"Directory.AccessAsUser.All"})


@dataclass(frozen=True)
class Access:
    """The permissions that open a call, and the roles one of which a signed-in user needs unless they own the object.

    `app_proxy`: a call that tokens without a user make only where a setting of the sandbox lets them.
    """

    delegated: str
    application: str
    roles: frozenset[str] = frozenset()
    app_proxy: bool = False

    def of(self, kind: str) -> list[frozenset[str]]:
        """The alternatives for a kind of caller, each the names that it needs together."""
        text = self.delegated if kind == "delegated" or self.app_proxy else self.application
        return [frozenset(alternative.split("+")) for alternative in text.split()]


def find_access(method: str, path: str) -> Access:
    """What opens the call with that path, as the endpoints have it; KeyError where data/access.csv has no line for it."""
    return _table()[method, path]


@cache
def _table() -> dict[tuple[str, str], Access]:
    with (DATA / "access.csv").open(newline="") as file:
        return {
            (row["method"], row["path"]): Access(
                row["delegated"],
                row["application"],
                ROLES[row["roles"]],
                app_proxy=row["roles"] == "proxy" and not row["application"],
            )
            for row in csv.DictReader(file)
        }


def check_access(call: Call, access: Access) -> None:
    """Raise 403 where the caller holds none of the alternatives; note where it may only touch what it owns.

    A token without a user is told so where there must be one. Directory.AccessAsUser.All gives a client what its user may
    do in the directory. Source: https://learn.microsoft.com/graph/permissions-reference#directoryaccessasuserall
    """
    if call.caller.kind == "application" and not access.application and not access.app_proxy:
        raise bad_request("/me request is only valid with delegated authentication flow.", "BadRequest")
    if not call.world.settings.enforce_permissions or access.of(call.caller.kind) == [{"*"}]:
        return
    if access.app_proxy:
        require_app_proxy(call)
    if call.path.lower().endswith(ROLLING) and _is_own(call):
        return
    held = [alternative for alternative in access.of(call.caller.kind) if alternative <= call.caller.permissions]
    if call.caller.kind == "delegated" and not access.app_proxy and call.caller.permissions >= AS_USER:
        held.append(AS_USER)
    if not held:
        raise denied()
    call.held = frozenset().union(*held)
    call.only_owned = all("Application.ReadWrite.OwnedBy" in alternative for alternative in held)
    if call.caller.kind == "delegated" and access.roles:
        call.only_owned = not call.caller.directory_roles & access.roles


def _is_own(call: Call) -> bool:
    """Whether the path names the caller's own application or service principal, whose keys it rolls by itself.

    Source: https://learn.microsoft.com/graph/api/application-addkey
    """
    own = call.present.find("application", appId=call.caller.client_id)
    keys = {call.caller.service_principal_id, own["id"] if own else None}
    return call.caller.kind == "application" and (
        call.key() in keys or call.keys[0] == {"appId": call.caller.client_id}
    )


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
    if asked and resource["appId"] == APP_ID and not call.caller.directory_roles & GRAPH_CONSENT_ADMINS:
        raise denied()


def require_app_proxy(call: Call) -> None:
    """Raise 403 for callers that Application Proxy refuses: all without a user, and users without the role.

    Source: https://learn.microsoft.com/entra/identity/app-proxy/application-proxy-faq (service principals are not
    supported) and the permission tables of the application proxy API.
    """
    settings, caller = call.world.settings, call.caller
    if not settings.enforce_permissions:
        return
    holds_role = bool(caller.directory_roles & PROXY_ADMINS)
    allowed = holds_role if caller.kind == "delegated" else settings.app_proxy_app_only
    if not allowed:
        raise GraphError(
            403,
            "NotAdminRoleNoEnoughCustomPermission_UnauthorizedAccess",
            "The caller is not in an administrator role that may manage application proxy and has no custom permission.",
        )
