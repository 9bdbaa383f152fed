# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Applications over HTTP: create, upsert, keys, PATCH, rules of their properties."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from unit.sandbox.graph_client import UPSERT, GraphClient


def role(**changes: Any) -> dict[str, Any]:
    made = {
        "id": str(uuid.uuid4()),
        "allowedMemberTypes": ["User"],
        "displayName": "Reader",
        "value": "read",
        "isEnabled": True,
    }
    return {**made, **changes}


def scope(**changes: Any) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "value": "user_impersonation", "type": "User", "isEnabled": True, **changes}


def test_create_gives_the_defaults(graph: GraphClient) -> None:
    made = graph.application()
    assert made["signInAudience"] == "AzureADMyOrg"
    assert made["web"]["implicitGrantSettings"] == {"enableAccessTokenIssuance": False, "enableIdTokenIssuance": False}
    assert made["identifierUris"] == made["tags"] == made["appRoles"] == []
    assert made["@odata.context"].endswith("/v1.0/$metadata#applications/$entity")
    assert "onPremisesPublishing" not in made
    assert made["createdDateTime"].endswith("Z")


def test_create_needs_a_display_name(graph: GraphClient) -> None:
    code, message = graph.refused(400, "POST", "applications", {})
    assert code == "Request_BadRequest"
    assert "displayName" in message


def test_one_application_by_each_of_its_keys(graph: GraphClient) -> None:
    made = graph.application(uniqueName="o'neil/maps")
    for key in (f"/{made['id']}", f"(appId='{made['appId']}')", "(uniqueName='o''neil%2Fmaps')"):
        assert graph.get(f"applications{key}")["id"] == made["id"]
    graph.refused(400, "GET", "applications(displayName='Test')")
    assert graph.refused(404, "GET", f"applications/{uuid.uuid4()}")[0] == "Request_ResourceNotFound"


def test_upsert_by_unique_name(graph: GraphClient) -> None:
    path, body = "applications(uniqueName='maps')", {"displayName": "Maps"}
    assert graph.refused(404, "PATCH", path, body)[0] == "Request_ResourceNotFound"
    made = graph.ask(201, "PATCH", path, body, UPSERT)
    assert (made["uniqueName"], made["displayName"]) == ("maps", "Maps")
    graph.ask(204, "PATCH", path, {"displayName": "Maps 2"}, UPSERT)
    graph.ask(204, "PATCH", path, {"notes": "n"})
    graph.refused(400, "PATCH", path, {"notes": "n"}, UPSERT)
    after = graph.get(path)
    assert (after["id"], after["displayName"], after["notes"]) == (made["id"], "Maps 2", "n")


def test_a_deleted_application_keeps_its_unique_name(graph: GraphClient) -> None:
    made = graph.application(uniqueName="maps")
    graph.ask(204, "DELETE", f"applications/{made['id']}")
    code, message = graph.refused(400, "PATCH", "applications(uniqueName='maps')", {"displayName": "Maps"}, UPSERT)
    assert code == "Request_BadRequest"
    assert message == "Another object with the same value for property uniqueName already exists."


def test_unique_name_can_be_set_once(graph: GraphClient) -> None:
    made = graph.application()
    graph.ask(204, "PATCH", f"applications/{made['id']}", {"uniqueName": "first"})
    graph.ask(204, "PATCH", f"applications/{made['id']}", {"uniqueName": "first"})
    graph.refused(400, "PATCH", f"applications/{made['id']}", {"uniqueName": "second"})


def test_patch_replaces_collections_and_merges_objects(graph: GraphClient) -> None:
    made = graph.application(
        web={"redirectUris": ["https://a.example/"], "homePageUrl": "https://a.example"}, tags=["a"]
    )
    graph.ask(
        204, "PATCH", f"applications/{made['id']}", {"web": {"redirectUris": ["https://b.example/"]}, "tags": ["b"]}
    )
    after = graph.get(f"applications/{made['id']}")
    assert after["web"]["redirectUris"] == ["https://b.example/"]
    assert after["web"]["homePageUrl"] == "https://a.example"
    assert after["web"]["redirectUriSettings"] == [{"uri": "https://b.example/", "index": None}]
    assert after["tags"] == ["b"]


@pytest.mark.parametrize(
    "body",
    [
        {"colour": "red"},
        {"web": {"colour": "red"}},
        {"displayName": 5},
        {"tags": "one"},
        {"tags": None},
        {"isFallbackPublicClient": "yes"},
        {"appId": "00000002-0000-0000-c000-000000000000"},
        {"createdDateTime": "2026-01-01T00:00:00Z"},
        {"signInAudience": "Everyone"},
        {"groupMembershipClaims": "Groups"},
        {"tags": ["with space"]},
        {"tags": ["twice", "twice"]},
        {"notes": "n" * 1025},
        {"onPremisesPublishing": {}},
        {"@odata.type": "#microsoft.graph.group"},
        {"members@odata.bind": []},
        {"api": {"requestedAccessTokenVersion": 3}},
        {"requiredResourceAccess": [{"resourceAppId": "00000003-0000-0000-c000-000000000000"}]},
        {"signInAudience": "AzureADandPersonalMicrosoftAccount"},
        {"web": {"logoutUrl": "http://a.example"}},
    ],
    ids=str,
)
def test_a_body_that_breaks_a_rule_changes_nothing(graph: GraphClient, body: dict[str, Any]) -> None:
    made = graph.application()
    before = graph.get(f"applications/{made['id']}")
    code, _ignored = graph.refused(400, "PATCH", f"applications/{made['id']}", {"notes": "new", **body})
    assert code in ("Request_BadRequest", "BadRequest")
    assert graph.get(f"applications/{made['id']}") == before


@pytest.mark.parametrize("part", ["appRoles", "scopes"])
def test_an_enabled_entry_is_disabled_first(graph: GraphClient, part: str) -> None:
    def body(*entries: dict[str, Any]) -> dict[str, Any]:
        return {"appRoles": list(entries)} if part == "appRoles" else {"api": {"oauth2PermissionScopes": list(entries)}}

    entry = role() if part == "appRoles" else scope()
    made = graph.application(**body(entry))
    path = f"applications/{made['id']}"
    for wrong in (body(), body({**entry, "value": "other"})):
        code, message = graph.refused(400, "PATCH", path, wrong)
        assert code == "CannotDeleteOrUpdateEnabledEntitlement"
        assert message == "Permission (scope or role) cannot be deleted or updated unless disabled first."
    graph.ask(204, "PATCH", path, body({**entry, "isEnabled": False}))
    graph.ask(204, "PATCH", path, body({**entry, "value": "other"}))
    graph.ask(204, "PATCH", path, body({**entry, "value": "other", "isEnabled": False}))
    graph.ask(204, "PATCH", path, body())


def test_ids_and_values_of_roles_and_scopes_are_unique(graph: GraphClient) -> None:
    one = role()
    for wrong in (
        {"appRoles": [one, role(id=one["id"], value="other")]},
        {"appRoles": [one, role()]},
        {"appRoles": [role(value="shared")], "api": {"oauth2PermissionScopes": [scope(value="shared")]}},
    ):
        graph.refused(400, "POST", "applications", {"displayName": "x", **wrong})
    same = str(uuid.uuid4())
    graph.application(appRoles=[role(id=same, value="s")], api={"oauth2PermissionScopes": [scope(id=same, value="s")]})


def test_the_number_of_roles_and_scopes_is_limited(graph: GraphClient) -> None:
    roles = [role(value=f"r{number}") for number in range(701)]
    graph.refused(400, "POST", "applications", {"displayName": "x", "appRoles": roles})


def test_a_preauthorized_application_names_scopes_that_exist(graph: GraphClient) -> None:
    one = scope()
    entry = {"appId": str(uuid.uuid4()), "delegatedPermissionIds": [one["id"]]}
    graph.application(api={"oauth2PermissionScopes": [one], "preAuthorizedApplications": [entry]})
    graph.refused(400, "POST", "applications", {"displayName": "x", "api": {"preAuthorizedApplications": [entry]}})


def test_identifier_uris_use_the_app_id_or_a_verified_domain(graph: GraphClient) -> None:
    made = graph.application()
    path, domain = f"applications/{made['id']}", graph.tenant["default_domain"]
    for uri in (
        f"api://{made['appId']}",
        f"api://{graph.tenant['id']}/maps",
        f"api://maps/{made['appId']}",
        f"https://{domain}/maps",
        f"https://maps.{domain}",
        "https://harbourview.onmicrosoft.com/maps",
    ):
        graph.ask(204, "PATCH", path, {"identifierUris": [uri]})
    code, message = graph.refused(400, "PATCH", path, {"identifierUris": ["https://maps-harbourview.msappproxy.net"]})
    assert code == "HostNameNotOnVerifiedDomain"
    assert "'https://maps-harbourview.msappproxy.net'" in message
    assert (
        "Failed to add identifier URI api://maps."
        in graph.refused(400, "PATCH", path, {"identifierUris": ["api://maps"]})[1]
    )
    assert (
        graph.refused(400, "PATCH", path, {"identifierUris": [f"https://{domain}/"]})[0]
        == "IdentifierUrisEndsWithSlash"
    )
    doubled = [f"https://{domain}/a", f"https://{domain}/A"]
    assert graph.refused(400, "PATCH", path, {"identifierUris": doubled})[0] == "DuplicateValueInDifferentCase"


def test_applications_of_token_version_2_may_use_any_api_uri(graph: GraphClient) -> None:
    graph.application(identifierUris=["api://maps"], api={"requestedAccessTokenVersion": 2})


def test_an_identifier_uri_belongs_to_one_application(graph: GraphClient) -> None:
    uri = f"https://{graph.tenant['default_domain']}/maps"
    graph.application(identifierUris=[uri])
    assert (
        "identifierUris" in graph.refused(400, "POST", "applications", {"displayName": "x", "identifierUris": [uri]})[1]
    )


@pytest.mark.parametrize(
    ("platform", "uri", "good"),
    [
        ("web", "https://maps.example/signin", True),
        ("web", "http://localhost:3000/a", True),
        ("web", "http://127.0.0.1/a", True),
        ("web", "http://maps.example/", False),
        ("web", "http://[::1]/a", False),
        ("web", "https://maps.example/a;b", False),
        ("web", "https://maps.example/#a", False),
        ("web", "maps.example", False),
        ("web", "myapp://auth", False),
        ("spa", "https://maps.example/" + "a" * 240, False),
        ("spa", "https://*.maps.example/", True),
        ("publicClient", "myapp://auth", True),
        ("publicClient", "http://maps.example", False),
    ],
)
def test_redirect_uris(graph: GraphClient, platform: str, uri: str, good: bool) -> None:
    body = {"displayName": "x", platform: {"redirectUris": [uri]}}
    assert graph.send("POST", "applications", body).status_code == (201 if good else 400)


def test_redirect_uris_with_personal_accounts(graph: GraphClient) -> None:
    personal = {
        "signInAudience": "AzureADandPersonalMicrosoftAccount",
        "api": {"requestedAccessTokenVersion": 2},
        "displayName": "x",
    }
    graph.ask(201, "POST", "applications", {**personal, "web": {"redirectUris": ["https://maps.example/"]}})
    for uri in ("https://*.maps.example/", "https://maps.example/?a=b"):
        graph.refused(400, "POST", "applications", {**personal, "web": {"redirectUris": [uri]}})
    many = [f"https://maps.example/{number}" for number in range(101)]
    graph.refused(400, "POST", "applications", {**personal, "web": {"redirectUris": many}})
    graph.application(web={"redirectUris": many})
