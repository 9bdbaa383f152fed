# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Cases in a real tenant: only those marked live, as an application; what they make is removed and purged."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import httpx
from azure.identity import ClientSecretCredential

from fidelity.model import Actor
from fidelity.place import GRAPH_APP_ID

PATIENCE = 60.0  # seconds until a write must be seen
COLLECTIONS = ("applications", "servicePrincipals", "groups", "users", "oauth2PermissionGrants")
PURGED = ("applications", "servicePrincipals", "groups", "users")


@dataclass(frozen=True)
class Permitted:
    """A tenant that the environment opens and whose use it confirms. `ca_file`: whom else to trust, for tests."""

    tenant: str
    client_id: str
    client_secret: str = field(repr=False)
    graph: str = "https://graph.microsoft.com"
    login: str = "https://login.microsoftonline.com"
    ca_file: str | None = None


class LivePlace:
    """The tenant, for one case. `made` lists the paths of what the case made, in order."""

    patience = PATIENCE

    def __init__(self, permitted: Permitted, http: httpx.Client, unique: str) -> None:
        self.graph, self.login, self.http = permitted.graph, permitted.login, http
        self.permitted = permitted
        self.made: list[str] = []
        self._unique = unique

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
        """Remove and purge what was made, last first; returns the paths that did not say that they went."""
        return [path for path in reversed(self.made) if not self.remove(path)]

    def remove(self, path: str) -> bool:
        """Remove and purge one object; whether both were answered as done."""
        kind, key = path.split("/")
        gone = self._ask("DELETE", f"/v1.0/{path}") == 204
        if kind in PURGED:
            gone = self._ask("DELETE", f"/v1.0/directory/deletedItems/{key}") == 204 and gone
        return gone

    def is_gone(self, path: str) -> bool:
        """Whether nothing knows of an object any more."""
        kind, key = path.split("/")
        traces = [path, f"directory/deletedItems/{key}"] if kind in PURGED else [path]
        return all(self._ask("GET", f"/v1.0/{trace}") == 404 for trace in traces)

    def find_made(self, word: str) -> list[str]:
        """The paths of objects whose name tells that a run with this word made them."""
        query = "$filter=startswith(displayName,'fidelity')&$select=id,displayName&$top=999"
        found = [(name, item) for name in PURGED for item in self.get(f"/v1.0/{name}?{query}")["value"]]
        return [f"{name}/{item['id']}" for name, item in found if word in item["displayName"]]

    def _ask(self, method: str, path: str) -> int:
        return self.http.request(method, self.graph + path, headers=self._headers()).status_code

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {get_token(self.permitted)}"}

    def _domain(self, flag: str) -> str:
        domains = self.get("/v1.0/organization")["value"][0]["verifiedDomains"]
        return next(str(domain["name"]) for domain in domains if domain[flag])


def make_trust(permitted: Permitted) -> ssl.SSLContext:
    """Whom the tenant's hosts are believed."""
    return ssl.create_default_context(cafile=permitted.ca_file)


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
