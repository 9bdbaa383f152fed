# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What there is of an application and its service principal: by key, to be adopted, or among the deleted items."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils import _audience_restrictions
from ansible_collections.tenantops.entra.plugins.module_utils._errors import GraphError, InputError, NotFound, NotUnique
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import (
    Reader,
    filtered,
    find_application,
    find_service_principal,
    literal,
    only,
)
from ansible_collections.tenantops.entra.plugins.module_utils._plan import (
    Object,
)
from ansible_collections.tenantops.entra.plugins.module_utils._references import find_principal

Params = t.Mapping[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Registration:
    """What is there."""

    application: Object | None
    deleted: bool
    service_principal: Object | None
    owners: tuple[str, ...]
    wanted_owners: dict[str, str]
    """Object id of each owner that the options name, to the name."""
    verified_domains: frozenset[str] | None = None
    """Where a fallback for identifier URIs is given: the tenant's verified domains, or None where they may not be read."""
    warnings: tuple[str, ...] = ()
    audience_restrictions: Object | None = None
    """signInAudienceRestrictions, where they matter to the task."""
    creator: tuple[str, ...] = ()
    """Object id of whoever would create the application, which may make it an owner; where exact owners are named."""


def read(reader: Reader) -> Registration:
    params = reader.params
    application, deleted = _find(reader), False
    if application is None and params["state"] == "present" and params.get("unique_name"):
        application = _find_deleted(reader, params["unique_name"])
        deleted = application is not None
    service_principal = None if application is None or deleted else find_service_principal(reader, application)
    names = params.get("owners") or []
    asked_for_none = params.get("owners") == [] and params.get("exact")
    owners = (
        reader.graph.pages(f"/applications/{application['id']}/owners?$select=id", fresh=True)
        if (names or asked_for_none) and application and application.get("id") and not deleted
        else []
    )
    wanted = {find_principal(reader, name)["id"]: name for name in names}
    ids = tuple(owner["id"] for owner in owners)
    domains = _verified_domains(reader) if params.get("identifier_uris_fallback") else None
    creating = application is None and params["state"] == "present" and params.get("display_name")
    warnings = tuple(_warn_of_namesakes(reader)) if creating else ()
    restrictions = _audience_restrictions.read(reader, application) if application and not deleted else None
    creating_exactly = application is None and params.get("exact") and params.get("owners") is not None
    creator = (str(reader.graph.identity()["oid"]),) if creating_exactly else ()
    return Registration(application, deleted, service_principal, ids, wanted, domains, warnings, restrictions, creator)


def _find(reader: Reader) -> Object | None:
    params = reader.params
    application = find_application(reader)
    by_id = params.get("app_id") or params.get("object_id")
    if application is None and by_id and params["state"] == "present":
        raise NotFound(
            f"There is no application '{by_id}' in this tenant",
            remedy="Correct app_id or object_id, or leave it out to make a new application.",
        )
    name = params.get("unique_name")
    if application is None and name and params.get("adopt"):
        unnamed = _find_namesakes(reader)
        application = only(unnamed, f"application '{params['display_name']}'", "") if unnamed else None
    if application is None or not by_id or not name:
        return application
    if application.get("uniqueName") not in (None, name):
        raise NotUnique(
            f"The application {by_id} has the unique name '{application['uniqueName']}', not '{name}'",
            remedy="A unique name never changes: correct unique_name, app_id or object_id.",
        )
    if application.get("uniqueName") is None and not params.get("adopt"):
        raise InputError(
            f"The application {by_id} was not made by this collection: it has no unique name",
            remedy="Set adopt to take it over and give it this one for good, or leave unique_name out.",
        )
    return application


def _find_namesakes(reader: Reader) -> list[Object]:
    """Applications of that display name which have no unique name, as those that are made by hand in the portal."""
    found = reader.graph.pages(filtered("/applications", f"displayName eq {literal(reader.params['display_name'])}"))
    return [candidate for candidate in found if not candidate.get("uniqueName")]


def _warn_of_namesakes(reader: Reader) -> t.Iterator[str]:
    ids = ", ".join(namesake["id"] for namesake in _find_namesakes(reader))
    if ids:
        yield (
            f"Another application of this tenant is named '{reader.params['display_name']}' and has no unique name ({ids}), "
            "like one that was made by hand. It stays as it is; adopt would take it over."
        )


def _verified_domains(reader: Reader) -> frozenset[str] | None:
    try:
        tenants = reader.graph.pages("/organization?$select=verifiedDomains")
    except GraphError as error:
        if error.status == 403:
            return None
        raise
    return frozenset(domain["name"].lower() for tenant in tenants for domain in tenant.get("verifiedDomains") or [])


def _find_deleted(reader: Reader, unique_name: str) -> Object | None:
    """uniqueName stays taken for the 30 days that a deleted application can be restored; it cannot be filtered by."""
    deleted = reader.graph.pages("/directory/deletedItems/microsoft.graph.application")
    return next((application for application in deleted if application.get("uniqueName") == unique_name), None)
