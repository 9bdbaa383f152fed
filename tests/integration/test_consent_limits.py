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
