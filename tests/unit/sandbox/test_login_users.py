# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Users sign in: by refresh token (the real msal), as partners in a customer's tenant, by password, by control."""

from __future__ import annotations

from typing import Any

import msal
import pytest
from unit.sandbox.signing_in import Place, claims_of, code_of, make_place

from sandbox import Running

APPLICATION_ADMINISTRATOR = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"


def partner(sandbox: Running) -> dict[str, str]:
    """The refresh grant of the first tenant's administrator, by the operator that every tenant admitted."""
    env = sandbox.env()
    return {
        "grant_type": "refresh_token",
        "client_id": env["AZURE_CLIENT_ID"],
        "client_secret": env["AZURE_CLIENT_SECRET"],
        "refresh_token": env["ENTRA_REFRESH_TOKEN"],
        "scope": f"{sandbox.url}/.default offline_access",
    }


def redeem(place: Place, tokens: dict[str, Any], **changes: Any) -> Any:
    """The refresh grant of the tenant's own operator."""
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], "scope": place.scope}
    return place.post({**form, **place.operator, **changes})


def tokens_of(place: Place, user: str = "admin", **more: Any) -> dict[str, Any]:
    name = f"{user}@{place.tenant['default_domain']}"
    tokens: dict[str, Any] = place.sandbox.control("POST", "/tokens", {"tenant": place.id, "user": name, **more})
    return tokens


def test_a_technician_works_in_a_customers_tenant(sandbox: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(sandbox.ca_file))
    env, customer = sandbox.env(), sandbox.tenants()[1]
    client = msal.ConfidentialClientApplication(
        env["AZURE_CLIENT_ID"],
        client_credential=env["AZURE_CLIENT_SECRET"],
        authority=f"{sandbox.url}/{customer['id']}",
        instance_discovery=False,
    )
    tokens = client.acquire_token_by_refresh_token(env["ENTRA_REFRESH_TOKEN"], [f"{sandbox.url}/.default"])
    claims = claims_of(tokens["access_token"])
    assert claims["tid"] == customer["id"]
    assert claims["idtyp"] == "user"
    assert claims["upn"] == sandbox.tenants()[0]["admin"]["user_principal_name"]
    assert claims["idp"] == f"https://sts.windows.net/{env['AZURE_TENANT_ID']}/"
    assert APPLICATION_ADMINISTRATOR in claims["wids"]
    assert {"Application.ReadWrite.All", "Directory.ReadWrite.All"} <= set(claims["scp"].split())
    assert "roles" not in claims
    again = client.acquire_token_by_refresh_token(tokens["refresh_token"], [f"{sandbox.url}/.default"])
    assert claims_of(again["access_token"])["oid"] == claims["oid"]
    groups = "/beta/onPremisesPublishingProfiles/applicationProxy/connectorGroups"
    assert Place(sandbox, customer).graph("GET", groups, token=tokens["access_token"]).status_code == 200


def test_without_delegated_administration_the_technician_is_a_stranger(sandbox: Running, place: Place) -> None:
    tenant = sandbox.world.tenants[place.id]
    for record in tenant.now("delegatedAdmin"):
        tenant.remove("delegatedAdmin", record["id"])
    answer = place.post(partner(sandbox))
    assert (answer.status_code, code_of(answer)) == (400, 50020)


def test_the_partners_application_must_be_admitted_first(sandbox: Running, place: Place) -> None:
    tenant = sandbox.world.tenants[place.id]
    form = partner(sandbox)
    principal = tenant.view().find("servicePrincipal", appId=form["client_id"])
    assert principal is not None
    tenant.remove("servicePrincipal", principal["id"])
    answer = place.post(form)
    assert (answer.status_code, code_of(answer)) == (400, 90099)


def test_a_refresh_token_belongs_to_one_client(sandbox: Running, place: Place) -> None:
    answer = place.post({**partner(sandbox), **place.operator})
    assert (answer.status_code, code_of(answer)) == (400, 70000)


def test_a_refresh_token_dies_after_ninety_idle_days(fresh_sandbox: Running) -> None:
    place = make_place(fresh_sandbox)
    tokens = tokens_of(place)
    fresh_sandbox.control("POST", "/clock", {"advance_seconds": 89 * 86400})
    later = redeem(place, tokens).json()
    fresh_sandbox.control("POST", "/clock", {"advance_seconds": 2 * 86400})
    answer = redeem(place, tokens)
    assert (answer.status_code, code_of(answer), answer.json()["error"]) == (400, 700082, "invalid_grant")
    assert redeem(place, later).status_code == 200


def test_a_client_without_consent_gets_no_delegated_token(place: Place) -> None:
    tokens = tokens_of(place)
    assert code_of(redeem(place, tokens, scope="https://graph.microsoft.com/Mail.Send")) == 65001
    made = place.sandbox.control("POST", "/clients", {"tenant": place.id, "permissions": []})
    body = {"tenant": place.id, "user": place.tenant["admin"]["user_principal_name"], "client_id": made["client_id"]}
    with pytest.raises(ValueError, match="AADSTS65001"):
        place.sandbox.control("POST", "/tokens", body)


def test_a_disabled_or_deleted_user_gets_no_more_tokens(place: Place) -> None:
    name, tokens = f"kai.jensen@{place.tenant['default_domain']}", tokens_of(place, "kai.jensen")
    assert redeem(place, tokens).status_code == 200
    assert place.graph("PATCH", f"/v1.0/users/{name}", {"accountEnabled": False}).status_code == 204
    assert code_of(redeem(place, tokens)) == 50057
    tenant = place.sandbox.world.tenants[place.id]
    tenant.remove("user", claims_of(tokens["access_token"])["oid"])
    assert code_of(redeem(place, tokens)) == 50034


def test_scopes_asked_of_control_are_all_that_the_token_holds(place: Place) -> None:
    tokens = tokens_of(place, scopes=["User.Read"])
    assert claims_of(tokens["access_token"])["scp"] == "User.Read"
    assert claims_of(redeem(place, tokens).json()["access_token"])["scp"] == "User.Read"
    everything = claims_of(tokens_of(place)["access_token"])["scp"].split()
    assert "Directory.ReadWrite.All" in everything
    assert tokens["expires_in"] > 3000


def test_roles_of_the_user_are_in_the_token(place: Place) -> None:
    assert "62e90394-69f5-4237-9190-012177145e10" in claims_of(tokens_of(place)["access_token"])["wids"]
    assert claims_of(tokens_of(place, "kai.jensen")["access_token"])["wids"] == ["b79fbf4d-3ef9-4689-8143-76b194e85509"]


def test_a_password_signs_in(place: Place) -> None:
    admin = place.tenant["admin"]
    form = {
        "grant_type": "password",
        "username": admin["user_principal_name"],
        "password": admin["password"],
        "scope": f"openid {place.scope}",
        **place.operator,
    }
    tokens = place.post(form).json()
    assert claims_of(tokens["access_token"])["upn"] == admin["user_principal_name"]
    claims = claims_of(tokens["id_token"])
    assert (claims["aud"], claims["iss"]) == (place.operator["client_id"], f"{place.sandbox.url}/{place.id}/v2.0")
    assert claims_of(place.post(form, tenant="organizations").json()["access_token"])["tid"] == place.id
    assert code_of(place.post({**form, "password": "wrong"})) == 50126
    assert code_of(place.post({**form, "username": f"nobody@{place.tenant['default_domain']}"})) == 50034


def test_only_a_public_client_may_leave_the_secret_out(place: Place) -> None:
    tokens = tokens_of(place)
    answer = redeem(place, tokens, client_secret=None)
    assert (answer.status_code, code_of(answer)) == (401, 7000218)
    assert place.graph("PATCH", place.application, {"isFallbackPublicClient": True}).status_code == 204
    claims = claims_of(redeem(place, tokens, client_secret=None).json()["access_token"])
    assert claims["appidacr"] == "0"


def test_groups_and_assignment_follow_the_applications_settings(place: Place) -> None:
    api = f"api://{place.operator['client_id']}"
    scope = {"id": "5d0c0a5e-5c55-4c2d-9a1e-1f6a2a3b4c5d", "value": "user_impersonation", "type": "Admin"}
    texts = {"adminConsentDisplayName": "x", "adminConsentDescription": "x"}
    body = {"identifierUris": [api], "api": {"oauth2PermissionScopes": [{**scope, **texts, "isEnabled": True}]}}
    place.graph("PATCH", place.application, body)
    wanted = {"scopes": [f"{api}/user_impersonation"]}
    claims = claims_of(tokens_of(place, "rosa.marino", **wanted)["access_token"])
    assert (claims["aud"], claims["scp"]) == (api, "user_impersonation")
    assert "groups" not in claims
    place.graph("PATCH", place.application, {"groupMembershipClaims": "SecurityGroup"})
    claims = claims_of(tokens_of(place, "rosa.marino", **wanted)["access_token"])
    names = {
        group["displayName"]
        for group in place.graph("GET", "/v1.0/groups").json()["value"]
        if group["id"] in claims["groups"]
    }
    assert names == {"Pozi Viewers", "Pozi Planning"}
    principal = f"/v1.0/servicePrincipals(appId='{place.operator['client_id']}')"
    place.graph("PATCH", principal, {"appRoleAssignmentRequired": True})
    with pytest.raises(ValueError, match="AADSTS50105"):
        tokens_of(place, "rosa.marino", **wanted)
