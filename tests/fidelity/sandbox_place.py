# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cases in the sandbox: each in a tenant of its own, with a clock that waits move."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import httpx

from fidelity.model import Actor, Case, Client, User
from fidelity.place import GRAPH_APP_ID
from fidelity.placeholders import NotKnown, fill
from sandbox import Running

TOKEN_LIFETIME = 3000  # seconds after which a token is asked for again
NUMBERS = itertools.count(1)


class SandboxPlace:
    """A new tenant of a running sandbox."""

    patience = 0.0

    def __init__(self, sandbox: Running, http: httpx.Client) -> None:
        self.sandbox, self.http = sandbox, http
        self.graph = self.login = sandbox.url
        self.tenant: dict[str, Any] = sandbox.control("POST", "/tenants", {"count": 1})["tenants"][0]
        self._tokens: dict[str, str] = {}
        self._waited = 0.0
        self._unique = f"case{next(NUMBERS)}"

    def known(self) -> dict[str, Any]:
        """The tenant's facts, from the sandbox itself, so that no request of them meets the case's faults."""
        view = self.sandbox.world.tenants[self.tenant["id"]].view()
        operator, admin = self.tenant["operator"], self.tenant["admin"]
        first, second = itertools.islice(self.sandbox.world.tenants, 2)
        stranger = self.sandbox.world.access[second]  # the first one's administrator is a partner of every tenant
        principal = view.find("servicePrincipal", appId=operator["client_id"])
        user = view.find("user", userPrincipalName=admin["user_principal_name"])
        return {
            "unique": self._unique,
            "tenant": self.tenant["id"],
            "domain": self.tenant["default_domain"],
            "initial_domain": self.tenant["initial_domain"],
            "operator": {**operator, "id": principal["id"] if principal else None},
            "admin": {**admin, "id": user["id"] if user else None},
            "other_tenant": first,
            "other_user": {"user_principal_name": stranger.admin_name, "password": stranger.admin_password},
            "graph_sp": view.find("servicePrincipal", appId=GRAPH_APP_ID),
            "graph": self.graph,
            "login": self.login,
        }

    def prepare(self, case: Case) -> None:
        """Take the tokens that can be had now, and then let settings and faults hold."""
        for step in case.steps:
            if step.as_ not in (None, "anonymous"):
                try:
                    self.token(fill_actor(step.as_, self.known()))
                except (NotKnown, ValueError):
                    continue
        self.token("application")
        if case.settings:
            self.sandbox.control("PUT", "/settings", case.settings)
        if case.faults:
            self.sandbox.control("POST", "/faults", {"rules": case.faults})

    def token(self, actor: Actor) -> str:
        """The operator's token, or one that the control API makes for the occasion."""
        key = repr(actor)
        if key not in self._tokens:
            self._tokens[key] = self._make_token(actor)
        return self._tokens[key]

    def now(self) -> datetime:
        """The virtual time."""
        return self.sandbox.world.clock.now()

    def wait(self, seconds: float) -> None:
        """Move the virtual clock."""
        self.sandbox.control("POST", "/clock", {"advance_seconds": seconds})
        self._waited += seconds
        if self._waited > TOKEN_LIFETIME:
            self._tokens.clear()
            self._waited = 0.0

    def note(self, method: str, path: str, answer: httpx.Response) -> None:
        """Nothing: the tenant is the case's own."""

    def _make_token(self, actor: Actor) -> str:
        if isinstance(actor, Client):
            client = self.sandbox.control("POST", "/clients", {"tenant": self.tenant["id"], **actor.model_dump()})
            return self._sign_in(client)
        if actor == "application":
            return self._sign_in(self.tenant["operator"])
        user = actor if isinstance(actor, User) else User(user=self.tenant["admin"]["user_principal_name"])
        wish = {name: value for name, value in user.model_dump().items() if value is not None}
        made = self.sandbox.control("POST", "/tokens", {"tenant": self.tenant["id"], **wish})
        return str(made["access_token"])

    def _sign_in(self, client: dict[str, str]) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_id": client["client_id"],
            "client_secret": client["client_secret"],
            "scope": f"{self.graph}/.default",
        }
        answer = self.http.post(f"{self.login}/{self.tenant['id']}/oauth2/v2.0/token", data=form)
        if answer.status_code != 200:
            raise ValueError(f"no token: {answer.json().get('error_description')}")
        return str(answer.json()["access_token"])


def fill_actor(actor: Actor | None, known: dict[str, Any]) -> Actor:
    """The actor with the placeholders of its user filled in."""
    if isinstance(actor, User):
        return actor.model_copy(update=fill(actor.model_dump(), known))
    return actor or "application"


@contextmanager
def open_sandbox_place(sandbox: Running, http: httpx.Client, case: Case) -> Iterator[SandboxPlace]:
    """A tenant for one case; what the case changed of the sandbox itself is put back."""
    http.cookies.clear()
    place = SandboxPlace(sandbox, http)
    try:
        place.prepare(case)
        yield place
    finally:
        if case.settings or case.faults or any(step.wait for step in case.steps):
            sandbox.reset()
