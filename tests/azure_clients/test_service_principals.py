# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""az ad sp: create to delete, credentials, create-for-rbac."""

from __future__ import annotations

from typing import Any

from azure_clients.commands import Az
from unit.sandbox.graph_client import GraphClient


def test_life(az: Az, graph: GraphClient) -> None:
    application = az("ad app create --display-name", "Enterprise Maps")
    made = az("ad sp create --id", application["appId"])
    assert (made["appId"], made["accountEnabled"]) == (application["appId"], True)
    assert "already in use" in az.refused("ad sp create --id", application["appId"])
    for name in (made["id"], made["appId"]):
        assert az("ad sp show --id", name)["id"] == made["id"]
    assert [one["id"] for one in az("ad sp list --display-name", "Enterprise Maps")] == [made["id"]]
    assert [one["id"] for one in az("ad sp list --spn", made["appId"])] == [made["id"]]
    assert made["id"] in [one["id"] for one in az("ad sp list --all")]
    az("ad sp update --id", made["id"], "--set", "appRoleAssignmentRequired=true", "notes=by hand")
    held = graph.get(f"servicePrincipals/{made['id']}")
    assert (held["appRoleAssignmentRequired"], held["notes"]) == (True, "by hand")
    assert isinstance(az("ad sp owner list --id", made["id"]), list)
    az("ad sp delete --id", made["id"])
    assert graph.refused(404, "GET", f"servicePrincipals/{made['id']}")[0] == "Request_ResourceNotFound"


def test_credentials(az: Az, graph: GraphClient) -> None:
    application = az("ad app create --display-name", "Has secrets of its own")
    made = az("ad sp create --id", application["appId"])
    az("ad sp credential reset --id", made["id"], "--display-name", "first")
    az("ad sp credential reset --append --id", made["id"], "--display-name", "second")
    listed = az("ad sp credential list --id", made["id"])
    assert {one["displayName"] for one in listed} == {"first", "second"}
    az("ad sp credential delete --id", made["id"], "--key-id", listed[0]["keyId"])
    assert len(graph.get(f"servicePrincipals/{made['id']}")["passwordCredentials"]) == 1


def test_create_for_rbac(az: Az, tenant: dict[str, Any], signed_out: Az, writes: Any) -> None:
    """Without a role, since there are no resources to have one on."""
    made = az("ad sp create-for-rbac --display-name", "deploys")
    assert made["tenant"] == tenant["id"]
    assert writes() == [
        "POST /v1.0/applications 201",
        "POST /v1.0/applications/{}/addPassword 200",
        "POST /v1.0/servicePrincipals 201",
    ]
    named = ["--tenant", made["tenant"], "--username", made["appId"], "--password", made["password"]]
    signed_out("login --service-principal --allow-no-subscriptions", *named)
    assert signed_out("account show")["user"]["name"] == made["appId"]
