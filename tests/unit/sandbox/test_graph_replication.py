# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What clients meet while a write is still replicating, and that it ends."""

from __future__ import annotations

from typing import Any

import pytest
from unit.sandbox.graph_client import EVENTUAL, UPSERT, GraphClient

LAG = 20


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
