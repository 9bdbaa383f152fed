# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Redirect URIs: which are refused before any request, and which pass."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call
from ansible_collections.tenantops.entra.plugins.module_utils._redirect_uri import doubts, refuse_wrong
from ansible_collections.tenantops.entra.plugins.modules.entra_redirect_uri import plan, refuse


def test_a_password_is_not_repeated() -> None:
    with pytest.raises(InputError) as caught:
        refuse_wrong({"web": ["https://user:hunter2@app.example.com/"]})
    assert "hunter2" not in caught.value.sentence()


@pytest.mark.parametrize("uri", ["msauth.com.example.app://auth", "urn:ietf:wg:oauth:2.0:oob", "custom://x"])
def test_own_schemes_belong_to_public_clients(uri: str) -> None:
    with pytest.raises(InputError, match="not allowed for spa"):
        refuse_wrong({"spa": [uri]})


def test_two_platforms_do_not_share() -> None:
    with pytest.raises(InputError, match="both web and spa"):
        refuse_wrong({"web": ["https://a.example/"], "spa": ["https://a.example/"]})
    with pytest.raises(InputError, match="localhost would stand under both"):
        refuse_wrong({"web": ["http://localhost:3030/"], "spa": ["http://127.0.0.1/"]})
    refuse_wrong({"web": ["http://localhost/"], "public_client": ["http://localhost:1/"]})


def test_too_many_are_refused_before_any_request() -> None:
    with pytest.raises(InputError, match="257 redirect URIs"):
        refuse_wrong({"web": [f"https://a.example/{number}" for number in range(257)]})


def test_what_is_to_be_removed_may_be_wrong() -> None:
    refuse({"web": ["https://*.example.com/"], "state": "absent"})


def test_doubts() -> None:
    told = doubts(
        {
            "web": ["https://a.example/CB", "https://a.example/cb/"],
            "spa": ["http://localhost:1/", "http://localhost:2/"],
        }
    )
    assert len(told) == 2
    assert "differ only by case" in told[0]
    assert "only by the port" in told[1]
    assert "10.1.2.3 in" in doubts({"web": ["https://10.1.2.3/"]})[0]
    assert doubts({"web": ["https://a.example/", "http://localhost/"]}) == ()


def params(**given: t.Any) -> dict[str, t.Any]:
    return {"state": "present", "exact": False, "web": None, "spa": None, "public_client": None, **given}


APPLICATION: dict[str, t.Any] = {
    "id": "1",
    "appId": "2",
    "uniqueName": "x",
    "signInAudience": "AzureADMyOrg",
    "web": {
        "redirectUris": ["https://a.example/"],
        "logoutUrl": "https://a.example/out",
        "redirectUriSettings": [{"uri": "https://a.example/", "index": None}],
    },
    "spa": {"redirectUris": ["http://localhost/"]},
}


def test_adding_keeps_the_rest_of_the_platform() -> None:
    planned = plan(params(web=["https://b.example/"]), APPLICATION)
    (call,) = planned.steps
    assert isinstance(call, Call)
    both = ["https://a.example/", "https://b.example/"]
    assert call.body == {"web": {"redirectUris": both, "logoutUrl": "https://a.example/out"}}
    assert (planned.before, planned.after) == ({"web": ["https://a.example/"]}, {"web": both})
    assert planned.shown == {"web": both, "spa": ["http://localhost/"], "public_client": []}


def test_removing_and_exact() -> None:
    assert plan(params(web=["https://a.example/"], state="absent"), APPLICATION).after == {"web": []}
    assert plan(params(web=["https://c.example/"], exact=True), APPLICATION).after == {"web": ["https://c.example/"]}
    assert not plan(params(web=["https://a.example/"], exact=True), APPLICATION).changed
    assert not plan(params(web=["https://a.example/"], state="absent"), {}).changed


def test_platforms_do_not_share_with_what_is_there() -> None:
    with pytest.raises(InputError, match="both spa and web"):
        plan(params(spa=["https://a.example/"]), APPLICATION)
    with pytest.raises(InputError, match="localhost would stand"):
        plan(params(web=["http://localhost:3030/"]), APPLICATION)
    moved = plan(params(web=[], spa=["https://a.example/"], exact=True), APPLICATION)
    assert moved.after == {"web": [], "spa": ["https://a.example/"]}


def test_limits_depend_on_the_audience() -> None:
    many = [f"https://a.example/{number}" for number in range(100)]
    personal = {**APPLICATION, "signInAudience": "AzureADandPersonalMicrosoftAccount"}
    assert plan(params(web=many), APPLICATION).changed
    with pytest.raises(InputError, match="would have 102"):
        plan(params(web=many), personal)
    assert plan(params(web=["https://a.example/?x=y"]), APPLICATION).changed
    with pytest.raises(InputError, match="holds a query"):
        plan(params(web=["https://a.example/?x=y"]), personal)
