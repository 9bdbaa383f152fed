# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules for identifierUris.

Source: https://learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions and, for what differs by
audience, https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation
"""

from __future__ import annotations

from urllib.parse import urlsplit

from sandbox.graph.directory import verified_domain_of
from sandbox.graph.errors import bad_request, duplicate_value
from sandbox.store import Record, Tenant, View

LONGEST = 255
LONGEST_PERSONAL, MOST_PERSONAL = 120, 50


def check_identifier_uris(tenant: Tenant, before: Record, after: Record) -> None:
    """Raise 400 where a URI that this write adds breaks a rule."""
    uris: list[str] = after["identifierUris"]
    if len({uri.casefold() for uri in uris}) < len(uris):
        raise bad_request("Request contains a property with duplicate values.", "DuplicateValueInDifferentCase")
    personal = "Personal" in after["signInAudience"]
    if personal and (len(uris) > MOST_PERSONAL or any(len(uri) > LONGEST_PERSONAL for uri in uris)):
        raise bad_request("Invalid value specified for property 'identifierUris' of resource 'Application'.")
    known = {uri.casefold() for uri in before.get("identifierUris", [])}
    view = tenant.view()
    for uri in uris:
        if uri.casefold() not in known:
            _check_added(tenant, view, after, uri)


def _check_added(tenant: Tenant, view: View, application: Record, uri: str) -> None:
    if not uri or len(uri) > LONGEST or ":" not in uri or any(character.isspace() for character in uri):
        raise bad_request("Invalid value specified for property 'identifierUris' of resource 'Application'.")
    if uri.endswith("/"):
        raise bad_request(f"Application alias '{uri}' value is invalid.", "IdentifierUrisEndsWithSlash")
    for other in view.all("application"):
        if other["id"] != application["id"] and uri.casefold() in (
            taken.casefold() for taken in other["identifierUris"]
        ):
            raise duplicate_value("identifierUris")
    parts = urlsplit(uri)
    if parts.scheme in ("https", "http"):
        host = parts.hostname or ""
        if verified_domain_of(view, host) is None:
            raise bad_request(
                "Values of identifierUris property must use a verified domain of the organization or its subdomain: "
                f"'{uri}'",
                "HostNameNotOnVerifiedDomain",
            )
    elif application["api"]["requestedAccessTokenVersion"] != 2 and not _is_unique(tenant, view, application, uri):
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
