# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Soft deletion, restore and purge over HTTP."""

from __future__ import annotations

from unit.sandbox.graph_client import GraphClient

APPLICATIONS = "directory/deletedItems/microsoft.graph.application"


def test_an_application_takes_its_service_principal_along_and_back(graph: GraphClient) -> None:
    made, principal = graph.application_with_principal()
    graph.ask(204, "DELETE", f"applications/{made['id']}")
    graph.refused(404, "GET", f"applications/{made['id']}")
    graph.refused(404, "GET", f"servicePrincipals/{principal['id']}")
    (found,) = graph.get(f"{APPLICATIONS}?$select=id,deletedDateTime")["value"]
    assert found["id"] == made["id"]
    assert found["deletedDateTime"].endswith("Z")
    assert graph.get(f"directory/deletedItems/{made['id']}")["@odata.type"] == "#microsoft.graph.application"
    restored = graph.ask(200, "POST", f"directory/deletedItems/{made['id']}/restore")
    assert (restored["id"], restored["deletedDateTime"]) == (made["id"], None)
    assert graph.get(f"servicePrincipals/{principal['id']}")["deletedDateTime"] is None
    assert graph.get(APPLICATIONS)["value"] == []


def test_a_purge_frees_the_unique_name(graph: GraphClient) -> None:
    made = graph.application(uniqueName="maps")
    graph.ask(204, "DELETE", f"applications/{made['id']}")
    graph.ask(204, "DELETE", f"directory/deletedItems/{made['id']}")
    graph.refused(404, "POST", f"directory/deletedItems/{made['id']}/restore")
    graph.application(uniqueName="maps")


def test_a_service_principal_alone(graph: GraphClient) -> None:
    made, principal = graph.application_with_principal()
    graph.ask(204, "DELETE", f"servicePrincipals/{principal['id']}")
    assert graph.get(f"applications/{made['id']}")["id"] == made["id"]
    (found,) = graph.get("directory/deletedItems/microsoft.graph.servicePrincipal")["value"]
    graph.ask(200, "POST", f"directory/deletedItems/{found['id']}/restore")
    assert graph.get(f"servicePrincipals/{principal['id']}")["appId"] == made["appId"]


def test_assignments_of_what_is_deleted_are_not_listed(graph: GraphClient) -> None:
    made, principal = graph.application_with_principal()
    user = graph.get("users")["value"][0]
    body = {
        "principalId": user["id"],
        "resourceId": principal["id"],
        "appRoleId": "00000000-0000-0000-0000-000000000000",
    }
    graph.ask(201, "POST", f"servicePrincipals/{principal['id']}/appRoleAssignedTo", body)
    graph.ask(204, "DELETE", f"applications/{made['id']}")
    assert graph.get(f"users/{user['id']}/appRoleAssignments")["value"] == []
    graph.ask(200, "POST", f"directory/deletedItems/{made['id']}/restore")
    assert len(graph.get(f"users/{user['id']}/appRoleAssignments")["value"]) == 1


def test_after_thirty_days_it_is_gone(graph: GraphClient) -> None:
    made = graph.application(uniqueName="maps")
    graph.ask(204, "DELETE", f"applications/{made['id']}")
    old = graph.tenant
    graph.wait(31 * 86400)
    again = graph.as_client(["Application.ReadWrite.All"])
    assert again.tenant == old
    assert again.get(APPLICATIONS)["value"] == []
    again.refused(404, "POST", f"directory/deletedItems/{made['id']}/restore")
    again.application(uniqueName="maps")
