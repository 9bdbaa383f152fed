# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Microsoft Graph's own service principal, with its permissions' real names and ids (data/permissions.csv).

Source: https://learn.microsoft.com/graph/permissions-reference
"""

from __future__ import annotations

import csv
import uuid
from functools import cache

from sandbox.graph.schema import DATA, find_type
from sandbox.store import Record, Tenant

APP_ID = "00000003-0000-0000-c000-000000000000"
#: The tenant that Microsoft's own applications live in.
MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"


def add_microsoft_graph(tenant: Tenant) -> Record:
    """Put Microsoft Graph's service principal in a tenant; its permissions are one object shared by all tenants."""
    key = str(uuid.uuid5(uuid.UUID(tenant.id), APP_ID))
    return tenant.put("servicePrincipal", {**_shared(), "id": key})


def application_permission_id(name: str) -> str:
    """The id of an application permission (app role) of Microsoft Graph; KeyError where there is none."""
    return _ids()[0][name]


def delegated_permission_names() -> frozenset[str]:
    """The names of all delegated permissions (scopes) of Microsoft Graph."""
    return frozenset(_ids()[1])


@cache
def _rows() -> list[dict[str, str]]:
    with (DATA / "permissions.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@cache
def _ids() -> tuple[dict[str, str], dict[str, str]]:
    rows = _rows()
    return (
        {row["name"]: row["application"] for row in rows if row["application"]},
        {row["name"]: row["delegated"] for row in rows if row["delegated"]},
    )


@cache
def _shared() -> Record:
    rows = _rows()
    roles = [
        {
            "id": row["application"],
            "allowedMemberTypes": ["Application"],
            "description": row["name"],
            "displayName": row["name"],
            "isEnabled": True,
            "origin": "Application",
            "value": row["name"],
        }
        for row in rows
        if row["application"]
    ]
    scopes = [
        {
            "id": row["delegated"],
            "adminConsentDescription": row["name"],
            "adminConsentDisplayName": row["name"],
            "isEnabled": True,
            "origin": None,
            "type": "Admin" if row["admin_consent"] == "yes" else "User",
            "userConsentDescription": row["name"],
            "userConsentDisplayName": row["name"],
            "value": row["name"],
        }
        for row in rows
        if row["delegated"]
    ]
    return {
        **find_type("servicePrincipal").defaults(),
        "appId": APP_ID,
        "appDisplayName": "Microsoft Graph",
        "displayName": "Microsoft Graph",
        "appOwnerOrganizationId": MICROSOFT,
        "appRoles": roles,
        "oauth2PermissionScopes": scopes,
        "servicePrincipalNames": [APP_ID, "https://graph.microsoft.com", "https://graph.microsoft.com/"],
        "signInAudience": "AzureADMultipleOrgs",
    }
