# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What options mean: left out, empty, added, removed, exact."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._schema import (
    KEEP,
    Field,
    camel,
    equal,
    show,
    spec_of,
    wish,
)

URIS = Field("identifier_uris", type="list", normal=str.lower)
SCOPES = Field(
    "scopes",
    "api.oauth2PermissionScopes",
    "items",
    fields=(Field("value", required=True), Field("type"), Field("enabled", "isEnabled", "bool", initial=True)),
    key="value",
    disable_first=True,
    unsent=("origin",),
)


def test_options_become_properties_mechanically() -> None:
    assert camel("sign_in_audience") == "signInAudience"
    assert Field("logout_url", "web.logoutUrl").where == ("web", "logoutUrl")


def test_an_option_left_out_is_left_alone() -> None:
    assert wish(URIS, {"identifier_uris": None}, ["api://a"], "") is KEEP


def test_an_empty_text_clears_its_property() -> None:
    assert wish(Field("notes"), {"notes": ""}, "old", "") is None


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["api://A", "api://b", "api://c"]),
        ({"exact": True}, ["api://A", "api://c"]),
        ({"state": "absent"}, ["api://b"]),
    ],
)
def test_a_list_adds_holds_exactly_or_removes(options: dict[str, t.Any], expected: list[str]) -> None:
    given = {"identifier_uris": ["api://a", "api://c"], **options}
    assert wish(URIS, given, ["api://A", "api://b"], "") == expected


def test_an_empty_list_clears_only_when_exact() -> None:
    assert wish(URIS, {"identifier_uris": []}, ["api://a"], "") == ["api://a"]
    assert wish(URIS, {"identifier_uris": [], "exact": True}, ["api://a"], "") == []


def test_an_item_keeps_its_id_and_what_is_not_named() -> None:
    current = [
        {"id": "1", "value": "read", "type": "User", "isEnabled": True, "userConsentDescription": "kept", "origin": "x"}
    ]
    given = {"scopes": [{"value": "read", "type": "Admin", "enabled": None}]}
    assert wish(SCOPES, given, current, "seed") == [
        {"id": "1", "value": "read", "type": "Admin", "isEnabled": True, "userConsentDescription": "kept"}
    ]


def test_a_new_item_gets_the_same_id_in_every_run() -> None:
    given = {"scopes": [{"value": "read", "type": None, "enabled": True}]}
    given["scopes"][0]["enabled"] = None
    first, second = wish(SCOPES, given, [], "seed"), wish(SCOPES, given, [], "seed")
    assert first == second
    assert first[0]["isEnabled"] is True
    assert first[0]["id"] != wish(SCOPES, given, [], "another")[0]["id"]


def test_order_and_documented_defaults_make_no_difference() -> None:
    assert equal(URIS, ["api://a", "api://B"], ["api://b", "api://a"])
    assert equal(Field("requested_access_token_version", type="int", unset=1), None, 1)
    assert not equal(URIS, ["api://a"], [])


def test_items_are_shown_in_option_names() -> None:
    assert show(SCOPES, [{"id": "1", "value": "read", "type": "User", "isEnabled": True}]) == [
        {"value": "read", "type": "User", "enabled": True}
    ]


def test_the_argument_spec_follows_from_the_table() -> None:
    spec = spec_of((URIS, SCOPES))
    assert spec["identifier_uris"] == {"type": "list", "elements": "str"}
    assert spec["scopes"]["options"]["value"] == {"type": "str", "required": True}
