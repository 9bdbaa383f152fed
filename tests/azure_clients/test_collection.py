# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""azure.azcollection's modules for applications, service principals, passwords, groups and users.

What they do and what they find unchanged is theirs: the stories say so where it is odd.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from azure_clients.plays import Player, Result, make_player, step
from unit.sandbox.graph_client import GraphClient

from sandbox import Running

READ_USER = "e1fe6dd8-ba31-4d61-89e7-88639da4683d"
MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000"
ACCESS = [{"resource_app_id": MICROSOFT_GRAPH, "resource_access": [{"id": READ_USER, "type": "Scope"}]}]


@pytest.fixture
def player(sandbox: Running, tenant: dict[str, Any], tmp_path: Path) -> Player:
    return make_player(tmp_path, sandbox.ca_file, tenant)


def changed(results: dict[str, Result]) -> list[str]:
    """The steps that changed something; none may have failed."""
    failed = {name: result.get("msg") for name, result in results.items() if result.get("failed")}
    assert not failed
    return [name for name, result in results.items() if result["changed"]]


def test_application(player: Player, graph: GraphClient, writes: Any) -> None:
    wanted = {
        "display_name": "Asked for by a module",
        "sign_in_audience": "AzureADMyOrg",
        "homepage": "https://maps.example/",
        "web_reply_urls": ["https://maps.example/signin"],
        "notes": "first",
    }
    found = player.play(
        step("create", "adapplication", **wanted, required_resource_accesses=ACCESS, request_password=True),
        step("again", "adapplication", **wanted, app_id="{{ create.app_id }}"),
        step("read", "adapplication_info", app_display_name="Asked for by a module"),
        step("change", "adapplication", **{**wanted, "notes": "second"}, app_id="{{ create.app_id }}"),
        step("remove", "adapplication", display_name="-", app_id="{{ create.app_id }}", state="absent"),
    )
    assert changed(found) == ["create", "change", "remove"]
    [secret] = found["create"]["generated_password_credentials"]
    assert len(secret["secret_text"]) == 40
    assert [one["app_id"] for one in found["read"]["applications"]] == [found["create"]["app_id"]]
    assert found["change"]["notes"] == "second"
    assert writes() == [
        "POST /v1.0/applications 201",
        "PATCH /v1.0/applications/{} 204",
        "DELETE /v1.0/applications/{} 204",
    ]
    deleted = graph.get(f"directory/deletedItems/{found['create']['object_id']}")
    assert deleted["notes"] == "second"


def test_service_principal_and_passwords(player: Player, graph: GraphClient, writes: Any) -> None:
    """A password is made by every run that names no key."""
    app = {"app_id": "{{ application.app_id }}"}
    found = player.play(
        step("application", "adapplication", display_name="Has a service principal"),
        step("create", "adserviceprincipal", **app),
        step("again", "adserviceprincipal", **app),
        step("change", "adserviceprincipal", **app, app_role_assignment_required=True),
        step("read", "adserviceprincipal_info", **app),
        step("add", "adpassword", service_principal_object_id="{{ create.object_id }}", display_name="first"),
        step("passwords", "adpassword_info", **app),
        step("take", "adpassword", **app, key_id="{{ add.key_id }}", state="absent"),
        step("remove", "adserviceprincipal", **app, state="absent"),
    )
    assert changed(found) == ["application", "create", "change", "add", "take", "remove"]
    assert found["read"]["service_principals"][0]["app_role_assignment_required"] is True
    assert [one["key_id"] for one in found["passwords"]["passwords"]] == [found["add"]["key_id"]]
    assert graph.get(f"applications/{found['application']['object_id']}")["passwordCredentials"] == []
    assert writes() == [
        "POST /v1.0/applications 201",
        "POST /v1.0/servicePrincipals 201",
        "PATCH /v1.0/servicePrincipals/{} 204",
        "POST /v1.0/applications/{}/addPassword 200",
        "POST /v1.0/applications/{}/removePassword 204",
        "DELETE /v1.0/servicePrincipals/{} 204",
    ]


def test_group(player: Player, graph: GraphClient, tenant: dict[str, Any]) -> None:
    user = graph.get(f"users/{tenant['admin']['user_principal_name']}")["id"]
    named = {"display_name": "Group of a module", "mail_nickname": "moduleGroup"}
    filled = {**named, "description": "second", "present_members": [user], "present_owners": [user]}
    shown = {"return_owners": True, "return_group_members": True, "check_membership": user}
    found = player.play(
        step("create", "adgroup", **named, description="first"),
        step("change", "adgroup", **filled),
        step("again", "adgroup", **filled),
        step("read", "adgroup_info", attribute_name="displayName", attribute_value="Group of a module", **shown),
        step("take", "adgroup", **named, absent_members=[user]),
        step("remove", "adgroup", **named, state="absent"),
    )
    assert changed(found) == ["create", "change", "take", "remove"]
    [group] = found["read"]["ad_groups"]
    assert (group["object_id"], group["description"]) == (found["create"]["object_id"], "second")
    assert [one["object_id"] for one in group["group_members"]] == [user]
    assert [one["object_id"] for one in group["group_owners"]] == [user]
    assert group["is_member_of"] is True
    assert graph.refused(404, "GET", f"groups/{found['create']['object_id']}")[0] == "Request_ResourceNotFound"


def test_user(player: Player, graph: GraphClient, tenant: dict[str, Any]) -> None:
    name = f"nils@{tenant['default_domain']}"
    wanted = {
        "user_principal_name": name,
        "account_enabled": True,
        "display_name": "Nils Berg",
        "mail_nickname": "nils",
        "given_name": "Nils",
        "surname": "Berg",
        "company_name": "Maps",
    }
    found = player.play(
        step("create", "aduser", **wanted, password_profile="Corr3ct-horse-battery", password_force_change=False),
        step("again", "aduser", **wanted),
        step("change", "aduser", **{**wanted, "display_name": "Nils Berg-Holm"}),
        step("read", "aduser_info", odata_filter=f"userPrincipalName eq '{name}'"),
        step("remove", "aduser", user_principal_name=name, state="absent"),
    )
    assert changed(found) == ["create", "change", "remove"]
    [user] = found["read"]["ad_users"]
    assert (user["display_name"], user["company_name"], user["account_enabled"]) == ("Nils Berg-Holm", "Maps", True)
    assert graph.refused(404, "GET", f"users/{user['object_id']}")[0] == "Request_ResourceNotFound"
