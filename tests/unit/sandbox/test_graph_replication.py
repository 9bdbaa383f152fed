# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What clients meet while a write is still replicating, and that it ends."""

from __future__ import annotations

from typing import Any

import pytest
from unit.sandbox.graph_client import EVENTUAL, UPSERT, GraphClient, open_graph
from unit.sandbox.signing_in import Place, claims_of, code_of, make_certificate

LAG = 20
GRAPH = "00000003-0000-0000-c000-000000000000"


@pytest.fixture
def slow(graph: GraphClient) -> GraphClient:
    """The first tenant with replicas that are twenty seconds behind."""
    graph.settings(replication_lag_seconds=LAG)
    return graph


def test_a_new_application_is_not_there_yet(slow: GraphClient) -> None:
    made = slow.application()
    path = f"applications/{made['id']}"
    assert slow.refused(404, "GET", path)[0] == "Request_ResourceNotFound"
    slow.refused(404, "PATCH", path, {"notes": "x"})
    slow.refused(404, "POST", f"{path}/addPassword", {})
    message = slow.refused(400, "POST", "servicePrincipals", {"appId": made["appId"]})[1]
    assert (
        message
        == f"The appId '{made['appId']}' of the service principal does not reference a valid application object."
    )
    slow.wait(LAG + 1)
    slow.get(path)
    slow.ask(204, "PATCH", path, {"notes": "x"})
    slow.ask(201, "POST", "servicePrincipals", {"appId": made["appId"]})


def test_an_owner_of_its_own_meets_another_text(slow: GraphClient) -> None:
    limited = slow.as_client(["Application.ReadWrite.OwnedBy"])
    made = limited.application()
    assert (
        limited.refused(403, "POST", "servicePrincipals", {"appId": made["appId"]})[0] == "Authorization_RequestDenied"
    )
    limited.wait(LAG + 1)
    limited.ask(201, "POST", "servicePrincipals", {"appId": made["appId"]})


def test_a_new_service_principal_cannot_be_referred_to_yet(graph: GraphClient) -> None:
    made = graph.application()
    user = graph.get("users")["value"][0]["id"]
    resource = graph.get("servicePrincipals(appId='00000003-0000-0000-c000-000000000000')?$select=id")["id"]
    graph.settings(replication_lag_seconds=LAG)
    principal = graph.ask(201, "POST", "servicePrincipals", {"appId": made["appId"]})["id"]
    grant = {"clientId": principal, "consentType": "AllPrincipals", "resourceId": resource, "scope": "openid"}
    assert graph.refused(400, "POST", "oauth2PermissionGrants", grant)[1].startswith(
        f"Resource '{principal}' does not exist"
    )
    body = {"principalId": user, "resourceId": principal, "appRoleId": "00000000-0000-0000-0000-000000000000"}
    message = graph.refused(400, "POST", f"users/{user}/appRoleAssignments", body)[1]
    assert message == "Not a valid reference update"
    graph.refused(404, "POST", f"servicePrincipals/{principal}/appRoleAssignedTo", body)
    graph.wait(LAG + 1)
    graph.ask(201, "POST", "oauth2PermissionGrants", grant)
    graph.ask(201, "POST", f"servicePrincipals/{principal}/appRoleAssignedTo", body)


def test_a_change_is_seen_late_but_not_lost(graph: GraphClient) -> None:
    path = f"applications/{graph.application(notes='old')['id']}"
    graph.settings(replication_lag_seconds=LAG)
    graph.ask(204, "PATCH", path, {"notes": "new"})
    assert graph.get(path)["notes"] == "old"
    graph.ask(204, "PATCH", path, {"description": "d"})
    graph.wait(LAG + 1)
    assert (graph.get(path)["notes"], graph.get(path)["description"]) == ("new", "d")


def test_the_keys_of_an_upsert_are_atomic(slow: GraphClient) -> None:
    path, body = "applications(uniqueName='maps')", {"displayName": "Maps"}
    slow.ask(201, "PATCH", path, body, UPSERT)
    slow.ask(204, "PATCH", path, body, UPSERT)
    slow.refused(404, "GET", path)


def test_disabling_is_seen_late(graph: GraphClient) -> None:
    entry: dict[str, Any] = {
        "id": "6b1a0f5e-6d0c-4b5e-9a53-2a1c4b0c8d11",
        "allowedMemberTypes": ["User"],
        "displayName": "R",
        "value": "r",
    }
    path = f"applications/{graph.application(appRoles=[{**entry, 'isEnabled': True}])['id']}"
    graph.settings(replication_lag_seconds=LAG)
    graph.ask(204, "PATCH", path, {"appRoles": [{**entry, "isEnabled": False}]})
    assert graph.refused(400, "PATCH", path, {"appRoles": []})[0] == "CannotDeleteOrUpdateEnabledEntitlement"
    graph.wait(LAG + 1)
    graph.ask(204, "PATCH", path, {"appRoles": []})


def test_removing_a_secret_at_once_races(graph: GraphClient) -> None:
    path = f"applications/{graph.application()['id']}"
    graph.settings(replication_lag_seconds=LAG)
    key = graph.ask(200, "POST", f"{path}/addPassword", {})["keyId"]
    assert graph.refused(409, "POST", f"{path}/removePassword", {"keyId": key})[0] == "Directory_ConcurrencyViolation"
    graph.wait(LAG + 1)
    graph.ask(204, "POST", f"{path}/removePassword", {"keyId": key})


def test_only_a_share_of_reads_is_stale(graph: GraphClient) -> None:
    graph.settings(replication_lag_seconds=LAG, stale_read_ratio=0.5)
    path = f"applications/{graph.application()['id']}"
    assert {graph.send("GET", path).status_code for _turn in range(40)} == {200, 404}
    graph.settings(stale_read_ratio=0.0)
    assert {graph.send("GET", path).status_code for _turn in range(10)} == {200}
    found = graph.get("applications?$filter=startswith(displayName,'Test')&$count=true", EVENTUAL)
    assert found["value"] == []


def test_a_user_sees_what_the_same_session_wrote(slow: GraphClient) -> None:
    slow.settings(delegated_stale_ratio=0)
    admin = slow.as_user("admin")
    made = admin.application(notes="mine")
    path = f"applications/{made['id']}"
    assert admin.get(path)["notes"] == "mine"
    admin.ask(201, "POST", "servicePrincipals", {"appId": made["appId"]})
    slow.refused(404, "GET", path)
    slow.as_user("app.admin").refused(404, "GET", path)
    slow.wait(LAG + 1)
    slow.ask(204, "PATCH", path, {"notes": "theirs"})
    assert admin.get(path)["notes"] == "mine"
    admin.ask(204, "PATCH", path, {"description": "mine again"})
    assert (admin.get(path)["notes"], slow.get(path)["notes"]) == ("theirs", "mine")


def test_a_session_that_was_moved_does_not(slow: GraphClient) -> None:
    slow.settings(delegated_stale_ratio=1)
    admin = slow.as_user("admin")
    path = f"applications/{admin.application()['id']}"
    admin.refused(404, "GET", path)
    slow.settings(delegated_stale_ratio=0.5)
    assert {admin.send("GET", path).status_code for _turn in range(40)} == {200, 404}


def test_the_index_lags_twice_as_long(slow: GraphClient) -> None:
    made = slow.application(displayName="Indexed")
    admin = slow.as_user("admin")
    mine = admin.application(displayName="Indexed too")
    searches = [
        "applications?$search=%22displayName:Indexed%22",
        "applications?$filter=startswith(displayName,'Indexed')&$count=true",
    ]
    slow.wait(LAG + 1)
    assert slow.get(f"applications/{made['id']}", EVENTUAL)["id"] == made["id"]
    assert len(slow.filtered("applications", "startswith(displayName,'Indexed')")) == 2
    before = int(slow.send("GET", "applications/$count", headers=EVENTUAL).text)
    assert [admin.get(search, EVENTUAL)["value"] for search in searches] == [[], []]
    slow.wait(LAG)
    assert [len(admin.get(search, EVENTUAL)["value"]) for search in searches] == [2, 2]
    assert int(slow.send("GET", "applications/$count", headers=EVENTUAL).text) == before + 2
    assert mine["id"] in str(admin.get(searches[0], EVENTUAL))


def test_the_index_may_lag_by_itself(graph: GraphClient) -> None:
    graph.settings(index_lag_seconds=LAG)
    path = f"applications/{graph.application(displayName='Indexed')['id']}"
    search = "applications?$search=%22displayName:Indexed%22"
    assert graph.get(path)["id"]
    assert graph.get(search, EVENTUAL)["value"] == []
    graph.wait(LAG + 1)
    assert len(graph.get(search, EVENTUAL)["value"]) == 1


def test_what_was_deleted_lingers(graph: GraphClient) -> None:
    made, principal = graph.application_with_principal()
    graph.settings(replication_lag_seconds=LAG)
    graph.ask(204, "DELETE", f"applications/{made['id']}")
    graph.get(f"applications/{made['id']}")
    graph.get(f"servicePrincipals/{principal['id']}")
    graph.refused(404, "GET", f"directory/deletedItems/{made['id']}")
    graph.wait(LAG + 1)
    graph.refused(404, "GET", f"applications/{made['id']}")
    graph.refused(404, "GET", f"servicePrincipals/{principal['id']}")
    graph.get(f"directory/deletedItems/{made['id']}")


def test_a_new_owner_or_member_cannot_be_referred_to_yet(graph: GraphClient) -> None:
    user = graph.get("users")["value"][0]["id"]
    made = graph.application()
    group = {"displayName": "G", "mailEnabled": False, "mailNickname": "g", "securityEnabled": True}
    graph.settings(replication_lag_seconds=LAG)
    principal = graph.ask(201, "POST", "servicePrincipals", {"appId": made["appId"]})["id"]
    bound = {**group, "owners@odata.bind": [f"https://graph.microsoft.com/v1.0/servicePrincipals/{principal}"]}
    assert graph.refused(400, "POST", "groups", bound)[1].startswith(f"Resource '{principal}' does not exist")
    new = graph.ask(201, "POST", "groups", group)["id"]
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{user}"}
    graph.refused(404, "POST", f"groups/{new}/members/$ref", reference)
    graph.wait(LAG + 1)
    graph.ask(201, "POST", "groups", bound)
    graph.ask(204, "POST", f"groups/{new}/members/$ref", reference)
    assert graph.get(f"groups/{new}/members")["value"] == []
    graph.wait(LAG + 1)
    assert [member["id"] for member in graph.get(f"groups/{new}/members")["value"]] == [user]


def test_new_roles_are_in_new_tokens_only_later(graph: GraphClient) -> None:
    place = Place(graph.sandbox, graph.tenant)
    made = graph.sandbox.control("POST", "/clients", {"tenant": place.id, "permissions": ["User.Read.All"]})
    caller = {name: made[name] for name in ("client_id", "client_secret")}
    principal = graph.get(f"servicePrincipals(appId='{made['client_id']}')")["id"]
    resource = graph.get(f"servicePrincipals(appId='{GRAPH}')")
    role = next(one["id"] for one in resource["appRoles"] if one["value"] == "Group.Read.All")
    graph.settings(replication_lag_seconds=LAG)
    body = {"principalId": principal, "resourceId": resource["id"], "appRoleId": role}
    graph.ask(201, "POST", f"servicePrincipals/{principal}/appRoleAssignments", body)

    def roles() -> list[str]:
        found: list[str] = claims_of(place.by_secret(**caller).json()["access_token"])["roles"]
        return found

    assert roles() == ["User.Read.All"]
    graph.wait(LAG + 1)
    assert roles() == ["Group.Read.All", "User.Read.All"]


def test_a_new_certificate_and_a_removed_secret_take_their_time(graph: GraphClient) -> None:
    place = Place(graph.sandbox, graph.tenant)
    certificate = make_certificate()
    application = graph.get(place.application)
    graph.settings(replication_lag_seconds=LAG)
    graph.ask(204, "PATCH", place.application, {"keyCredentials": [certificate.credential]})
    assert code_of(place.by_secret(**certificate.assertion(place))) == 700027
    graph.wait(LAG + 1)
    assert place.by_secret(**certificate.assertion(place)).status_code == 200
    old = application["passwordCredentials"][0]["keyId"]
    graph.ask(204, "POST", f"{place.application}/removePassword", {"keyId": old})
    assert place.by_secret().status_code == 200
    graph.wait(LAG + 1)
    assert code_of(place.by_secret()) == 7000215


def test_a_disabled_application_signs_in_for_a_while(graph: GraphClient) -> None:
    place = Place(graph.sandbox, graph.tenant)
    principal = f"servicePrincipals(appId='{place.operator['client_id']}')"
    graph.settings(replication_lag_seconds=LAG)
    graph.ask(204, "PATCH", principal, {"accountEnabled": False})
    assert place.by_secret().status_code == 200
    graph.wait(LAG + 1)
    assert code_of(place.by_secret()) == 7000112


def test_a_seed_makes_a_run_repeatable_whatever_other_tenants_do(graph: GraphClient) -> None:
    other = open_graph(graph.sandbox, 1)

    def draw(seed: int, busy: bool) -> list[int]:
        graph.settings(replication_lag_seconds=LAG, stale_read_ratio=0.5, seed=seed)
        path, elsewhere = (f"applications/{one.application()['id']}" for one in (graph, other))
        statuses = []
        for _turn in range(30):
            statuses.append(graph.send("GET", path).status_code)
            if busy:
                other.send("GET", elsewhere)
        graph.wait(LAG + 1)
        return statuses

    first = draw(7, busy=False)
    assert draw(7, busy=True) == first
    assert draw(8, busy=False) != first


def test_turning_the_lag_off_shows_everything(slow: GraphClient) -> None:
    path = f"applications/{slow.application()['id']}"
    slow.refused(404, "GET", path)
    slow.settings(replication_lag_seconds=0)
    slow.get(path)


def test_a_clock_may_run_fast_or_stand_still(graph: GraphClient) -> None:
    graph.settings(clock_speed=0)
    first = graph.sandbox.control("GET", "/clock")["now"]
    graph.wait(5)
    second = graph.sandbox.control("GET", "/clock")["now"]
    assert (first, second) == (graph.sandbox.control("GET", "/clock")["now"][:-3] + first[-3:], second)
    graph.settings(replication_lag_seconds=LAG, clock_speed=10_000)
    path = f"applications/{graph.application()['id']}"
    assert graph.sandbox.control("GET", "/clock")["now"] > second
    while graph.send("GET", path).status_code == 404:
        pass
    graph.sandbox.reset()
    assert graph.sandbox.control("GET", "/settings")["clock_speed"] == 1
