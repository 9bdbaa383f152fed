# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A browser without scripts for the tests of signing in: cookies, forms that are filled in and sent, redirects."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from unit.sandbox.signing_in import Place

GRAPH = "00000003-0000-0000-c000-000000000000"
WEB = "https://portal.example/signed-in"
SPA = "http://localhost/"
PUBLIC = "msauth.com.example://auth"
VERIFIER = "a-verifier-of-forty-three-characters-or-more"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


class Page(HTMLParser):
    """The one form of a page and its readable text."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.answer = answer
        self.action = ""
        self.fields: dict[str, str] = {}
        self.choices: list[dict[str, str]] = []
        self.text = ""
        self._hidden = False
        self.feed(answer.text)
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._hidden = tag == "style"
        if tag == "form":
            self.action = given["action"]
        elif tag == "input" and given.get("type") != "checkbox":
            self.fields[given["name"]] = given.get("value", "")
        elif tag in ("button", "input") and "name" in given:
            self.choices.append(given)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text += data


@dataclass
class Browser:
    """One browser at a tenant of a test's own."""

    place: Place
    tenant: str = ""
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.tenant = self.tenant or self.place.id
        sandbox = self.place.sandbox
        self.http = httpx.Client(base_url=sandbox.url, verify=sandbox.tls(), trust_env=False)

    @cached_property
    def domain(self) -> str:
        return str(self.place.tenant["default_domain"])

    def authorize(self, version: str = "/v2.0", **params: Any) -> httpx.Response:
        """GET the authorize endpoint; a None value leaves the parameter out."""
        given = {"response_type": "code", "scope": "openid profile", "state": "my state", **params}
        query = {name: value for name, value in given.items() if value is not None}
        return self.http.get(f"/{self.tenant}/oauth2{version}/authorize", params=query)

    def ask(self, app: App, **params: Any) -> httpx.Response:
        """Ask for a sign-in to an application at its web redirect URI."""
        return self.authorize(client_id=app.client_id, **{"redirect_uri": WEB, **params})

    def send(self, shown: httpx.Response, **fields: str) -> httpx.Response:
        """Fill in the form of a page and send it."""
        page = Page(shown)
        assert page.action, page.text
        return self.http.post(page.action, data={**page.fields, **fields})

    def sign_in(self, answer: httpx.Response, user: str = "admin", password: str | None = None) -> httpx.Response:
        """Fill in the sign-in page."""
        name = user if "@" in user else f"{user}@{self.domain}"
        return self.send(answer, login=name, passwd=password or self.password(name))

    def password(self, name: str) -> str:
        """What the seed gave a user as password."""
        sandbox = self.place.sandbox
        for tenant in sandbox.tenants():
            if name.endswith(f"@{tenant['default_domain']}"):
                return sandbox.world.secret(f"{tenant['id']} {name.partition('@')[0]}")
        raise AssertionError(name)

    def accept(self, answer: httpx.Response, **fields: str) -> httpx.Response:
        """Accept on the consent page."""
        return self.send(answer, answer="accept", **fields)


def returned(answer: httpx.Response) -> dict[str, str]:
    """What the browser brings back to the application: from the query, the fragment or the form."""
    if answer.status_code == 200:
        page = Page(answer)
        return {**page.fields, "to": page.action}
    assert answer.status_code == 302, Page(answer).text
    parts = urlsplit(answer.headers["location"])
    values = {name: value[0] for name, value in parse_qs(parts.query or parts.fragment).items()}
    return {**values, "to": parts._replace(query="", fragment="").geturl()}


def page_error(answer: httpx.Response) -> int:
    """The AADSTS number of an error page, which must be complete."""
    page = Page(answer)
    assert answer.status_code in (400, 403), page.text
    for word in ("Request Id", "Correlation Id", "Timestamp"):
        assert word in page.text
    return int(page.text.partition("AADSTS")[2].partition(" ")[0].partition(":")[0].partition("Sorry")[0])


@dataclass
class App:
    """An application that a test registered in its place, with its service principal and a secret."""

    place: Place
    object_id: str
    client_id: str
    principal: str
    secret: str

    def change(self, properties: dict[str, Any]) -> None:
        """PATCH the application."""
        answer = self.place.graph("PATCH", f"/v1.0/applications/{self.object_id}", properties)
        assert answer.status_code == 204, answer.text

    def change_principal(self, properties: dict[str, Any]) -> None:
        """PATCH the service principal."""
        answer = self.place.graph("PATCH", f"/v1.0/servicePrincipals/{self.principal}", properties)
        assert answer.status_code == 204, answer.text

    def grant(self, scope: str, user: str | None = None, resource: str = GRAPH) -> None:
        """Delegated permissions for all users or one."""
        found = self.place.graph("GET", f"/v1.0/servicePrincipals(appId='{resource}')").json()
        consent = {"consentType": "Principal", "principalId": user} if user else {"consentType": "AllPrincipals"}
        body = {"clientId": self.principal, "resourceId": found["id"], "scope": scope, **consent}
        answer = self.place.graph("POST", "/v1.0/oauth2PermissionGrants", body)
        assert answer.status_code == 201, answer.text

    def assign(self, principal: str, role: str = "00000000-0000-0000-0000-000000000000") -> None:
        """Assign a user or group to the application."""
        body = {"principalId": principal, "resourceId": self.principal, "appRoleId": role}
        answer = self.place.graph("POST", f"/v1.0/servicePrincipals/{self.principal}/appRoleAssignedTo", body)
        assert answer.status_code == 201, answer.text

    def redeem(self, code: str, origin: str | None = None, **changes: Any) -> httpx.Response:
        """The authorization code grant at the web redirect URI; a None value leaves a parameter out."""
        form = {
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "client_secret": self.secret,
            "redirect_uri": WEB,
            "code": code,
            **changes,
        }
        return self.post(form, origin)

    def post(self, form: dict[str, Any], origin: str | None = None, tenant: str | None = None) -> httpx.Response:
        """POST to the token endpoint, from a page of another site if one is named."""
        sent = {name: value for name, value in form.items() if value is not None}
        headers = {"Origin": origin} if origin else {}
        return self.place.http.post(f"/{tenant or self.place.id}/oauth2/v2.0/token", data=sent, headers=headers)


def register(
    place: Place, *, granted: str | None = "openid profile offline_access User.Read", **properties: Any
) -> App:
    """Register an application with redirect URIs of all three platforms, consented to by the administrator."""
    body = {
        "displayName": "Council Portal",
        "web": {"redirectUris": [WEB]},
        "spa": {"redirectUris": [SPA]},
        "publicClient": {"redirectUris": [PUBLIC]},
        **properties,
    }
    made = place.graph("POST", "/v1.0/applications", body)
    assert made.status_code == 201, made.text
    application = made.json()
    principal = place.graph("POST", "/v1.0/servicePrincipals", {"appId": application["appId"]}).json()
    secret = place.graph("POST", f"/v1.0/applications/{application['id']}/addPassword", {}).json()["secretText"]
    app = App(place, application["id"], application["appId"], principal["id"], secret)
    if granted:
        app.grant(granted)
    return app


def user_id(place: Place, name: str) -> str:
    """The object id of a user of the place."""
    return str(place.graph("GET", f"/v1.0/users/{name}@{place.tenant['default_domain']}").json()["id"])


def group_id(place: Place, name: str) -> str:
    """The object id of a group of the place."""
    groups = place.graph("GET", "/v1.0/groups").json()["value"]
    return str(next(group["id"] for group in groups if group["displayName"] == name))


def sign_in(app: App, user: str = "kai.jensen", **params: Any) -> dict[str, str]:
    """A sign-in in a browser of its own: what the application gets back."""
    browser = Browser(app.place)
    asked = browser.authorize(client_id=app.client_id, redirect_uri=params.pop("redirect_uri", WEB), **params)
    return returned(browser.sign_in(asked, user))


def tokens_of(app: App, user: str = "kai.jensen", **params: Any) -> dict[str, Any]:
    """A sign-in with its code redeemed."""
    answer = app.redeem(sign_in(app, user, **params)["code"])
    assert answer.status_code == 200, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens
