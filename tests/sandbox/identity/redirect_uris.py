# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which redirect URI of an application a sign-in may return to.

Source: https://learn.microsoft.com/entra/identity-platform/reply-url
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from sandbox.identity.aadsts import LoginError
from sandbox.store import Record

#: Of two entries that differ in nothing but the port the first one counts; the service picks either.
PLATFORMS = ("web", "spa", "publicClient")
LOOPBACK = ("localhost", "127.0.0.1")


def choose_redirect_uri(application: Record, asked: str | None) -> tuple[str, str]:
    """The address to return to and its platform; without one asked for, the first that is registered.

    Raises AADSTS500113 where none is registered, 50011 where none matches.
    """
    registered = [(uri, platform) for platform in PLATFORMS for uri in application[platform]["redirectUris"]]
    if not registered:
        raise LoginError(500113)
    if not asked:
        return registered[0]
    for uri, platform in registered:
        if _matches(uri, asked):
            return asked, platform
    raise LoginError(50011, redirect_uri=asked, client=application["appId"])


def is_registered(application: Record, uri: str) -> bool:
    """Whether an address is among the application's redirect URIs."""
    return any(_matches(one, uri) for platform in PLATFORMS for one in application[platform]["redirectUris"])


def _matches(registered: str, asked: str) -> bool:
    """Equal but for the case of scheme and host; a port of this machine does not count, a * stands for a label."""
    one, other = urlsplit(registered), urlsplit(asked)
    if (one.scheme, one.path, one.query) != (other.scheme, other.path, other.query) or "#" in asked:
        return False
    if one.hostname in LOOPBACK and one.hostname == other.hostname:
        return True
    if "*" in one.netloc:
        pattern = re.escape(one.netloc.lower()).replace(r"\*", "[a-z0-9-]+")
        return re.fullmatch(pattern, other.netloc.lower()) is not None
    return one.netloc.lower() == other.netloc.lower()
