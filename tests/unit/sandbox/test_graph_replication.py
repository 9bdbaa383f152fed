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


def test_only_a_share_of_reads_is_stale(graph: GraphClient) -> None:
    graph.settings(replication_lag_seconds=LAG, stale_read_ratio=0.5)
    path = f"applications/{graph.application()['id']}"
    assert {graph.send("GET", path).status_code for _turn in range(40)} == {200, 404}
    graph.settings(stale_read_ratio=0.0)
    assert {graph.send("GET", path).status_code for _turn in range(10)} == {200}
    found = graph.get("applications?$filter=startswith(displayName,'Test')&$count=true", EVENTUAL)
    assert found["value"] == []
