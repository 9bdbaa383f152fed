# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules for redirect URIs and the logout URL.

Source: https://learn.microsoft.com/entra/identity-platform/reply-url
"""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from sandbox.graph.errors import GraphError, bad_request
from sandbox.store import Record

LONGEST = 256
MOST, MOST_PERSONAL = 256, 100
UNSUPPORTED = frozenset("!$'(),;")
LOOPBACK = ("localhost", "127.0.0.1")
PLATFORMS = {"web": "WebApplication", "spa": "SpaApplication", "publicClient": "PublicClientApplication"}


def check_redirect_uris(after: Record) -> None:
    """Raise 400 where a redirect URI, their number or the logout URL breaks a rule."""
    personal = "Personal" in after["signInAudience"]
    for platform in PLATFORMS:
        uris = after[platform]["redirectUris"]
        for uri in uris:
            reason = _find_fault(uri, platform, personal)
            if reason:
                raise _invalid(platform, f"'{uri}' {reason}")
        if len(set(uris)) < len(uris):
            raise bad_request("Request contains a property with duplicate values.", "DuplicateValueInDifferentCase")
    most = MOST_PERSONAL if personal else MOST
    if sum(len(after[platform]["redirectUris"]) for platform in PLATFORMS) > most:
        raise _invalid("web", f"more than {most} redirect URIs")
    logout = after["web"]["logoutUrl"]
    if logout and (not logout.startswith("https://") or len(logout) > LONGEST - 1):
        raise bad_request("Invalid value specified for property 'logoutUrl' of resource 'WebApplication'.")


def with_settings(web: Record) -> Record:
    """The web platform with the settings that the service derives from its redirect URIs."""
    return {**web, "redirectUriSettings": [{"uri": uri, "index": None} for uri in web["redirectUris"]]}


def _find_fault(uri: str, platform: str, personal: bool) -> str | None:
    """What is wrong with one URI, or None."""
    if len(uri) > LONGEST:
        return f"is longer than {LONGEST} characters"
    if any(character in UNSUPPORTED or character.isspace() for character in uri):
        return "holds a character that is not supported"
    parts = urlsplit(uri)
    if not parts.scheme or "#" in uri:
        return "is not an absolute URI without a fragment"
    return _find_fault_of_host(parts, platform) or _find_fault_of_wildcard(parts, personal)


def _find_fault_of_host(parts: SplitResult, platform: str) -> str | None:
    if parts.scheme in ("https", "http"):
        if not parts.hostname or parts.hostname == "::1":
            return "has no supported host"
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            return "must begin with https"
        return None
    return (
        None
        if platform == "publicClient" or parts.scheme in ("ms-appx-web", "brk-multihub")
        else "must begin with https"
    )


def _find_fault_of_wildcard(parts: SplitResult, personal: bool) -> str | None:
    if personal and "*" in parts.netloc:
        return "holds a wildcard, which personal accounts do not allow"
    if personal and parts.query:
        return "has a query, which personal accounts do not allow"
    return None


def _invalid(platform: str, reason: str) -> GraphError:
    return bad_request(
        f"Invalid value specified for property 'redirectUris' of resource '{PLATFORMS[platform]}': {reason}."
    )
