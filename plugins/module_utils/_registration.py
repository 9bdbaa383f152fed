# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An application and its service principal as one: created by upsert, adopted, restored, changed or deleted.

https://learn.microsoft.com/graph/api/application-upsert, https://learn.microsoft.com/graph/api/serviceprincipal-upsert
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError, NotFound, NotUnique
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import (
    Reader,
    filtered,
    find_application,
    find_service_principal,
    literal,
    only,
    quote,
)
from ansible_collections.tenantops.entra.plugins.module_utils._plan import (
    Call,
    Changes,
    Instead,
    Object,
    Plan,
    compare,
    patches,
)
from ansible_collections.tenantops.entra.plugins.module_utils._references import find_principal
from ansible_collections.tenantops.entra.plugins.module_utils._schema import Field

Params = t.Mapping[str, t.Any]
UPSERT = {"Prefer": "create-if-missing"}
APP_ID = "{app_id}"
HIDDEN_TAG = "HideApp"


@dataclasses.dataclass(frozen=True)
class Registration:
    """What is there."""

    application: Object | None
    deleted: bool
    service_principal: Object | None
    owners: tuple[str, ...]
    wanted_owners: dict[str, str]
    """Object id of each owner that the options name, to the name."""


def read(reader: Reader) -> Registration:
    params = reader.params
    application, deleted = _find(reader), False
    if application is None and params["state"] == "present" and params.get("unique_name"):
        application = _find_deleted(reader, params["unique_name"])
        deleted = application is not None
    service_principal = None if application is None or deleted else find_service_principal(reader, application)
    names = params.get("owners") or []
    owners = (
        reader.graph.pages(f"/applications/{application['id']}/owners?$select=id")
        if names and application and application.get("id") and not deleted
        else []
    )
    wanted = {find_principal(reader, name)["id"]: name for name in names}
    return Registration(application, deleted, service_principal, tuple(owner["id"] for owner in owners), wanted)


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
        found = reader.graph.pages(filtered("/applications", f"displayName eq {literal(params['display_name'])}"))
        unnamed = [candidate for candidate in found if not candidate.get("uniqueName")]
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
            f"The application {by_id} has no unique name yet",
            remedy="Set adopt to give it this one for good, or leave unique_name out.",
        )
    return application


def _find_deleted(reader: Reader, unique_name: str) -> Object | None:
    """uniqueName stays taken for the 30 days that a deleted application can be restored; it cannot be filtered by."""
    deleted = reader.graph.pages("/directory/deletedItems/microsoft.graph.application")
    return next((application for application in deleted if application.get("uniqueName") == unique_name), None)


def plan(params: Params, found: Registration, fields: tuple[Field, ...], principal_fields: tuple[Field, ...]) -> Plan:
    if params["state"] == "absent":
        return _plan_absent(found)
    application = found.application or {}
    if found.application is None and not params.get("display_name"):
        raise InputError("display_name is missing and the application does not exist yet", remedy="Set display_name.")
    wanted = _with_app_id(params, application)
    changes = compare(fields, wanted, application, seed=params.get("unique_name") or application.get("appId", ""))
    of_principal = compare(principal_fields, wanted, found.service_principal or {})
    _hide(params, found, of_principal)
    if params.get("unique_name") and not application.get("uniqueName"):
        changes.before["unique_name"], changes.after["unique_name"] = None, params["unique_name"]
        if found.application is not None:
            changes.body["uniqueName"] = params["unique_name"]
    if found.application is None or found.deleted:
        changes.before = {"state": "deleted" if found.deleted else "absent"}
        changes.after["state"] = "present"
    steps = (
        *_application_calls(params, found, changes),
        *_principal_calls(params, found, of_principal),
        *_owner_calls(params, found, changes),
    )
    return Plan(
        before={**changes.before, **(of_principal.before if found.service_principal else {})},
        after={**changes.after, **of_principal.after},
        steps=steps,
        objects={"application": application, "service_principal": found.service_principal or {}},
        shown={**changes.state, **of_principal.state},
    )


def _with_app_id(params: Params, application: Object) -> Params:
    """The options with {app_id} filled in where it is known, and the fallback taken where it was taken before."""
    app_id = application.get("appId", APP_ID)
    uris = {
        name: [uri.replace(APP_ID, app_id) for uri in params[name]]
        for name in ("identifier_uris", "identifier_uris_fallback")
        if params.get(name)
    }
    held = {uri.lower() for uri in application.get("identifierUris") or []}
    fallback = {uri.lower() for uri in uris.get("identifier_uris_fallback", [])}
    if fallback and fallback <= held and not {uri.lower() for uri in uris.get("identifier_uris", [])} <= held:
        uris["identifier_uris"] = uris["identifier_uris_fallback"]
    return {**params, **uris}


def _application_calls(params: Params, found: Registration, changes: Changes) -> t.Iterator[Call]:
    about: dict[str, t.Any] = {"save": "application", "kind": "application"}
    uris = changes.body.pop("identifierUris", None)
    path = "/applications/{application.id}"
    if found.application is None:
        name = params["unique_name"]
        yield Call(
            "create the application",
            "PATCH",
            f"/applications(uniqueName={quote(name)})",
            {**changes.body},
            headers=UPSERT,
            keys=(name,),
            **about,
        )
    else:
        if found.deleted:
            yield Call(
                "restore the application",
                "POST",
                "/directory/deletedItems/{application.id}/restore",
                keys=(params["unique_name"],),
                repeatable=True,
                **about,
            )
        if changes.first or changes.body:
            yield from patches(
                changes,
                "change the application",
                path,
                kind="application",
                keys=_keys(found.application),
                save="application",
            )
    if uris is not None:
        yield _identifier_uris(params, found, uris, path)


def _identifier_uris(params: Params, found: Registration, uris: list[str], path: str) -> Call:
    """A call of its own, after the application exists: an api://<app id> needs the id, and a tenant may refuse the host."""
    call = Call(
        "set the identifier URIs",
        "PATCH",
        path,
        {"identifierUris": [uri.replace(APP_ID, "{application.appId}") for uri in uris]},
        save="application",
        kind="application",
        keys=_keys(found.application or {"uniqueName": params["unique_name"]}),
    )
    fallback = params.get("identifier_uris_fallback")
    if not fallback:
        return call
    kept = [uri for uri in (found.application or {}).get("identifierUris") or [] if uri in uris]
    instead = [*kept, *fallback]
    return dataclasses.replace(
        call,
        instead=Instead(
            "HostNameNotOnVerifiedDomain",
            dataclasses.replace(
                call, body={"identifierUris": [uri.replace(APP_ID, "{application.appId}") for uri in instead]}
            ),
            {"identifier_uris": instead},
            f"The tenant accepts no identifier URI on a host that is not a verified domain ({', '.join(params['identifier_uris'])}); "
            f"{', '.join(fallback)} was set instead, so scopes begin with that.",
        ),
    )


def _principal_calls(params: Params, found: Registration, changes: Changes) -> t.Iterator[Call]:
    about: dict[str, t.Any] = {"save": "service_principal", "kind": "servicePrincipal"}
    named = (params["unique_name"],) if params.get("unique_name") else ()
    if found.service_principal is None:
        body = {"accountEnabled": True, **changes.body}
        keys = named
        yield Call(
            "create the service principal",
            "PATCH",
            "/servicePrincipals(appId='{application.appId}')",
            body,
            headers=UPSERT,
            keys=keys,
            **about,
        )
    elif changes.body:
        keys = (*_keys(found.service_principal), *named)
        yield from patches(
            changes, "change the service principal", "/servicePrincipals/{service_principal.id}", keys=keys, **about
        )


def _hide(params: Params, found: Registration, changes: Changes) -> None:
    """visible is a tag of the service principal; its tags are read together with the application's and written without them."""
    tags = list((found.service_principal or {}).get("tags") or [])
    hidden = HIDDEN_TAG in tags
    changes.state["visible"] = not hidden if params.get("visible") is None else params["visible"]
    if params.get("visible") is None:
        return
    changes.before["visible"], changes.after["visible"] = not hidden, params["visible"]
    if params["visible"] == hidden:
        own = [tag for tag in tags if tag not in ((found.application or {}).get("tags") or []) and tag != HIDDEN_TAG]
        changes.body["tags"] = own if params["visible"] else [*own, HIDDEN_TAG]


def _owner_calls(params: Params, found: Registration, changes: Changes) -> t.Iterator[Call]:
    if params.get("owners") is None:
        return
    path = "/applications/{application.id}/owners"
    before = [found.wanted_owners.get(owner, owner) for owner in found.owners]
    after = (
        before
        if not params.get("exact")
        else [found.wanted_owners[owner] for owner in found.owners if owner in found.wanted_owners]
    )
    changes.before["owners"] = before
    changes.after["owners"] = sorted({*after, *found.wanted_owners.values()})
    for owner, name in found.wanted_owners.items():
        if owner not in found.owners:
            link = {"@odata.id": f"{{graph.origin}}/v1.0/directoryObjects/{owner}"}
            yield Call(
                f"make {name} an owner", "POST", f"{path}/$ref", link, agrees=("added object references already exist",)
            )
    for owner in found.owners if params.get("exact") else ():
        if owner not in found.wanted_owners:
            yield Call(
                f"remove the owner {owner}",
                "DELETE",
                f"{path}/{owner}/$ref",
                agrees=("removed object references do not exist",),
            )


def _plan_absent(found: Registration) -> Plan:
    application = found.application
    if application is None:
        return Plan({"state": "absent"}, {"state": "absent"})
    shown = {"display_name": application.get("displayName"), "unique_name": application.get("uniqueName")}
    call = Call(
        "delete the application",
        "DELETE",
        "/applications/{application.id}",
        kind="application",
        keys=_keys(application),
    )
    return Plan(
        {**shown, "state": "present"},
        {"state": "absent"},
        (call,),
        {"application": application, "service_principal": found.service_principal or {}},
    )


def _keys(found: Object) -> tuple[str, ...]:
    return tuple(str(found[name]) for name in ("id", "appId", "uniqueName") if found.get(name))
