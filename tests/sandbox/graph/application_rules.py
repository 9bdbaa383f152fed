# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules that every write of an application must keep.

Source: https://learn.microsoft.com/graph/api/resources/application, and for what differs by audience
https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation
"""

from __future__ import annotations

from sandbox.graph.directory import is_restorable
from sandbox.graph.entitlements import check_entitlements
from sandbox.graph.errors import bad_request, duplicate_value, invalid_value
from sandbox.graph.identifier_uris import check_identifier_uris
from sandbox.graph.redirect_uris import check_redirect_uris
from sandbox.store import Record, Tenant

LONGEST = {"displayName": 256, "notes": 1024, "description": 1024, "uniqueName": 256}
GROUP_CLAIMS = frozenset({"None", "SecurityGroup", "DirectoryRole", "ApplicationGroup", "All"})
MOST_RESOURCES, MOST_PERMISSIONS = 50, 400
MOST_PERMISSIONS_PERSONAL, MOST_OF_ONE_RESOURCE_PERSONAL = 200, 30


def check_application(tenant: Tenant, before: Record | None, after: Record, seen: Record | None) -> None:
    """Raise 400 at the first rule that the application would break.

    `before` is its present state (None: being created), `seen` its state on the replica that takes the write.
    """
    for name, longest in LONGEST.items():
        if len(after[name] or "") > longest:
            raise invalid_value(name, "application")
    for name in ("displayName", "signInAudience"):
        if not after[name]:
            raise invalid_value(name, "application")
    _check_unique_name(tenant, before, after)
    _check_tags(after)
    _check_group_claims(after)
    _check_required_resources(after)
    if "Personal" in after["signInAudience"] and after["api"]["requestedAccessTokenVersion"] != 2:
        raise bad_request(
            "Invalid value specified for property 'requestedAccessTokenVersion' of resource 'ApiApplication': "
            "personal Microsoft accounts need version 2."
        )
    if after["api"]["requestedAccessTokenVersion"] not in (None, 1, 2):
        raise invalid_value("requestedAccessTokenVersion", "apiApplication")
    check_entitlements(seen, after)
    check_identifier_uris(tenant, before or {}, after)
    check_redirect_uris(after)


def _check_unique_name(tenant: Tenant, before: Record | None, after: Record) -> None:
    name = after["uniqueName"]
    earlier = before["uniqueName"] if before else None
    if earlier is not None and name != earlier:
        raise bad_request("Property 'uniqueName' is immutable and cannot be changed once it is set.")
    if name is None or name == earlier:
        return
    if not name:
        raise invalid_value("uniqueName", "application")
    view, now = tenant.view(), tenant.clock()
    deleted = [record for record in view.where("deletedApplication", uniqueName=name) if is_restorable(record, now)]
    if deleted or view.find("application", uniqueName=name):
        raise duplicate_value("uniqueName")


def _check_tags(after: Record) -> None:
    tags: list[str] = after["tags"]
    if len(set(tags)) < len(tags):
        raise bad_request("Request contains a property with duplicate values.")
    if any(not 1 <= len(tag) <= 256 or any(character.isspace() for character in tag) for tag in tags):
        raise invalid_value("tags", "application")


def _check_group_claims(after: Record) -> None:
    claims = after["groupMembershipClaims"]
    if claims is not None and not {part.strip() for part in claims.split(",")} <= GROUP_CLAIMS:
        raise invalid_value("groupMembershipClaims", "application")


def _check_required_resources(after: Record) -> None:
    resources = after["requiredResourceAccess"]
    app_ids = [resource["resourceAppId"] for resource in resources]
    permissions = [
        (resource["resourceAppId"], access["id"]) for resource in resources for access in resource["resourceAccess"]
    ]
    personal = "Personal" in after["signInAudience"]
    most = MOST_PERMISSIONS_PERSONAL if personal else MOST_PERMISSIONS
    largest = max((len(resource["resourceAccess"]) for resource in resources), default=0)
    if len(set(app_ids)) < len(app_ids) or len(set(permissions)) < len(permissions):
        raise bad_request("Request contains a property with duplicate values.")
    if (
        len(resources) > MOST_RESOURCES
        or len(permissions) > most
        or (personal and largest > MOST_OF_ONE_RESOURCE_PERSONAL)
    ):
        raise invalid_value("requiredResourceAccess", "application")
