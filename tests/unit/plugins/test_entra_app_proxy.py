# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which URLs are refused, and what is sent to publish, change and unpublish."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._app_proxy import Publishing, choose_group
from ansible_collections.tenantops.entra.plugins.module_utils._app_proxy_plan import plan
from ansible_collections.tenantops.entra.plugins.module_utils._app_proxy_rules import refuse
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError, NotFound
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call

APPLICATION = {"id": "o", "appId": "a", "uniqueName": "map"}
SETTINGS = {
    "internalUrl": "http://gis/",
    "externalUrl": "https://Map-x.msappproxy.net/",
    "externalAuthenticationType": "aadPreAuthentication",
    "isSecureCookieEnabled": True,
    "singleSignOnSettings": {"singleSignOnMode": "none", "kerberosSignOnSettings": None},
}
GIVEN = {
    "state": "present",
    "internal_url": "http://gis/",
    "external_url": "https://map-x.msappproxy.net/",
    "external_authentication_type": "aadPreAuthentication",
}
GROUPS = [{"id": "g1", "name": "Default", "isDefault": True}, {"id": "g2", "name": "Bendigo", "isDefault": False}]


def calls(params: dict[str, t.Any], found: Publishing) -> list[tuple[str, str, t.Any]]:
    return [(step.method, step.path, step.body) for step in plan(params, found).steps if isinstance(step, Call)]


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({"internal_url": "gis/maps/"}, "does not begin with http"),
        ({"internal_url": "http://gis/maps"}, "no trailing slash"),
        ({"internal_url": "http:///maps/"}, "no usable host"),
        ({"internal_url": "http://<server>/maps/"}, "no usable host"),
        ({"internal_url": "http://gis/?a=/"}, "more than scheme, host and path"),
        ({"internal_url": "http://me@gis/"}, "more than scheme, host and path"),
        ({"internal_url": "http://gis:99999/"}, "is no URL"),
        ({"internal_url": ""}, "is empty"),
        ({"external_url": "https://map-x.msappproxy.net"}, "no trailing slash"),
        ({"external_url": "https://map-x.msappproxy.net:8443/"}, "has a port"),
        ({"external_url": "https://192.0.2.7/"}, "no domain name"),
        ({"external_url": "https://[2001:db8::7]/"}, "no domain name"),
        ({"external_url": "https://maps/"}, "no domain name"),
        ({"external_url": "https://map-x.msapproxy.net/"}, "misspelt"),
        ({"external_url": "https://map-x.msappproxy.com/"}, "misspelt"),
        ({"alternate_url": "ftp://maps.example.com"}, "does not begin with http"),
        ({"single_sign_on": {"mode": "saml", "kerberos_service_principal_name": "HTTP/x"}}, "mode saml"),
    ],
)
def test_wrong_input_is_refused(params: dict[str, t.Any], says: str) -> None:
    with pytest.raises(InputError) as told:
        refuse(params)
    assert says in told.value.sentence()


@pytest.mark.parametrize(
    "params",
    [
        {"internal_url": "http://192.0.2.7:8080/maps/", "external_url": "https://map-x.msappproxy.net/maps/"},
        {"internal_url": "https://*.corp.example.com/", "external_url": "https://*.corp.example.com/"},
        {"external_url": "https://map.msappproxy.us/", "alternate_url": "https://maps.example.com"},
        {"external_url": "https://foxy.net/"},
    ],
)
def test_right_input_is_not_refused(params: dict[str, t.Any]) -> None:
    refuse(params)


def test_it_is_published_with_all_that_is_given_then_given_its_group() -> None:
    params = {**GIVEN, "is_http_only_cookie_enabled": False, "connector_group": "bendigo"}
    found = Publishing(APPLICATION, None, None, choose_group(GROUPS, "bendigo"))
    body = {
        "internalUrl": "http://gis/",
        "externalUrl": "https://map-x.msappproxy.net/",
        "externalAuthenticationType": "aadPreAuthentication",
        "isHttpOnlyCookieEnabled": False,
    }
    assert calls(params, found) == [
        ("PATCH", "/applications/{application.id}", {"onPremisesPublishing": body}),
        (
            "PUT",
            "/applications/{application.id}/connectorGroup/$ref",
            {"@odata.id": "{graph.origin}/beta/onPremisesPublishingProfiles/applicationProxy/connectorGroups/g2"},
        ),
    ]
    made = plan(params, found)
    assert made.before == {"state": "absent"}
    assert made.after["connector_group"] == "Bendigo"
    assert made.shown["is_secure_cookie_enabled"] is True


def test_what_is_so_already_is_not_sent() -> None:
    params = {**GIVEN, "is_secure_cookie_enabled": True, "connector_group": ""}
    done = plan(params, Publishing(APPLICATION, SETTINGS, GROUPS[0], choose_group(GROUPS, "")))
    assert not done.changed
    assert done.before == done.after


def test_a_change_sends_what_is_given_and_remembers_the_rest() -> None:
    params = {"state": "present", "single_sign_on": {"mode": "onPremisesKerberos"}}
    (step,) = plan(params, Publishing(APPLICATION, SETTINGS)).steps
    assert isinstance(step, Call)
    single = {"singleSignOnMode": "onPremisesKerberos", "kerberosSignOnSettings": None}
    assert step.body == {"onPremisesPublishing": {"singleSignOnSettings": single}}
    assert step.means == {"onPremisesPublishing": {**SETTINGS, "singleSignOnSettings": single}}


def test_what_is_needed_to_publish_is_asked_for() -> None:
    with pytest.raises(InputError, match="external_url, external_authentication_type missing"):
        plan({"state": "present", "internal_url": "http://gis/"}, Publishing(APPLICATION, None))


def test_it_is_unpublished_once() -> None:
    assert calls({"state": "absent"}, Publishing(APPLICATION, SETTINGS)) == [
        ("PATCH", "/applications/{application.id}", {"onPremisesPublishing": None})
    ]
    assert not plan({"state": "absent"}, Publishing(APPLICATION, None)).changed
    assert not plan({"state": "absent"}, Publishing(None, None)).changed


def test_an_unknown_connector_group_is_told_with_those_there_are() -> None:
    with pytest.raises(NotFound) as told:
        choose_group(GROUPS, "Ballarat")
    assert "'Bendigo', 'Default'" in told.value.sentence()
