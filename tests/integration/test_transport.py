# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the engine does when the network, the service or the identity misbehaves, seen from the tenant's journal."""

from __future__ import annotations

import socket
import time
import typing as t

import pytest
from integration.test_contract import Teller

from sandbox import Running

NAME = "entra_app_registration"
APPLICATION = {"unique_name": "transport", "display_name": "Transport", "timeout": 20}


@pytest.fixture
def teller(sandbox: Running, tmp_path: t.Any) -> Teller:
    return Teller(sandbox, tmp_path)


@pytest.fixture(autouse=True)
def no_faults_stay(sandbox: Running) -> t.Iterator[None]:
    yield
    sandbox.control("POST", "/faults", {"rules": []})
    sandbox.control("PUT", "/settings", {"replication_lag_seconds": 0})


def fault(teller: Teller, **rule: t.Any) -> None:
    teller.sandbox.control("POST", "/faults", {"rules": [{"path_regex": "^/v1.0/applications", "times": 1, **rule}]})


def sent(teller: Teller, method: str, since: int) -> list[dict[str, t.Any]]:
    return [entry for entry in teller.requests(since) if entry["method"] == method and "/applications" in entry["path"]]


def test_too_many_requests_waits_as_long_as_it_is_told(teller: Teller) -> None:
    fault(teller, method="GET", point="before", status=429, code="TooManyRequests", headers={"Retry-After": "2"})
    start = time.monotonic()
    assert teller.run(NAME, APPLICATION)["changed"] is True
    assert time.monotonic() - start >= 2


@pytest.mark.parametrize("path", ["^/v1.0/applications", "/oauth2/v2.0/token$", "/openid-configuration$"])
def test_a_wait_that_is_longer_than_the_task_may_take_is_told_at_once(teller: Teller, path: str) -> None:
    fault(teller, path_regex=path, status=429, code="TooManyRequests", headers={"Retry-After": "3600"}, times=None)
    start = time.monotonic()
    result = teller.run(NAME, APPLICATION)
    assert time.monotonic() - start < 5
    assert "asks to wait 3600 s (Retry-After)" in result["msg"]
    assert "Nothing was changed" in result["msg"]


@pytest.mark.parametrize("identity", ["client_secret", "refresh_token", "managed_identity"])
def test_a_login_host_that_never_answers_ends_in_time(
    teller: Teller, identity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"auth_kind": identity, "refresh_token": teller.sandbox.env()["ENTRA_REFRESH_TOKEN"]}
    start = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        authority = f"https://localhost:{silent.getsockname()[1]}"
        monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", authority.replace("https:", "http:"))
        result = teller.run(NAME, {**APPLICATION, **given, "authority": authority, "timeout": 2})
    assert result["error"]["kind"] == "SignInError"
    assert time.monotonic() - start < 7


def test_a_page_in_place_of_a_token_is_no_wrong_refresh_token(teller: Teller) -> None:
    given = {"auth_kind": "refresh_token", "refresh_token": teller.sandbox.env()["ENTRA_REFRESH_TOKEN"]}
    fault(teller, path_regex="/token$", method="POST", point="before", status=200, body="<html>Sign in here</html>")
    result = teller.run(NAME, {**APPLICATION, **given})
    assert result["error"]["kind"] == "SignInError"
    assert "No token could be had from" in result["msg"]


def test_a_lost_answer_of_an_upsert_makes_one_application(teller: Teller) -> None:
    start = teller.mark()
    fault(teller, method="PATCH", point="after", status=503, code="ServiceUnavailable")
    result = teller.run(NAME, APPLICATION)
    assert result["changed"] is True, result
    assert len(sent(teller, "PATCH", start)) == 2
    found = teller.get("/v1.0/applications?$filter=displayName eq 'Transport'")["value"]
    assert [application["appId"] for application in found] == [result["app_id"]]


def test_an_answer_cut_off_half_way_is_repaired_by_the_next_run(teller: Teller) -> None:
    fault(teller, method="PATCH", point="during")
    first = teller.run(NAME, APPLICATION)
    second = teller.run(NAME, APPLICATION)
    assert not first.get("failed"), first["msg"]
    assert second["changed"] is False


@pytest.mark.parametrize("body", ["", "[]", "<html>Sign in to the network</html>"])
def test_a_read_that_is_answered_without_an_object_is_asked_again_and_makes_nothing_of_it(
    teller: Teller, body: str
) -> None:
    assert teller.run(NAME, APPLICATION)["changed"] is True
    fault(teller, method="GET", point="before", status=200, body=body)
    assert teller.run(NAME, APPLICATION)["changed"] is False
    start = teller.mark()
    fault(teller, method="GET", point="before", status=200, body=body, times=100)
    result = teller.run(NAME, {**APPLICATION, "timeout": 3})
    assert result["failed"]
    assert result["error"]["kind"] == "Unreachable"
    assert "was answered with 200 and without a JSON object" in result["msg"]
    assert "Nothing was changed" in result["msg"]
    assert sent(teller, "PATCH", start) == []


@pytest.mark.parametrize("body", ["", "[]", "<html>Sign in to the network</html>"])
def test_a_write_that_is_answered_without_an_object_did_not_go_through(teller: Teller, body: str) -> None:
    fault(teller, method="PATCH", point="before", status=200, body=body)
    assert teller.run(NAME, APPLICATION)["changed"] is True
    assert teller.run(NAME, APPLICATION)["changed"] is False
    fault(teller, method="PATCH", point="before", status=200, body=body, times=100)
    result = teller.run(NAME, {**APPLICATION, "notes": "Other", "timeout": 3})
    assert result["error"]["kind"] == "Unreachable"
    assert "was answered with 200 and without a JSON object" in result["msg"]
    assert "may have been changed" in result["msg"]


def test_a_refusal_names_the_cause_the_remedy_and_the_request(teller: Teller) -> None:
    fault(teller, method="PATCH", point="before", status=403, code="Authorization_RequestDenied")
    result = teller.run(NAME, APPLICATION)
    assert result["failed"]
    assert result["changed"] is False
    assert "Could not create the application" in result["msg"]
    assert "Nothing was changed" in result["msg"]
    assert result["error"]["code"] == "Authorization_RequestDenied"
    assert result["error"]["request_id"]


def test_a_failure_after_a_write_says_that_the_tenant_was_changed(teller: Teller) -> None:
    rule = {
        "method": "PATCH",
        "path_regex": "^/v1.0/servicePrincipals",
        "point": "before",
        "status": 403,
        "code": "Authorization_RequestDenied",
    }
    fault(teller, **rule)
    result = teller.run(NAME, APPLICATION)
    assert result["failed"]
    assert result["changed"] is True
    assert "run again to complete it" in result["msg"]
    assert teller.run(NAME, APPLICATION)["changed"] is True
    assert teller.run(NAME, APPLICATION)["changed"] is False


def test_a_token_that_the_service_refuses_is_renewed_once(teller: Teller) -> None:
    fault(teller, method="GET", point="before", status=401, code="InvalidAuthenticationToken")
    assert teller.run(NAME, APPLICATION)["changed"] is True
    fault(teller, method="GET", point="before", status=401, code="InvalidAuthenticationToken", times=5)
    result = teller.run(NAME, APPLICATION)
    assert result["error"]["code"] == "InvalidAuthenticationToken"


def test_the_token_of_another_tenant_reads_and_writes_nothing(teller: Teller) -> None:
    other = teller.sandbox.control("GET", "/tenants")["tenants"][0]
    admin = {
        "tenant": other["id"],
        "user": other["admin"]["user_principal_name"],
        "scopes": ["Application.ReadWrite.All"],
    }
    token = teller.sandbox.control("POST", "/tokens", admin)["access_token"]
    start = teller.mark()
    result = teller.run(NAME, {**APPLICATION, "auth_kind": "access_token", "access_token": token})
    assert result["failed"]
    assert other["id"] in result["msg"]
    assert result["error"]["kind"] == "WrongTenant"
    journal = teller.sandbox.control("GET", "/journal")["requests"][start:]
    assert [entry["url"] for entry in journal if "/v1.0/" in entry["url"]] == []


def test_a_wrong_secret_is_told_with_its_code_and_without_the_secret(teller: Teller) -> None:
    result = teller.run(NAME, {**APPLICATION, "client_secret": "not-the-right-value"})
    assert result["failed"]
    assert "AADSTS7000215" in result["msg"]
    assert "not-the-right-value" not in str(result)


def test_a_host_that_does_not_answer_ends_in_time(teller: Teller) -> None:
    start = time.monotonic()
    result = teller.run(NAME, {**APPLICATION, "graph_url": "https://localhost:9", "timeout": 3}, "delegated")
    assert result["failed"]
    assert result["error"]["kind"] == "Unreachable"
    assert "Nothing was changed" in result["msg"]
    assert time.monotonic() - start < 10


def test_an_answer_that_drips_ends_in_time(teller: Teller) -> None:
    fault(teller, path_regex="^/v1.0/applications", method="GET", point="drip", delay_seconds=60, times=None)
    start = time.monotonic()
    result = teller.run(NAME, {**APPLICATION, "timeout": 3})
    assert result["error"]["kind"] == "Unreachable"
    assert "Nothing was changed" in result["msg"]
    assert time.monotonic() - start < 30


def test_an_unknown_certificate_authority_is_told(teller: Teller) -> None:
    result = teller.run(NAME, {**APPLICATION, "ca_file": "", "timeout": 5})
    assert result["failed"]
    assert "ca_file" in result["msg"]


def test_reads_that_lag_behind_make_nothing_twice(teller: Teller) -> None:
    teller.sandbox.control("PUT", "/settings", {"replication_lag_seconds": 3})
    result = teller.run(
        NAME,
        {**APPLICATION, "timeout": 60, "identifier_uris": ["api://{app_id}"], "app_role_assignment_required": True},
    )
    assert not result.get("failed"), result["msg"]
    again = teller.run(NAME, {**APPLICATION, "timeout": 60})
    teller.sandbox.control("PUT", "/settings", {"replication_lag_seconds": 0})
    assert not again.get("failed"), again["msg"]
    found = teller.get("/v1.0/applications?$filter=displayName eq 'Transport'")["value"]
    assert len(found) == 1
