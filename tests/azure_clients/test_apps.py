# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""az ad app: create to delete, owners, credentials, federated credentials."""

from __future__ import annotations

import json
from typing import Any

from azure_clients.commands import Az
from unit.sandbox.graph_client import GraphClient

READ_USER = "e1fe6dd8-ba31-4d61-89e7-88639da4683d"
MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000"
ROLE = {
    "id": "6a1c0a2e-4d3b-4f7e-9a51-0d6f3c2b1e90",
    "allowedMemberTypes": ["User"],
    "description": "May read maps",
    "displayName": "Reader",
    "isEnabled": True,
    "value": "Maps.Read",
}
CLAIMS = {"idToken": [{"name": "email", "essential": False}], "accessToken": [], "saml2Token": []}
ACCESS = [{"resourceAppId": MICROSOFT_GRAPH, "resourceAccess": [{"id": READ_USER, "type": "Scope"}]}]


def test_life(az: Az, graph: GraphClient, tenant: dict[str, Any], writes: Any) -> None:
    made = az(
        "ad app create --enable-id-token-issuance true --sign-in-audience AzureADMyOrg",
        *["--display-name", "Map Portal"],
        *["--web-redirect-uris", "https://maps.example/signin", "http://localhost:8080/"],
        *["--identifier-uris", f"https://{tenant['default_domain']}/maps"],
        *["--web-home-page-url", "https://maps.example/"],
        *["--app-roles", json.dumps([ROLE])],
        *["--optional-claims", json.dumps(CLAIMS)],
        *["--required-resource-accesses", json.dumps(ACCESS)],
    )
    assert writes() == ["POST /v1.0/applications 201"]
    held = graph.get(f"applications/{made['id']}")
    assert held["web"]["redirectUris"] == ["https://maps.example/signin", "http://localhost:8080/"]
    assert held["web"]["implicitGrantSettings"]["enableIdTokenIssuance"] is True
    assert [role["value"] for role in held["appRoles"]] == ["Maps.Read"]
    assert [claim["name"] for claim in held["optionalClaims"]["idToken"]] == ["email"]
    assert held["requiredResourceAccess"] == ACCESS

    again = az("ad app create --display-name", "Map Portal", "--web-home-page-url", "https://maps.example/home")
    assert again["id"] == made["id"], "the CLI patches an application of the same name"
    assert writes() == ["PATCH /v1.0/applications/{} 204"]

    for name in (made["appId"], made["id"], made["identifierUris"][0]):
        assert az("ad app show --id", name)["id"] == made["id"]
    assert [one["id"] for one in az("ad app list --display-name", "Map")] == [made["id"]]
    assert [one["id"] for one in az("ad app list --identifier-uri", made["identifierUris"][0])] == [made["id"]]
    az("ad app update --id", made["appId"], "--display-name", "Maps", "--set", "notes=by hand")
    held = graph.get(f"applications/{made['id']}")
    assert (held["displayName"], held["notes"]) == ("Maps", "by hand")
    assert "does not exist" in az.refused(
        "ad app update --id", "0d0e1f2a-0000-4000-8000-000000000001", "--set", "notes=x"
    )

    az("ad app delete --id", made["appId"])
    assert graph.refused(404, "GET", f"applications/{made['id']}")[0] == "Request_ResourceNotFound"
    assert graph.get(f"directory/deletedItems/{made['id']}")["displayName"] == "Maps"


def test_refusals(az: Az, tenant: dict[str, Any]) -> None:
    foreign = az.refused("ad app create --display-name", "Foreign", "--identifier-uris", "https://nobody.example/x")
    assert "verified domain" in foreign
    assert "does not exist" in az.refused("ad app show --id", "0d0e1f2a-0000-4000-8000-000000000001")


def test_owners(az: Az, graph: GraphClient, tenant: dict[str, Any]) -> None:
    made = az("ad app create --display-name", "Owned")
    user = graph.get(f"users/{tenant['admin']['user_principal_name']}")["id"]
    before = [one["id"] for one in az("ad app owner list --id", made["appId"])]
    for _turn in range(2):  # the CLI looks first, so the second time sends no write
        az("ad app owner add --id", made["appId"], "--owner-object-id", user)
    assert [one["id"] for one in az("ad app owner list --id", made["appId"])] == [*before, user]
    az("ad app owner remove --id", made["appId"], "--owner-object-id", user)
    assert [one["id"] for one in graph.get(f"applications/{made['id']}/owners")["value"]] == before


def test_credentials(az: Az, graph: GraphClient, writes: Any) -> None:
    made = az("ad app create --display-name", "Has secrets")
    writes()
    first = az("ad app credential reset --id", made["appId"], "--display-name", "first", "--years", "1")
    assert len(first["password"]) == 40
    az("ad app credential reset --append --id", made["appId"], "--display-name", "second")
    listed = az("ad app credential list --id", made["appId"])
    assert {one["displayName"] for one in listed} == {"first", "second"}
    assert all(one["secretText"] is None and len(one["hint"]) == 3 for one in listed)
    key = next(one["keyId"] for one in listed if one["displayName"] == "first")
    az("ad app credential delete --id", made["appId"], "--key-id", key)
    assert [one["displayName"] for one in az("ad app credential list --id", made["appId"])] == ["second"]
    az("ad app credential reset --id", made["appId"])
    assert writes() == [
        "POST /v1.0/applications/{}/addPassword 200",
        "POST /v1.0/applications/{}/addPassword 200",
        "POST /v1.0/applications/{}/removePassword 204",
        "POST /v1.0/applications/{}/removePassword 204",
        "POST /v1.0/applications/{}/addPassword 200",
    ], "a reset without --append removes what there was"
    assert len(graph.get(f"applications/{made['id']}")["passwordCredentials"]) == 1


def test_federated_credentials(az: Az, graph: GraphClient) -> None:
    made = az("ad app create --display-name", "Trusts another issuer")
    trusted = {
        "name": "main-branch",
        "issuer": "https://token.actions.githubusercontent.com",
        "subject": "repo:example/maps:ref:refs/heads/main",
        "description": "made by the CLI",
        "audiences": ["api://AzureADTokenExchange"],
    }
    of = ["--id", made["appId"]]
    credential = az("ad app federated-credential create", *of, "--parameters", json.dumps(trusted))
    one = [*of, "--federated-credential-id"]
    assert az("ad app federated-credential show", *one, "main-branch")["id"] == credential["id"]
    assert [found["name"] for found in az("ad app federated-credential list", *of)] == ["main-branch"]
    again = az.refused("ad app federated-credential create", *of, "--parameters", json.dumps(trusted))
    assert "FederatedIdentityCredential" in again
    changed = {**trusted, "subject": "repo:example/maps:environment:live"}
    az("ad app federated-credential update", *one, credential["id"], "--parameters", json.dumps(changed))
    path = f"applications/{made['id']}/federatedIdentityCredentials"
    assert [found["subject"] for found in graph.get(path)["value"]] == [changed["subject"]]
    az("ad app federated-credential delete", *one, credential["id"])
    assert graph.get(path)["value"] == []
