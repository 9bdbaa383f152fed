# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""API permissions: names to ids, merged into what the application asks for already."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._api_permission import Asking, plan
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError, NotFound
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call, Plan

API = "00000000-0000-0000-0000-0000000000aa"
OTHER = {"resourceAppId": "00000000-0000-0000-0000-0000000000bb", "resourceAccess": [{"id": "x", "type": "Scope"}]}
RESOURCE = {
    "appId": API,
    "displayName": "The API",
    "oauth2PermissionScopes": [
        {"value": "User.Read", "id": "s-read", "isEnabled": True},
        {"value": "email", "id": "s-email", "isEnabled": True},
        {"value": "Old", "id": "s-old", "isEnabled": False},
    ],
    "appRoles": [
        {"value": "User.Read.All", "id": "r-all", "isEnabled": True, "allowedMemberTypes": ["Application"]},
        {"value": "Editor", "id": "r-editor", "isEnabled": True, "allowedMemberTypes": ["User"]},
    ],
}


def params(**given: t.Any) -> dict[str, t.Any]:
    common = {"resource": "The API", "state": "present", "exact": False, "delegated": None, "application": None}
    return {**common, **given}


def asking(*access: tuple[str, str], **properties: t.Any) -> Asking:
    """An application that asks for these ids and types, between two other APIs."""
    ours = {"resourceAppId": API, "resourceAccess": [{"id": id_, "type": type_} for id_, type_ in access]}
    entries = [OTHER, ours, {**OTHER, "resourceAppId": "cc"}] if access else [OTHER]
    return Asking({"id": "1", "requiredResourceAccess": entries, **properties}, RESOURCE)


def body(planned: Plan) -> t.Any:
    (call,) = planned.steps
    assert isinstance(call, Call)
    return call.body["requiredResourceAccess"]


def test_adding() -> None:
    planned = plan(params(delegated=["User.Read"], application=["User.Read.All"]), asking())
    added = [{"id": "s-read", "type": "Scope"}, {"id": "r-all", "type": "Role"}]
    assert body(planned) == [OTHER, {"resourceAppId": API, "resourceAccess": added}]
    assert planned.before == {"delegated": [], "application": []}
    assert planned.after == {"delegated": ["User.Read"], "application": ["User.Read.All"]}


def test_another_kind_and_what_is_unknown_are_left_alone() -> None:
    found = asking(("r-all", "Role"), ("s-gone", "Scope"))
    planned = plan(params(delegated=["email"]), found)
    kept = [{"id": "s-gone", "type": "Scope"}, {"id": "s-email", "type": "Scope"}, {"id": "r-all", "type": "Role"}]
    assert body(planned)[1]["resourceAccess"] == kept
    assert [entry["resourceAppId"] for entry in body(planned)] == [OTHER["resourceAppId"], API, "cc"]
    assert planned.after == {"delegated": ["s-gone", "email"]}
    assert planned.shown["application"] == ["User.Read.All"]
    assert plan(params(delegated=["s-gone"], state="absent"), found).after == {"delegated": []}


def test_exact_and_absent() -> None:
    found = asking(("s-read", "Scope"), ("s-email", "Scope"))
    assert plan(params(delegated=["email"], exact=True), found).after == {"delegated": ["email"]}
    assert plan(params(delegated=["email"], state="absent"), found).after == {"delegated": ["User.Read"]}
    assert not plan(params(delegated=["email", "User.Read"], exact=True), found).changed
    assert not plan(params(application=[], exact=True), found).changed
    emptied = plan(params(delegated=[], exact=True), found)
    assert [entry["resourceAppId"] for entry in body(emptied)] == [OTHER["resourceAppId"], "cc"]


def test_an_api_in_two_entries_becomes_one() -> None:
    twice = {"resourceAppId": API, "resourceAccess": [{"id": "s-email", "type": "Scope"}]}
    found = asking(("s-read", "Scope"))
    found.application["requiredResourceAccess"].append(twice)
    assert not plan(params(delegated=["email"]), found).changed
    assert [entry["resourceAppId"] for entry in body(plan(params(application=["User.Read.All"]), found))] == [
        OTHER["resourceAppId"],
        API,
        "cc",
    ]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"delegated": ["User.Raed"]}, "Did you mean User.Read?"),
        ({"delegated": ["User.Read.All"]}, "Name it under application."),
        ({"application": ["User.Read"]}, "as delegated permission only"),
        ({"application": ["Editor"]}, "offers no permission 'Editor'"),
        ({"delegated": ["Old"]}, "offers no permission 'Old'"),
    ],
)
def test_unknown_names_are_told_with_what_is_near(given: dict[str, t.Any], told: str) -> None:
    with pytest.raises(NotFound) as caught:
        plan(params(**given), asking())
    assert told in caught.value.sentence()


def test_limits() -> None:
    many = [(f"s-{number}", "Scope") for number in range(30)]
    assert plan(params(delegated=["User.Read"]), asking(*many)).changed
    with pytest.raises(InputError, match="31 permissions of one API"):
        plan(params(delegated=["User.Read"]), asking(*many, signInAudience="PersonalMicrosoftAccount"))
    with pytest.raises(InputError, match="permissions"):
        plan(params(delegated=["User.Read"]), asking(*[(f"s-{number}", "Scope") for number in range(399)]))
