# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The options of an application and its service principal, and the properties they stand for."""

from __future__ import annotations

from ansible_collections.tenantops.entra.plugins.module_utils._schema import Field

AUDIENCES = ("AzureADMyOrg", "AzureADMultipleOrgs", "AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount")

SCOPE = (
    Field("value", required=True),
    Field("type", choices=("Admin", "User"), initial="User"),
    Field("admin_consent_display_name"),
    Field("admin_consent_description"),
    Field("user_consent_display_name"),
    Field("user_consent_description"),
    Field("enabled", "isEnabled", "bool", initial=True),
)
ROLE = (
    Field("value", required=True),
    Field("display_name"),
    Field("description"),
    Field("allowed_member_types", type="list", choices=("User", "Application"), initial=["User"]),
    Field("enabled", "isEnabled", "bool", initial=True),
)
FIELDS = (
    Field("display_name"),
    Field("description"),
    Field("notes"),
    Field("sign_in_audience", choices=AUDIENCES),
    Field("identifier_uris", type="list", normal=str.lower),
    Field(
        "scopes",
        "api.oauth2PermissionScopes",
        "items",
        fields=SCOPE,
        key="value",
        disable_first=True,
        unsent=("origin",),
    ),
    Field("app_roles", "appRoles", "items", fields=ROLE, key="value", disable_first=True, unsent=("origin",)),
    Field("home_page_url", "web.homePageUrl"),
    Field("logout_url", "web.logoutUrl"),
    Field("enable_id_token_issuance", "web.implicitGrantSettings.enableIdTokenIssuance", "bool", unset=False),
    Field("enable_access_token_issuance", "web.implicitGrantSettings.enableAccessTokenIssuance", "bool", unset=False),
    Field("is_fallback_public_client", type="bool", unset=False),
    Field("requested_access_token_version", "api.requestedAccessTokenVersion", "int", unset=1),
    Field("tags", type="list"),
)
PRINCIPAL_FIELDS = (
    Field("app_role_assignment_required", type="bool", unset=False),
    Field("account_enabled", type="bool", unset=True),
)
