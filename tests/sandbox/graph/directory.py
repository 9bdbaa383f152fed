# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Objects of a directory whatever their type, and the domains that the tenant has verified."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.graph.schema import find_type
from sandbox.store import Record, Tenant, View

OBJECT_KINDS = ("user", "group", "servicePrincipal", "application")


def find_object(view: View, key: str, kinds: Iterable[str] = OBJECT_KINDS) -> tuple[str, Record] | None:
    """The directory object with that id, and its type."""
    return next(((kind, found) for kind in kinds if (found := view.get(kind, key))), None)


def find_objects(view: View, keys: Iterable[str]) -> list[tuple[str, Record]]:
    """Those of the ids that exist, each with its type, in the order given."""
    return [found for key in keys if (found := find_object(view, key))]


def add_domain(
    tenant: Tenant, name: str, *, verified: bool = True, default: bool = False, initial: bool = False
) -> Record:
    """Keep a domain; its id is its name."""
    name = name.lower()
    flags = {"id": name, "isVerified": verified, "isDefault": default, "isInitial": initial}
    supported = ["Email", "OfficeCommunicationsOnline"] if verified else []
    return tenant.put("domain", {**find_type("domain").defaults(), **flags, "supportedServices": supported})


def verified_domain_of(view: View, host: str) -> str | None:
    """The verified domain that a host equals or lies below, or None."""
    labels = host.lower().split(".")
    for start in range(len(labels)):
        domain = view.get("domain", ".".join(labels[start:]))
        if domain and domain["isVerified"]:
            return str(domain["id"])
    return None
