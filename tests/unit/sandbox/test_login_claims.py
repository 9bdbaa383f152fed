# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What id and access tokens say of a user: scopes, optional claims, roles, groups in every format, guests."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import jwt
import pytest
import yaml
from unit.sandbox.browsing import PKCE, WEB, App, Browser, group_id, register, returned, sign_in, tokens_of, user_id
from unit.sandbox.signing_in import Place, claims_of, make_place

from sandbox import Running, running
from sandbox.seed_file import DEFAULT

SCOPE_ID, ROLE_ID = "5d0c0a5e-5c55-4c2d-9a1e-1f6a2a3b4c5d", "0e9b6f3e-2c0e-4d55-9a76-7d1c3f6a2b10"
GLOBAL_ADMINISTRATOR, MEMBER = "62e90394-69f5-4237-9190-012177145e10", "b79fbf4d-3ef9-4689-8143-76b194e85509"


@pytest.fixture
def place(sandbox: Running) -> Place:
    return make_place(sandbox)


@pytest.fixture
def app(place: Place) -> App:
    """An application that is its own API, as a map behind a sign-in is."""
    texts = {"adminConsentDisplayName": "Use", "adminConsentDescription": "Use"}
    scope = {"id": SCOPE_ID, "value": "user_impersonation", "type": "Admin", "isEnabled": True, **texts}
    role = {"id": ROLE_ID, "value": "Editor", "displayName": "Editor", "description": "Edits", "isEnabled": True}
    app = register(
        place,
        api={"oauth2PermissionScopes": [scope]},
        appRoles=[{**role, "allowedMemberTypes": ["User"]}],
        web={"redirectUris": [WEB], "implicitGrantSettings": {"enableIdTokenIssuance": True}},
    )
    app.change({"identifierUris": [f"api://{app.client_id}"]})
    return app


def both(
    app: App, user: str = "kai.jensen", scope: str = "openid profile email"
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The claims of the id token and of the access token for the application's own API."""
    tokens = tokens_of(app, user, scope=f"{scope} api://{app.client_id}/user_impersonation")
    return claims_of(tokens["id_token"]), claims_of(tokens["access_token"])


def put_user(place: Place, name: str, **properties: Any) -> None:
    path = f"/v1.0/users/{name}@{place.tenant['default_domain']}"
    answer = place.graph("PATCH", path, properties)
    assert answer.status_code == 204, answer.text


def test_an_id_token_says_what_the_scopes_allow(app: App, place: Place, sandbox: Running) -> None:
    put_user(place, "kai.jensen", mail="kai@example.com")
    token = tokens_of(app, scope="openid profile email", nonce="n")["id_token"]
    key = jwt.PyJWKClient(f"{sandbox.url}/{place.id}/discovery/v2.0/keys", ssl_context=sandbox.tls())
    signed = key.get_signing_key_from_jwt(token)
    issuer = f"{sandbox.url}/{place.id}/v2.0"
    claims = jwt.decode(token, signed.key, ["RS256"], audience=app.client_id, issuer=issuer)
    assert claims["ver"] == "2.0"
    assert claims["tid"] == place.id
    assert claims["nonce"] == "n"
    assert claims["oid"] == user_id(place, "kai.jensen")
    assert claims["name"] == "Kai Jensen"
    assert claims["preferred_username"] == f"kai.jensen@{place.tenant['default_domain']}"
    assert claims["email"] == "kai@example.com"
    assert not claims.keys() & {"groups", "roles", "wids", "upn", "given_name", "auth_time", "sid", "c_hash", "at_hash"}
    bare = claims_of(tokens_of(app, scope="openid")["id_token"])
    assert not bare.keys() & {"oid", "name", "preferred_username", "email", "nonce"}
    assert bare["sub"] == claims["sub"]


def test_the_subject_differs_from_application_to_application(app: App, place: Place) -> None:
    other = register(place)
    mine, theirs = (claims_of(tokens_of(one)["id_token"]) for one in (app, other))
    assert mine["sub"] != theirs["sub"]
    assert mine["oid"] == theirs["oid"]


def test_the_hybrid_flow_ties_code_and_tokens(app: App) -> None:
    back = sign_in(app, response_type="code id_token", nonce="n", scope="openid profile")
    digest = hashlib.sha256(back["code"].encode()).digest()[:16]
    assert claims_of(back["id_token"])["c_hash"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    later = claims_of(app.redeem(back["code"]).json()["id_token"])
    assert "c_hash" not in later
    assert later["nonce"] == "n"
    settings = {"enableIdTokenIssuance": True, "enableAccessTokenIssuance": True}
    app.change({"web": {"implicitGrantSettings": settings}})
    back = sign_in(app, response_type="id_token token", nonce="n", scope="openid profile User.Read")
    digest = hashlib.sha256(back["access_token"].encode()).digest()[:16]
    assert claims_of(back["id_token"])["at_hash"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert (back["token_type"], back["expires_in"]) == ("Bearer", "3599")
    assert "User.Read" in claims_of(back["access_token"])["scp"].split()


def test_access_tokens_are_of_the_version_that_the_api_wants(app: App) -> None:
    one = both(app)[1]
    assert (one["ver"], one["aud"], one["appid"]) == ("1.0", f"api://{app.client_id}", app.client_id)
    assert (one["scp"], one["unique_name"], one["acct"]) == ("user_impersonation", one["upn"], 0)
    app.change({"optionalClaims": {"accessToken": [{"name": "aud", "additionalProperties": ["use_guid"]}]}})
    assert both(app)[1]["aud"] == app.client_id
    app.change({"api": {"requestedAccessTokenVersion": 2}, "optionalClaims": None})
    two = both(app)[1]
    assert (two["ver"], two["aud"], two["azp"]) == ("2.0", app.client_id, app.client_id)
    assert "preferred_username" in two
    assert not two.keys() & {"appid", "upn", "unique_name", "ipaddr"}


def test_optional_claims_follow_the_kind_of_token(app: App, place: Place) -> None:
    put_user(place, "kai.jensen", givenName="Kai", surname="Jensen", mail="kai@example.com", country="AU")
    app.change(
        {
            "api": {"requestedAccessTokenVersion": 2},
            "optionalClaims": {
                "idToken": [{"name": name} for name in ("given_name", "auth_time", "sid", "acct", "ctry", "vnet")],
                "accessToken": [
                    {"name": "family_name"},
                    {"name": "upn"},
                    {"name": "email"},
                    {"name": "idtyp", "additionalProperties": ["include_user_token"]},
                ],
            },
        }
    )
    identity, access = both(app, scope="openid profile")
    assert (identity["given_name"], identity["acct"], identity["ctry"]) == ("Kai", 0, "AU")
    assert identity["auth_time"] <= identity["iat"]
    assert identity["sid"]
    assert not identity.keys() & {"family_name", "upn", "email", "idtyp", "vnet"}
    assert (access["family_name"], access["email"], access["idtyp"]) == ("Jensen", "kai@example.com", "user")
    assert access["upn"].startswith("kai.jensen@")
    assert not access.keys() & {"given_name", "sid", "auth_time"}


def test_roles_come_from_the_user_and_from_direct_groups(app: App, place: Place) -> None:
    assert "roles" not in both(app)[0]
    app.assign(group_id(place, "Pozi Planning"), ROLE_ID)
    identity, access = both(app, "rosa.marino")
    assert identity["roles"] == access["roles"] == ["Editor"]
    assert "roles" not in both(app, "kai.jensen")[0]
    app.assign(user_id(place, "kai.jensen"), ROLE_ID)
    assert both(app, "kai.jensen")[1]["roles"] == ["Editor"]


def test_groups_are_of_the_kinds_asked_for(app: App, place: Place) -> None:
    viewers, planning = group_id(place, "Pozi Viewers"), group_id(place, "Pozi Planning")
    outer = make_group(place, "Outer", [planning])
    mail = {"groupTypes": ["Unified"], "mailEnabled": True, "securityEnabled": False}
    unified = make_group(place, "Everybody", [user_id(place, "rosa.marino")], **mail)
    app.assign(planning, ROLE_ID)
    expected: dict[str, set[str] | None] = {
        "None": None,
        "SecurityGroup": {viewers, planning, outer},
        "All": {viewers, planning, outer, unified},
        "ApplicationGroup": {planning},
        "DirectoryRole": None,
        "SecurityGroup,DirectoryRole": {viewers, planning, outer},
    }
    for setting, groups in expected.items():
        app.change({"groupMembershipClaims": setting})
        for claims in both(app, "rosa.marino"):
            assert (set(claims["groups"]) if "groups" in claims else None) == groups, setting
            assert claims.get("wids") == ([MEMBER] if "DirectoryRole" in setting or setting == "All" else None), setting
    assert both(app, "admin")[0]["wids"] == [GLOBAL_ADMINISTRATOR, MEMBER]


def test_an_assigned_group_counts_for_its_direct_members_alone(app: App, place: Place) -> None:
    outer = make_group(place, "Outer", [group_id(place, "Pozi Planning")])
    app.assign(outer, ROLE_ID)
    app.change({"groupMembershipClaims": "ApplicationGroup"})
    assert "groups" not in both(app, "rosa.marino")[0]


@pytest.mark.parametrize(
    ("properties", "names"),
    [
        ([], None),
        (["sam_account_name"], {"GG-Planning"}),
        (["dns_domain_and_sam_account_name"], {"corp.example\\GG-Planning"}),
        (["netbios_domain_and_sam_account_name"], {"CORP\\GG-Planning"}),
        (["netbios_domain_and_sam_account_name", "sam_account_name"], {"CORP\\GG-Planning"}),
        (["on_premise_security_identifier"], {"S-1-5-21-1-2-3-1107"}),
        (["sam_account_name", "cloud_displayname"], {"GG-Planning", "Pozi Viewers"}),
        (["cloud_displayname"], {"Pozi Viewers"}),
    ],
)
def test_groups_are_named_as_asked(app: App, place: Place, properties: list[str], names: set[str] | None) -> None:
    planning, viewers = group_id(place, "Pozi Planning"), group_id(place, "Pozi Viewers")
    synchronise(place, planning)
    for group in (planning, viewers):
        app.assign(group, ROLE_ID)
    claim = {"name": "groups", "additionalProperties": properties}
    app.change({"groupMembershipClaims": "ApplicationGroup", "optionalClaims": {"idToken": [claim]}})
    identity, access = both(app, "rosa.marino")
    assert set(identity["groups"]) == (names or {planning, viewers})
    assert set(access["groups"]) == {planning, viewers}
    app.change({"groupMembershipClaims": "SecurityGroup"})
    identity = both(app, "rosa.marino")[0]
    own = names - {"Pozi Viewers"} if names and properties != ["cloud_displayname"] else {planning, viewers}
    assert set(identity["groups"]) == own


def test_groups_may_stand_in_for_roles(app: App, place: Place) -> None:
    app.assign(user_id(place, "rosa.marino"), ROLE_ID)
    claim = {"name": "groups", "additionalProperties": ["emit_as_roles"]}
    app.change({"groupMembershipClaims": "SecurityGroup", "optionalClaims": {"accessToken": [claim]}})
    identity, access = both(app, "rosa.marino")
    assert identity["roles"] == ["Editor"]
    assert set(identity["groups"]) == set(access["roles"])
    assert "groups" not in access


def test_too_many_groups_are_left_to_graph(app: App, place: Place) -> None:
    app.change({"groupMembershipClaims": "SecurityGroup"})
    rosa, tenant = user_id(place, "rosa.marino"), place.sandbox.world.tenants[place.id]
    planning = tenant.view().get("group", group_id(place, "Pozi Planning"))
    assert planning is not None

    def grow(start: int, stop: int) -> None:
        for number in range(start, stop):
            key = f"{number:08d}-0000-4000-8000-000000000000"
            tenant.put("group", {**planning, "id": key, "displayName": f"Group {number}", "uniqueName": None})
            tenant.put("groupMember", {"id": f"{key}:{rosa}", "group": key, "member": rosa})

    def in_address() -> dict[str, Any]:
        back = sign_in(app, "rosa.marino", response_type="id_token", nonce="n", scope="openid profile")
        return claims_of(back["id_token"])

    grow(0, 3)
    assert len(in_address()["groups"]) == 5
    grow(3, 4)
    assert in_address()["hasgroups"] is True
    assert "groups" not in in_address()
    grow(4, 198)
    assert all(len(claims["groups"]) == 200 for claims in both(app, "rosa.marino"))
    grow(198, 199)
    for claims in both(app, "rosa.marino"):
        assert "groups" not in claims
        assert claims["_claim_names"] == {"groups": "src1"}
        assert claims["_claim_sources"]["src1"]["endpoint"].endswith(f"/users/{rosa}/getMemberObjects")


def test_a_guest_is_a_user_of_the_tenant_with_an_account_elsewhere(app: App, place: Place, sandbox: Running) -> None:
    home = make_place(sandbox)
    address = f"kai.jensen@{home.tenant['default_domain']}"
    body = {"invitedUserEmailAddress": address, "inviteRedirectUrl": "https://portal.example/"}
    invited = place.graph("POST", "/v1.0/invitations", body)
    assert invited.status_code == 201, invited.text
    browser = Browser(place)
    page = browser.authorize(client_id=app.client_id, redirect_uri=WEB, client_info="1", **PKCE)
    back = returned(browser.sign_in(page, address))
    form = {"code_verifier": "a-verifier-of-forty-three-characters-or-more"}
    claims = claims_of(app.redeem(back["code"], **form).json()["id_token"])
    assert claims["oid"] == invited.json()["invitedUser"]["id"]
    assert claims["tid"] == place.id
    assert claims["idp"] == f"https://sts.windows.net/{home.id}/"
    assert (claims["email"], claims["preferred_username"]) == (address, address)
    record = place.graph("GET", f"/v1.0/users/{claims['oid']}?$select=externalUserState").json()
    assert record["externalUserState"] == "Accepted"


def make_group(place: Place, name: str, members: list[str], **properties: Any) -> str:
    body = {"displayName": name, "mailEnabled": False, "mailNickname": name.lower(), "securityEnabled": True}
    made = place.graph("POST", "/v1.0/groups", {**body, **properties})
    assert made.status_code == 201, made.text
    key = str(made.json()["id"])
    for member in members:
        reference = {"@odata.id": f"{place.sandbox.url}/v1.0/directoryObjects/{member}"}
        assert place.graph("POST", f"/v1.0/groups/{key}/members/$ref", reference).status_code == 204
    return key


def synchronise(place: Place, group: str) -> None:
    """Make a group one that comes from Active Directory; no call of Graph does that."""
    tenant = place.sandbox.world.tenants[place.id]
    record = tenant.view().get("group", group) or {}
    from_there = {
        "onPremisesSyncEnabled": True,
        "onPremisesSamAccountName": "GG-Planning",
        "onPremisesDomainName": "corp.example",
        "onPremisesNetBiosName": "CORP",
        "onPremisesSecurityIdentifier": "S-1-5-21-1-2-3-1107",
    }
    tenant.put("group", {**record, **from_there})


def test_a_seed_may_hold_groups_of_active_directory(tmp_path: Path) -> None:
    seed = yaml.safe_load(DEFAULT.read_text())
    from_there = {"sam_account_name": "GG-Map", "domain_name": "corp.example", "netbios_name": "CORP"}
    seed["tenants"][0]["groups"].append({"display_name": "Map", **from_there})
    file = tmp_path / "seed.yml"
    file.write_text(yaml.safe_dump(seed))
    with running(seed=file) as sandbox:
        place = Place(sandbox, sandbox.tenants()[0])
        group = place.graph("GET", "/v1.0/groups?$filter=displayName eq 'Map'").json()["value"][0]
    assert (group["onPremisesSamAccountName"], group["onPremisesSyncEnabled"]) == ("GG-Map", True)
