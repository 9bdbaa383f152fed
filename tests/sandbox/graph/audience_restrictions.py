# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""signInAudienceRestrictions: the tenants in which an application for several organizations may be used. Beta only.

Source: https://learn.microsoft.com/graph/api/resources/allowedtenantsaudience?view=graph-rest-beta and
.../signinaudiencerestrictionsbase. The texts of refusals are the sandbox's own.
"""

from __future__ import annotations

from sandbox.graph.errors import GraphError, bad_request
from sandbox.store import Record

PROPERTY = "signInAudienceRestrictions"
TYPES = {
    "#microsoft.graph.unrestrictedAudience": "unrestricted",
    "#microsoft.graph.allowedTenantsAudience": "allowedTenants",
}
MOST_TENANTS = 20


def replace_restrictions(before: Record, changes: Record) -> Record:
    """The record to merge the changes into: a value of another type takes the place of the former whole one."""
    return {**before, PROPERTY: None} if PROPERTY in changes else before


def settle_restrictions(record: Record) -> Record:
    """The property as the service returns it: unrestricted where nothing was set. Raises 400 on a value that is none."""
    given = {name: value for name, value in (record.get(PROPERTY) or {}).items() if value not in (None, [])}
    type_ = given.get("@odata.type", next(iter(TYPES)) if not given else "")
    kind = TYPES.get(type_)
    if kind is None or given.get("kind", kind) != kind:
        raise _refused("its '@odata.type' must be that of an unrestrictedAudience or an allowedTenantsAudience")
    if kind == "unrestricted":
        if {"allowedTenantIds", "isHomeTenantAllowed"} & set(given):
            raise _refused("an unrestrictedAudience lists no tenants")
        return {"@odata.type": type_, "kind": kind}
    if record["signInAudience"] != "AzureADMultipleOrgs":
        raise _refused("an allowedTenantsAudience needs the signInAudience 'AzureADMultipleOrgs'")
    if not 1 <= len(given.get("allowedTenantIds", [])) <= MOST_TENANTS:
        raise _refused(f"allowedTenantIds must hold 1 to {MOST_TENANTS} values")
    if not given.get("isHomeTenantAllowed", True):
        raise _refused("isHomeTenantAllowed must be true")
    tenants = [*dict.fromkeys(given["allowedTenantIds"])]
    return {"@odata.type": type_, "kind": kind, "allowedTenantIds": tenants, "isHomeTenantAllowed": True}


def allows_tenant(application: Record, tenant_id: str) -> bool:
    """Whether a tenant other than its own may use the application."""
    listed = (application.get(PROPERTY) or {}).get("allowedTenantIds")
    return not listed or tenant_id in listed


def _refused(reason: str) -> GraphError:
    return bad_request(f"Invalid value specified for property '{PROPERTY}' of resource 'Application': {reason}.")
