# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A tenant in which examples are made and run, and what is to be seen of it from outside: writes, and what objects hold."""

from __future__ import annotations

import pathlib
import typing as t
import urllib.parse

import httpx
from integration.test_contract import Teller

from sandbox import Running

Object = dict[str, t.Any]
Holdings = set[tuple[str, str]]
GRAPH = "00000003-0000-0000-c000-000000000000"
ARM = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
PEOPLE = ("kai.jensen", "rosa.marino", "pozi.support")
GROUPS = ("Pozi Viewers", "Pozi Planning")
PLATFORMS = {"web": "web", "spa": "spa", "public_client": "publicClient"}
TOKENS = {"id_token": "idToken", "access_token": "accessToken", "saml2_token": "saml2Token"}


class Place:
    """One tenant. Words such as <name> stand for what each example has of its own."""

    def __init__(self, sandbox: Running, folder: pathlib.Path) -> None:
        self.sandbox, self.teller, self.made = sandbox, Teller(sandbox, folder), 0
        domain = self.teller.words["<domain>"]
        admin = {"tenant": self.teller.tenant, "user": f"admin@{domain}"}
        token = sandbox.control("POST", "/tokens", admin)["access_token"]
        self.teller.identities["all"] = {"auth_kind": "access_token", "access_token": token}
        self.http = httpx.Client(
            base_url=sandbox.url,
            verify=sandbox.tls(),
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
            timeout=60,  # seconds: on a machine that is busy
        )
        self.words = dict(self.teller.words)
        self.names: dict[str, str] = {}
        for person in PEOPLE:
            self._know(f"{person}@{domain}", f"/v1.0/users/{person}@{domain}")
        for group in GROUPS:
            found = self.send("GET", f"/v1.0/groups?$filter=displayName eq '{group}'&$select=id")["value"][0]
            self.names[found["id"]], self.words[f"<{group}>"] = group, found["id"]
        self._know("<graph>", f"/v1.0/servicePrincipals(appId='{GRAPH}')")
        self._know("<arm>", f"/v1.0/servicePrincipals(appId='{ARM}')")
        offers = self.send("GET", f"/v1.0/servicePrincipals(appId='{GRAPH}')")
        for one in (*offers["oauth2PermissionScopes"], *offers["appRoles"]):
            self.names[one["id"]] = one["value"]
        self.permissions = {
            "delegated": {one["value"]: one["id"] for one in offers["oauth2PermissionScopes"]},
            "application": {one["value"]: one["id"] for one in offers["appRoles"]},
        }

    def _know(self, name: str, path: str) -> None:
        id_ = self.send("GET", path)["id"]
        self.names[id_] = name
        self.words[f"<{name.partition('@')[0].strip('<>')}>"] = id_

    def send(self, method: str, path: str, body: t.Any = None, **headers: str) -> t.Any:
        """What Microsoft Graph answers to the administrator: None for 404. Raises AssertionError with its refusal."""
        answer = self.http.request(method, path, json=body, headers=headers)
        if answer.status_code == 404:
            return None
        assert answer.is_success, f"{method} {path} {body}: {answer.text}"
        return answer.json() if answer.content else {}

    def read(self, *paths: str) -> list[t.Any]:
        """What these paths of v1.0 answer, in one request: None for 404."""
        asked = [{"id": str(number), "method": "GET", "url": path} for number, path in enumerate(paths)]
        answers = self.send("POST", "/v1.0/$batch", {"requests": asked})["responses"]
        bodies = {int(one["id"]): one["body"] if one["status"] == 200 else None for one in answers}
        return [bodies[number] for number in range(len(paths))]

    def begin(self) -> None:
        """Words of a new example."""
        self.made += 1
        name = f"example-{self.made}"
        self.words |= {"<name>": name, "<NAME>": name.upper(), "<object_id>": "", "<app_id>": "", "<sp>": ""}

    def fill(self, value: t.Any) -> t.Any:
        """The value with all words replaced."""
        if isinstance(value, str):
            for word, meaning in self.words.items():
                value = value.replace(word, meaning)
            return value
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        return [self.fill(item) for item in value] if isinstance(value, list) else value

    def run(self, name: str, args: Object, *, check: bool = False) -> tuple[Object, list[str]]:
        """The module's result, and the writes that it sent."""
        journal = self.sandbox.world.journal.entries
        start = len(journal)
        result = self.teller.run(name, args, "all", check=check)
        return result, [f"{entry.method} {entry.url}" for entry in journal[start:] if entry.write]


def holdings(place: Place, module: str) -> Holdings:
    """What the example's object holds, as pairs of an option that could take it away and a name."""
    if module == "entra_group":
        return _of_group(place)
    if module == "entra_user":
        return _of_user(place)
    if module == "entra_connector_group":
        return _of_connectors(place)
    id_ = place.words["<object_id>"]
    path, principal = f"/applications/{id_}", f"/servicePrincipals(appId='{place.words['<app_id>']}')"
    application, owners, trusts, *of_principal = place.read(
        path,
        f"{path}/owners?$select=id",
        f"{path}/federatedIdentityCredentials",
        *(f"{principal}/{name}" for name in ("appRoleAssignedTo", "appRoleAssignments", "oauth2PermissionGrants")),
    )
    if not id_ or application is None:
        return set()
    return {
        *_lists(place, application),
        *_scalars(application),
        *_permissions(place, application),
        *(("owners", place.names.get(one["id"], one["id"])) for one in owners["value"]),
        *(("federatedIdentityCredentials", one["name"]) for one in trusts["value"]),
        *_of_principal(place, *((one or {}).get("value", []) for one in of_principal)),
    }


def _lists(place: Place, application: Object) -> t.Iterator[tuple[str, str]]:
    for option, name in PLATFORMS.items():
        yield from ((option, uri) for uri in application[name]["redirectUris"])
    yield from (("identifier_uris", uri) for uri in application["identifierUris"])
    yield from (("tags", tag) for tag in application["tags"])
    yield from (("scopes", one["value"]) for one in application["api"]["oauth2PermissionScopes"])
    yield from (("app_roles", one["value"]) for one in application["appRoles"])
    yield from (("passwords", one["displayName"]) for one in application["passwordCredentials"])
    yield from (("certificates", one["displayName"]) for one in application["keyCredentials"])
    for token, name in TOKENS.items():
        for claim in (application.get("optionalClaims") or {}).get(name) or []:
            groups = claim["name"] == "groups" and not claim["source"]
            yield ("group_claims" if groups else token), f"{claim['name']}/{claim['source']}"


def _scalars(application: Object) -> t.Iterator[tuple[str, str]]:
    for option, where in {
        "display_name": "displayName",
        "description": "description",
        "notes": "notes",
        "sign_in_audience": "signInAudience",
        "group_membership_claims": "groupMembershipClaims",
        "is_fallback_public_client": "isFallbackPublicClient",
        "requested_access_token_version": "api.requestedAccessTokenVersion",
        "home_page_url": "web.homePageUrl",
        "logout_url": "web.logoutUrl",
        "enable_id_token_issuance": "web.implicitGrantSettings.enableIdTokenIssuance",
        "enable_access_token_issuance": "web.implicitGrantSettings.enableAccessTokenIssuance",
        "certification": "samlMetadataUrl",
        "service_management_reference": "serviceManagementReference",
        "support_url": "info.supportUrl",
    }.items():
        value: t.Any = application
        for part in where.split("."):
            value = (value or {}).get(part)
        if value not in (None, False):
            yield option, str(value)


def _permissions(place: Place, application: Object) -> t.Iterator[tuple[str, str]]:
    kinds = {"Scope": "delegated", "Role": "application"}
    for entry in application["requiredResourceAccess"]:
        ours = entry["resourceAppId"] == GRAPH
        for access in entry["resourceAccess"]:
            name = place.names.get(access["id"], access["id"])
            yield (kinds[access["type"]] if ours else f"permissions of {entry['resourceAppId']}"), name


def _of_principal(
    place: Place, assigned: list[Object], granted: list[Object], grants: list[Object]
) -> t.Iterator[tuple[str, str]]:
    for one in assigned:
        option = {"User": "users", "Group": "groups", "ServicePrincipal": "service_principals"}[one["principalType"]]
        yield option, f"{place.names[one['principalId']]}/{one['appRoleId']}"
    for one in granted:
        ours = place.names.get(one["resourceId"]) == "<graph>"
        name = place.names.get(one["appRoleId"], one["appRoleId"])
        yield ("granted application" if ours else f"granted {one['resourceId']}"), str(name)
    for one in grants:
        ours = place.names.get(one["resourceId"]) == "<graph>" and one["consentType"] == "AllPrincipals"
        kind = "granted delegated" if ours else f"granted {one['resourceId']} {one['principalId']}"
        yield from ((kind, name) for name in one["scope"].split())


def _of_group(place: Place) -> Holdings:
    id_ = place.words["<object_id>"]
    group = place.send("GET", f"/v1.0/groups/{id_}") if id_ else None
    if group is None:
        return set()
    members = place.send("GET", f"/v1.0/groups/{id_}/members?$select=id")["value"]
    owners = place.send("GET", f"/v1.0/groups/{id_}/owners?$select=id")["value"]
    return {
        *(("members", place.names.get(one["id"], one["id"])) for one in members),
        *(("owners", place.names.get(one["id"], one["id"])) for one in owners),
        ("display_name", group["displayName"]),
        *([("description", group["description"])] if group["description"] else []),
    }


def _of_user(place: Place) -> Holdings:
    names = [
        "display_name",
        "usage_location",
        "given_name",
        "surname",
        "job_title",
        "department",
        "company_name",
        "preferred_language",
    ]
    id_ = place.words["<object_id>"]
    camel = {name: name.title().replace("_", "")[:1].lower() + name.title().replace("_", "")[1:] for name in names}
    select = ",".join((*camel.values(), "officeLocation", "userPrincipalName"))
    user = place.send("GET", f"/v1.0/users/{id_}?$select={select}") if id_ else None
    if user is None:
        return set()
    camel |= {"office_location": "officeLocation", "user_principal_name": "userPrincipalName"}
    return {(name, str(user[property_])) for name, property_ in camel.items() if user.get(property_)}


def _of_connectors(place: Place) -> Holdings:
    profile = "/beta/onPremisesPublishingProfiles/applicationProxy"
    name = urllib.parse.quote(place.words["<name>"])
    groups = place.send("GET", f"{profile}/connectorGroups?$filter=name eq '{name}'")["value"]
    if not groups:
        return set()
    members = place.send("GET", f"{profile}/connectorGroups/{groups[0]['id']}/members")["value"]
    return {("region", groups[0]["region"]), *(("connectors", one["machineName"]) for one in members)}
