# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether the DNS knows the host of a redirect URI. Imported where verify_dns asks for it alone: dnspython takes a tenth of a run's start.

A name that nobody holds may be registered by anybody where it stands directly below a top-level domain, or below the domain of a
service that gives names away; a name of one's own may lead there (CNAME).
https://learn.microsoft.com/azure/security/fundamentals/subdomain-takeover
"""

from __future__ import annotations

import ipaddress
import sys
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError, LibraryError, Unreachable
from ansible_collections.tenantops.entra.plugins.module_utils._versions import Needed, find_unfit

LIBRARY = Needed("dnspython", "2.4", "3")
PROBLEM: ImportError | None = None

try:
    import dns.exception
    import dns.nameserver
    import dns.rdatatype
    import dns.resolver
except ImportError as problem:
    PROBLEM = problem

# services of Azure where a name that is free is given to whoever asks first; of others the zone alone is known, and told
GIVEN_AWAY = (
    "azure-api.net",
    "azurecontainer.io",
    "azureedge.net",
    "azurefd.net",
    "azurewebsites.net",
    "cloudapp.azure.com",
    "cloudapp.net",
    "core.windows.net",
    "trafficmanager.net",
)
SECONDS = 10.0  # for one host


def refuse_unknown(place: str, host: str, server: str) -> None:
    """Raise InputError for a host that the DNS does not know, Unreachable where it does not answer, LibraryError without dnspython.

    server: address, or address:port of IPv4; empty for those of the system.
    """
    unfit = find_unfit([LIBRARY])
    if unfit or PROBLEM:
        raise LibraryError(
            f"verify_dns needs the Python library dnspython, and {sys.executable} has {unfit or 'none'}",
            remedy=f"Install it ({sys.executable} -m pip install '{LIBRARY}'), or leave verify_dns out.",
        )
    try:
        _resolver(server).resolve(f"{host}.", "A", raise_on_no_answer=False, lifetime=SECONDS)
    except dns.resolver.NXDOMAIN as error:
        raise _refusal(place, host, error) from None
    except dns.exception.DNSException as error:
        raise Unreachable(
            f"{place}: the DNS did not say whether there is {host} ({type(error).__name__})",
            remedy="Check the network and dns_server, or leave verify_dns out.",
        ) from None


def _resolver(server: str) -> t.Any:
    """Asks the system's servers, or the one that is named: address, or address:port of IPv4."""
    if not server:
        return dns.resolver.Resolver()
    address, colon, port = server.partition(":") if server.count(":") == 1 else (server, "", "")
    try:
        nameserver = dns.nameserver.Do53Nameserver(str(ipaddress.ip_address(address)), int(port) if colon else 53)
    except ValueError:
        raise InputError(
            f"dns_server is '{server}'",
            remedy="Write the address of a DNS server, such as 192.0.2.53 or 192.0.2.53:5353.",
        ) from None
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [nameserver]
    return resolver


def _refusal(place: str, host: str, error: t.Any) -> InputError:
    """What to say of a name that the DNS does not know: the host, or the one that it leads to."""
    missing = error.canonical_name.to_text(omit_final_dot=True).lower()
    zones = [
        one.name.to_text(omit_final_dot=True).lower()
        for answer in error.responses().values()
        for one in answer.authority
        if one.rdtype == dns.rdatatype.SOA
    ]
    free = any("." not in zone for zone in zones) or any(missing.endswith(f".{domain}") for domain in GIVEN_AWAY)
    told = f"{host} is not in the DNS" if missing == host else f"{host} leads to {missing}, which is not in the DNS"
    danger = ": anybody could register it and receive sign-in codes" if free else ""
    return InputError(f"{place}: {told}{danger}", remedy="Correct the host, or have its record made first.")
