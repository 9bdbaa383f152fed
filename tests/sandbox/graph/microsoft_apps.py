# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Microsoft's own applications beside Graph that tenants know: the Azure CLI and the APIs that it calls.

Names and ids: https://learn.microsoft.com/troubleshoot/entra/entra-id/governance/verify-first-party-apps-sign-in. Such an
application lives in Microsoft's tenant and needs nobody's consent: what it may do on behalf of users is preauthorized.
"""

from __future__ import annotations

import uuid
from functools import cache

from sandbox.graph.microsoft_graph import APP_ID as GRAPH
from sandbox.graph.microsoft_graph import MICROSOFT
from sandbox.graph.schema import find_type
from sandbox.store import Record, Tenant

#: Read at sign-in (identity/directory.py); no path of Graph shows it.
KIND = "microsoftApplication"
AZURE_CLI = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
RESOURCE_MANAGER = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
#: The API behind the portal's pages of app registrations.
PORTAL = "74658136-14ec-4630-ad9b-26e160ff0fc6"
KEY_VAULT = "cfa8b339-82a2-471a-a3c9-0fc0be7a4093"
#: The scp of the Azure CLI's tokens for Graph, as observed by the authors of azure-login scripts (OpenID Connect's left out).
CLI_SCOPES = "AuditLog.Read.All Directory.AccessAsUser.All Group.ReadWrite.All User.ReadWrite.All"
USER_IMPERSONATION = "user_impersonation"

NAMES = {
    AZURE_CLI: ("Microsoft Azure CLI", []),
    RESOURCE_MANAGER: (
        "Windows Azure Service Management API",
        ["https://management.azure.com/", "https://management.core.windows.net/"],
    ),
    PORTAL: ("ADIbizaUX", []),
    KEY_VAULT: ("Azure Key Vault", ["https://vault.azure.net"]),
}


def add_microsoft_apps(tenant: Tenant) -> None:
    """Put their service principals in a tenant. The service does so at the first use of each, the sandbox at once."""
    for app_id in NAMES:
        key = str(uuid.uuid5(uuid.UUID(tenant.id), app_id))
        tenant.put("servicePrincipal", {**_principal(app_id), "id": key})
    tenant.put(KIND, _azure_cli())


@cache
def _principal(app_id: str) -> Record:
    """All of a service principal but its id, which is each tenant's own."""
    name, addresses = NAMES[app_id]
    return {
        **find_type("servicePrincipal").defaults(),
        "appId": app_id,
        "appDisplayName": name,
        "displayName": name,
        "appOwnerOrganizationId": MICROSOFT,
        "oauth2PermissionScopes": [] if app_id == AZURE_CLI else [_user_impersonation(app_id)],
        "servicePrincipalNames": [app_id, *addresses],
        "signInAudience": "AzureADMultipleOrgs",
    }


def _user_impersonation(app_id: str) -> Record:
    """The delegated permission of these APIs; the portal's id is the sandbox's own, the others' are the real ones."""
    known = {
        RESOURCE_MANAGER: "41094075-9dad-400e-a0bd-54e686782033",
        KEY_VAULT: "f53da476-18e3-4152-8e01-aec403e6edc0",
    }
    return {
        "id": known.get(app_id) or str(uuid.uuid5(uuid.UUID(app_id), USER_IMPERSONATION)),
        "adminConsentDescription": USER_IMPERSONATION,
        "adminConsentDisplayName": USER_IMPERSONATION,
        "isEnabled": True,
        "origin": None,
        "type": "User",
        "userConsentDescription": USER_IMPERSONATION,
        "userConsentDisplayName": USER_IMPERSONATION,
        "value": USER_IMPERSONATION,
    }


@cache
def _azure_cli() -> Record:
    """The Azure CLI as a client: public, from any tenant, with what it may do at each API without consent."""
    return {
        **find_type("application").defaults(),
        "id": AZURE_CLI,
        "appId": AZURE_CLI,
        "displayName": NAMES[AZURE_CLI][0],
        "isFallbackPublicClient": True,
        "publicClient": {"redirectUris": ["http://localhost"]},
        "signInAudience": "AzureADMultipleOrgs",
        "preauthorized": {GRAPH: CLI_SCOPES, RESOURCE_MANAGER: USER_IMPERSONATION, PORTAL: USER_IMPERSONATION},
    }
