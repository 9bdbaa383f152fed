# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What tests/properties found in registrations, each as the smallest example."""

from __future__ import annotations

import pathlib

import pytest
from integration.test_contract import Teller, writes

from sandbox import Running

NAME = "entra_app_registration"


@pytest.fixture
def teller(sandbox: Running, tmp_path: pathlib.Path) -> Teller:
    return Teller(sandbox, tmp_path)


def test_exact_owners_of_a_new_application_leave_out_its_creator(teller: Teller) -> None:
    owner = teller.words["<domain>"].join(("kai.jensen@", ""))
    args = {"unique_name": "owned", "display_name": "Owned", "owners": [owner], "exact": True}
    assert teller.run(NAME, args, "delegated")["changed"] is True
    assert teller.run(NAME, args, "delegated")["changed"] is False
    owners = teller.get("/v1.0/applications(uniqueName='owned')/owners")["value"]
    assert [one["userPrincipalName"] for one in owners] == [owner]


def test_a_missing_service_principal_is_told_in_the_diff(teller: Teller) -> None:
    made = teller.run(NAME, {"unique_name": "alone", "display_name": "Alone"})
    teller.sandbox.world.tenants[teller.tenant].remove("servicePrincipal", made["service_principal_id"])
    result = teller.run(NAME, {"unique_name": "alone"})
    assert result["changed"] is True
    assert result["diff"] == {"before": {"service_principal": "absent"}, "after": {"service_principal": "present"}}


def test_an_app_role_without_a_display_name_is_refused_before_any_write(teller: Teller) -> None:
    args = {"unique_name": "nameless", "display_name": "Nameless", "app_roles": [{"value": "Editor"}]}
    start = teller.mark()
    for check in (True, False):
        result = teller.run(NAME, args, check=check)
        assert "'Editor' has no display name" in result["msg"]
    assert writes(teller, start) == []


def test_personal_accounts_without_version_2_are_refused_before_any_write(teller: Teller) -> None:
    assert teller.run(NAME, {"unique_name": "version", "display_name": "Version"})["changed"] is True
    start = teller.mark()
    for name in ("version", "new"):
        args = {"unique_name": name, "display_name": "V", "sign_in_audience": "AzureADandPersonalMicrosoftAccount"}
        for check in (True, False):
            assert "requested_access_token_version would be" in teller.run(NAME, args, check=check)["msg"]
    assert writes(teller, start) == []


def test_tenants_are_not_listed_for_an_audience_that_admits_none(teller: Teller) -> None:
    assert teller.run(NAME, {"unique_name": "listed", "display_name": "Listed"})["changed"] is True
    start = teller.mark()
    wanted = {"kind": "allowedTenants", "allowed_tenant_ids": [teller.tenant]}
    for check in (True, False):
        result = teller.run(NAME, {"unique_name": "listed", "sign_in_audience_restrictions": wanted}, check=check)
        assert "sign_in_audience is AzureADMyOrg" in result["msg"]
    assert writes(teller, start) == []
