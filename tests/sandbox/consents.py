# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Consent given on a page of the sign-in, written down as the same grants and assignments that Graph calls make."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.graph.assignments import assign_app_role
from sandbox.graph.grants import KIND, grant_permissions
from sandbox.graph.service_principals import create_service_principal
from sandbox.identity.consent import Permission
from sandbox.store import Record, Tenant
from sandbox.world import World


def write_consent(
    world: World,
    tenant: Tenant,
    application: Record,
    home: Tenant,
    permissions: Iterable[Permission],
    user_id: str | None,
    alone: bool,
) -> None:
    """Grant permissions for one user or (None) for all; an application new to the tenant gets a service principal.

    `alone` takes back what all users' grants on the same resources held beyond these: consenting by the admin consent
    address replaces them. https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent
    """
    with world.settled():
        view = tenant.view()
        principal = view.find("servicePrincipal", appId=application["appId"])
        principal = principal or create_service_principal(tenant, application, home)
        scopes: dict[str, list[str]] = {}
        for one in permissions:
            if one.role:
                _assign(tenant, principal, one)
            else:
                scopes.setdefault(one.resource["id"], []).append(one.name)
        for resource_id, names in scopes.items():
            _grant(tenant, principal["id"], resource_id, names, user_id, alone)


def _assign(tenant: Tenant, principal: Record, permission: Permission) -> None:
    given = {"principalId": principal["id"], "resourceId": permission.resource["id"], "appRoleId": permission.role}
    if permission.role and not tenant.view().find("appRoleAssignment", **given):
        assign_app_role(tenant, principal["id"], permission.resource["id"], permission.role)


def _grant(
    tenant: Tenant, client_id: str, resource_id: str, names: list[str], user_id: str | None, alone: bool
) -> None:
    found = tenant.view().find(KIND, clientId=client_id, resourceId=resource_id, principalId=user_id)
    if found is None:
        grant_permissions(tenant, client_id, resource_id, " ".join(names), user_id)
        return
    before = [] if alone else found["scope"].split()
    tenant.put(KIND, {**found, "scope": " ".join(dict.fromkeys([*before, *names]))})
