# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Group claims: planned as one unit, other claims untouched."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._group_claims import plan, refuse
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call, Plan

SILENT = {"emit": False, "additional_properties": []}
SILENT_ALL = dict.fromkeys(("id_token", "access_token", "saml2_token"), SILENT)
IDS = {"emit": True, "additional_properties": []}
EMAIL: dict[str, t.Any] = {"name": "email", "source": None, "essential": True, "additionalProperties": []}
EXTENSION = {"name": "groups", "source": "user", "essential": False, "additionalProperties": []}
GROUPS: dict[str, t.Any] = {"name": "groups", "source": None, "essential": False, "additionalProperties": []}


def params(state: str = "present", groups: list[str] | None = None, **tokens: dict[str, t.Any]) -> dict[str, t.Any]:
    given = {token: {"emit": True, "additional_properties": None, **form} for token, form in tokens.items()}
    return {"state": state, "group_membership_claims": groups, "tokens": given or None}


def body(planned: Plan) -> t.Any:
    (call,) = planned.steps
    assert isinstance(call, Call)
    return call.body


def test_from_nothing() -> None:
    planned = plan(params(groups=["SecurityGroup", "ApplicationGroup"], id_token={}), {"id": "1"})
    assert body(planned) == {
        "groupMembershipClaims": "SecurityGroup,ApplicationGroup",
        "optionalClaims": {"idToken": [GROUPS], "accessToken": [], "saml2Token": []},
    }
    assert planned.before == {"group_membership_claims": [], "tokens": SILENT_ALL}
    assert planned.after == {
        "group_membership_claims": ["SecurityGroup", "ApplicationGroup"],
        "tokens": {**SILENT_ALL, "id_token": IDS},
    }
    assert planned.shown == planned.after


@pytest.mark.parametrize("held", ["SecurityGroup, ApplicationGroup", "ApplicationGroup,SecurityGroup"])
def test_groups_are_compared_as_a_set(held: str) -> None:
    planned = plan(params(groups=["SecurityGroup", "ApplicationGroup"]), {"groupMembershipClaims": held})
    assert not planned.changed
    assert planned.before == planned.after == {"group_membership_claims": held.replace(" ", "").split(",")}


@pytest.mark.parametrize(
    ("held", "given", "wanted"),
    [
        ("SecurityGroup", [], None),
        ("SecurityGroup", ["None"], "None"),
        ("All", ["SecurityGroup"], "SecurityGroup"),
    ],
)
def test_groups_are_replaced_or_unset(held: str, given: list[str], wanted: str | None) -> None:
    sent = body(plan(params(groups=given), {"groupMembershipClaims": held}))
    assert sent == {"groupMembershipClaims": wanted}


@pytest.mark.parametrize("held", [None, "", "None"])
def test_none_and_unset_mean_the_same(held: str | None) -> None:
    assert not plan(params(groups=["None"]), {"groupMembershipClaims": held}).changed
    assert not plan(params(groups=[]), {"groupMembershipClaims": held}).changed


def test_other_claims_are_untouched() -> None:
    application = {
        "groupMembershipClaims": "SecurityGroup",
        "optionalClaims": {"idToken": [EMAIL, EXTENSION, GROUPS], "accessToken": [GROUPS], "saml2Token": None},
    }
    given = params(id_token={"emit": False}, access_token={"additional_properties": ["sam_account_name"]})
    sent = body(plan(given, application))
    changed = {**GROUPS, "additionalProperties": ["sam_account_name"]}
    assert sent == {"optionalClaims": {"idToken": [EMAIL, EXTENSION], "accessToken": [changed], "saml2Token": []}}


def test_a_form_that_is_left_out_is_left_alone() -> None:
    held = {**GROUPS, "additionalProperties": ["emit_as_roles", "sam_account_name"]}
    application = {"groupMembershipClaims": "All", "optionalClaims": {"idToken": [held]}}
    assert not plan(params(id_token={}), application).changed
    reordered = {"additional_properties": ["sam_account_name", "emit_as_roles"]}
    assert not plan(params(id_token=reordered), application).changed


def test_absent_is_the_whole_unit() -> None:
    application = {
        "groupMembershipClaims": "SecurityGroup",
        "optionalClaims": {"idToken": [EMAIL, GROUPS], "accessToken": [], "saml2Token": [GROUPS]},
    }
    planned = plan(params(state="absent", groups=["SecurityGroup"]), application)
    assert body(planned) == {
        "groupMembershipClaims": None,
        "optionalClaims": {"idToken": [EMAIL], "accessToken": [], "saml2Token": []},
    }
    assert planned.after == {
        "group_membership_claims": [],
        "tokens": SILENT_ALL,
    }
    assert not plan(params(state="absent"), {}).changed


def test_warnings() -> None:
    assert "will hold no groups" in plan(params(id_token={}), {}).warnings[0]
    roles = params(groups=["All"], id_token={"additional_properties": ["emit_as_roles"]})
    assert "app roles no more" in plan(roles, {"appRoles": [{"value": "Editor"}]}).warnings[0]
    assert plan(roles, {}).warnings == ()


@pytest.mark.parametrize(
    "given",
    [
        {"groups": ["None", "All"]},
        {"id_token": {"emit": False, "additional_properties": ["emit_as_roles"]}},
        {"saml2_token": {"additional_properties": ["sam_account_name", "netbios_domain_and_sam_account_name"]}},
        {"groups": ["SecurityGroup"], "id_token": {"additional_properties": ["cloud_displayname"]}},
    ],
)
def test_contradictions_are_refused(given: dict[str, t.Any]) -> None:
    with pytest.raises(InputError) as caught:
        refuse(params(**given))
    assert caught.value.remedy


def test_names_of_cloud_groups_need_assigned_groups_in_the_tenant_too() -> None:
    given = params(id_token={"additional_properties": ["cloud_displayname"]})
    refuse(given)
    with pytest.raises(InputError, match="cloud_displayname"):
        plan(given, {"groupMembershipClaims": "SecurityGroup"})
    assert plan(given, {"groupMembershipClaims": "SecurityGroup,ApplicationGroup"}).changed
