# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The requests that bring an application and its service principal from what was read to what is wanted. No I/O here.

https://learn.microsoft.com/graph/api/application-upsert, https://learn.microsoft.com/graph/api/serviceprincipal-upsert
"""

from __future__ import annotations

import dataclasses
import typing as t
import urllib.parse

from ansible_collections.tenantops.entra.plugins.module_utils import _audience_restrictions
from ansible_collections.tenantops.entra.plugins.module_utils._adoption import keep_tag, without_tag
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import keys_of, quote
from ansible_collections.tenantops.entra.plugins.module_utils._plan import (
    Call,
    Changes,
    Instead,
    Later,
    Object,
    Plan,
    compare,
    patches,
)
from ansible_collections.tenantops.entra.plugins.module_utils._redirect_uri import refuse_for_audience
from ansible_collections.tenantops.entra.plugins.module_utils._registration import Params, Registration
from ansible_collections.tenantops.entra.plugins.module_utils._registration_owners import owner_calls
from ansible_collections.tenantops.entra.plugins.module_utils._registration_rules import (
    refuse_nameless_roles,
    refuse_version,
)
from ansible_collections.tenantops.entra.plugins.module_utils._schema import Field

UPSERT = {"Prefer": "create-if-missing"}
APP_ID = "{app_id}"
HIDDEN_TAG = "HideApp"


def plan(params: Params, found: Registration, fields: tuple[Field, ...], principal_fields: tuple[Field, ...]) -> Plan:
    if params["state"] == "absent":
        return _plan_absent(params, found)
    application = found.application or {}
    if found.application is None and not params.get("display_name"):
        raise InputError("display_name is missing and the application does not exist yet", remedy="Set display_name.")
    wanted = _with_app_id(params, application)
    changes = compare(
        fields, wanted, without_tag(application), seed=params.get("unique_name") or application.get("appId", "")
    )
    _audience_restrictions.compare(wanted, found.audience_restrictions, changes)
    refuse_nameless_roles(changes.after.get("app_roles") or [])
    if changes.body.keys() & {"signInAudience", "api"}:
        refuse_version(changes.state)
    if "signInAudience" in changes.body:
        uris = {
            name: (application.get(name) or {}).get("redirectUris") or [] for name in ("web", "spa", "publicClient")
        }
        refuse_for_audience(uris, uris, changes.state["sign_in_audience"])
    of_principal = compare(principal_fields, wanted, found.service_principal or {})
    _hide(params, found, of_principal)
    if params.get("unique_name") and not application.get("uniqueName"):
        changes.before["unique_name"], changes.after["unique_name"] = None, params["unique_name"]
        if found.application is not None:
            changes.body["uniqueName"] = params["unique_name"]
    keep_tag(changes.body, application, adopting="uniqueName" in changes.body)
    if found.application is None or found.deleted:
        changes.before = {"state": "deleted" if found.deleted else "absent"}
        changes.after["state"] = "present"
    elif found.service_principal is None:
        changes.before["service_principal"], changes.after["service_principal"] = "absent", "present"
    steps = (
        *_application_calls(params, found, changes),
        *_principal_calls(params, found, of_principal),
        *owner_calls(params, found, changes),
    )
    return Plan(
        before={**changes.before, **(of_principal.before if found.service_principal else {})},
        after={**changes.after, **of_principal.after},
        steps=steps,
        objects={"application": application, "service_principal": found.service_principal or {}},
        shown={**changes.state, **of_principal.state},
        warnings=found.warnings,
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
    application = found.application or {}
    about: dict[str, t.Any] = {"save": "application", "kind": "application"}
    uris = changes.body.pop("identifierUris", None)
    path = "/applications/{application.id}"
    if found.application is None:
        yield Call(
            "create the application",
            "PATCH",
            f"/applications(uniqueName={quote(params['unique_name'])})",
            {**changes.body},
            version=_audience_restrictions.version_for(changes.body),
            headers=UPSERT,
            keys=(params["unique_name"],),
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
                foreseen={name: value for name, value in application.items() if name != "id"},
                **about,
            )
        if restricted := _audience_restrictions.take_out(changes.body):
            does, keys = "change who may sign in", keys_of(found.application)
            yield Call(does, "PATCH", path, restricted, version=_audience_restrictions.BETA, keys=keys, **about)
        if changes.first or changes.body:
            yield from patches(
                changes,
                "change the application",
                path,
                kind="application",
                keys=keys_of(found.application),
                save="application",
            )
    if uris is not None:
        yield _identifier_uris(params, found, uris, changes)


def _identifier_uris(params: Params, found: Registration, uris: list[str], changes: Changes) -> Call:
    """A call of its own, after the application exists: an api://<app id> needs the id, and a tenant may refuse the host."""
    call = Call(
        "set the identifier URIs",
        "PATCH",
        "/applications/{application.id}",
        {"identifierUris": _with_id(uris)},
        save="application",
        kind="application",
        keys=keys_of(found.application or {"uniqueName": params["unique_name"]}),
    )
    fallback = params.get("identifier_uris_fallback")
    if not fallback:
        return call
    instead = [*((found.application or {}).get("identifierUris") or []), *fallback]
    second = dataclasses.replace(call, body={"identifierUris": _with_id(instead)}, outcome={"identifier_uris": instead})
    # https://learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions
    form = (changes.state.get("sign_in_audience"), changes.state.get("requested_access_token_version"))
    domains = None if form == ("AzureADMyOrg", 2) else found.verified_domains
    if domains is not None and not all(_on(uri, domains) for uri in params["identifier_uris"]):
        changes.after["identifier_uris"] = changes.state["identifier_uris"] = instead
    return dataclasses.replace(
        call,
        outcome={"identifier_uris": uris},
        instead=Instead(
            "HostNameNotOnVerifiedDomain",
            second,
            f"The tenant accepts no identifier URI on a host outside its verified domains ({', '.join(params['identifier_uris'])}); "
            f"{', '.join(fallback)} was set instead, so scopes begin with that.",
        ),
    )


def _with_id(uris: list[str]) -> list[str]:
    return [Later(uri.replace(APP_ID, "{application.appId}")) if APP_ID in uri else uri for uri in uris]


def _on(uri: str, domains: frozenset[str]) -> bool:
    """Whether the URI's host is one of the domains or below one; other forms than http(s) have no host to verify."""
    host = urllib.parse.urlsplit(uri).hostname or ""
    return not uri.startswith("http") or any(host == domain or host.endswith("." + domain) for domain in domains)


def _principal_calls(params: Params, found: Registration, changes: Changes) -> t.Iterator[Call]:
    about: dict[str, t.Any] = {"save": "service_principal", "kind": "servicePrincipal"}
    named = (params["unique_name"],) if params.get("unique_name") else ()
    if found.service_principal is None:
        body = {"accountEnabled": True, **changes.body}
        keys = (*named, *keys_of(found.application or {}))
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
        keys = (*keys_of(found.service_principal), *named)
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


def _plan_absent(params: Params, found: Registration) -> Plan:
    application = found.application
    if application is None:
        return Plan({"state": "absent"}, {"state": "absent"})
    shown = {"display_name": application.get("displayName"), "unique_name": application.get("uniqueName")}
    if params["confirm"] not in shown.values():
        raise InputError(
            f"confirm is '{params['confirm']}', but the application is '{shown['display_name']}'"
            + (f" with unique_name '{shown['unique_name']}'" if shown["unique_name"] else ""),
            remedy="Set confirm to the name of the application that is to go.",
        )
    call = Call(
        "delete the application",
        "DELETE",
        "/applications/{application.id}",
        kind="application",
        keys=keys_of(application),
    )
    return Plan(
        {**shown, "state": "present"},
        {"state": "absent"},
        (call,),
        {"application": application, "service_principal": found.service_principal or {}},
    )
