# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Policies of the tenant: what they say, and changing the default one for applications' secrets and certificates.

Source: https://learn.microsoft.com/graph/api/resources/tenantappmanagementpolicy and /graph/api/authorizationpolicy-get
"""

from __future__ import annotations

from typing import Any

from sandbox.graph.calls import NO_CONTENT, Answer, Call
from sandbox.graph.credential_policy import KIND, change_policy, read_policy
from sandbox.graph.errors import not_found
from sandbox.graph.pages import entity_answer, list_answer
from sandbox.graph.permissions import check_role
from sandbox.graph.schema import find_type

#: What a tenant begins with; permissionGrantPoliciesAssigned is what Microsoft recommends for user consent.
AUTHORIZATION: dict[str, Any] = {
    "id": "authorizationPolicy",
    "allowInvitesFrom": "everyone",
    "allowedToSignUpEmailBasedSubscriptions": True,
    "allowedToUseSSPR": True,
    "allowEmailVerifiedUsersToJoinOrganization": False,
    "blockMsolPowerShell": False,
    "description": "Used to manage authorization related settings across the company.",
    "displayName": "Authorization Policy",
    "guestUserRoleId": "10dae51f-b6af-4016-8d66-8c2a99b929b3",
    "defaultUserRolePermissions": {
        "allowedToCreateApps": True,
        "allowedToCreateSecurityGroups": True,
        "allowedToCreateTenants": True,
        "allowedToReadBitlockerKeysForOwnedDevice": True,
        "allowedToReadOtherUsers": True,
        "permissionGrantPoliciesAssigned": ["ManagePermissionGrantsForSelf.microsoft-user-default-recommended"],
    },
}


def get_default(call: Call) -> Answer:
    """GET policies/defaultAppManagementPolicy."""
    return entity_answer(call, KIND, read_policy(call.tenant), "policies/defaultAppManagementPolicy")


def patch_default(call: Call) -> Answer:
    """PATCH policies/defaultAppManagementPolicy: it restricts from now on."""
    check_role(call)
    change_policy(call.tenant, call.body, call.version)
    return NO_CONTENT


def list_of_applications(call: Call) -> Answer:
    """GET policies/appManagementPolicies: there are none but the default one, which is not among them."""
    return list_answer(call, "appManagementPolicy", [], "policies/appManagementPolicies")


def get_of_applications(call: Call) -> Answer:
    """GET policies/appManagementPolicies/{id}."""
    raise not_found(call.key())


def get_authorization(call: Call) -> Answer:
    """GET policies/authorizationPolicy."""
    kept = call.view.get("authorizationPolicy", AUTHORIZATION["id"])
    record = kept or {**find_type("authorizationPolicy").defaults(), **AUTHORIZATION}
    return entity_answer(call, "authorizationPolicy", record, "policies/authorizationPolicy")
