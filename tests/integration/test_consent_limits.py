# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Nothing that makes an application an administrator is granted unless it is allowed by name, and links to consent are built."""

from __future__ import annotations

import fnmatch
import itertools
import pathlib
import typing as t
import urllib.parse

import pytest
from integration.test_contract import Teller, writes
from unit.sandbox.browsing import Browser, returned
from unit.sandbox.signing_in import Place

from ansible_collections.tenantops.entra.plugins.module_utils._consent import PRIVILEGED
from sandbox import Running

GRAPH = "/v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')"
APP = {"unique_name": "asking"}
PATH = "/v1.0/applications(uniqueName='asking')"
ATTEMPTS = 40


@pytest.fixture
def teller(sandbox: Running, tmp_path: pathlib.Path) -> Teller:
    told = Teller(sandbox, tmp_path)
    assert not told.run("entra_app_registration", {**APP, "display_name": "Asking"}).get("failed")
    return told


def attempts(roles: list[dict[str, t.Any]]) -> t.Iterator[dict[str, t.Any]]:
    """Ways to ask for each role: by name, by id, in capitals, beside a harmless one, and with another one allowed."""
    for role in roles:
        other = next((one["value"] for one in roles if one is not role), "")
        yield {"application": [role["value"]]}
        yield {"application": [role["id"]]}
        yield {"application": [role["id"].upper()]}
        yield {"application": ["GroupMember.Read.All", role["value"]], "delegated": ["User.Read"]}
        yield {"application": [role["value"]], "allow_privileged": [other, "*", role["value"].lower()], "exact": True}


def test_nothing_privileged_is_granted_unless_it_is_named(teller: Teller) -> None:
    roles = [
        role
        for role in teller.get(GRAPH)["appRoles"]
        if any(fnmatch.fnmatchcase(role["value"], pattern) for pattern in PRIVILEGED)
    ]
    wishes = list(itertools.islice(attempts(roles), ATTEMPTS))
    assert len(wishes) == ATTEMPTS
    since = teller.mark()
    for wish in wishes:
        result = teller.run("entra_api_permission", {**APP, **wish, "admin_consent": True})
        assert result.get("failed"), wish
        assert "makes the application an administrator of the tenant" in result["msg"]
        assert "Nothing was changed by this task." in result["msg"]
    assert writes(teller, since) == []
    principal = teller.get(f"/v1.0/servicePrincipals(appId='{teller.get(PATH)['appId']}')")["id"]
    assert teller.get(f"/v1.0/servicePrincipals/{principal}/appRoleAssignments")["value"] == []


def test_the_link_to_consent_is_built_of_host_tenant_and_application(teller: Teller) -> None:
    result = teller.run("entra_api_permission", {**APP, "delegated": ["User.Read"], "admin_consent": True})
    link = urllib.parse.urlsplit(result["admin_consent_url"])
    assert f"{link.scheme}://{link.netloc}" == teller.sandbox.url
    assert link.path == f"/{teller.tenant}/adminconsent"
    assert urllib.parse.parse_qs(link.query) == {"client_id": [teller.get(PATH)["appId"]]}


def test_the_link_to_consent_returns_to_an_address_of_the_application(teller: Teller) -> None:
    named = {
        "web": ["http://localhost/", "https://b.example/cb?x=1&y", "https://c.example/"],
        "spa": ["https://a.example/"],
    }
    assert not teller.run("entra_redirect_uri", {**APP, **named}).get("failed")
    result = teller.run("entra_api_permission", {**APP, "delegated": ["User.Read"], "admin_consent": True})
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(result["admin_consent_url"]).query, strict_parsing=True)
    assert query == {"client_id": [teller.get(PATH)["appId"]], "redirect_uri": ["https://b.example/cb?x=1&y"]}


def test_an_administrator_who_opens_the_link_consents(teller: Teller) -> None:
    asked = {**APP, "delegated": ["User.Read"], "application": ["GroupMember.Read.All"]}
    assert not teller.run("entra_redirect_uri", {**APP, "spa": ["https://a.example/in"]}).get("failed")
    assert not teller.run("entra_api_permission", asked).get("failed")
    told = teller.run("entra_api_permission", {**asked, "admin_consent": True}, check=True)
    assert (told["changed"], told["diff"]["before"]["granted"]["application"]) == (True, [])
    tenant = next(one for one in teller.sandbox.tenants() if one["id"] == teller.tenant)
    browser = Browser(Place(teller.sandbox, tenant))
    back = returned(browser.accept(browser.sign_in(browser.http.get(told["admin_consent_url"]), "admin")))
    assert (back["to"], back["admin_consent"], back["tenant"]) == ("https://a.example/in", "True", teller.tenant)
    again = teller.run("entra_api_permission", {**asked, "admin_consent": True})
    assert (again["changed"], again["granted"]["application"]) == (False, ["GroupMember.Read.All"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"authority": "https://login.example/evil"},
        {"authority": "https://user@login.example"},
        {"authority": "http://login.example"},
        {"authority": "https://login.example?x="},
        {"tenant_id": "common"},
        {"tenant_id": "../evil"},
        {"client_id": "x&redirect_uri=https://evil.example"},
    ],
)
def test_nothing_else_comes_into_a_link(teller: Teller, wrong: dict[str, str]) -> None:
    since = teller.mark()
    result = teller.run("entra_api_permission", {**APP, "delegated": ["User.Read"], "admin_consent": True, **wrong})
    assert result.get("failed")
    assert "adminconsent" not in result["msg"]
    assert teller.requests(since) == []
