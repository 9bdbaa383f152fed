# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Existing states of what the modules manage: drawn, and made straight through Microsoft Graph, with what others put there."""

from __future__ import annotations

import typing as t
import uuid

from hypothesis import strategies as st
from properties import desired
from properties.desired import Object, Strategy, some
from properties.place import ARM, GRAPH, Place

PROFILE = "/beta/onPremisesPublishingProfiles/applicationProxy"
ARM_SCOPE = "41094075-9dad-400e-a0bd-54e686782033"  # user_impersonation of Azure Resource Manager
TEXT = desired.TEXT
CLEARED = st.one_of(st.none(), TEXT)


def _uuid(*parts: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(parts)))


def _scope(value: str, type_: str, enabled: bool) -> Object:
    texts = {f"adminConsent{part}": f"{value} of others" for part in ("DisplayName", "Description")}
    return {"id": _uuid("scope", value), "value": value, "type": type_, "isEnabled": enabled, **texts}


def role(value: str, members: list[str], enabled: bool) -> Object:
    texts = {"displayName": f"{value} of others", "description": "x"}
    return {"id": _uuid("role", value), "value": value, "isEnabled": enabled, "allowedMemberTypes": members, **texts}


def _claim(name: str, essential: bool, properties: list[str]) -> Object:
    return {"name": name, "source": None, "essential": essential, "additionalProperties": properties}


def _several(build: t.Callable[..., Object], values: list[str], *more: Strategy) -> Strategy:
    """Objects told apart by the first argument of build."""
    return st.lists(st.tuples(st.sampled_from(values), *more), unique_by=lambda one: one[0], max_size=3).map(
        lambda drawn: [build(*one) for one in drawn]
    )


MEMBER_TYPES = st.sampled_from([["User"], ["Application"], ["User", "Application"]])
CLAIM_PROPERTIES = some(["include_externally_authenticated_upn", "use_guid"])
GROUPS_CLAIM = st.sampled_from([[], ["cloud_displayname"], ["sam_account_name", "emit_as_roles"]])
CLAIMS = st.tuples(
    _several(_claim, desired.CLAIMS, st.booleans(), CLAIM_PROPERTIES),
    st.one_of(st.none(), GROUPS_CLAIM),
).map(lambda drawn: [*drawn[0], *([_claim("groups", False, drawn[1])] if drawn[1] is not None else [])])


def _asked(drawn: tuple[list[str], list[str], bool]) -> list[tuple[str, list[tuple[str, str]]]]:
    ours = [*(("delegated", name) for name in drawn[0]), *(("application", name) for name in drawn[1])]
    return [*([(ARM, [("id", ARM_SCOPE)])] if drawn[2] else []), *([(GRAPH, ours)] if ours else [])]


APPLICATION = st.fixed_dictionaries(
    {"displayName": TEXT},
    optional={
        "description": CLEARED,
        "notes": CLEARED,
        "signInAudience": st.sampled_from(["AzureADMyOrg", "AzureADMultipleOrgs"]),
        "tags": some(["map", "theirs"]),
        "isFallbackPublicClient": st.one_of(st.none(), st.booleans()),
        "serviceManagementReference": TEXT,
        "web": st.fixed_dictionaries(
            {},
            optional={
                "redirectUris": some([*desired.WEB[:4], "https://theirs.example/"]),
                "homePageUrl": st.sampled_from([None, "https://home.example/a"]),
                "logoutUrl": st.sampled_from([None, "https://home.example/b"]),
                "implicitGrantSettings": st.fixed_dictionaries(
                    {}, optional={"enableIdTokenIssuance": st.booleans(), "enableAccessTokenIssuance": st.booleans()}
                ),
            },
        ),
        "spa": st.fixed_dictionaries({"redirectUris": some([*desired.SPA[:3], "https://theirs.example/spa"])}),
        "publicClient": st.fixed_dictionaries({"redirectUris": some([*desired.NATIVE, "theirs://auth"])}),
        "identifierUris": some(["https://<domain>/<name>", "api://<name>.<domain>", "https://<domain>/<name>/theirs"]),
        "api": st.fixed_dictionaries(
            {},
            optional={
                "requestedAccessTokenVersion": st.sampled_from([None, 1, 2]),
                "oauth2PermissionScopes": _several(
                    _scope, [*desired.SCOPES, "theirs"], st.sampled_from(["User", "Admin"]), st.booleans()
                ),
            },
        ),
        "appRoles": _several(role, [*desired.ROLES, "Theirs"], MEMBER_TYPES, st.booleans()),
        "groupMembershipClaims": st.sampled_from([None, "None", "SecurityGroup", "ApplicationGroup", "All"]),
        "optionalClaims": st.fixed_dictionaries(
            {}, optional=dict.fromkeys(("idToken", "accessToken", "saml2Token"), CLAIMS)
        ),
    },
)
WHOLE = st.fixed_dictionaries(
    {
        "application": APPLICATION,
        "by": st.sampled_from(["unique_name", "app_id", "object_id"]),
        "asked": st.tuples(some(desired.DELEGATED), some(desired.APPLICATION), st.booleans()).map(_asked),
        "passwords": st.integers(0, 2),
        "owners": some(["kai.jensen", "rosa.marino", "pozi.support"]),
        "trusts": st.lists(st.sampled_from(["ours", "theirs", "other-1"]), unique=True, max_size=2),
        "principal": st.booleans(),
    }
)
PROXY = st.fixed_dictionaries(
    {"externalAuthenticationType": st.sampled_from(["aadPreAuthentication", "passthru"])},
    optional={
        "applicationServerTimeout": st.sampled_from(["default", "long"]),
        "isHttpOnlyCookieEnabled": st.booleans(),
        "isTranslateLinksInBodyEnabled": st.booleans(),
        "isTranslateHostHeaderEnabled": st.booleans(),
    },
)


def make_application(place: Place, state: Object) -> Object:
    """Make it with all that hangs on it; returns the options that name it."""
    body: Object = {**state["application"], "uniqueName": "<name>"}
    body["requiredResourceAccess"] = [
        {"resourceAppId": app_id, "resourceAccess": [_access(place, kind, name) for kind, name in asked]}
        for app_id, asked in state["asked"]
    ]
    made = place.send("POST", "/v1.0/applications", place.fill(body))
    place.words |= {"<object_id>": made["id"], "<app_id>": made["appId"]}
    path = f"/v1.0/applications/{made['id']}"
    for number in range(state["passwords"]):
        place.send("POST", f"{path}/addPassword", {"passwordCredential": {"displayName": f"theirs {number}"}})
    for person in state["owners"]:
        link = f"{place.sandbox.url}/v1.0/directoryObjects/{place.words[f'<{person}>']}"
        place.send("POST", f"{path}/owners/$ref", {"@odata.id": link})
    for name in state["trusts"]:
        trust = {"name": name, "issuer": "https://token.example/", "subject": name, "audiences": ["api://other"]}
        place.send("POST", f"{path}/federatedIdentityCredentials", trust)
    if state["principal"]:
        place.words["<sp>"] = place.send("POST", "/v1.0/servicePrincipals", {"appId": made["appId"]})["id"]
    return {
        state["by"]: place.fill({"unique_name": "<name>"} | {k: f"<{k}>" for k in ("app_id", "object_id")})[state["by"]]
    }


def _access(place: Place, kind: str, name: str) -> Object:
    if kind == "id":
        return {"id": name, "type": "Scope"}
    return {"id": place.permissions[kind][name], "type": {"delegated": "Scope", "application": "Role"}[kind]}
