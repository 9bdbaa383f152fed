# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A plain HTTP client of the sandbox's Graph for tests: one caller in one tenant."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx

from sandbox import Running

EVENTUAL = {"ConsistencyLevel": "eventual"}
UPSERT = {"Prefer": "create-if-missing"}


class GraphClient:
    """Sends requests and checks the status of what comes back."""

    def __init__(self, sandbox: Running, tenant: dict[str, Any], token: str) -> None:
        self.sandbox = sandbox
        self.tenant = tenant
        self.token = token
        self.http = httpx.Client(
            base_url=sandbox.url, verify=sandbox.tls(), headers={"Authorization": f"Bearer {token}"}, trust_env=False
        )

    def send(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> httpx.Response:
        """Send a request; a path without a version means v1.0."""
        path = path if path.startswith(("/beta/", "/v1.0/")) else f"/v1.0/{path}"
        content = {} if body is None else {"json": body}
        return self.http.request(method, path, headers=headers, **content)

    def ask(self, status: int, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """Send a request whose answer must have this status; its JSON, None where it has no body."""
        answer = self.send(method, path, body, headers)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def get(self, path: str, headers: dict[str, str] | None = None) -> Any:
        return self.ask(200, "GET", path, headers=headers)

    def refused(
        self, status: int, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[str, str]:
        """The code and message of an answer that must be an error with this status."""
        error = self.ask(status, method, path, body, headers)["error"]
        assert set(error) - {"details"} == {"code", "message", "innerError"}
        return error["code"], error["message"]

    def filtered(self, path: str, text: str, **more: str) -> list[dict[str, Any]]:
        """The values of a list under a $filter."""
        query = "&".join([f"$filter={quote(text)}", *(f"{name}={value}" for name, value in more.items())])
        values: list[dict[str, Any]] = self.get(f"{path}?{query}")["value"]
        return values

    def application(self, **properties: Any) -> dict[str, Any]:
        """A new application."""
        made: dict[str, Any] = self.ask(201, "POST", "applications", {"displayName": "Test", **properties})
        return made

    def application_with_principal(self, **properties: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """A new application and its service principal."""
        made = self.application(**properties)
        return made, self.ask(201, "POST", "servicePrincipals", {"appId": made["appId"]})

    def as_client(self, permissions: list[str], roles: list[str] | None = None) -> GraphClient:
        """The same tenant through an application that holds just these permissions."""
        body = {"tenant": self.tenant["id"], "permissions": permissions, "directory_roles": roles or []}
        made = self.sandbox.control("POST", "/clients", body)
        return GraphClient(
            self.sandbox,
            self.tenant,
            sign_in(self.sandbox, self.tenant["id"], made["client_id"], made["client_secret"]),
        )

    def as_user(self, name: str, scopes: list[str] | None = None) -> GraphClient:
        """The same tenant through a user, with all that the operator was granted or just these scopes."""
        user = f"{name}@{self.tenant['default_domain']}"
        body: dict[str, Any] = {"tenant": self.tenant["id"], "user": user}
        if scopes:
            body["scopes"] = scopes
        return GraphClient(self.sandbox, self.tenant, self.sandbox.control("POST", "/tokens", body)["access_token"])

    def settings(self, **changes: Any) -> None:
        self.sandbox.control("PUT", "/settings", changes)

    def wait(self, seconds: float) -> None:
        """Let virtual time pass."""
        self.sandbox.control("POST", "/clock", {"advance_seconds": seconds})

    def now(self) -> datetime:
        """The time at the sandbox."""
        return datetime.fromisoformat(self.sandbox.control("GET", "/clock")["now"])


def sign_in(sandbox: Running, tenant_id: str, client_id: str, secret: str) -> str:
    """An access token for Graph by client secret."""
    form = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": secret,
        "scope": "https://graph.microsoft.com/.default",
    }
    answer = httpx.post(
        f"{sandbox.url}/{tenant_id}/oauth2/v2.0/token", data=form, verify=sandbox.tls(), trust_env=False
    )
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["access_token"]
    return token


def open_graph(sandbox: Running, position: int = 0) -> GraphClient:
    """Graph of one of the tenants, as its operator application."""
    tenant = sandbox.tenants()[position]
    operator = tenant["operator"]
    return GraphClient(
        sandbox, tenant, sign_in(sandbox, tenant["id"], operator["client_id"], operator["client_secret"])
    )
