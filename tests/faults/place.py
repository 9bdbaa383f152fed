# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A sandbox in a process of its own, and in it one application whose secret is rotated."""

from __future__ import annotations

import contextlib
import datetime
import os
import pathlib
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import httpx

FOREIGN = ("made by hand", "iis:0123456789abcdef", None)  # display names; the second looks like one of ours
PATIENCE = 300.0  # seconds
BATCH = 20  # requests


class Place:
    """What a case is set up with, and looks at afterwards. Times are the sandbox's."""

    def __init__(self, env: dict[str, str], folder: pathlib.Path) -> None:
        self.env, self.folder = env, folder
        tls = ssl.create_default_context(cafile=env["ENTRA_CA_FILE"])
        self._http = httpx.Client(base_url=env["ENTRA_GRAPH_URL"], verify=tls, timeout=PATIENCE)
        (self.tenant,) = (
            one for one in self.control("GET", "/tenants")["tenants"] if one["id"] == env["AZURE_TENANT_ID"]
        )
        self.app_id = ""
        self.foreign: list[str] = []
        self.measured: float | None = None
        """What the play under way measured, in a unit of its own."""

    def in_another_tenant(self) -> Place:
        """The same sandbox, in a new tenant."""
        made = self.control("POST", "/tenants", {"count": 1})["tenants"][0]
        operator = made["operator"]
        identity = {"AZURE_CLIENT_ID": operator["client_id"], "AZURE_CLIENT_SECRET": operator["client_secret"]}
        return Place({**self.env, "AZURE_TENANT_ID": made["id"], **identity}, self.folder)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._http.request(method, f"/_sandbox{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    def begin(self, lag: float = 0, speed: float = 1, seed: int = 0) -> None:
        """A new tenant, an application with credentials that are not ours, and an empty store."""
        self.clear()
        made = self.graph("POST", "/applications(uniqueName='kept')", {"displayName": "Kept"})
        self.app_id = made["appId"]
        self.graph("POST", "/servicePrincipals", {"appId": self.app_id})
        add = f"/applications/{made['id']}/addPassword"
        self.foreign = [
            self.graph("POST", add, {"passwordCredential": {"displayName": name}})["keyId"] for name in FOREIGN
        ]
        self.control("PUT", "/settings", {"replication_lag_seconds": lag, "clock_speed": speed, "seed": seed})

    def clear(self) -> None:
        """A new tenant, and an empty store."""
        self.control("POST", "/reset")
        for leftover in self.folder.iterdir():
            leftover.unlink()

    def connection(self) -> dict[str, Any]:
        """The options with which a task signs in as the tenant's operator."""
        return {
            "graph_url": self.env["ENTRA_GRAPH_URL"],
            "authority": self.env["AZURE_AUTHORITY_HOST"],
            "ca_file": self.env["ENTRA_CA_FILE"],
            "tenant_id": self.env["AZURE_TENANT_ID"],
            "client_id": self.env["AZURE_CLIENT_ID"],
            "client_secret": self.env["AZURE_CLIENT_SECRET"],
        }

    def token(self, *scopes: str) -> str:
        """An access token of the tenant's administrator; without scopes with all that the operator was granted."""
        admin = {"tenant": self.env["AZURE_TENANT_ID"], "user": self.tenant["admin"]["user_principal_name"]}
        asked = {"scopes": list(scopes)} if scopes else {}
        return str(self.control("POST", "/tokens", {**admin, **asked})["access_token"])

    def graph(self, method: str, path: str, body: Any = None, version: str = "v1.0") -> Any:
        """As the tenant's administrator. POST to an application by its unique name makes it."""
        headers = {"Authorization": f"Bearer {self.token()}"}
        if "uniqueName=" in path and method == "POST":
            method, headers["Prefer"] = "PATCH", "create-if-missing"
        answer = self._http.request(method, f"/{version}{path}", json=body, headers=headers)
        answer.raise_for_status()
        return answer.json() if answer.content else {}

    def batch(self, asked: list[tuple[str, str, Any]]) -> list[Any]:
        """The answers to these methods, paths and bodies. Raises RuntimeError for the first that is refused."""
        answers: list[Any] = []
        json = {"Content-Type": "application/json"}
        for first in range(0, len(asked), BATCH):
            items = [
                {"id": str(number), "method": method, "url": path, **({"body": body, "headers": json} if body else {})}
                for number, (method, path, body) in enumerate(asked[first : first + BATCH])
            ]
            told = {one["id"]: one for one in self.graph("POST", "/$batch", {"requests": items})["responses"]}
            for item in items:
                answer = told[item["id"]]
                if answer["status"] >= 400:
                    raise RuntimeError(f"{item['method']} {item['url']}: {answer}")
                answers.append(answer.get("body") or {})
        return answers

    def held(self) -> dict[str, dict[str, Any]]:
        """The application's secrets in the tenant, by key id."""
        found = self.graph("GET", "/applications(uniqueName='kept')?$select=id,passwordCredentials")
        return {one["keyId"]: one for one in found["passwordCredentials"]}

    def now(self) -> datetime.datetime:
        return datetime.datetime.fromisoformat(self.control("GET", "/clock")["now"])

    def advance(self, seconds: float) -> None:
        self.control("POST", "/clock", {"advance_seconds": seconds})

    def settle(self) -> None:
        """From now on every replica knows at once of what is written."""
        self.control("PUT", "/settings", {"replication_lag_seconds": 0})

    def fail(self, *rules: dict[str, Any]) -> None:
        self.control("POST", "/faults", {"rules": list(rules)})

    def faults_used(self) -> int:
        return sum(rule["used"] for rule in self.control("GET", "/faults")["rules"])

    def mark(self) -> int:
        return int(self.control("GET", "/journal?since=1000000000")["next"])

    def journal(self, since: int) -> list[dict[str, Any]]:
        requests: list[dict[str, Any]] = self.control("GET", f"/journal?since={since}")["requests"]
        return requests

    def wait_for_answers(self) -> None:
        """Until the journal holds what is answered late, too: a slow answer may come when the task is over."""
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends and self.control("GET", "/journal?since=1000000000")["waiting"]:
            time.sleep(0.02)

    def signs_in(self, secret: str) -> bool:
        """Whether a consumer of the secret gets a token now."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.app_id,
            "client_secret": secret,
            "scope": f"{self.env['ENTRA_GRAPH_URL']}/.default",
        }
        answer = self._http.post(f"/{self.env['AZURE_TENANT_ID']}/oauth2/v2.0/token", data=form)
        return answer.status_code == 200


@contextlib.contextmanager
def sandbox() -> Iterator[Place]:
    """A sandbox until the end of the block."""
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        folder = pathlib.Path(name)
        (folder / "store").mkdir()
        variables = folder / "env"
        command = [sys.executable, "-m", "sandbox", "--port", "0", "--env-file", str(variables)]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, "NO_PROXY": "localhost"})
        try:
            ends = time.monotonic() + PATIENCE
            while not variables.exists():
                if server.poll() is not None or time.monotonic() > ends:
                    raise RuntimeError("the sandbox did not start")
                time.sleep(0.05)
            env = dict(line.split("=", 1) for line in variables.read_text().splitlines())
            yield Place(env, folder / "store")
        finally:
            server.terminate()
            server.wait(PATIENCE)
