# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""az ad group, az ad user, and az rest with a request of the user's own."""

from __future__ import annotations

import json
from typing import Any

from azure_clients.commands import Az
from unit.sandbox.graph_client import GraphClient

PASSWORD = "Corr3ct-horse-battery"


def test_group(az: Az, graph: GraphClient, tenant: dict[str, Any]) -> None:
    named = ["--display-name", "Map Readers", "--mail-nickname", "mapreaders"]
    made = az("ad group create", *named, "--description", "who may read maps")
    assert az("ad group create", *named)["id"] == made["id"], "the CLI returns the group that there is"
    of = ["--group", made["id"]]
    user = graph.get(f"users/{tenant['admin']['user_principal_name']}")["id"]
    az("ad group member add", *of, "--member-id", user)
    assert "already exist" in az.refused("ad group member add", *of, "--member-id", user)
    assert [one["id"] for one in az("ad group member list", *of)] == [user]
    assert az("ad group member check", *of, "--member-id", user) == {"value": True}
    assert made["id"] in [one["id"] for one in az("ad user get-member-groups --id", user)]
    az("ad group owner add", *of, "--owner-object-id", user)
    assert user in [one["id"] for one in az("ad group owner list", *of)]
    az("ad group member remove", *of, "--member-id", user)
    assert az("ad group member check", *of, "--member-id", user) == {"value": False}
    assert az("ad group show", *of)["description"] == "who may read maps"
    assert [one["id"] for one in az("ad group list --display-name", "Map Readers")] == [made["id"]]
    az("ad group delete", *of)
    assert graph.refused(404, "GET", f"groups/{made['id']}")[0] == "Request_ResourceNotFound"


def test_user(az: Az, graph: GraphClient, tenant: dict[str, Any], signed_out: Az) -> None:
    name = f"ada@{tenant['default_domain']}"
    made = az("ad user create --display-name", "Ada Moss", "--user-principal-name", name, "--password", PASSWORD)
    assert az("ad user show --id", name)["id"] == made["id"]
    assert [one["id"] for one in az("ad user list --upn", name)] == [made["id"]]
    assert [one["id"] for one in az("ad user list --display-name", "Ada")] == [made["id"]]
    az("ad user update --id", made["id"], "--display-name", "Ada Moss-Reed", "--account-enabled", "false")
    held = graph.get(f"users/{made['id']}?$select=displayName,accountEnabled")
    assert (held["displayName"], held["accountEnabled"]) == ("Ada Moss-Reed", False)
    az("ad user delete --id", name)
    assert graph.refused(404, "GET", f"users/{made['id']}")[0] == "Request_ResourceNotFound"


def test_request_of_ones_own(az: Az, graph: GraphClient) -> None:
    address = "https://graph.microsoft.com/v1.0/applications"
    made = az("rest --method post --url", address, "--body", json.dumps({"displayName": "By hand"}))
    filtered = ["--url", address, "--url-parameters", "$filter=displayName eq 'By hand'", "$select=id,displayName"]
    [found] = az("rest --method get", *filtered)["value"]
    assert found == {"id": made["id"], "displayName": "By hand"}
    az("rest --method patch --url", f"{address}/{made['id']}", "--body", json.dumps({"notes": None}))
    assert "Request_BadRequest" in az.refused(
        "rest --method patch --url", f"{address}/{made['id']}", "--body", json.dumps({"nonsense": 1})
    )
    az("rest --method delete --url", f"{address}/{made['id']}")
    graph.refused(404, "GET", f"applications/{made['id']}")
