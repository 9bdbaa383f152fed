# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The control API: tenants, callers, journal, clock, settings, faults."""

from __future__ import annotations

import time
from typing import Any

import httpx
import jwt
import pytest
from unit.sandbox.signing_in import Place, claims_of, make_certificate, make_place

from sandbox import Running


@pytest.fixture
def place(fresh_sandbox: Running) -> Place:
    return Place(fresh_sandbox, fresh_sandbox.tenants()[0])


def test_three_tenants_with_what_opens_them(sandbox: Running) -> None:
    tenants = sandbox.tenants()
    assert len(tenants) >= 3
    for tenant in tenants:
        assert {"id", "display_name", "default_domain", "operator", "admin"} <= set(tenant)
        assert set(tenant["operator"]) == {"client_id", "client_secret"}
        assert tenant["admin"]["user_principal_name"].endswith("@" + tenant["default_domain"])
        assert tenant["admin"]["password"]


def test_more_tenants_are_made_quickly(fresh_sandbox: Running) -> None:
    start = time.monotonic()
    made = fresh_sandbox.control("POST", "/tenants", {"count": 20})["tenants"]
    assert time.monotonic() - start < 3
    assert len({tenant["id"] for tenant in made}) == 20
    place = Place(fresh_sandbox, made[-1])
    names = [user["userPrincipalName"] for user in place.graph("GET", "/v1.0/users").json()["value"]]
    assert f"pozi.support@{made[-1]['default_domain']}" in names


def test_reset_keeps_ids_and_secrets_and_undoes_all_else(place: Place) -> None:
    before, env = place.sandbox.tenants(), place.sandbox.env()
    groups = place.graph("GET", "/v1.0/groups").json()["value"]
    place.graph("POST", "/v1.0/applications", {"displayName": "Gone after the reset"})
    make_place(place.sandbox)
    place.sandbox.control("PUT", "/settings", {"enforce_permissions": False})
    place.sandbox.control("POST", "/faults", {"rules": [{"path_regex": "^/v1.0"}]})
    place.sandbox.control("POST", "/clock", {"advance_seconds": 10**6})
    place.sandbox.reset()
    assert place.sandbox.journal() == []
    assert place.sandbox.tenants() == before
    assert {**place.sandbox.env(), "ENTRA_REFRESH_TOKEN": ""} == {**env, "ENTRA_REFRESH_TOKEN": ""}
    assert place.sandbox.control("GET", "/settings")["enforce_permissions"] is True
    assert place.sandbox.control("GET", "/faults") == {"rules": []}
    listed = place.graph("GET", "/v1.0/applications").json()["value"]
    assert "Gone after the reset" not in [application["displayName"] for application in listed]
    assert [g["id"] for g in place.graph("GET", "/v1.0/groups").json()["value"]] == [g["id"] for g in groups]
    form = {"grant_type": "refresh_token", "refresh_token": env["ENTRA_REFRESH_TOKEN"], "scope": place.scope}
    assert place.post({**form, **place.operator}).status_code == 200


def test_the_journal_tells_reads_from_writes_and_keeps_no_secret(place: Place) -> None:
    token = place.by_secret().json()["access_token"]
    place.graph("GET", "/v1.0/applications?$top=1", token=token)
    made = place.graph("POST", "/v1.0/applications", {"displayName": "Written down"}, token).json()
    place.graph("POST", "/v1.0/directoryObjects/getByIds", {"ids": [made["id"]]}, token)
    place.graph("POST", "/v1.0/applications", {"nonsense": 1}, token)
    login, read, write, query, refused = place.sandbox.journal()
    assert (login["method"], login["status"], login["tenant"], login["write"]) == ("POST", 200, place.id, False)
    assert login["client_id"] == place.operator["client_id"]
    assert login["body"] is None
    assert (read["write"], read["url"].partition("?")[2], read["path"]) == (False, "$top=1", "/v1.0/applications")
    assert (write["write"], write["status"], write["body"]) == (True, 201, {"displayName": "Written down"})
    assert (write["tenant"], write["caller_kind"]) == (place.id, "application")
    assert write["request_id"]
    assert query["write"] is False
    assert (refused["write"], refused["status"]) == (True, 400)
    assert place.operator["client_secret"] not in str(place.sandbox.journal())
    assert [entry["index"] for entry in place.sandbox.journal(since=3)] == [3, 4]


def test_the_items_of_a_batch_are_entered_one_by_one(place: Place) -> None:
    items = [
        {"id": "1", "method": "GET", "url": "/organization"},
        {
            "id": "2",
            "method": "POST",
            "url": "/applications",
            "body": {"displayName": "x"},
            "headers": {"Content-Type": "application/json"},
        },
    ]
    place.graph("POST", "/v1.0/$batch", {"requests": items})
    entries = [entry for entry in place.sandbox.journal() if entry["path"].startswith("/v1.0")]
    assert [(entry["method"], entry["path"], entry["write"], entry["batch"]) for entry in entries] == [
        ("GET", "/v1.0/organization", False, True),
        ("POST", "/v1.0/applications", True, True),
        ("POST", "/v1.0/$batch", False, False),
    ]


def test_a_caller_holds_just_what_was_asked_for(place: Place) -> None:
    body = {
        "tenant": place.id,
        "permissions": ["Application.Read.All"],
        "directory_roles": ["Application Administrator"],
    }
    made = place.sandbox.control("POST", "/clients", body)
    assert made["tenant"] == place.id
    secret = {name: made[name] for name in ("client_id", "client_secret")}
    token = place.by_secret(**secret).json()["access_token"]
    assert claims_of(token)["roles"] == ["Application.Read.All"]
    assert "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3" in claims_of(token)["wids"]
    assert place.graph("GET", "/v1.0/applications", token=token).status_code == 200
    answer = place.graph("POST", "/v1.0/applications", {"displayName": "x"}, token)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "Authorization_RequestDenied")


def test_tokens_end_by_the_virtual_clock(place: Place) -> None:
    token = place.by_secret().json()["access_token"]
    place.sandbox.control("POST", "/clock", {"advance_seconds": 3590})
    assert place.graph("GET", "/v1.0/organization", token=token).status_code == 200
    place.sandbox.control("POST", "/clock", {"advance_seconds": 20})
    answer = place.graph("GET", "/v1.0/organization", token=token)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")


@pytest.mark.parametrize("token", [None, "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30."])
def test_graph_takes_no_other_token(place: Place, token: str | None) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = place.http.get("/v1.0/organization", headers=headers)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")


def test_a_token_that_another_key_signed_is_refused(place: Place) -> None:
    claims = claims_of(place.by_secret().json()["access_token"])
    forged = jwt.encode(claims, make_certificate().key, algorithm="RS256")
    assert place.graph("GET", "/v1.0/organization", token=forged).status_code == 401


def test_a_fault_before_keeps_the_request_from_happening(place: Place) -> None:
    token = place.by_secret().json()["access_token"]
    rule = {"method": "POST", "path_regex": "^/v1.0/applications$", "status": 429, "code": "TooManyRequests"}
    place.sandbox.control("POST", "/faults", {"rules": [{**rule, "headers": {"Retry-After": "3"}, "times": 2}]})
    for _turn in range(2):
        answer = place.graph("POST", "/v1.0/applications", {"displayName": "x"}, token)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")
        assert answer.json()["error"]["code"] == "TooManyRequests"
    listed = place.graph("GET", "/v1.0/applications", token=token).json()["value"]
    assert "x" not in [application["displayName"] for application in listed]
    assert place.graph("POST", "/v1.0/applications", {"displayName": "x"}, token).status_code == 201
    assert [entry["fault"] for entry in place.sandbox.journal() if entry["write"]] == ["before", "before", None]


def test_a_fault_after_hides_what_was_done(place: Place) -> None:
    token = place.by_secret().json()["access_token"]
    place.sandbox.control(
        "POST", "/faults", {"rules": [{"method": "POST", "path_regex": "applications", "point": "after"}]}
    )
    assert place.graph("POST", "/v1.0/applications", {"displayName": "Done all the same"}, token).status_code == 503
    assert "Done all the same" in place.graph("GET", "/v1.0/applications", token=token).text


def test_a_fault_during_breaks_the_connection_once_it_is_done(place: Place) -> None:
    token = place.by_secret().json()["access_token"]
    place.sandbox.control(
        "POST", "/faults", {"rules": [{"method": "POST", "path_regex": "applications", "point": "during"}]}
    )
    with pytest.raises(httpx.TransportError):
        place.graph("POST", "/v1.0/applications", {"displayName": "Done without an answer"}, token)
    assert "Done without an answer" in place.graph("GET", "/v1.0/applications", token=token).text
    (entry,) = [entry for entry in place.sandbox.journal() if entry["write"]]
    assert (entry["status"], entry["fault"]) == (201, "during")


def test_signing_in_can_be_made_to_fail_too(place: Place) -> None:
    rule = {"path_regex": "/token$", "status": 503, "code": "temporarily_unavailable"}
    place.sandbox.control("POST", "/faults", {"rules": [rule]})
    answer = place.by_secret()
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
    assert place.by_secret().status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "words"),
    [
        ("POST", "/tenants", {"count": 0}, "count must be"),
        ("POST", "/tenants", {"many": 1}, "unknown key: many"),
        ("POST", "/clock", {"advance_seconds": -1}, "from 0"),
        ("POST", "/clock", {}, "advance_seconds must be"),
        ("PUT", "/settings", {"nonsense": 1}, "unknown setting 'nonsense'"),
        ("PUT", "/settings", {"enforce_permissions": 1}, "must be a boolean"),
        ("PUT", "/settings", {"stale_read_ratio": 2}, "out of range"),
        ("PUT", "/settings", {"replication_lag_seconds": "3"}, "must be a number"),
        ("PUT", "/settings", {"replication_lag_seconds": None}, "must be a number"),
        ("PUT", "/settings", {"index_lag_seconds": -1}, "out of range: from 0 to"),
        ("PUT", "/settings", {"delegated_stale_ratio": True}, "must be a number"),
        ("PUT", "/settings", {"throttling": "yes"}, "must be a boolean"),
        ("PUT", "/settings", {"throttle_scale": 0}, "out of range"),
        ("PUT", "/settings", {"clock_speed": 1e6}, "from 0 to 100000"),
        ("PUT", "/settings", {"seed": 1.5}, "must be a whole number"),
        ("POST", "/clients", {"tenant": "nowhere"}, "no tenant 'nowhere'"),
        ("POST", "/clients", {"tenant": "<id>", "permissions": ["No.Such"]}, "no application permission 'No.Such'"),
        ("POST", "/clients", {"tenant": "<id>", "permissions": "x"}, "permissions must be a list"),
        ("POST", "/clients", {"tenant": "<id>", "directory_roles": ["King"]}, "unknown directory role 'King'"),
        ("POST", "/tokens", {"tenant": "<id>", "user": "nobody"}, "no user 'nobody'"),
        (
            "POST",
            "/tokens",
            {"tenant": "<id>", "user": "<admin>", "scopes": ["No.Such"]},
            "no delegated permission 'No.Such'",
        ),
        ("POST", "/faults", {"rules": [{}]}, "needs path_regex"),
        ("POST", "/faults", {"rules": [{"path_regex": "("}]}, "not a regular expression"),
        ("POST", "/faults", {"rules": [{"path_regex": "x", "point": "never"}]}, "point must be one of"),
        ("POST", "/faults", {"rules": [{"path_regex": "x", "status": 200}]}, "from 400 to 599"),
        ("POST", "/faults", {"rules": [{"path_regex": "x", "times": 0}]}, "from 1 to"),
        ("POST", "/faults", {"rules": [{"path_regex": "x", "often": 1}]}, "unknown key"),
        ("GET", "/journal?since=x", None, "since must be"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(place: Place, method: str, path: str, body: Any, words: str) -> None:
    words_for = {"<id>": place.id, "<admin>": place.tenant["admin"]["user_principal_name"]}
    sent = {
        key: words_for.get(value, value) if isinstance(value, str) else value for key, value in (body or {}).items()
    }
    answer = place.http.request(method, f"/_sandbox{path}", json=sent if body is not None else None)
    assert answer.status_code == 400
    assert words in answer.json()["error"]


def test_no_request_searches_through_the_tenants(place: Place) -> None:
    """The last of many tenants is found by its id, its domain and its applications as the first is."""
    *_others, last = place.sandbox.control("POST", "/tenants", {"count": 100})["tenants"]
    there = Place(place.sandbox, last)
    for name in (last["id"], last["default_domain"], last["initial_domain"]):
        assert there.by_secret(tenant=name).status_code == 200
    world = place.sandbox.world
    assert world.homes[last["operator"]["client_id"]].id == last["id"]
    assert world.domains[last["initial_domain"]].id == last["id"]
    assert there.by_secret(tenant="nowhere.example").json()["error_codes"] == [90002]


@pytest.mark.parametrize("content", ["{", "[]", "3"])
def test_a_body_must_be_a_json_object(place: Place, content: str) -> None:
    answer = place.http.post("/_sandbox/tenants", content=content)
    assert answer.status_code == 400
    assert "JSON" in answer.json()["error"]
