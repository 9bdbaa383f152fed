# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""From wanted and current properties to requests."""

from __future__ import annotations

import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._plan import compare, patches
from ansible_collections.tenantops.entra.plugins.module_utils._schema import Field

LOGOUT = Field("logout_url", "web.logoutUrl")
SCOPES = Field(
    "scopes",
    "api.oauth2PermissionScopes",
    "items",
    fields=(Field("value"), Field("type"), Field("enabled", "isEnabled", "bool")),
    key="value",
    disable_first=True,
)


def scope(**changed: t.Any) -> dict[str, t.Any]:
    return {"id": "1", "value": "read", "type": "User", "isEnabled": True, **changed}


def test_nothing_differs_nothing_is_sent() -> None:
    changes = compare((LOGOUT,), {"logout_url": "https://a/"}, {"web": {"logoutUrl": "https://a/"}})
    assert (changes.body, changes.first) == ({}, {})
    assert changes.before == changes.after == {"logout_url": "https://a/"}


def test_a_part_of_a_complex_property_is_sent_with_the_rest_of_it() -> None:
    web = {"logoutUrl": None, "redirectUris": ["https://a/"], "redirectUriSettings": [{"uri": "https://a/"}]}
    changes = compare((LOGOUT,), {"logout_url": "https://a/out"}, {"web": web})
    assert changes.body == {"web": {"logoutUrl": "https://a/out", "redirectUris": ["https://a/"]}}
    assert web["redirectUris"] == ["https://a/"]


def test_an_enabled_scope_is_disabled_before_it_is_changed() -> None:
    other = {"id": "2", "value": "write", "type": "User", "isEnabled": True}
    current = {"api": {"oauth2PermissionScopes": [scope(), other], "requestedAccessTokenVersion": 2}}
    changes = compare((SCOPES,), {"scopes": [{"value": "read", "type": "Admin", "enabled": None}]}, current)
    first, second = [call.body for call in patches(changes, "change", "/applications/1")]
    assert first["api"]["oauth2PermissionScopes"] == [scope(isEnabled=False), other]
    assert second["api"]["oauth2PermissionScopes"] == [scope(type="Admin"), other]
    assert second["api"]["requestedAccessTokenVersion"] == 2


def test_disabling_a_scope_is_one_request() -> None:
    changes = compare(
        (SCOPES,),
        {"scopes": [{"value": "read", "type": None, "enabled": False}]},
        {"api": {"oauth2PermissionScopes": [scope()]}},
    )
    assert len(patches(changes, "change", "/applications/1")) == 1


def test_a_new_scope_disables_nothing() -> None:
    changes = compare(
        (SCOPES,),
        {"scopes": [{"value": "new", "type": "User", "enabled": True}]},
        {"api": {"oauth2PermissionScopes": [scope()]}},
    )
    assert changes.first == {}
    assert [item["value"] for item in changes.body["api"]["oauth2PermissionScopes"]] == ["read", "new"]


def test_a_removed_scope_is_disabled_first_and_the_diff_names_options() -> None:
    changes = compare((SCOPES,), {"scopes": [], "exact": True}, {"api": {"oauth2PermissionScopes": [scope()]}})
    assert changes.first["api"]["oauth2PermissionScopes"] == [scope(isEnabled=False)]
    assert changes.body["api"]["oauth2PermissionScopes"] == []
    assert changes.before == {"scopes": [{"value": "read", "type": "User", "enabled": True}]}
    assert changes.after == {"scopes": []}
