# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cases in a real tenant: only those marked live, as an application; what they make is removed and purged."""

from __future__ import annotations

import secrets
import string
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import httpx
from azure.identity import ClientSecretCredential
from rich.console import Console

from fidelity.model import Actor, Family
from fidelity.place import GRAPH_APP_ID
from fidelity.runner import Outcome, run_case

PATIENCE = 60.0  # seconds until a write must be seen
PAUSE = 3.0  # seconds between attempts to remove
ATTEMPTS = 3
COLLECTIONS = ("applications", "servicePrincipals", "groups", "users", "oauth2PermissionGrants")
SWEPT = ("applications", "servicePrincipals", "groups", "users")


@dataclass(frozen=True)
class Permitted:
    """A tenant that the environment opens and whose use it confirms. `ca_file`: whom else to trust, for tests."""

    tenant: str
    client_id: str
    client_secret: str = field(repr=False)
    graph: str = "https://graph.microsoft.com"
    login: str = "https://login.microsoftonline.com"
    ca_file: str | None = None


def ask_permission(environment: Mapping[str, str]) -> Permitted | None:
    """The tenant to use, or None for the sandbox. Raises ValueError where credentials are there and no confirmation is.

    ENTRA_GRAPH_URL without FIDELITY_LIVE is a sandbox's environment, and no tenant.
    """
    names = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET")
    tenant, client_id, client_secret = (environment.get(name, "") for name in names)
    confirmed = environment.get("FIDELITY_LIVE", "")
    if confirmed and confirmed != tenant:
        raise ValueError(
            f"FIDELITY_LIVE is {confirmed} and AZURE_TENANT_ID is {tenant or 'not set'}: nothing was asked"
        )
    if not (tenant and client_id and client_secret):
        if confirmed:
            raise ValueError(f"FIDELITY_LIVE needs {', '.join(names)}")
        return None
    if not confirmed and environment.get("ENTRA_GRAPH_URL"):
        return None
    if not confirmed:
        raise ValueError(
            f"The environment opens tenant {tenant}. Cases would make objects there and remove them. "
            f"To do so set FIDELITY_LIVE={tenant}; to ask the sandbox unset AZURE_CLIENT_SECRET."
        )
    hosts = {
        "graph": environment.get("ENTRA_GRAPH_URL", Permitted.graph).rstrip("/"),
        "login": environment.get("AZURE_AUTHORITY_HOST", Permitted.login).rstrip("/"),
    }
    return Permitted(tenant, client_id, client_secret, ca_file=environment.get("ENTRA_CA_FILE"), **hosts)


class LivePlace:
    """The tenant, for one case. `made` lists the paths of what the case made, in order."""

    patience = PATIENCE

    def __init__(self, permitted: Permitted, http: httpx.Client, run: str, number: int) -> None:
        self.graph, self.login, self.http = permitted.graph, permitted.login, http
        self.permitted = permitted
        self.made: list[str] = []
        self._unique = f"{run}{number}"

    def known(self) -> dict[str, Any]:
        """What placeholders may name; what takes a request is asked for when it is first named."""
        client_id = self.permitted.client_id
        return {
            "unique": self._unique,
            "tenant": self.permitted.tenant,
            "domain": cache(lambda: self._domain("isDefault")),
            "initial_domain": cache(lambda: self._domain("isInitial")),
            "operator": cache(
                lambda: {
                    **self.get(f"/v1.0/servicePrincipals(appId='{client_id}')"),
                    "client_id": client_id,
                    "client_secret": self.permitted.client_secret,
                }
            ),
            "graph_sp": cache(lambda: self.get(f"/v1.0/servicePrincipals(appId='{GRAPH_APP_ID}')")),
            "graph": self.graph,
            "login": self.login,
        }

    def token(self, actor: Actor) -> str:
        """The application's token; nobody else can sign in."""
        if actor != "application":
            raise ValueError("a live run signs in as an application only")
        return get_token(self.permitted)

    def now(self) -> datetime:
        """Real time."""
        return datetime.now(UTC)

    def wait(self, seconds: float) -> None:
        """Refused: a case that waits is not live."""
        raise ValueError("a live run does not wait")

    def note(self, method: str, path: str, answer: httpx.Response) -> None:
        """Remember what was made, from the answer that says so."""
        if answer.status_code not in (200, 201) or method not in ("POST", "PATCH"):
            return
        collection = path.split("?", maxsplit=1)[0].split("/")[2].partition("(")[0]
        body = answer.json() if answer.content else {}
        if path.endswith("/instantiate"):
            self.made += [
                f"applications/{body['application']['id']}",
                f"servicePrincipals/{body['servicePrincipal']['id']}",
            ]
        elif collection in COLLECTIONS and answer.status_code == 201 and len(path.strip("/").split("/")) == 2:
            self.made.append(f"{collection}/{body['id']}")

    def get(self, path: str) -> dict[str, Any]:
        """A JSON object of Graph."""
        answer = self.http.get(self.graph + path, headers=self._headers())
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def remove_all(self) -> list[str]:
        """Remove and purge what was made, last first; returns the paths of what is still there."""
        return [path for path in reversed(self.made) if not self._remove(path)]

    def find_left(self, word: str) -> list[str]:
        """The paths of objects whose name tells that this run made them."""
        query = f"=startswith(displayName,'fidelity {word}')&$select=id"
        return [f"{name}/{item['id']}" for name in SWEPT for item in self.get(f"/v1.0/{name}?{query}")["value"]]

    def _remove(self, path: str) -> bool:
        kind, key = path.split("/")
        gone = self._delete(f"/v1.0/{kind}/{key}")
        if kind in SWEPT:
            gone = self._delete(f"/v1.0/directory/deletedItems/{key}") and gone
        return gone

    def _delete(self, path: str) -> bool:
        """Whether it is gone. A replica that knows nothing of it yet is asked again."""
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(PAUSE)
            status = self.http.delete(self.graph + path, headers=self._headers()).status_code
            if status == 204:
                return True
        return status == 404

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {get_token(self.permitted)}"}

    def _domain(self, flag: str) -> str:
        domains = self.get("/v1.0/organization")["value"][0]["verifiedDomains"]
        return next(str(domain["name"]) for domain in domains if domain[flag])


@cache
def make_credential(permitted: Permitted) -> ClientSecretCredential:
    """The application's credential, which keeps its token."""
    public = permitted.login == Permitted.login
    trust = {} if permitted.ca_file is None else {"connection_verify": permitted.ca_file}
    return ClientSecretCredential(
        permitted.tenant,
        permitted.client_id,
        permitted.client_secret,
        authority=permitted.login,
        disable_instance_discovery=not public,
        **trust,
    )


def get_token(permitted: Permitted) -> str:
    """An access token for Graph."""
    return str(make_credential(permitted).get_token(f"{permitted.graph}/.default").token)


@contextmanager
def open_live_place(
    permitted: Permitted, http: httpx.Client, run: str, number: int, console: Console
) -> Iterator[LivePlace]:
    """The tenant for one case; whatever happened, what the case made is removed."""
    place = LivePlace(permitted, http, run, number)
    try:
        yield place
    finally:
        for path in place.remove_all():
            console.print(f"still in the tenant: {path}", style="red", markup=False)


def run_live(families: list[Family], permitted: Permitted, console: Console) -> dict[str, list[Outcome]]:
    """All live cases one after another, and a last look for what an answer that was lost may have left."""
    run = "".join(secrets.choice(string.ascii_lowercase) for letter in range(8))
    results: dict[str, list[Outcome]] = {}
    cases = [(family.family, case) for family in families for case in family.cases if case.live]
    with httpx.Client(verify=permitted.ca_file or True, timeout=60) as http:
        try:
            for number, (family, case) in enumerate(cases):
                with open_live_place(permitted, http, run, number, console) as place:
                    asked = case.model_copy(update={"difference": None})  # the sandbox's, not the service's
                    results.setdefault(family, []).append(run_case(asked, place))
        finally:
            with open_live_place(permitted, http, run, len(cases), console) as place:
                place.made = place.find_left(run)
    return results
