# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A sandbox of the Microsoft identity platform and Microsoft Graph, for tests and demonstrations. See README.md."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.seed_file import DEFAULT
from sandbox.server import Server

if TYPE_CHECKING:
    from sandbox.world import World

__all__ = ["Running", "running"]
PATIENCE = 15.0


class Running:
    """A sandbox that listens in this process, and its control API as functions."""

    def __init__(self, server: Server) -> None:
        import httpx  # brings a terminal interface along, which python -m sandbox must not wait for

        self.url = server.url
        self.ca_file = server.ca_file
        self.world: World = server.world
        self.env = server.env
        self._http = httpx.Client(
            base_url=f"{server.url}/_sandbox", verify=self.tls(), trust_env=False, timeout=PATIENCE
        )

    def tls(self) -> ssl.SSLContext:
        """A client's TLS context that trusts the sandbox and nobody else."""
        return ssl.create_default_context(cafile=str(self.ca_file))

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Call the control API, for example ("POST", "/reset"); raises ValueError with its sentence where it refuses."""
        answer = self._http.request(method, path, json=body)
        if answer.status_code != 200:
            raise ValueError(answer.json()["error"])
        return answer.json()

    def reset(self) -> None:
        """Back to the seed."""
        self.control("POST", "/reset")

    def journal(self, since: int = 0) -> list[dict[str, Any]]:
        """The requests from that index on."""
        requests: list[dict[str, Any]] = self.control("GET", f"/journal?since={since}")["requests"]
        return requests

    def tenants(self) -> list[dict[str, Any]]:
        """All tenants with what opens them."""
        tenants: list[dict[str, Any]] = self.control("GET", "/tenants")["tenants"]
        return tenants

    def close(self) -> None:
        """Close the connection to the control API."""
        self._http.close()


@contextmanager
def running(port: int = 0, hostnames: Iterable[str] = (), seed: Path = DEFAULT) -> Iterator[Running]:
    """Run a sandbox in a thread for the length of a block."""
    server = Server(port, hostnames, seed)
    listening = threading.Event()
    server.on_listening = listening.set
    thread = threading.Thread(target=server.run, kwargs={"sockets": [server.socket]}, name="sandbox", daemon=True)
    thread.start()
    try:
        if not listening.wait(PATIENCE):
            raise RuntimeError("the sandbox did not start")
        sandbox = Running(server)
        try:
            yield sandbox
        finally:
            sandbox.close()
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        server.close()
