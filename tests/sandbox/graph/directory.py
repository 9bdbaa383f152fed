# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Objects of a directory whatever their type, and the domains that the tenant has verified."""

from __future__ import annotations

import re
import struct
import uuid
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sandbox.graph.bodies import format_time
from sandbox.graph.errors import bad_request, not_found
from sandbox.graph.schema import find_type
from sandbox.store import Record, Tenant, View

if TYPE_CHECKING:
    from sandbox.graph.calls import Call

#: What a path's first segment holds, and the alternate keys of the types.
SEGMENTS = {"applications": "application", "serviceprincipals": "servicePrincipal", "users": "user", "groups": "group"}
ALTERNATE_KEYS = {"application": ("appId", "uniqueName"), "servicePrincipal": ("appId",), "group": ("uniqueName",)}
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
#: The service plan AAD_PREMIUM: https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
PREMIUM = "41781fb2-bc02-4b7c-bd55-b576c07bb09d"
KEPT = timedelta(days=30)
OBJECT_KINDS = ("user", "group", "servicePrincipal", "application")
#: Types of directory object that a path or body may name, of which no tenant here has any.
OTHER_KINDS = frozenset({"administrativeUnit", "appRoleAssignment", "device", "directoryRole", "orgContact"})


def find_object(view: View, key: str, kinds: Iterable[str] = OBJECT_KINDS) -> tuple[str, Record] | None:
    """The directory object with that id, and its type."""
    return next(((kind, found) for kind in kinds if (found := view.get(kind, key))), None)


def find_objects(view: View, keys: Iterable[str]) -> list[tuple[str, Record]]:
    """Those of the ids that exist, each with its type, in the order given."""
    return [found for key in keys if (found := find_object(view, key))]


def is_restorable(record: Record, now: datetime) -> bool:
    """Whether a deleted object has not been gone for good yet, which it is after thirty days."""
    return datetime.fromisoformat(record["deletedDateTime"]) > now - KEPT


def security_identifier(object_id: str) -> str:
    """The SID of a user or group: its id as four numbers, the bytes of each from the lowest.

    Observed by https://github.com/okieselbach/Intune (Convert-AzureAdObjectIdToSid.ps1).
    """
    return "S-1-12-1-" + "-".join(map(str, struct.unpack("<4I", uuid.UUID(object_id).bytes_le)))


def add_domain(
    tenant: Tenant, name: str, *, verified: bool = True, default: bool = False, initial: bool = False
) -> Record:
    """Keep a domain; its id is its name."""
    name = name.lower()
    flags = {"id": name, "isVerified": verified, "isDefault": default, "isInitial": initial}
    supported = ["Email", "OfficeCommunicationsOnline"] if verified else []
    return tenant.put("domain", {**find_type("domain").defaults(), **flags, "supportedServices": supported})


def add_premium_plan(tenant: Tenant) -> Record:
    """Give a tenant Microsoft Entra ID P1, which Application Proxy asks for."""
    plan = {
        "id": PREMIUM,
        "assignedDateTime": format_time(tenant.clock()),
        "capabilityStatus": "Enabled",
        "service": "AADPremiumService",
        "servicePlanId": PREMIUM,
    }
    return tenant.put("assignedPlan", plan)


def verified_domain_of(view: View, host: str) -> str | None:
    """The verified domain that a host equals or lies below, or None."""
    labels = host.lower().split(".")
    for start in range(len(labels)):
        domain = view.get("domain", ".".join(labels[start:]))
        if domain and domain["isVerified"]:
            return str(domain["id"])
    return None


def require_object(call: Call, kinds: Collection[str], position: int = 0) -> tuple[str, Record]:
    """The directory object that a key in the path names: by id, by an alternate key, a user by their name too.

    Which kinds come into question the path's first segment says where it names one. Raises 404.
    """
    key = call.keys[position]
    if isinstance(key, str) and "user" not in kinds and not GUID.fullmatch(key):
        raise bad_request(f"Invalid object identifier '{key}'.")
    first = SEGMENTS.get(call.path.split("/")[2].partition("(")[0].lower())
    wanted = [first] if first and first in kinds and position == 0 else list(kinds)
    for kind in wanted:
        found = _find_by(call.view, kind, key)
        if found:
            return kind, found
    raise not_found(key if isinstance(key, str) else next(iter(key.values())))


def _find_by(view: View, kind: str, key: str | dict[str, str]) -> Record | None:
    if isinstance(key, dict):
        if len(key) != 1 or not set(key) <= set(ALTERNATE_KEYS.get(kind, ())):
            raise bad_request("The key value is not valid for this resource.", "BadRequest")
        return view.find(kind, **key)
    return view.get(kind, key) or (view.find(kind, userPrincipalName=key) if kind == "user" else None)
