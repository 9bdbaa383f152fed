# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The groups that a user is in, and the groups, roles and wids claims that an application asks for.

Source: https://learn.microsoft.com/entra/identity-platform/optional-claims and
https://learn.microsoft.com/entra/identity/hybrid/connect/how-to-connect-fed-group-claims
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sandbox.identity import roles
from sandbox.store import Record, Tenant, View

if TYPE_CHECKING:
    from sandbox.identity.tokens import SignIn, User

TokenKind = Literal["idToken", "accessToken"]
MOST_GROUPS = 200
MOST_GROUPS_IN_ADDRESS = 5
#: Ways to name a group that was synchronised from Active Directory; the first one asked for counts.
ON_PREMISES = {
    "sam_account_name": "{onPremisesSamAccountName}",
    "dns_domain_and_sam_account_name": "{onPremisesDomainName}\\{onPremisesSamAccountName}",
    "netbios_domain_and_sam_account_name": "{onPremisesNetBiosName}\\{onPremisesSamAccountName}",
    "on_premise_security_identifier": "{onPremisesSecurityIdentifier}",
}


def membership_claims(
    sign_in: SignIn, application: Record | None, user: User, kind: TokenKind, *, in_address: bool = False
) -> dict[str, Any]:
    """The claims about groups and directory roles that an application's groupMembershipClaims ask for.

    A token that travels in an address (`in_address`) says hasgroups above five groups; any other has a link to
    Graph instead of more than 200.
    """
    wanted = {part.strip() for part in ((application or {}).get("groupMembershipClaims") or "").split(",")}
    claims: dict[str, Any] = {}
    if wanted & {"DirectoryRole", "All"}:
        claims["wids"] = [*user.roles, roles.MEMBER]
    found = _find_groups(sign_in.tenant, application, user.record["id"], wanted)
    if in_address and len(found) > MOST_GROUPS_IN_ADDRESS:
        return {**claims, "hasgroups": True}
    if len(found) > MOST_GROUPS:
        endpoint = f"{sign_in.base}/v1.0/users/{user.record['id']}/getMemberObjects"
        return {**claims, "_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {"endpoint": endpoint}}}
    asked = optional_claim(application, kind, "groups")
    options = list(asked.get("additionalProperties") or []) if asked else []
    names = _name_groups(sign_in.tenant.view(), found, options, only_assigned=wanted == {"ApplicationGroup"})
    if names:
        claims["roles" if "emit_as_roles" in options else "groups"] = names
    return claims


def optional_claim(application: Record | None, kind: TokenKind, name: str) -> Record | None:
    """What an application's optionalClaims say of a claim in that kind of token, or None."""
    asked = ((application or {}).get("optionalClaims") or {}).get(kind) or []
    return next((one for one in asked if one.get("name") == name), None)


def emits_groups_as_roles(application: Record | None, kind: TokenKind) -> bool:
    """Whether the roles claim is given to groups, so that no app role is in it."""
    asked = optional_claim(application, kind, "groups")
    return bool(asked and "emit_as_roles" in (asked.get("additionalProperties") or []))


def direct_groups(tenant: Tenant, member_id: str) -> list[str]:
    """The ids of the groups that a principal is a member of itself."""
    return [edge["group"] for edge in tenant.view().where("groupMember", member=member_id)]


def all_groups(tenant: Tenant, member_id: str) -> list[str]:
    """The same with the groups that those are members of, and so on."""
    found: dict[str, None] = {}
    waiting = direct_groups(tenant, member_id)
    while waiting:
        group = waiting.pop(0)
        if group not in found:
            found[group] = None
            waiting += direct_groups(tenant, group)
    return list(found)


def _find_groups(tenant: Tenant, application: Record | None, user_id: str, wanted: set[str]) -> list[str]:
    """The groups that the claim is about: nested ones too, but for those assigned to the application."""
    view = tenant.view()
    found: dict[str, None] = {}
    if wanted & {"SecurityGroup", "All"}:
        for key in all_groups(tenant, user_id):
            group = view.get("group", key)
            if group and ("All" in wanted or group["securityEnabled"]):
                found[key] = None
    if "ApplicationGroup" in wanted and application:
        principal = view.find("servicePrincipal", appId=application["appId"])
        given = view.where("appRoleAssignment", resourceId=principal["id"]) if principal else []
        assigned = {one["principalId"] for one in given}
        found.update({key: None for key in direct_groups(tenant, user_id) if key in assigned})
    return list(found)


def _name_groups(view: View, keys: list[str], options: list[str], *, only_assigned: bool) -> list[str]:
    """The groups as the claim names them: by object id, or as the options say; a group without such a name is left out.

    cloud_displayname takes effect for groups assigned to the application alone.
    """
    form = next((ON_PREMISES[option] for option in options if option in ON_PREMISES), None)
    cloud = "cloud_displayname" in options and only_assigned
    if form is None and not cloud:
        return keys
    names = []
    for key in keys:
        group = view.get("group", key) or {}
        synchronised = bool(group.get("onPremisesSyncEnabled"))
        if synchronised and form and group.get("onPremisesSamAccountName"):
            names.append(form.format_map({name: group.get(name) or "" for name in ON_PREMISES_NAMES}))
        elif cloud and not synchronised:
            names.append(group["displayName"])
    return names


ON_PREMISES_NAMES = (
    "onPremisesSamAccountName",
    "onPremisesDomainName",
    "onPremisesNetBiosName",
    "onPremisesSecurityIdentifier",
)
