# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Consent by an identity of its own, or the link where the right is missing; nobody else's grants are touched."""

from __future__ import annotations

import pathlib
import typing as t

import pytest
from integration.test_contract import Teller, writes

from ansible_collections.tenantops.entra.plugins.module_utils._memory import Memory
from sandbox import Running

ASKED: dict[str, t.Any] = {
    "unique_name": "asking",
    "delegated": ["User.Read", "openid"],
    "application": ["GroupMember.Read.All"],
}
CONSENT = {**ASKED, "admin_consent": True}
WARNING = {**CONSENT, "on_consent_denied": "warn"}
WHO = "Have the customer's Privileged Role Administrator or Global Administrator open"


@pytest.fixture
def teller(sandbox: Running, tmp_path: pathlib.Path) -> Teller:
    told = Teller(sandbox, tmp_path)
    run(told, {"unique_name": "asking", "display_name": "Asking"}, name="entra_app_registration")
    run(told, ASKED)
    return told


def run(teller: Teller, args: dict[str, t.Any], identity: str = "application", **more: t.Any) -> dict[str, t.Any]:
    result = teller.run(more.pop("name", "entra_api_permission"), args, identity, **more)
    assert not result.get("failed"), result
    return result


def as_client(teller: Teller, *permissions: str) -> str:
    """The name of an identity that holds just these."""
    client = teller.sandbox.control("POST", "/clients", {"tenant": teller.tenant, "permissions": list(permissions)})
    teller.identities["client"] = {"auth_kind": "client_secret"} | {
        name: client[name] for name in ("client_id", "client_secret")
    }
    return "client"


def principal(teller: Teller) -> str:
    app_id = teller.get("/v1.0/applications(uniqueName='asking')")["appId"]
    return str(teller.get(f"/v1.0/servicePrincipals(appId='{app_id}')")["id"])


def grants(teller: Teller) -> list[dict[str, t.Any]]:
    found: list[dict[str, t.Any]] = teller.get("/v1.0/oauth2PermissionGrants")["value"]
    return found


def test_an_identity_that_may_only_consent(teller: Teller) -> None:
    rights = ("AppRoleAssignment.ReadWrite.All", "Application.Read.All", "DelegatedPermissionGrant.ReadWrite.All")
    identity = as_client(teller, *rights)
    foreseen = run(teller, CONSENT, identity, check=True)
    granted = run(teller, CONSENT, identity)
    assert (foreseen["changed"], foreseen["diff"]) == (granted["changed"], granted["diff"])
    assert granted["granted"] == {"delegated": ["User.Read", "openid"], "application": ["GroupMember.Read.All"]}
    assert (granted["consented"], granted.get("warnings")) == (True, None)
    start = teller.mark()
    assert run(teller, CONSENT, identity)["changed"] is False
    assert writes(teller, start) == []


def test_without_the_right_the_link_is_told(teller: Teller) -> None:
    identity = as_client(teller, "Application.Read.All")
    url = f"{teller.sandbox.url}/{teller.tenant}/adminconsent?client_id="
    url += teller.get("/v1.0/applications(uniqueName='asking')")["appId"]
    failed = teller.run("entra_api_permission", CONSENT, identity)
    assert f"{WHO} {url}" in failed["msg"]
    assert failed["error"]["admin_consent_url"] == url
    assert "Not among what the token of this identity carries" in failed["msg"]
    assert "DelegatedPermissionGrant.ReadWrite.All" in failed["msg"]
    warned = run(teller, WARNING, identity)
    assert (warned["changed"], warned["consented"], warned["admin_consent_url"]) == (False, False, url)
    assert warned["warnings"][0].startswith(f"{WHO} {url}")


def test_a_right_to_read_is_no_right_to_grant(teller: Teller) -> None:
    identity = as_client(teller, "Application.Read.All", "Directory.Read.All")
    failed = teller.run("entra_api_permission", CONSENT, identity)
    assert failed["msg"].startswith("Could not consent to the application permission.")
    assert WHO in failed["msg"]
    warned = run(teller, WARNING, identity)
    assert (warned["changed"], warned["consented"]) == (False, False)
    assert warned["granted"] == {"delegated": [], "application": []}
    assert len(warned["warnings"]) == 1


def test_an_application_administrator_consents_to_the_delegated_ones_only(teller: Teller) -> None:
    body = {"tenant": teller.tenant, "user": f"app.admin@{teller.words['<domain>']}"}
    scopes = ["AppRoleAssignment.ReadWrite.All", "Application.Read.All", "DelegatedPermissionGrant.ReadWrite.All"]
    token = teller.sandbox.control("POST", "/tokens", {**body, "scopes": scopes})["access_token"]
    teller.identities["user"] = {"auth_kind": "access_token", "access_token": token}
    warned = run(teller, WARNING, "user")
    assert (warned["changed"], warned["consented"]) == (True, False)
    assert warned["granted"] == {"delegated": ["User.Read", "openid"], "application": []}
    assert warned["diff"]["after"]["granted"] == warned["granted"]


def test_grants_of_others_and_earlier_ones_stay(teller: Teller) -> None:
    graph = teller.get("/v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')")["id"]
    user = teller.get(f"/v1.0/users/kai.jensen@{teller.words['<domain>']}")["id"]
    token = teller.sandbox.control(
        "POST",
        "/tokens",
        {
            "tenant": teller.tenant,
            "user": f"admin@{teller.words['<domain>']}",
            "scopes": ["DelegatedPermissionGrant.ReadWrite.All"],
        },
    )["access_token"]
    for more in ({"consentType": "Principal", "principalId": user}, {"consentType": "AllPrincipals"}):
        made = teller.reader.post(
            "/v1.0/oauth2PermissionGrants",
            json={"clientId": principal(teller), "resourceId": graph, "scope": " Calendars.Read", **more},
            headers={"Authorization": f"Bearer {token}"},
        )
        made.raise_for_status()
    before = grants(teller)
    granted = run(teller, {**ASKED, "application": None, "admin_consent": True})
    assert granted["granted_beyond"] == {"delegated": ["Calendars.Read"], "application": []}
    assert "Calendars.Read. exact removes it" in granted["warnings"][0]
    changed = [grant for grant in grants(teller) if grant not in before]
    assert [(grant["consentType"], grant["scope"]) for grant in changed] == [
        ("AllPrincipals", "Calendars.Read User.Read openid")
    ]
    assert len(grants(teller)) == len(before)
    run(teller, {**CONSENT, "exact": True})
    assert {grant["scope"] for grant in grants(teller) if grant["clientId"] == principal(teller)} == {
        " Calendars.Read",
        "User.Read openid",
    }


@pytest.mark.parametrize("name", ["RoleManagement.ReadWrite.Directory", "PrivilegedAccess.ReadWrite.AzureAD"])
def test_what_makes_an_administrator_is_granted_by_name_only(teller: Teller, name: str) -> None:
    wish = {"unique_name": "asking", "application": [name], "admin_consent": True}
    start = teller.mark()
    refused = teller.run("entra_api_permission", wish)
    assert f"The application permission {name} makes the application an administrator" in refused["msg"]
    assert writes(teller, start) == []
    asked = run(teller, {**wish, "admin_consent": False})
    assert name in asked["application"]
    granted = run(teller, {**wish, "allow_privileged": [name]})
    assert granted["granted"]["application"] == [name]


def test_a_rehearsal_consents_for_an_application_that_is_not_there_yet(teller: Teller) -> None:
    told = []
    for check in (True, False):
        memory = Memory(1 << 20)
        new = {"unique_name": "new", "display_name": "New"}
        run(teller, new, name="entra_app_registration", check=check, memory=memory)
        first = run(teller, {**CONSENT, "unique_name": "new"}, check=check, memory=memory)
        more = {"unique_name": "new", "delegated": ["profile"], "admin_consent": True}
        second = run(teller, more, check=check, memory=memory)
        assert second["granted"]["delegated"] == ["User.Read", "openid", "profile"]
        told.append((first["diff"], second["diff"]))
    assert told[0] == told[1]
