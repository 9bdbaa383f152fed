# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""To grant permissions of one API for the whole tenant, or to revoke them. No I/O here."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._consent import (
    GRANT,
    ROLES,
    Consent,
    keys_of_consent,
    refuse_privileged,
    say_who,
)
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call, Denied, Later, Object

Params = t.Mapping[str, t.Any]
Ids = t.Mapping[str, t.Sequence[str]]
"""Permission ids, by kind: delegated, application."""
ROLE_PATH = "/servicePrincipals/{resource.id}/appRoleAssignedTo"


@dataclasses.dataclass(frozen=True)
class Change:
    """What a plan does to the consent."""

    before: Object = dataclasses.field(default_factory=dict)
    after: Object = dataclasses.field(default_factory=dict)
    steps: tuple[Call, ...] = ()
    shown: Object = dataclasses.field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def plan(
    params: Params, application: Object, resource: Object, found: Consent, wished: Ids, asked: Ids, names: t.Any
) -> Change:
    """wished: the permissions that the options name, of the kinds that are given; asked: all that it asks for after the task.

    names: by kind, id to name.
    """
    if found.denied:
        shown = {"consented": False, "admin_consent_url": found.url}
        return Change(shown=shown, warnings=(say_who(found.url),))
    keys, absent = keys_of_consent(application, resource), params["state"] == "absent"
    held: dict[str, list[str]] = {"delegated": found.scopes, "application": [*found.roles]}
    wanted = {kind: [*values] for kind, values in held.items()}
    for kind, ids in wished.items():
        values = [names[kind].get(id_, id_) for id_ in ids] if kind == "delegated" else [*ids]
        kept = [one for one in held[kind] if (one not in values if absent else one in values or not params["exact"])]
        wanted[kind] = kept if absent else [*kept, *(one for one in values if one not in kept)]

    def show(listed: t.Mapping[str, list[str]]) -> Object:
        return {
            "delegated": sorted(listed["delegated"]),
            "application": sorted(names["application"].get(role, role) for role in listed["application"]),
        }

    if not absent:
        refuse_privileged(params, [names["application"].get(role, role) for role in wished.get("application", [])])
    steps = _change(resource, found, held, wanted, keys)
    asks = {
        "delegated": [names["delegated"].get(id_, id_) for id_ in asked["delegated"]],
        "application": [*asked["application"]],
    }
    beyond = show({kind: [one for one in wanted[kind] if one not in asks[kind]] for kind in wanted})
    shown = {"consented": not absent, "granted_beyond": beyond, "admin_consent_url": found.url}
    steps = [
        dataclasses.replace(step, denied=_on_denial(params, step, found, held, names, show(asks))) for step in steps
    ]
    return Change({"granted": show(held)}, {"granted": show(wanted)}, tuple(steps), shown, tuple(_warn(beyond)))


def _on_denial(
    params: Params, step: Call, found: Consent, held: t.Mapping[str, list[str]], names: t.Any, asks: Object
) -> Denied:
    if params["on_consent_denied"] == "fail":
        return Denied(say_who(found.url), {"admin_consent_url": found.url})

    def tell(result: Object) -> Object:
        """Without what the step would have granted or revoked."""
        granted = {kind: list(values) for kind, values in result["granted"].items()}
        if step.kind == ROLES:
            roles = {names["application"].get(role, role) for role in step.means or {}}
            granted["application"] = sorted(roles.symmetric_difference(granted["application"]))
        else:
            granted["delegated"] = sorted(held["delegated"])
        beyond = {kind: [one for one in values if one not in asks[kind]] for kind, values in granted.items()}
        return {"granted": granted, "granted_beyond": beyond, "consented": False}

    return Denied(say_who(found.url), outcome=tell)


def _warn(beyond: Object) -> t.Iterator[str]:
    listed = [*beyond["delegated"], *beyond["application"]]
    if listed:
        yield f"The application was granted what it does not ask for: {', '.join(listed)}. exact removes it."


def _change(
    resource: Object,
    found: Consent,
    held: t.Mapping[str, list[str]],
    wanted: t.Mapping[str, list[str]],
    keys: tuple[str, ...],
) -> list[Call]:
    steps = []
    for role in (one for one in wanted["application"] if one not in held["application"]):
        body = {"principalId": Later("{service_principal.id}"), "resourceId": resource["id"], "appRoleId": role}
        steps.append(
            Call(
                "consent to the application permission",
                "POST",
                ROLE_PATH,
                body,
                save="assignment",
                kind=ROLES,
                keys=keys,
                means={role: {"appRoleId": role, "id": Later("{assignment.id}")}},
                agrees=("Permission being assigned already exists on the object",),
            )
        )
    for role in (one for one in held["application"] if one not in wanted["application"]):
        path = f"{ROLE_PATH}/{found.roles[role]['id']}"
        steps.append(
            Call("revoke the application permission", "DELETE", path, kind=ROLES, keys=keys, means={role: None})
        )
    if set(wanted["delegated"]) != set(held["delegated"]):
        steps.append(_write_grant(resource, found.grant, " ".join(wanted["delegated"]), keys))
    return steps


def _write_grant(resource: Object, grant: Object | None, scope: str, keys: tuple[str, ...]) -> Call:
    """There is one grant for all users and one API; another is refused, https://learn.microsoft.com/graph/api/oauth2permissiongrant-post"""
    does = "consent to the delegated permissions"
    if grant is None:
        body = {
            "clientId": Later("{service_principal.id}"),
            "consentType": "AllPrincipals",
            "resourceId": resource["id"],
            "scope": scope,
        }
        means: Object = {"id": Later("{grant.id}"), "scope": scope}
        return Call(does, "POST", "/oauth2PermissionGrants", body, save="grant", kind=GRANT, keys=keys, means=means)
    path = f"/oauth2PermissionGrants/{grant['id']}"
    if not scope:
        return Call("revoke the delegated permissions", "DELETE", path, kind=GRANT, keys=keys, means={"scope": ""})
    return Call(does, "PATCH", path, {"scope": scope}, kind=GRANT, keys=keys, means={"scope": scope})
