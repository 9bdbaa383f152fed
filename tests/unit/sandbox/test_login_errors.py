# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every refusal of the token endpoint that a client can bring about, with its number, error and status."""

from __future__ import annotations

from typing import Any

import pytest
from unit.sandbox.signing_in import Place, code_of, make_place

from sandbox import Running

NOBODY = "11111111-2222-3333-4444-555555555555"


@pytest.mark.parametrize(
    ("changes", "status", "error", "code"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_secret": None}, 401, "invalid_client", 7000218),
        ({"client_id": NOBODY}, 400, "unauthorized_client", 700016),
        ({"client_id": None}, 400, "invalid_request", 900144),
        ({"grant_type": None}, 400, "invalid_request", 900144),
        ({"scope": None}, 400, "invalid_request", 900144),
        ({"grant_type": "implicit"}, 400, "unsupported_grant_type", 70003),
        ({"grant_type": "refresh_token"}, 400, "invalid_request", 900144),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 400, "invalid_grant", 9002313),
        ({"scope": "https://graph.microsoft.com/User.Read"}, 400, "invalid_scope", 1002012),
        ({"scope": "https://a.example/.default https://b.example/.default"}, 400, "invalid_request", 28000),
        ({"scope": "/.default"}, 400, "invalid_scope", 70011),
        ({"scope": "https://nothing.example/.default"}, 400, "invalid_resource", 500011),
        ({"client_assertion": "x"}, 400, "invalid_request", 900144),
        ({"client_assertion": "x", "client_assertion_type": "y"}, 400, "invalid_request", 9002313),
        ({"tenant": NOBODY}, 400, "invalid_request", 90002),
        ({"tenant": "nowhere.example"}, 400, "invalid_request", 90002),
        ({"tenant": "common"}, 400, "invalid_request", 9001023),
        ({"tenant": "consumers"}, 400, "invalid_request", 9001023),
        ({"tenant": "organizations"}, 400, "invalid_request", 50059),
    ],
)
def test_refusal(place: Place, changes: dict[str, Any], status: int, error: str, code: int) -> None:
    answer = place.by_secret(**changes)
    assert (answer.status_code, answer.json()["error"], code_of(answer)) == (status, error, code)
    assert answer.json()["error_uri"].endswith(f"/error?code={code}")


def test_the_correlation_id_is_the_clients(place: Place) -> None:
    headers = {"client-request-id": NOBODY}
    answer = place.http.post(f"/{place.id}/oauth2/v2.0/token", data={}, headers=headers)
    assert answer.json()["correlation_id"] == NOBODY


def test_no_secret_is_repeated(place: Place) -> None:
    assert "a-secret-that-is-wrong" not in place.by_secret(client_secret="a-secret-that-is-wrong").text


def test_an_expired_secret_says_so_by_the_virtual_clock(fresh_sandbox: Running) -> None:
    place = make_place(fresh_sandbox)
    assert place.by_secret().status_code == 200
    fresh_sandbox.control("POST", "/clock", {"advance_seconds": 731 * 86400})
    answer = place.by_secret()
    assert (answer.status_code, code_of(answer)) == (401, 7000222)
    assert code_of(place.by_secret(client_secret="wrong")) == 7000215


def test_a_new_secret_works_and_a_removed_one_does_not(place: Place) -> None:
    token = place.by_secret().json()["access_token"]
    made = place.graph(
        "POST", f"{place.application}/addPassword", {"passwordCredential": {"displayName": "two"}}, token
    )
    assert place.by_secret(client_secret=made.json()["secretText"]).status_code == 200
    assert code_of(place.by_secret(client_secret=made.json()["keyId"])) == 7000215
    place.graph("POST", f"{place.application}/removePassword", {"keyId": made.json()["keyId"]}, token)
    assert code_of(place.by_secret(client_secret=made.json()["secretText"])) == 7000215


def test_a_new_secret_takes_its_time_to_replicate(fresh_sandbox: Running) -> None:
    place = make_place(fresh_sandbox)
    token = place.by_secret().json()["access_token"]
    fresh_sandbox.control("PUT", "/settings", {"replication_lag_seconds": 60})
    made = place.graph("POST", f"{place.application}/addPassword", {"passwordCredential": {}}, token).json()
    assert code_of(place.by_secret(client_secret=made["secretText"])) == 7000215
    fresh_sandbox.control("POST", "/clock", {"advance_seconds": 61})
    assert place.by_secret(client_secret=made["secretText"]).status_code == 200


def test_a_disabled_application_may_not_sign_in(place: Place) -> None:
    principal = f"/v1.0/servicePrincipals(appId='{place.operator['client_id']}')"
    assert place.graph("PATCH", principal, {"accountEnabled": False}).status_code == 204
    answer = place.by_secret()
    assert (answer.status_code, answer.json()["error"], code_of(answer)) == (400, "unauthorized_client", 7000112)


def test_an_application_without_service_principal_or_deleted_may_not_sign_in(place: Place) -> None:
    token = place.by_secret().json()["access_token"]
    principal = f"/v1.0/servicePrincipals(appId='{place.operator['client_id']}')"
    assert place.graph("DELETE", principal, token=token).status_code == 204
    assert code_of(place.by_secret()) == 7000229
    assert place.graph("DELETE", place.application, token=token).status_code == 204
    assert code_of(place.by_secret()) == 700016


def test_a_resource_may_be_disabled_or_want_an_assignment(sandbox: Running, place: Place) -> None:
    made = sandbox.control("POST", "/clients", {"tenant": place.id, "permissions": []})
    principal = f"/v1.0/servicePrincipals(appId='{made['client_id']}')"
    scope = f"api://{made['client_id']}/.default"
    assert place.by_secret(scope=scope).status_code == 200
    place.graph("PATCH", principal, {"appRoleAssignmentRequired": True})
    assert code_of(place.by_secret(scope=scope)) == 501051
    place.graph("PATCH", principal, {"accountEnabled": False})
    assert code_of(place.by_secret(scope=scope)) == 500014


@pytest.mark.parametrize("version", ["", "/v2.0"])
def test_the_token_endpoint_takes_post_only(place: Place, version: str) -> None:
    answer = place.http.get(f"/{place.id}/oauth2{version}/token")
    assert (answer.status_code, answer.json()["error"], code_of(answer)) == (400, "invalid_request", 900561)


@pytest.mark.parametrize("tenant", ["common", "consumers"])
def test_name_and_password_need_a_tenant_or_organizations(place: Place, tenant: str) -> None:
    answer = place.by_secret(tenant=tenant, grant_type="password", username="somebody@example.com", password="secret")
    assert (answer.json()["error"], code_of(answer)) == ("invalid_request", 9001023)


def test_default_stands_alone(place: Place) -> None:
    tokens = place.sandbox.control(
        "POST", "/tokens", {"tenant": place.id, "user": f"admin@{place.tenant['default_domain']}"}
    )
    form = {
        "grant_type": "refresh_token",
        "refresh_token": tokens["refresh_token"],
        "scope": f"{place.scope} User.Read",
    }
    answer = place.by_secret(**form)
    assert (answer.json()["error"], code_of(answer)) == ("invalid_scope", 70011)
    assert ".default scope can't be combined with resource-specific scopes." in answer.json()["error_description"]
