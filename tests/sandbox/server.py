# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The running server: a TLS listener on loopback with one world behind it, and the environment that leads to it."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import ssl
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from sandbox import app
from sandbox.identity import keys
from sandbox.seed import Planter
from sandbox.seed_file import DEFAULT
from sandbox.tls import make_tls
from sandbox.world import World

LOOPBACK = "127.0.0.1"


class CannotWrite(Exception):
    """The environment file; the text is a sentence for the user."""


class Server(uvicorn.Server):
    """uvicorn with a word when it listens. A folder of its own, private to the user, holds the CA's certificate."""

    def __init__(self, port: int = 0, hostnames: Iterable[str] = (), seed: Path = DEFAULT) -> None:
        hostnames = list(hostnames)
        self.socket = _bind(port)
        self.folder = Path(tempfile.mkdtemp(prefix="entra-sandbox-"))
        self.ca_file = self.folder / "ca.pem"
        self.url = f"https://localhost:{self.socket.getsockname()[1]}"
        self.on_listening: Callable[[], None] = lambda: None
        try:
            tls = _make_tls(hostnames, self.ca_file)
            self.world = World(self.url, keys.generate(), hostnames)
            self.planter = Planter(self.world, seed)
        except BaseException:
            self.close()
            raise
        super().__init__(_configure(app.build(self.world, self.planter, self.cut), tls))

    def close(self) -> None:
        """Give the port back and remove the folder."""
        self.socket.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def env(self) -> dict[str, str]:
        """The variables with which clients find the sandbox and sign in to its first tenant."""
        tenant = next(iter(self.world.tenants))
        access = self.world.access[tenant]
        ca_file = str(self.ca_file)
        return {
            "ENTRA_GRAPH_URL": self.url,
            "AZURE_AUTHORITY_HOST": self.url,
            "ENTRA_CA_FILE": ca_file,
            "REQUESTS_CA_BUNDLE": ca_file,
            "SSL_CERT_FILE": ca_file,
            "AZURE_TENANT_ID": tenant,
            "AZURE_CLIENT_ID": access.client_id,
            "AZURE_CLIENT_SECRET": access.client_secret,
            "ENTRA_REFRESH_TOKEN": self.planter.refresh_token(),
        }

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        self.on_listening()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let requests that are being answered end; connections that only wait are not worth a TLS farewell."""
        for connection in list(self.server_state.connections):
            cycle = getattr(connection, "cycle", None)
            if cycle is None or cycle.response_complete:
                connection.transport.abort()
        await super().shutdown(sockets)

    async def cut(self, client: tuple[str, int], data: bytes) -> None:
        """Send that client these bytes, then close its connection at once."""
        for connection in list(self.server_state.connections):
            if getattr(connection, "client", None) != tuple(client):
                continue
            transport = connection.transport
            transport.write(data)
            while transport.get_write_buffer_size() and not transport.is_closing():
                await asyncio.sleep(0.001)
            transport.abort()
            while connection in self.server_state.connections:
                await asyncio.sleep(0)


def write_env(path: Path, values: dict[str, str]) -> None:
    """Write NAME=value lines, readable by the user alone, so that the file is there whole or not at all. Raises CannotWrite."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.writelines(f"{key}={value}\n" for key, value in values.items())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CannotWrite(f"the environment file {path} cannot be written: {error.strerror}") from error


def _bind(port: int) -> socket.socket:
    listener = socket.socket(
        socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # asyncio sets TCP_NODELAY on such only
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OSError as error:
        listener.close()
        raise ValueError(f"port {port} of {LOOPBACK} cannot be had: {error.strerror}") from error
    return listener


def _make_tls(hostnames: list[str], ca_file: Path) -> ssl.SSLContext:
    try:
        return make_tls(["localhost", LOOPBACK, *hostnames], ca_file)
    except ValueError as error:
        raise ValueError(f"the certificate cannot be made for {', '.join(hostnames)}: {error}") from error


def _configure(application: Starlette, tls: ssl.SSLContext) -> uvicorn.Config:
    return uvicorn.Config(
        application,
        ssl_context_factory=lambda config, default: tls,
        lifespan="off",
        ws="none",
        loop="asyncio",
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=65,
        timeout_graceful_shutdown=2,
    )
