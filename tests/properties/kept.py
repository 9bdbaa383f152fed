# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a task may take away. Everything else that an object holds belongs to others and stays."""

from __future__ import annotations

from properties.desired import Object

WHOLE = {"entra_app_registration", "entra_group", "entra_user"}  # state absent deletes the object
THEIRS = {"ours:0123456789abcdef", "theirs"}  # names of credentials of others
# options that are lists: with exact they hold what is given, with state absent they lose what is given
LISTS = {
    "entra_api_permission": {"delegated", "application", "granted delegated", "granted application"},
    "entra_app_assignment": {"users", "groups", "service_principals"},
    "entra_app_registration": {"identifier_uris", "scopes", "app_roles", "tags", "owners"},
    "entra_connector_group": {"connectors"},
    "entra_group": {"members"},
    "entra_optional_claim": {"id_token", "access_token", "saml2_token"},
    "entra_redirect_uri": {"web", "spa", "public_client"},
}
# where a module's own credentials are, by name and a mark
CREDENTIALS = {"entra_app_secret": "passwords", "entra_app_certificate": "certificates"}
# options that set one value, in place of the one that was there
VALUES = {
    "entra_app_registration": {
        "description",
        "display_name",
        "enable_access_token_issuance",
        "enable_id_token_issuance",
        "home_page_url",
        "is_fallback_public_client",
        "logout_url",
        "notes",
        "requested_access_token_version",
        "sign_in_audience",
    },
    "entra_connector_group": {"region"},
    "entra_group": {"display_name", "description"},
    "entra_group_claims": {"group_membership_claims"},
    "entra_user": {
        "company_name",
        "department",
        "display_name",
        "given_name",
        "job_title",
        "preferred_language",
        "surname",
        "usage_location",
        "user_principal_name",
    },
}


def may_go(module: str, args: Object, option: str, name: str) -> bool:
    """Whether the task with these options may take that away."""
    absent = args.get("state") == "absent"
    if absent and (module in WHOLE and args.get("members") is None):
        return True
    if module == "entra_app_federated_credential":
        return option == "federatedIdentityCredentials" and absent and name.lower() == args["name"].lower()
    if module == "entra_group_claims" and (absent or option == "group_claims"):
        return option in ("group_claims", "group_membership_claims")
    if module == "entra_connector_group" and absent and args.get("connectors") is None:
        return True
    if module in CREDENTIALS:
        return option == CREDENTIALS[module] and name not in THEIRS and name.partition(":")[0] == args["name"]
    if option in VALUES.get(module, ()):
        return args.get(option) is not None and not absent
    if option not in LISTS.get(module, ()):
        return False
    given = (args.get("tokens") or args).get(option.removeprefix("granted "))
    if given is None or (option.startswith("granted ") and not args.get("admin_consent")):
        return False
    if absent:
        return any(_is_named(one, name) for one in given)
    return bool(args.get("exact"))


def _is_named(one: Object | str, name: str) -> bool:
    """Whether the option's item is the one of that name. An assignment is told as principal/role, a claim as name/source."""
    text = str(one.get("name") or one.get("value")) if isinstance(one, dict) else one
    return text.casefold() in (name.casefold(), name.partition("/")[0].casefold()) or _is_id(text)


def _is_id(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4
