# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The permissions of one API that an application asks for (requiredResourceAccess), by name, and consent to them where it is wished.

https://learn.microsoft.com/graph/api/resources/requiredresourceaccess
"""

from __future__ import annotations

import dataclasses
import difflib
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils import _consent, _consent_plan
from ansible_collections.tenantops.entra.plugins.module_utils._consent import Consent
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError, NotFound
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import Reader, get_application, keys_of
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call, Object, Plan
from ansible_collections.tenantops.entra.plugins.module_utils._references import find_resource

Params = t.Mapping[str, t.Any]

TYPES = {"delegated": "Scope", "application": "Role"}
PERSONAL = frozenset({"AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount"})
MOST_APIS, MOST, MOST_PERSONAL, MOST_OF_ONE_PERSONAL = 50, 400, 200, 30


@dataclasses.dataclass(frozen=True)
class Asking:
    """What is there."""

    application: Object
    resource: Object
    """The API's service principal with what it offers."""
    consent: Consent | None = None
    """What is granted; read only where the task consents."""


def refuse(params: Params) -> None:
    """Raise InputError where a consent names what makes an application an administrator. Ids are looked at when they are known."""
    if params["admin_consent"] and params["state"] == "present":
        _consent.refuse_privileged(params, params.get("application") or [])


def read(reader: Reader) -> Asking:
    application, resource = get_application(reader), find_resource(reader, reader.params["resource"])
    consents = reader.params.get("admin_consent")
    return Asking(application, resource, _consent.read(reader, application, resource) if consents else None)


def plan(params: Params, found: Asking) -> Plan:
    application, resource = found.application, found.resource
    asked = application.get("requiredResourceAccess") or []
    offers = {kind: offered(resource, kind) for kind in TYPES}
    names = {kind: {id_: name for name, id_ in offers[kind].items()} for kind in TYPES}
    held = {kind: _held(asked, resource["appId"], kind) for kind in TYPES}
    given = [kind for kind in TYPES if params.get(kind) is not None]
    wished = {kind: [_id_of(name, kind, resource, offers, held[kind]) for name in params[kind]] for kind in given}
    wanted = {**held}
    for kind, ids in wished.items():
        wanted[kind] = _merge(held[kind], ids, params["state"] == "absent", params["exact"])
    consent = _consent_plan.Change()
    if found.consent is not None:
        consent = _consent_plan.plan(params, application, resource, found.consent, wished, wanted, names)

    def show(listed: dict[str, list[str]]) -> Object:
        return {kind: [names[kind].get(id_, id_) for id_ in ids] for kind, ids in listed.items()}

    before, after = show(held), show(wanted)
    steps: tuple[Call, ...] = ()
    if wanted != held:
        access = _replace(asked, resource["appId"], wanted)
        _refuse_too_many(application, access, resource)
        steps = (
            Call(
                "change the API permissions",
                "PATCH",
                "/applications/{application.id}",
                {"requiredResourceAccess": access},
                kind="application",
                keys=keys_of(application),
            ),
        )
    return Plan(
        {**{kind: before[kind] for kind in given}, **consent.before},
        {**{kind: after[kind] for kind in given}, **consent.after},
        (*steps, *consent.steps),
        {
            "application": application,
            "resource": resource,
            "service_principal": (found.consent and found.consent.principal) or {},
        },
        {**after, "resource": params["resource"], **consent.shown},
        consent.warnings,
    )


def offered(resource: Object, kind: str) -> dict[str, str]:
    """The permissions of the kind, delegated or application, that the API offers: name to id."""
    if kind == "delegated":
        permissions = resource.get("oauth2PermissionScopes") or []
    else:
        roles = resource.get("appRoles") or []
        permissions = [role for role in roles if "Application" in (role.get("allowedMemberTypes") or [])]
    return {item["value"]: item["id"] for item in permissions if item.get("value") and item.get("isEnabled", True)}


def _held(asked: list[Object], app_id: str, kind: str) -> list[str]:
    """The ids that the application asks of the API. The service may keep an API in more than one entry."""
    return [
        access["id"]
        for entry in asked
        if entry["resourceAppId"] == app_id
        for access in entry.get("resourceAccess") or []
        if access["type"] == TYPES[kind]
    ]


def _id_of(name: str, kind: str, resource: Object, offers: dict[str, dict[str, str]], held: list[str]) -> str:
    """The id of a permission that is named, or given by its id. Raises NotFound."""
    if name in offers[kind]:
        return offers[kind][name]
    if name.lower() in (*offers[kind].values(), *held):
        return name.lower()
    api = resource.get("displayName") or resource["appId"]
    other = next(other for other in TYPES if other != kind)
    if name in offers[other]:
        raise NotFound(f"{kind}: {api} offers '{name}' as {other} permission only", remedy=f"Name it under {other}.")
    near = difflib.get_close_matches(name, offers[kind], n=1)
    raise NotFound(
        f"{kind}: {api} offers no permission '{name}'",
        remedy=f"Did you mean {near[0]}?" if near else "Check its name and resource.",
    )


def _merge(held: list[str], ids: list[str], removing: bool, exact: bool) -> list[str]:
    if removing:
        return [id_ for id_ in held if id_ not in ids]
    kept = [id_ for id_ in held if id_ in ids or not exact]
    return [*kept, *(id_ for id_ in dict.fromkeys(ids) if id_ not in kept)]


def _replace(asked: list[Object], app_id: str, wanted: dict[str, list[str]]) -> list[Object]:
    """The property as a whole: the API's entry replaced where it stood, or left out when it is empty, and the others as they are."""
    access = [{"id": id_, "type": TYPES[kind]} for kind, ids in wanted.items() for id_ in ids]
    result, pending = [], [{"resourceAppId": app_id, "resourceAccess": access}] if access else []
    for entry in asked:
        if entry["resourceAppId"] != app_id:
            result.append(entry)
        else:
            result, pending = [*result, *pending], []
    return [*result, *pending]


def _refuse_too_many(application: Object, access: list[Object], resource: Object) -> None:
    """https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation"""
    personal = application.get("signInAudience") in PERSONAL
    most = MOST_PERSONAL if personal else MOST
    total = sum(len(entry["resourceAccess"]) for entry in access)
    ours = sum(len(entry["resourceAccess"]) for entry in access if entry["resourceAppId"] == resource["appId"])
    audience = f"With sign_in_audience {application.get('signInAudience')} it may" if personal else "It may"
    if len(access) > MOST_APIS:
        raise InputError(
            f"The application would ask for permissions of {len(access)} APIs", remedy=f"It may of {MOST_APIS}."
        )
    if total > most:
        raise InputError(
            f"The application would ask for {total} permissions", remedy=f"{audience} for {most}: remove some."
        )
    if personal and ours > MOST_OF_ONE_PERSONAL:
        raise InputError(
            f"The application would ask for {ours} permissions of one API",
            remedy=f"{audience} for {MOST_OF_ONE_PERSONAL}: remove some.",
        )
