# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What each module finds when it comes: a drawn state, and the function that makes it and tells the options that name it."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import typing as t

from hypothesis import strategies as st
from properties import desired
from properties.certificate import certificate
from properties.desired import Object, Strategy, mostly_some, some
from properties.existing import PROFILE, PROXY, TEXT, WHOLE, make_application, role
from properties.kept import THEIRS
from properties.place import Place

from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Owner, Record
from ansible_collections.tenantops.entra.plugins.module_utils._secret_state import read_time, write_time

DEFAULT_ROLE = "00000000-0000-0000-0000-000000000000"
Make = t.Callable[[Place, Object], Object]


def _make_registration(place: Place, state: Object) -> Object:
    named = make_application(place, state)
    if state["deleted"]:
        place.send("DELETE", f"/v1.0/applications/{place.words['<object_id>']}")
        return {"unique_name": place.words["<name>"]}
    return named


def _make_proxy(place: Place, state: Object) -> Object:
    named = make_application(place, state)
    if state["published"]:
        path = f"/beta/applications/{place.words['<object_id>']}"
        urls = {"internalUrl": "http://<name>.internal/", "externalUrl": "https://<name>-<initial>.msappproxy.net/"}
        place.send("PATCH", path, {"onPremisesPublishing": place.fill({**urls, **state["published"]})})
    return named


def _make_assigned(place: Place, state: Object) -> Object:
    """With assignments to the application, and to Microsoft Graph what was consented."""
    named = make_application(place, {**state, "principal": True})
    principal, graph = place.words["<sp>"], place.words["<graph>"]
    roles = [role for role in state["application"].get("appRoles", []) if "User" in role["allowedMemberTypes"]]
    role = next((role["id"] for role in roles if role["isEnabled"]), DEFAULT_ROLE)
    for who in state["assigned"]:
        link = {"principalId": place.fill(who), "resourceId": principal, "appRoleId": role}
        place.send("POST", f"/v1.0/servicePrincipals/{principal}/appRoleAssignedTo", link)
    for name in state["granted_roles"]:
        link = {"principalId": principal, "resourceId": graph, "appRoleId": place.permissions["application"][name]}
        place.send("POST", f"/v1.0/servicePrincipals/{graph}/appRoleAssignedTo", link)
    for who, scopes in {"<rosa.marino>": state["granted_to_one"], "": state["granted"]}.items():
        kind = {"consentType": "Principal", "principalId": place.fill(who)} if who else {"consentType": "AllPrincipals"}
        grant = {"clientId": principal, "resourceId": graph, "scope": " ".join(scopes), **kind}
        if scopes:
            place.send("POST", "/v1.0/oauth2PermissionGrants", grant)
    return named


def _make_group(place: Place, state: Object) -> Object:
    body = {"mailEnabled": False, "mailNickname": "example", "securityEnabled": True, **state["group"]}
    unique = {"uniqueName": "<name>"} if state["by"] == "unique_name" else {}
    body |= {"displayName": f"{state['group']['displayName']} <name>", **unique}
    made = place.send("POST", "/v1.0/groups", place.fill(body))
    place.words["<object_id>"] = made["id"]
    for who in state["members"]:
        link = f"{place.sandbox.url}/v1.0/directoryObjects/{place.fill(who)}"
        place.send("POST", f"/v1.0/groups/{made['id']}/members/$ref", {"@odata.id": link})
    return {state["by"]: {"unique_name": place.words["<name>"], "object_id": made["id"]}[state["by"]]}


def _make_user(place: Place, state: Object) -> Object:
    password = {"password": "correct-Horse-7-battery", "forceChangePasswordNextSignIn": False}
    name = f"{place.words['<name>']}@{place.words['<domain>']}"
    body = {"userPrincipalName": name, "mailNickname": "example", "passwordProfile": password, **state["user"]}
    if state["by"] == "invited_user_email_address":
        address = f"{place.words['<name>']}@guest.example"
        guest = {"invitedUserEmailAddress": address, "inviteRedirectUrl": "https://theirs.example/"}
        id_ = place.send("POST", "/v1.0/invitations", guest)["invitedUser"]["id"]
        named = {"invited_user_email_address": address}
    else:
        id_ = place.send("POST", "/v1.0/users", body)["id"]
        named = {"user_principal_name": name} if state["by"] == "user_principal_name" or state["deleted"] else {}
    if state["deleted"]:
        place.send("DELETE", f"/v1.0/users/{id_}")
    place.words["<object_id>"] = id_
    return {**(named or {"object_id": id_}), **_store(place, state)}


def _store(place: Place, state: Object) -> Object:
    return (
        {"store": {"path": place.fill("<folder>/<tenant_id>/<name>.yml"), "allow_container": True}}
        if state["store"]
        else {}
    )


def _make_kept(module: str, place: Place, state: Object) -> Object:
    """With credentials of others, whose names are like ours, and with what an earlier run made; perhaps the tenant lost that."""
    named = {**make_application(place, {**state, "principal": True}), **_store(place, {"store": True})}
    path = f"/v1.0/applications/{place.words['<object_id>']}"
    for name in state["theirs"]:
        place.send("POST", f"{path}/addPassword", {"passwordCredential": {"displayName": name}})
    if state["theirs"]:
        keys = [{"type": "AsymmetricX509Cert", "usage": "Verify", "key": certificate(), "displayName": "theirs"}]
        place.send("PATCH", path, {"keyCredentials": keys})
    if state["earlier"]:
        made, _sent = place.run(module, {**named, **state["earlier"]})
        assert made["created"], made
        if state["lost"]:
            _lose(place, path, module, made["key_id"])
            _age(place, made["name"])
    return named


def _age(place: Place, name: str) -> None:
    """Have it made ten minutes ago: of a younger one, a read that does not show it may lag behind, and nobody foretells that."""
    kept = place.teller.services["open_store"](place.teller.params["store"])
    record: Record = kept.get(Owner(place.teller.tenant, place.words["<app_id>"]), name)
    if record.current:
        start = write_time(read_time(record.current.start) - datetime.timedelta(minutes=10))
        kept.put(dataclasses.replace(record, current=dataclasses.replace(record.current, start=start)))


def _lose(place: Place, path: str, module: str, key_id: str) -> None:
    if module == "entra_app_secret":
        place.send("POST", f"{path}/removePassword", {"keyId": key_id})
        return
    held = place.send("GET", f"{path}?$select=keyCredentials")["keyCredentials"]
    place.send("PATCH", path, {"keyCredentials": [one for one in held if one["keyId"] != key_id]})


def _make_connector_group(place: Place, state: Object) -> Object:
    made = place.send("POST", f"{PROFILE}/connectorGroups", {"name": place.words["<name>"], "region": state["region"]})
    _move_connectors(place, state, made["id"])
    by_id = {"object_id": made["id"]} if state["by"] == "object_id" else {}
    return by_id or {"name": place.words["<name>"]}


def _move_connectors(place: Place, state: Object, id_: str) -> None:
    """Each connector into the group, or into the tenant's default one."""
    groups = place.send("GET", f"{PROFILE}/connectorGroups")["value"]
    default = next(group["id"] for group in groups if group["isDefault"])
    held = {place.fill(name).casefold() for name in state["connectors"]}
    for one in place.send("GET", f"{PROFILE}/connectors")["value"]:
        to = id_ if id_ and one["machineName"].casefold() in held else default
        link = {"@odata.id": f"{place.sandbox.url}{PROFILE}/connectorGroups/{to}"}
        place.send("POST", f"{PROFILE}/connectors/{one['id']}/memberOf/$ref", link)


def _with(**more: Strategy) -> Strategy:
    return st.builds(lambda whole, extra: {**whole, **extra}, WHOLE, st.fixed_dictionaries(more))


def _with_roles(state: Object) -> Object:
    """Assignments are made in an enabled role of the kind, where there are roles."""
    roles = [
        role("Editor", ["User"], True),
        role("Viewer", ["User", "Application"], True),
        role("Robot", ["User"], False),
    ]
    return {**state, "application": {**state["application"], "appRoles": roles if state["roles"] else []}}


ASSIGNED = _with(
    roles=st.sampled_from([*[True] * 6, False]),
    assigned=mostly_some(["<kai.jensen>", "<pozi.support>", "<Pozi Viewers>"]),
    granted=some(desired.DELEGATED),
    granted_to_one=some(desired.DELEGATED[:2]),
    granted_roles=some(desired.APPLICATION),
).map(_with_roles)
KEPT = _with(
    theirs=some(sorted(THEIRS)),
    earlier=st.one_of(
        st.none(),
        st.fixed_dictionaries(
            {
                "name": st.sampled_from(["ours", "ours", "other-1"]),
                "lifetime_days": st.sampled_from([20, 400]),
                "renew_before_days": st.just(5),
                "proof_seconds": st.sampled_from([0, 300]),
            }
        ),
    ),
    lost=st.sampled_from([False, False, True]),
)
USER = st.fixed_dictionaries(
    {"displayName": TEXT, "accountEnabled": st.booleans()},
    optional={
        **dict.fromkeys(("givenName", "jobTitle", "department", "companyName", "officeLocation"), TEXT),
        "usageLocation": st.sampled_from([None, "AU", "NZ"]),
    },
)
PEOPLE = ["<kai.jensen>", "<rosa.marino>", "<pozi.support>", "<Pozi Viewers>", "<Pozi Planning>"]
# the state of what is there, and how it is made
EXISTING: dict[str, tuple[Strategy, Make]] = {
    "entra_api_permission": (ASSIGNED, _make_assigned),
    "entra_app_assignment": (ASSIGNED, _make_assigned),
    "entra_app_certificate": (KEPT, functools.partial(_make_kept, "entra_app_certificate")),
    "entra_app_secret": (KEPT, functools.partial(_make_kept, "entra_app_secret")),
    "entra_app_federated_credential": (WHOLE, make_application),
    "entra_app_proxy": (_with(published=st.one_of(st.none(), PROXY)), _make_proxy),
    "entra_app_registration": (_with(deleted=st.sampled_from([False, False, True])), _make_registration),
    "entra_connector_group": (
        st.fixed_dictionaries(
            {
                "by": st.sampled_from(["name", "object_id"]),
                "region": st.sampled_from(["eur", "aus"]),
                "connectors": some(desired.CONNECTORS),
            }
        ),
        _make_connector_group,
    ),
    "entra_group": (
        st.fixed_dictionaries(
            {
                "by": st.sampled_from(["unique_name", "object_id"]),
                "group": st.fixed_dictionaries({"displayName": TEXT}, optional={"description": TEXT}),
                "members": some(PEOPLE),
            }
        ),
        _make_group,
    ),
    "entra_group_claims": (WHOLE, make_application),
    "entra_optional_claim": (WHOLE, make_application),
    "entra_redirect_uri": (WHOLE, make_application),
    "entra_user": (
        st.fixed_dictionaries(
            {
                "by": st.sampled_from(["user_principal_name", "object_id", "invited_user_email_address"]),
                "user": USER,
                "deleted": st.sampled_from([False, False, True]),
                "store": st.booleans(),
            }
        ),
        _make_user,
    ),
}


def name_nothing(place: Place, module: str, store: bool) -> Object:
    """Options that name an object which is not there."""
    if module == "entra_connector_group":
        _move_connectors(place, {"connectors": []}, "")
        return {"name": place.words["<name>"]}
    if module == "entra_user":
        named = {"user_principal_name": f"{place.words['<name>']}@{place.words['<domain>']}"}
        return {**named, **_store(place, {"store": store})}
    kept = {"store": module in ("entra_app_certificate", "entra_app_secret")}
    return {"unique_name": place.words["<name>"], **_store(place, kept)}
