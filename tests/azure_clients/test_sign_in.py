# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""az login: an application by secret, certificate and another issuer's token, a user on another device."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from azure_clients.commands import Az
from unit.sandbox.graph_client import GraphClient
from unit.sandbox.signing_in import issuing

from sandbox import Running

MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000"
READ_USER = "e1fe6dd8-ba31-4d61-89e7-88639da4683d"
APPLICATION = "login --service-principal --allow-no-subscriptions"


@pytest.fixture(scope="module")
def known(az: Az) -> dict[str, Any]:
    """An application with its service principal, to sign in as."""
    made: dict[str, Any] = az("ad app create --display-name", "Signs in")
    az("ad sp create --id", made["appId"])
    return made


def test_secret(sandbox: Running, tenant: dict[str, Any], signed_out: Az) -> None:
    az, operator = signed_out, tenant["operator"]
    start = sandbox.control("GET", "/journal")["next"]
    named = ["--tenant", tenant["id"], "--username", operator["client_id"], "--password"]
    made = az(APPLICATION, *named, operator["client_secret"])
    assert [one["tenantId"] for one in made] == [tenant["id"]]
    assert az("account show")["user"] == {"name": operator["client_id"], "type": "servicePrincipal"}
    asked = [(one["method"], one["url"].partition("?")[0], one["status"]) for one in sandbox.journal(start)]
    login = f"https://login.microsoftonline.com/{tenant['id']}"
    assert ("POST", f"{login}/oauth2/v2.0/token", 200) in asked
    assert ("GET", "https://management.azure.com/subscriptions", 200) in asked
    assert az("account get-access-token --resource-type ms-graph")["tenant"] == tenant["id"]
    az("logout")
    assert "az login" in az.refused("account show")


def test_wrong_secret(tenant: dict[str, Any], signed_out: Az) -> None:
    named = ["--tenant", tenant["id"], "--username", tenant["operator"]["client_id"], "--password", "wrong"]
    assert "AADSTS7000215" in signed_out.refused(APPLICATION, *named)


def test_unknown_tenant(tenant: dict[str, Any], signed_out: Az) -> None:
    operator = tenant["operator"]
    named = ["--username", operator["client_id"], "--password", operator["client_secret"]]
    signed_out.refused(APPLICATION, "--tenant", "nobody.onmicrosoft.com", *named)


def test_no_subscription(tenant: dict[str, Any], signed_out: Az) -> None:
    """The sandbox has none, and says so by an empty list."""
    operator = tenant["operator"]
    named = ["--tenant", tenant["id"], "--username", operator["client_id"], "--password", operator["client_secret"]]
    assert "No subscriptions found" in signed_out.refused("login --service-principal", *named)


def test_certificate(az: Az, tenant: dict[str, Any], known: dict[str, Any], signed_out: Az) -> None:
    made = az("ad app credential reset --create-cert --append --id", known["appId"])
    file = Path(made["fileWithCertAndPrivateKey"])
    named = ["--tenant", tenant["id"], "--username", known["appId"], "--certificate", str(file)]
    signed_out(APPLICATION, *named)
    assert signed_out("account show")["user"]["name"] == known["appId"]
    [key] = az("ad app credential list --cert --id", known["appId"])
    az("ad app credential delete --cert --id", known["appId"], "--key-id", key["keyId"])
    assert az("ad app credential list --cert --id", known["appId"]) == []
    signed_out("logout")
    assert "AADSTS700027" in signed_out.refused(APPLICATION, *named)


def test_federated_token(az: Az, tenant: dict[str, Any], known: dict[str, Any], signed_out: Az) -> None:
    named = ["--tenant", tenant["id"], "--username", known["appId"], "--federated-token"]
    with issuing() as issuer:
        trusted = {
            "name": "jobs",
            "issuer": issuer.url,
            "subject": "job:onboard",
            "audiences": ["api://AzureADTokenExchange"],
        }
        assert "AADSTS70021" in signed_out.refused(APPLICATION, *named, issuer.token())
        az("ad app federated-credential create --id", known["appId"], "--parameters", json.dumps(trusted))
        signed_out(APPLICATION, *named, issuer.token())
    assert signed_out("account show")["tenantId"] == tenant["id"]


def test_application_is_no_user(az: Az) -> None:
    assert "/me request is only valid with delegated authentication flow" in az.refused("ad signed-in-user show")


@pytest.fixture
def person(sandbox: Running, tenant: dict[str, Any], signed_out: Az) -> Az:
    """The CLI signed in as the tenant's administrator, who entered the code on another device."""
    az, admin = signed_out, tenant["admin"]["user_principal_name"]
    line = az.line("login --use-device-code --allow-no-subscriptions")  # the tenant is found by asking for all of them
    with subprocess.Popen(line, env=az.env, cwd=az.folder, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as waiting:
        assert waiting.stderr is not None
        shown = ""
        for raw in waiting.stderr:
            shown += raw.decode()
            if found := re.search(r"\b[A-Z0-9]{9}\b", shown):
                break
        else:
            pytest.fail(f"no code was shown: {shown}")
        sandbox.control("POST", "/device_codes", {"user_code": found[0], "user": admin})
        output, errors = waiting.communicate(timeout=60)
    assert waiting.returncode == 0, errors
    assert [one["user"] for one in json.loads(output)] == [{"name": admin, "type": "user"}]
    return az


def test_user(person: Az, tenant: dict[str, Any]) -> None:
    assert person("ad signed-in-user show")["userPrincipalName"] == tenant["admin"]["user_principal_name"]
    made = person("ad app create --display-name", "Made by a person")
    owned = person("ad signed-in-user list-owned-objects --type application")
    assert [one["id"] for one in owned] == [made["id"]]
    assert [one["id"] for one in person("ad app list --show-mine")] == [made["id"]]
    person("ad app delete --id", made["id"])


def test_consent_by_a_user(person: Az, az: Az, graph: GraphClient) -> None:
    """Consent goes to the portal's own API, which takes a person."""
    asked = [{"resourceAppId": MICROSOFT_GRAPH, "resourceAccess": [{"id": READ_USER, "type": "Scope"}]}]
    made = az("ad app create --display-name", "Waits for consent", "--required-resource-accesses", json.dumps(asked))
    principal = az("ad sp create --id", made["appId"])
    az.refused("ad app permission admin-consent --id", made["appId"])
    person("ad app permission admin-consent --id", made["appId"])
    grants = graph.get(f"servicePrincipals/{principal['id']}/oauth2PermissionGrants")["value"]
    assert [(one["scope"], one["consentType"]) for one in grants] == [("User.Read", "AllPrincipals")]
