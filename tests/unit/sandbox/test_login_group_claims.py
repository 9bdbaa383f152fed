# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The groups and roles in a token, in every format, and when there are too many."""

from __future__ import annotations

from typing import Any

import pytest
from unit.sandbox.browsing import App, group_id, sign_in, user_id
from unit.sandbox.own_api import ROLE_ID, both, register_api
from unit.sandbox.signing_in import Place, claims_of

GLOBAL_ADMINISTRATOR, MEMBER = "62e90394-69f5-4237-9190-012177145e10", "b79fbf4d-3ef9-4689-8143-76b194e85509"


@pytest.fixture
def app(place: Place) -> App:
    return register_api(place)


def make_group(place: Place, name: str, members: list[str], **properties: Any) -> str:
    body = {"displayName": name, "mailEnabled": False, "mailNickname": name.lower(), "securityEnabled": True}
    made = place.graph("POST", "/v1.0/groups", {**body, **properties})
    assert made.status_code == 201, made.text
    key = str(made.json()["id"])
    for member in members:
        reference = {"@odata.id": f"{place.sandbox.url}/v1.0/directoryObjects/{member}"}
        assert place.graph("POST", f"/v1.0/groups/{key}/members/$ref", reference).status_code == 204
    return key


def synchronise(place: Place, group: str) -> None:
    """Make a group one that comes from Active Directory; no call of Graph does that."""
    tenant = place.sandbox.world.tenants[place.id]
    record = tenant.view().get("group", group) or {}
    from_there = {
        "onPremisesSyncEnabled": True,
        "onPremisesSamAccountName": "GG-Planning",
        "onPremisesDomainName": "corp.example",
        "onPremisesNetBiosName": "CORP",
        "onPremisesSecurityIdentifier": "S-1-5-21-1-2-3-1107",
    }
    tenant.put("group", {**record, **from_there})


def test_roles_come_from_the_user_and_from_direct_groups(app: App, place: Place) -> None:
    assert "roles" not in both(app)[0]
    app.assign(group_id(place, "Pozi Planning"), ROLE_ID)
    identity, access = both(app, "rosa.marino")
    assert identity["roles"] == access["roles"] == ["Editor"]
    assert "roles" not in both(app, "kai.jensen")[0]
    app.assign(user_id(place, "kai.jensen"), ROLE_ID)
    assert both(app, "kai.jensen")[1]["roles"] == ["Editor"]


def test_groups_are_of_the_kinds_asked_for(app: App, place: Place) -> None:
    viewers, planning = group_id(place, "Pozi Viewers"), group_id(place, "Pozi Planning")
    outer = make_group(place, "Outer", [planning])
    mail = {"groupTypes": ["Unified"], "mailEnabled": True, "securityEnabled": False}
    unified = make_group(place, "Everybody", [user_id(place, "rosa.marino")], **mail)
    app.assign(planning, ROLE_ID)
    expected: dict[str, set[str] | None] = {
        "None": None,
        "SecurityGroup": {viewers, planning, outer},
        "All": {viewers, planning, outer, unified},
        "ApplicationGroup": {planning},
        "DirectoryRole": None,
        "SecurityGroup,DirectoryRole": {viewers, planning, outer},
    }
    for setting, groups in expected.items():
        app.change({"groupMembershipClaims": setting})
        for claims in both(app, "rosa.marino"):
            assert (set(claims["groups"]) if "groups" in claims else None) == groups, setting
            assert claims.get("wids") == ([MEMBER] if "DirectoryRole" in setting or setting == "All" else None), setting
    assert both(app, "admin")[0]["wids"] == [GLOBAL_ADMINISTRATOR, MEMBER]


def test_an_assigned_group_counts_for_its_direct_members_alone(app: App, place: Place) -> None:
    outer = make_group(place, "Outer", [group_id(place, "Pozi Planning")])
    app.assign(outer, ROLE_ID)
    app.change({"groupMembershipClaims": "ApplicationGroup"})
    assert "groups" not in both(app, "rosa.marino")[0]


@pytest.mark.parametrize(
    ("properties", "names"),
    [
        ([], None),
        (["sam_account_name"], {"GG-Planning"}),
        (["dns_domain_and_sam_account_name"], {"corp.example\\GG-Planning"}),
        (["netbios_domain_and_sam_account_name"], {"CORP\\GG-Planning"}),
        (["netbios_domain_and_sam_account_name", "sam_account_name"], {"CORP\\GG-Planning"}),
        (["on_premise_security_identifier"], {"S-1-5-21-1-2-3-1107"}),
        (["sam_account_name", "cloud_displayname"], {"GG-Planning", "Pozi Viewers"}),
        (["cloud_displayname"], {"Pozi Viewers"}),
    ],
)
def test_groups_are_named_as_asked(app: App, place: Place, properties: list[str], names: set[str] | None) -> None:
    planning, viewers = group_id(place, "Pozi Planning"), group_id(place, "Pozi Viewers")
    synchronise(place, planning)
    for group in (planning, viewers):
        app.assign(group, ROLE_ID)
    claim = {"name": "groups", "additionalProperties": properties}
    app.change({"groupMembershipClaims": "ApplicationGroup", "optionalClaims": {"idToken": [claim]}})
    identity, access = both(app, "rosa.marino")
    assert set(identity["groups"]) == (names or {planning, viewers})
    assert set(access["groups"]) == {planning, viewers}
    app.change({"groupMembershipClaims": "SecurityGroup"})
    identity = both(app, "rosa.marino")[0]
    own = names - {"Pozi Viewers"} if names and properties != ["cloud_displayname"] else {planning, viewers}
    assert set(identity["groups"]) == own


def test_groups_may_stand_in_for_roles(app: App, place: Place) -> None:
    app.assign(user_id(place, "rosa.marino"), ROLE_ID)
    claim = {"name": "groups", "additionalProperties": ["emit_as_roles"]}
    app.change({"groupMembershipClaims": "SecurityGroup", "optionalClaims": {"accessToken": [claim]}})
    identity, access = both(app, "rosa.marino")
    assert identity["roles"] == ["Editor"]
    assert set(identity["groups"]) == set(access["roles"])
    assert "groups" not in access


def test_too_many_groups_are_left_to_graph(app: App, place: Place) -> None:
    app.change({"groupMembershipClaims": "SecurityGroup"})
    rosa, tenant = user_id(place, "rosa.marino"), place.sandbox.world.tenants[place.id]
    planning = tenant.view().get("group", group_id(place, "Pozi Planning"))
    assert planning is not None

    def grow(start: int, stop: int) -> None:
        for number in range(start, stop):
            key = f"{number:08d}-0000-4000-8000-000000000000"
            tenant.put("group", {**planning, "id": key, "displayName": f"Group {number}", "uniqueName": None})
            tenant.put("groupMember", {"id": f"{key}:{rosa}", "group": key, "member": rosa})

    def in_address() -> dict[str, Any]:
        back = sign_in(app, "rosa.marino", response_type="id_token", nonce="n", scope="openid profile")
        return claims_of(back["id_token"])

    grow(0, 3)
    assert len(in_address()["groups"]) == 5
    grow(3, 4)
    assert in_address()["hasgroups"] is True
    assert "groups" not in in_address()
    grow(4, 198)
    assert all(len(claims["groups"]) == 200 for claims in both(app, "rosa.marino"))
    grow(198, 199)
    for claims in both(app, "rosa.marino"):
        assert "groups" not in claims
        assert claims["_claim_names"] == {"groups": "src1"}
        assert claims["_claim_sources"]["src1"]["endpoint"].endswith(f"/users/{rosa}/getMemberObjects")
