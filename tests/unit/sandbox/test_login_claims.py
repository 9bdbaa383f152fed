# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What id and access tokens say of a user: scopes, optional claims, guests."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import jwt
import pytest
import yaml
from unit.sandbox.browsing import PKCE, WEB, App, Browser, register, returned, sign_in, tokens_of, user_id
from unit.sandbox.own_api import both, register_api
from unit.sandbox.signing_in import Place, claims_of, make_place

from sandbox import Running, running
from sandbox.seed_file import DEFAULT


@pytest.fixture
def app(place: Place) -> App:
    return register_api(place)


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
