# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The running key vault: a TLS listener on loopback, and a proxy that leads to it whoever asks for its real name.

The name matters: the client compares the resource that a challenge names with the address it has called.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import trustme
import uvicorn

from key_vault.app import Vault, build
from key_vault.guard import EVERYTHING, Guard
from sandbox import Running

HOST = "tenantops-tests.vault.azure.net"
LONGEST_START = 30  # seconds


class KeyVault:
    """One key vault, how it is reached, and what its owner does to it."""

    def __init__(self, vault: Vault, guard: Guard, ca_file: Path, proxy: str) -> None:
        self.url = f"https://{HOST}"
        self.vault = vault
        self.guard = guard
        self.ca_file = ca_file
        """Trusts the sandbox, too."""
        self.proxy = proxy

    def allow(self, app_id: str, may: frozenset[str] = EVERYTHING) -> None:
        self.guard.policies[app_id] = may


@contextlib.contextmanager
def running(sandbox: Running, tenant_id: str, folder: Path) -> Iterator[KeyVault]:
    """A key vault that trusts the tenant, until the block ends."""
    authority = trustme.CA(organization_name="Key vault of the tests")
    issued = authority.issue_cert(HOST)
    chain, key, ca_file = folder / "chain.pem", folder / "key.pem", folder / "authorities.pem"
    issued.private_key_and_cert_chain_pem.write_to_path(str(chain))
    issued.private_key_pem.write_to_path(str(key))
    shutil.copy(sandbox.ca_file, ca_file)
    authority.cert_pem.write_to_path(str(ca_file), append=True)
    with httpx.Client(verify=sandbox.tls(), trust_env=False) as client:
        keys = client.get(f"{sandbox.url}/{tenant_id}/discovery/v2.0/keys").raise_for_status().json()["keys"]
    guard = Guard(sandbox.url, tenant_id, keys)
    vault = Vault(HOST, guard)
    settings = uvicorn.Config(
        build(vault), host="127.0.0.1", port=0, ssl_certfile=chain, ssl_keyfile=key, log_level="warning", lifespan="off"
    )
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        port = wait_for_port(server)
        with proxying(port) as proxy:
            yield KeyVault(vault, guard, ca_file, proxy)
    finally:
        server.should_exit = True
        thread.join(LONGEST_START)


def wait_for_port(server: uvicorn.Server) -> int:
    ends = time.monotonic() + LONGEST_START
    while not server.started:
        assert time.monotonic() < ends, "the key vault is not ready"
        time.sleep(0.02)
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port


@contextlib.contextmanager
def proxying(port: int) -> Iterator[str]:
    """The URL of a proxy that connects requests for HOST to the port, and refuses all others."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, args=(listener, port), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)


def accept(listener: socket.socket, port: int) -> None:
    while True:
        try:
            client, _address = listener.accept()
        except OSError:
            return
        threading.Thread(target=lead, args=(client, port), daemon=True).start()


def lead(client: socket.socket, port: int) -> None:
    """Answer CONNECT, and then carry bytes both ways until one side ends."""
    with client:
        head = b""
        while b"\r\n\r\n" not in head:
            got = client.recv(4096)
            if not got:
                return
            head += got
        if not head.startswith(f"CONNECT {HOST}:443 ".encode()):
            client.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", port)) as server:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=carry, args=(server, client), daemon=True)
            back.start()
            carry(client, server)
            back.join(LONGEST_START)


def carry(start: socket.socket, end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while got := start.recv(1 << 16):
            end.sendall(got)
        end.shutdown(socket.SHUT_WR)
