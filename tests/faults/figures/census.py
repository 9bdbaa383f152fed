# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Everything that a tenant holds, counted by name: what there is more than once is a duplicate, whatever its id."""

from __future__ import annotations

import collections
from collections.abc import Iterator
from typing import Any

from faults.place import Place

Census = collections.Counter[tuple[str, ...]]
PROFILE = "/onPremisesPublishingProfiles/applicationProxy"
MOST = "$top=999"
LISTS = (
    f"/users?{MOST}&$select=id,userPrincipalName",
    f"/groups?{MOST}",
    f"/applications?{MOST}",
    f"/servicePrincipals?{MOST}&$select=id,appId,displayName",
    f"/oauth2PermissionGrants?{MOST}",
    "/directory/deletedItems/microsoft.graph.application",
    "/directory/deletedItems/microsoft.graph.user",
)


def take(place: Place) -> Census:
    users, groups, applications, principals, grants, *deleted = _values(place, *LISTS)
    names: dict[str, str] = {}
    for one in (*users, *groups, *applications, *principals):
        names[one["id"]] = str(one.get("userPrincipalName") or one.get("uniqueName") or one["displayName"])
    names |= {one["appId"]: names[one["id"]] for one in (*principals, *applications)}
    found: Census = collections.Counter()
    for kind, objects in (("user", users), ("group", groups), ("application", applications), ("principal", principals)):
        found.update((kind, names[one["id"]].lower()) for one in objects)
    found.update(("deleted", one["displayName"]) for objects in deleted for one in objects)
    for one in grants:
        who = names.get(one["principalId"] or "", "")
        found.update([("grant", names[one["clientId"]], names[one["resourceId"]], one["consentType"], who)])
    for application in applications:
        found.update((names[application["id"]], *item) for item in _of_application(application, names))
    for path, key, objects in (
        ("/groups/{}/members?$top=999&$select=id", "id", groups),
        ("/applications/{}/owners?$select=id", "id", applications),
        ("/applications/{}/federatedIdentityCredentials", "name", applications),
        ("/servicePrincipals/{}/appRoleAssignedTo?$top=999", "", principals),
    ):
        for one, items in zip(objects, _values(place, *(path.format(one["id"]) for one in objects)), strict=True):
            kind = path.rpartition("/")[2].partition("?")[0]
            whole = [(item["principalId"], item["appRoleId"]) if not key else (item[key],) for item in items]
            found.update((kind, names[one["id"]], *(names.get(part, part) for part in parts)) for parts in whole)
    found.update(_connectors(place))
    return found


def _values(place: Place, *paths: str) -> list[list[dict[str, Any]]]:
    return [answer["value"] for answer in place.batch([("GET", path, None) for path in paths])]


def _of_application(application: dict[str, Any], names: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for platform in ("web", "spa", "publicClient"):
        yield from ((platform, uri) for uri in application[platform]["redirectUris"])
    uris = (uri.replace(application["appId"], "{app_id}") for uri in application["identifierUris"])
    yield from (("identifier URI", uri) for uri in uris)
    yield from (("tag", tag) for tag in application["tags"])
    yield from (("app role", one["value"]) for one in application["appRoles"])
    yield from (("scope", one["value"]) for one in application["api"]["oauth2PermissionScopes"])
    yield from (("certificate", str(one["displayName"]).partition(":")[0]) for one in application["keyCredentials"])
    yield from (("secret", str(one["displayName"]).partition(":")[0]) for one in application["passwordCredentials"])
    for one in application["requiredResourceAccess"]:
        yield from (("asks for", names[one["resourceAppId"]], access["type"]) for access in one["resourceAccess"])
    for token, claims in (application.get("optionalClaims") or {}).items():
        yield from (("claim", token, one["name"]) for one in claims or [])


def _connectors(place: Place) -> Iterator[tuple[str, ...]]:
    for group in place.graph("GET", f"{PROFILE}/connectorGroups", version="beta")["value"]:
        yield "connector group", group["name"]
        members = place.graph("GET", f"{PROFILE}/connectorGroups/{group['id']}/members", version="beta")
        yield from (("connector", group["name"], one["machineName"]) for one in members["value"])
