# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Application Proxy takes as a URL.

https://learn.microsoft.com/entra/identity/app-proxy/application-proxy-add-on-premises-application
"""

from __future__ import annotations

import ipaddress
import re
import typing as t
import urllib.parse

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._redact import scrub

HOST = re.compile(r"(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*", re.IGNORECASE)
SUFFIXES = ("msappproxy.net", "msappproxy.us", "msappproxy.cn")
# the name is written with three p; msapproxy.net is the usual slip
MISSPELT = re.compile(r"\bmsa?p+r?oxy\.(net|com|us|cn)$", re.IGNORECASE)


def refuse(params: t.Mapping[str, t.Any]) -> None:
    """Raise InputError for URLs and settings that Application Proxy does not take."""
    if params.get("internal_url"):
        _refuse_url("internal_url", params["internal_url"])
    if params.get("external_url"):
        _refuse_external(params["external_url"], _refuse_url("external_url", params["external_url"]))
    if params.get("alternate_url"):
        _refuse_url("alternate_url", params["alternate_url"], slash=False)
    for option in ("internal_url", "external_url"):
        if params.get(option) == "":
            raise InputError(f"{option} is empty", remedy="Set it, leave it out, or unpublish with state absent.")
    single = params.get("single_sign_on") or {}
    kerberos = [name for name, value in single.items() if name.startswith("kerberos_") and value]
    if kerberos and single.get("mode") not in (None, "onPremisesKerberos"):
        raise InputError(
            f"single_sign_on has mode {single['mode']} and {kerberos[0]}",
            remedy="Set mode to onPremisesKerberos, or leave the Kerberos settings out.",
        )


def _refuse_url(option: str, url: str, *, slash: bool = True) -> urllib.parse.SplitResult:
    try:
        parts = urllib.parse.urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InputError(f"{option} '{url}' is no URL: {scrub(str(error))}", remedy="Correct it.") from None
    if parts.scheme not in ("http", "https"):
        raise InputError(f"{option} '{url}' does not begin with http:// or https://", remedy="Write the whole URL.")
    if parts.username is not None or parts.query or parts.fragment or "?" in url or "#" in url or port == 0:
        raise InputError(
            f"{option} '{url}' holds more than scheme, host and path",
            remedy="Leave out user name, query and fragment.",
        )
    host = parts.hostname or ""
    if not HOST.fullmatch(host) and not _is_address(host):
        raise InputError(f"{option} '{url}' has no usable host name", remedy="Use letters, digits, hyphens and dots.")
    if re.search(r"\s", url):
        raise InputError(f"{option} '{url}' holds a space", remedy="Leave it out, or write it as %20.")
    if slash and not parts.path.endswith("/"):
        raise InputError(f"{option} '{url}' has no trailing slash", remedy=f"Write {url}/ instead.")
    return parts


def _refuse_external(url: str, parts: urllib.parse.SplitResult) -> None:
    host = parts.hostname or ""
    if _is_address(host) or "." not in host:
        raise InputError(
            f"external_url '{url}' has no domain name", remedy="Use a domain name, not an address or a bare host name."
        )
    if parts.port is not None or parts.netloc.endswith(":"):
        raise InputError(f"external_url '{url}' has a port", remedy="Leave the port out: only 80 and 443 are served.")
    if MISSPELT.search(host) and not host.lower().endswith(SUFFIXES):
        raise InputError(f"external_url '{url}' is misspelt", remedy="The domain is msappproxy.net, with three p.")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
