# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whose the hosts of redirect URIs are, since sign-in codes go to whoever holds the host: below the domains that a task allows, and
known to the DNS where it is asked.
"""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import env_fallback

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._redirect_uri import LOOPBACK, host_of

OPTIONS: dict[str, dict[str, t.Any]] = {
    "allowed_domains": {"type": "list", "elements": "str"},
    "verify_dns": {"type": "bool", "default": False, "fallback": (env_fallback, ["ENTRA_VERIFY_DNS"])},
    "dns_server": {"type": "str", "fallback": (env_fallback, ["ENTRA_DNS_SERVER"])},
}


def refuse_hosts(params: t.Mapping[str, t.Any], named: t.Mapping[str, list[str]]) -> None:
    """Raise InputError for a host outside allowed_domains, or with verify_dns for one that the DNS does not know. named: by platform.

    Raises Unreachable where the DNS does not answer.
    """
    asked: set[str] = set()
    for platform, uris in named.items():
        for index, uri in enumerate(uris):
            host, place = host_of(uri), f"{platform}[{index}]"
            if host in LOOPBACK or not uri.lower().startswith(("https:", "http:")):
                continue
            _refuse_foreign(place, host, params.get("allowed_domains"))
            if params.get("verify_dns") and host not in asked:
                from ansible_collections.tenantops.entra.plugins.module_utils import _redirect_uri_dns

                _redirect_uri_dns.refuse_unknown(place, host, params.get("dns_server") or "")
                asked.add(host)


def _refuse_foreign(place: str, host: str, allowed: list[str] | None) -> None:
    domains = [domain.lower().strip(".") for domain in allowed or ()]
    if allowed is not None and not any(host == domain or host.endswith(f".{domain}") for domain in domains):
        raise InputError(
            f"{place}: {host} is not below allowed_domains ({', '.join(domains) or 'none'})",
            remedy="Correct the host, or add its domain to allowed_domains.",
        )
