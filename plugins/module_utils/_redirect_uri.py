# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Microsoft Entra ID accepts as a redirect URI, and what nobody should send sign-in codes to.

https://learn.microsoft.com/entra/identity-platform/reply-url and RFC 8252 for the schemes of native applications.
"""

from __future__ import annotations

import ipaddress
import re
import typing as t
import urllib.parse

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError

LONGEST = 256  # characters
MOST = 256  # redirect URIs of an application, all platforms together
MOST_PERSONAL = 100  # the same where personal accounts sign in
PERSONAL = frozenset({"AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"})

LOOPBACK = frozenset({"localhost", "127.0.0.1"})
# what a browser runs or opens itself, or what goes over the network unencrypted: no application registers these as its own
NEVER = re.compile(
    r"about|blob|chrome|data|file|filesystem|ftps?|gopher|intent|jar|javascript|ldap|mailto|resource|smb|sms|ssh|tel|telnet"
    r"|vbscript|view-source|wss?"
)
# schemes with a host besides https: of Windows apps' pages, and of Office add-ins
# https://learn.microsoft.com/office/dev/add-ins/develop/enable-nested-app-authentication-in-your-add-in
MICROSOFTS = {"web": "ms-appx-web", "spa": "brk-multihub"}
UNSUPPORTED = re.compile(r"""[!$'(),;"<>\\^`{|}\s\x00-\x1f\x7f]""")
ENCODED_CONTROL = re.compile(r"%(?:[01][0-9a-f]|7f)", re.IGNORECASE)
BROKEN_ESCAPE = re.compile(r"%(?![0-9a-f]{2})", re.IGNORECASE)
DOT_SEGMENT = re.compile(r"/(?:\.|%2e){1,2}(?:/|$|\?)", re.IGNORECASE)
HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*", re.IGNORECASE)
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*", re.IGNORECASE)


def refuse_wrong(given: t.Mapping[str, list[str]]) -> None:
    """Raise InputError for the first redirect URI, by platform, that must not be registered."""
    total = sum(map(len, given.values()))
    if total > MOST:
        raise InputError(
            f"{total} redirect URIs are given",
            remedy=f"An application has at most {MOST}, {MOST_PERSONAL} with personal accounts.",
        )
    for platform, uris in given.items():
        for index, uri in enumerate(uris):
            refuse_one(platform, f"{platform}[{index}]", uri)
    refuse_shared(given, given)


def refuse_one(platform: str, place: str, uri: str) -> None:
    """Raise InputError where the redirect URI is wrong for the platform. place says where it stands, such as web[0]."""
    _refuse_text(place, uri)
    scheme, colon, rest = uri.partition(":")
    if (
        not colon
        or not SCHEME.fullmatch(scheme)
        or (re.fullmatch(r"localhost|.*\..*", scheme) and re.match(r"\d+(/|$)", rest))  # a host and its port
    ):
        raise InputError(f"{place}: '{uri}' has no scheme", remedy=f"Did you mean https://{uri.lstrip('/')}?")
    scheme = scheme.lower()
    if NEVER.fullmatch(scheme):
        raise InputError(f"{place}: the scheme '{scheme}' is not allowed", remedy="Use https.")
    if scheme in ("http", "https") or scheme == MICROSOFTS.get(platform):
        _refuse_address(place, uri, scheme)
    elif platform != "public_client":
        raise InputError(
            f"{place}: the scheme '{scheme}' is not allowed for {platform}",
            remedy="Use https. A native application's own scheme belongs under public_client.",
        )
    elif not rest.strip("/"):
        raise InputError(
            f"{place}: '{uri}' has nothing behind its scheme", remedy=f"Use a form such as {scheme}://auth."
        )


def _refuse_text(place: str, uri: str) -> None:
    """Rules for the text as such."""
    if not uri:
        raise InputError(f"{place} is empty", remedy="Give a redirect URI such as https://app.example.com/signin.")
    if "@" in urllib.parse.unquote(_authority(uri)):
        raise InputError(
            f"{place} holds a user name or password before an @", remedy="Remove it: everybody can read a redirect URI."
        )
    if len(uri) > LONGEST:
        raise InputError(f"{place} is {len(uri)} characters long", remedy=f"Microsoft Entra ID accepts {LONGEST}.")
    if "#" in uri:
        raise InputError(f"{place}: '{uri}' holds a fragment", remedy="Remove # and what follows it.")
    if "*" in urllib.parse.unquote(uri):
        raise InputError(
            f"{place}: '{uri}' holds a wildcard, so any host or page that it fits would receive sign-in codes",
            remedy="List each redirect URI.",
        )
    _refuse_characters(place, uri)
    if DOT_SEGMENT.search(uri):
        raise InputError(f"{place}: '{uri}' holds a . or .. between slashes", remedy="Write the path that it leads to.")


def _refuse_characters(place: str, uri: str) -> None:
    for character in uri:
        if ord(character) > 127:
            where = "the host" if character in _authority(uri) else "the path"
            raise InputError(
                f"{place}: {where} holds '{character}' (U+{ord(character):04X})",
                remedy="If it is meant, write a host in its xn-- form and a path percent-encoded.",
            )
    if found := UNSUPPORTED.search(uri):
        raise InputError(
            f"{place}: Microsoft Entra ID does not support the character {found[0]!r} in redirect URIs",
            remedy="Use an address without it.",
        )
    if ENCODED_CONTROL.search(uri) or BROKEN_ESCAPE.search(uri):
        raise InputError(
            f"{place}: '{uri}' holds a % that stands for no printable character", remedy="Correct the address."
        )


def _authority(uri: str) -> str:
    """What stands between // and the next /, ? or #, the way a browser reads it: a backslash is a slash there."""
    found = re.match(r"[^/?#]*[/\\]{2}([^/?#\\]*)", uri)
    return found[1] if found else ""


def _refuse_address(place: str, uri: str, scheme: str) -> None:
    """Rules for what has a host."""
    parts = urllib.parse.urlsplit(uri)
    host = host_of(uri)
    if not uri[len(scheme) :].startswith("://") or not host:
        raise InputError(
            f"{place}: '{uri}' has no host", remedy=f"Use a form such as {scheme}://app.example.com/signin."
        )
    if host.startswith("["):
        raise InputError(
            f"{place}: IPv6 addresses are not supported in redirect URIs",
            remedy="Use a host name; for this machine http://localhost.",
        )
    if not HOST.fullmatch(host):
        raise InputError(
            f"{place}: '{host}' is no host name", remedy="Correct it: letters, digits, hyphens and single dots."
        )
    try:
        port_is_wrong = parts.netloc.endswith(":") or parts.port == 0
    except ValueError:
        port_is_wrong = True
    if port_is_wrong:
        raise InputError(f"{place}: '{uri}' has a port that does not exist", remedy="Use 1 to 65535, or leave it out.")
    if scheme == "http" and host not in LOOPBACK:
        raise InputError(f"{place}: '{uri}': http is allowed only for localhost", remedy=f"Use https{uri[4:]}.")
    if host == "msapproxy.net" or host.endswith(".msapproxy.net"):
        raise InputError(
            f"{place}: '{host}' is not a host of Application Proxy but of somebody else",
            remedy="Use msappproxy.net, with three p.",
        )


def host_of(uri: str) -> str:
    """The host in lower case, an IPv6 address in brackets; empty where there is none."""
    authority = _authority(uri).rpartition("@")[2].lower()
    return authority.partition("]")[0] + "]" if authority.startswith("[") else authority.partition(":")[0]


def refuse_shared(named: t.Mapping[str, list[str]], lists: t.Mapping[str, list[str]]) -> None:
    """Raise InputError where a URI that is named would stand on two platforms, or localhost on both web and spa.

    The platform decides the sign-in flow: AADSTS9002326 and AADSTS7000218 are what users see of it.
    """
    for platform, uris in named.items():
        for uri in uris:
            for other, others in lists.items():
                if other != platform and uri in others:
                    raise InputError(
                        f"'{uri}' would stand under both {platform} and {other}",
                        remedy="Choose one, since the platform decides the sign-in flow, and remove it from the other.",
                    )
    local = {name: [uri for uri in lists.get(name) or [] if host_of(uri) in LOOPBACK] for name in ("web", "spa")}
    ours = [uri for name in ("web", "spa") for uri in named.get(name, []) if host_of(uri) in LOOPBACK]
    if ours and local["web"] and local["spa"]:
        raise InputError(
            f"localhost would stand under both web ({local['web'][0]}) and spa ({local['spa'][0]})",
            remedy="Keep one of them: the port is ignored, so the other's sign-in would break (AADSTS9002326, AADSTS7000218).",
        )


def refuse_for_audience(named: t.Mapping[str, list[str]], lists: t.Mapping[str, list[str]], audience: str) -> None:
    """Raise InputError for what the application's audience does not allow."""
    limit = MOST_PERSONAL if audience in PERSONAL else MOST
    total = sum(map(len, lists.values()))
    if total > limit:
        raise InputError(
            f"The application would have {total} redirect URIs",
            remedy=f"With sign_in_audience {audience} it may have {limit}: remove some.",
        )
    queried = [uri for uris in named.values() for uri in uris if "?" in uri]
    if queried and audience in PERSONAL:
        raise InputError(
            f"'{queried[0]}' holds a query",
            remedy=f"With sign_in_audience {audience} a redirect URI may not: remove ? and what follows.",
        )


def doubts(named: t.Mapping[str, list[str]]) -> tuple[str, ...]:
    """Warnings about what is allowed and seldom meant."""
    uris = [uri for listed in named.values() for uri in listed]
    told = [f"{host} in {uri} is not a public host name." for uri in uris if (host := _inner_host(uri))]
    seen: dict[str, str] = {}
    for uri in uris:
        key = uri.lower().rstrip("/")
        if seen.setdefault(key, uri) != uri:
            told.append(
                f"{seen[key]} and {uri} differ only by case or by the final slash. They are compared exactly: keep the one that the application sends."
            )
    local: dict[str, str] = {}
    for uri in uris:
        if uri.startswith("http:") and host_of(uri) in LOOPBACK:
            key = re.sub(r"^(http://[^/:]+):\d+", r"\1", uri)
            if local.setdefault(key, uri) != uri:
                told.append(
                    f"{local[key]} and {uri} differ only by the port, which is ignored for {host_of(uri)}: keep one of them."
                )
    return tuple(told)


def _inner_host(uri: str) -> str:
    """The host where it is an address or has no dot, but is not this machine."""
    host = host_of(uri)
    if not uri.lower().startswith(("https:", "http:")) or host in LOOPBACK:
        return ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host if "." not in host else ""
    return host
