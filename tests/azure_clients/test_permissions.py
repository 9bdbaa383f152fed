# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""az ad app permission: what an application asks for, and what is granted."""

from __future__ import annotations

from typing import Any

import pytest
from azure_clients.commands import Az
from unit.sandbox.graph_client import GraphClient

MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000"
READ_USER = "e1fe6dd8-ba31-4d61-89e7-88639da4683d"
READ_GROUPS = "5b567255-7703-4780-807c-7be8301ae99b"  # the application permission Group.Read.All


@pytest.fixture(scope="module")
def made(az: Az) -> dict[str, Any]:
    """An application with its service principal."""
    application: dict[str, Any] = az("ad app create --display-name", "Asks for permissions")
    az("ad sp create --id", application["appId"])
    return application


def test_asked_for(az: Az, graph: GraphClient, made: dict[str, Any]) -> None:
    of = ["--id", made["appId"], "--api", MICROSOFT_GRAPH]
    az("ad app permission add", *of, "--api-permissions", f"{READ_USER}=Scope", f"{READ_GROUPS}=Role")
    [asked] = az("ad app permission list --id", made["appId"])
    assert asked["resourceAppId"] == MICROSOFT_GRAPH
    assert {(one["id"], one["type"]) for one in asked["resourceAccess"]} == {
        (READ_USER, "Scope"),
        (READ_GROUPS, "Role"),
    }
    az("ad app permission delete", *of, "--api-permissions", READ_USER)
    held = graph.get(f"applications/{made['id']}")["requiredResourceAccess"]
    assert held == [{"resourceAppId": MICROSOFT_GRAPH, "resourceAccess": [{"id": READ_GROUPS, "type": "Role"}]}]
    az("ad app permission delete", *of)
    assert graph.get(f"applications/{made['id']}")["requiredResourceAccess"] == []


def test_granted(az: Az, graph: GraphClient, made: dict[str, Any], writes: Any) -> None:
    of = ["--id", made["appId"], "--api", MICROSOFT_GRAPH]
    az("ad app permission grant", *of, "--scope", "User.Read")
    az("ad app permission grant", *of, "--scope", "User.Read Group.Read.All")
    assert writes() == [
        "POST /v1.0/oauth2PermissionGrants 201",
        "DELETE /v1.0/oAuth2PermissionGrants/{} 204",
        "POST /v1.0/oauth2PermissionGrants 201",
    ]
    [grant] = az("ad app permission list-grants --show-resource-name --id", made["appId"])
    assert (grant["scope"], grant["consentType"]) == ("User.Read Group.Read.All", "AllPrincipals")
    assert grant["resourceDisplayName"] == "Microsoft Graph"
