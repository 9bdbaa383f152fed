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

SAFE = {
    "web": [
        "https://app.example.com/oauth2/callback",
        "https://poziserver-example.msappproxy.net/pozi/",
        "https://app.example.com",
        "https://app.example.com:8443/cb",
        "https://app.example.com/cb?tenant=a&x=b",
        "https://xn--bcher-kva.example/cb",
        "https://app.example.com/caf%C3%A9/~me/a_b-c.d",
        "https://10.1.2.3/cb",
        "https://intranet/cb",
        "http://localhost",
        "http://localhost:8080/cb",
        "http://127.0.0.1:5000/",
        "ms-appx-web://microsoft.aad.brokerplugin/S-1-15-2",
        "https://" + "a" * 56 + ".example/" + "b" * 183,
    ],
    "spa": ["http://localhost/", "https://staging.pozi.com/", "brk-multihub://localhost:3000"],
    "public_client": [
        "https://login.microsoftonline.com/common/oauth2/nativeclient",
        "urn:ietf:wg:oauth:2.0:oob",
        "msauth.com.example.app://auth",
        "msauth://com.example.app/2jmj7l5rSw0yVb%2FvlWAYkK%2FYBwk%3D",
        "msal00001111-aaaa-2222-bbbb-3333cccc4444://auth",
        "com.example.app:/signin",
        "http://localhost",
    ],
}

UNSAFE = [
    ("", "is empty"),
    ("http://app.example.com/cb", "http is allowed only for localhost"),
    ("http://localhost.example.com/", "only for localhost"),
    ("http://127.0.0.1.example.com/", "only for localhost"),
    ("http://127.0.0.2/", "only for localhost"),
    ("http://127.1/", "only for localhost"),
    ("http://2130706433/", "only for localhost"),
    ("http://0.0.0.0/", "only for localhost"),
    ("http://192.168.1.10/cb", "only for localhost"),
    ("http://[::1]/", "IPv6"),
    ("https://[2001:db8::1]/", "IPv6"),
    ("HTTP://app.example.com/", "only for localhost"),
    ("https://*.example.com/cb", "wildcard"),
    ("https://app-*.example.com/cb", "wildcard"),
    ("https://app.example.com/*", "wildcard"),
    ("https://%2a.example.com/", "wildcard"),
    ("https://app.example.com/cb#x", "fragment"),
    ("https://app.example.com/cb#", "fragment"),
    ("https://user:pw@app.example.com/", "user name or password"),
    ("https://user@app.example.com/", "user name or password"),
    ("https://app.example.com@evil.example/", "user name or password"),
    ("https://app.example.com%40evil.example/", "user name or password"),
    ("http://localhost@evil.example/", "user name or password"),
    ("http://localhost:80@evil.example/", "user name or password"),
    ("https://app.example.com/" + "b" * 233, "257 characters"),
    ("javascript:alert(1)", "does not support the character '('"),
    ("javascript:alert", "scheme 'javascript'"),
    ("JavaScript:alert", "scheme 'javascript'"),
    ("data:text/html,x", "does not support"),
    ("data:text/html", "scheme 'data'"),
    ("file:///etc/passwd", "scheme 'file'"),
    ("vbscript:x", "scheme 'vbscript'"),
    ("blob:https://app.example.com/1", "scheme 'blob'"),
    ("about:blank", "scheme 'about'"),
    ("ftp://app.example.com/", "scheme 'ftp'"),
    ("ws://app.example.com/", "scheme 'ws'"),
    ("wss://app.example.com/", "scheme 'wss'"),
    ("mailto:a.b", "scheme 'mailto'"),
    ("intent://app.example.com/", "scheme 'intent'"),
    ("filesystem:https://app.example.com/1", "scheme 'filesystem'"),
    *[(f"https://app.example.com/a{mark}b", "does not support the character") for mark in "!$'(),;<>\"^`{|} "],
    ("https://app.example.com\\@evil.example/", "does not support the character"),
    ("https:\\\\app.example.com/", "does not support the character"),
    ("https://app.example.com/\n", "does not support the character"),
    ("\thttps://app.example.com/", "does not support the character"),
    ("https://app.example.com/\x00", "does not support the character"),
    ("https://app.example.com/%0d%0aSet-Cookie", "no printable character"),
    ("https://app.example.com/%00", "no printable character"),
    ("https://app.example.com/%zz", "no printable character"),
    ("https://app.example.com/%", "no printable character"),
    ("https://app.example.com/a/../admin", "between slashes"),
    ("https://app.example.com/a/%2e%2e/admin", "between slashes"),
    ("https://app.example.com/..", "between slashes"),
    ("app.example.com/cb", "Did you mean https://app.example.com/cb?"),
    ("app.example.com:8443/cb", "has no scheme"),
    ("localhost:3000", "has no scheme"),
    ("//app.example.com/cb", "Did you mean https://app.example.com/cb?"),
    ("/cb", "has no scheme"),
    ("https:", "has no host"),
    ("https://", "has no host"),
    ("https:///cb", "has no host"),
    ("https:app.example.com/cb", "has no host"),
    ("https:/app.example.com/cb", "has no host"),
    ("https://:443/cb", "has no host"),
    ("https://app..example.com/", "is no host name"),
    ("https://.example.com/", "is no host name"),
    ("https://-app.example.com/", "is no host name"),
    ("https://app%2eexample.com/", "is no host name"),
    ("https://app.example.com:0/", "port"),
    ("https://app.example.com:/", "port"),
    ("https://app.example.com:65536/", "port"),
    ("https://app.example.com:80a/", "port"),
    ("https://аpp.example.com/", "U+0430"),  # noqa: RUF001 - a Cyrillic letter is the point
    ("https://app.example.com/café", "the path holds"),
    ("https://poziserver-example.msapproxy.net/pozi/", "three p"),
]


@pytest.mark.parametrize(("platform", "uri"), [(platform, uri) for platform, uris in SAFE.items() for uri in uris])
def test_safe_ones_pass(platform: str, uri: str) -> None:
    refuse_wrong({platform: [uri]})


@pytest.mark.parametrize(("uri", "told"), UNSAFE)
@pytest.mark.parametrize("platform", ["web", "spa", "public_client"])
def test_unsafe_ones_are_refused(platform: str, uri: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        refuse_wrong({platform: ["https://good.example.com/", uri]})
    assert told in caught.value.sentence()
    assert caught.value.what.startswith(f"{platform}[1]")
    assert caught.value.remedy


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
