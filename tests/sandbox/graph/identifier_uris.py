# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules for identifierUris.

Source: https://learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions and, for what differs by
audience, https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation. That a single-tenant
application with version 2 tokens may use any host: https://github.com/MicrosoftDocs/azure-docs/pull/120355
"""

from __future__ import annotations

from urllib.parse import urlsplit

from sandbox.graph.directory import verified_domain_of
from sandbox.graph.errors import bad_request, duplicate_value, invalid_value
from sandbox.store import Record, Tenant, View

LONGEST = 255
LONGEST_PERSONAL, MOST_PERSONAL = 120, 50


def check_identifier_uris(tenant: Tenant, before: Record, after: Record) -> None:
    """Raise 400 where a URI that this write adds breaks a rule."""
    uris: list[str] = after["identifierUris"]
    if len({uri.casefold() for uri in uris}) < len(uris):
        raise bad_request("Request contains a property with duplicate values.", "DuplicateValueInDifferentCase")
    if "Personal" in after["signInAudience"] and (len(uris) > MOST_PERSONAL or not all(map(_suits_personal, uris))):
        raise invalid_value("identifierUris", "application")
    known = {uri.casefold() for uri in before.get("identifierUris", [])}
    view = tenant.view()
    for uri in uris:
        if uri.casefold() not in known:
            _check_added(tenant, view, after, uri)


def _suits_personal(uri: str) -> bool:
    """Where personal accounts sign in, a URI is shorter and has no query or fragment, and urn: is not taken."""
    parts = urlsplit(uri)
    return len(uri) <= LONGEST_PERSONAL and not parts.query and not parts.fragment and parts.scheme != "urn"


def _check_added(tenant: Tenant, view: View, application: Record, uri: str) -> None:
    if (
        not uri
        or len(uri) > LONGEST
        or ":" not in uri
        or any(character.isspace() or character == "*" for character in uri)
    ):
        raise invalid_value("identifierUris", "application")
    if uri.endswith("/"):
        raise bad_request(f"Application alias '{uri}' value is invalid.", "IdentifierUrisEndsWithSlash")
    for other in view.all("application"):
        if other["id"] != application["id"] and uri.casefold() in (
            taken.casefold() for taken in other["identifierUris"]
        ):
            raise duplicate_value("identifierUris")
    parts = urlsplit(uri)
    version = application["api"]["requestedAccessTokenVersion"]
    if parts.scheme in ("https", "http"):
        free = version == 2 and application["signInAudience"] == "AzureADMyOrg"
        if not free and verified_domain_of(view, parts.hostname or "") is None:
            raise bad_request(
                "Values of identifierUris property must use a verified domain of the organization or its subdomain: "
                f"'{uri}'",
                "HostNameNotOnVerifiedDomain",
            )
    elif version != 2 and not _is_unique(tenant, view, application, uri):
        raise bad_request(
            f"Failed to add identifier URI {uri}. All newly added URIs must contain a tenant verified domain, tenant ID, "
            "or app ID, as per the default tenant policy of your organization. See "
            "https://aka.ms/identifier-uri-addition-error for more information on this error."
        )


def _is_unique(tenant: Tenant, view: View, application: Record, uri: str) -> bool:
    """api://<app id>, api://<tenant id>/..., api://<text>/<app id>, or a verified domain where the host stands."""
    parts = urlsplit(uri)
    pieces = [parts.netloc.lower(), *parts.path.lower().strip("/").split("/")]
    return application["appId"] in pieces or pieces[0] == tenant.id or verified_domain_of(view, pieces[0]) is not None
