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
