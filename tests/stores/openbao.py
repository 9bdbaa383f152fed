# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A real OpenBao server in development mode: in memory, over TLS with a certificate authority of its own."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

BAO = Path(sys.executable).parent / "bao"
ROOT_TOKEN = "root-token-of-the-tests"
LONGEST_START = 60  # seconds


class OpenBao:
    """One server and what an administrator does to it."""

    def __init__(self, url: str, ca_file: Path, unseal_key: str) -> None:
        self.url = url
        self.ca_file = ca_file
        self._unseal_key = unseal_key
        self._client = httpx.Client(
            base_url=f"{url}/v1", verify=trust(ca_file), headers={"X-Vault-Token": ROOT_TOKEN}, trust_env=False
        )

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer's JSON, or None. Raises httpx.HTTPStatusError."""
        answer = self._client.request(method, path, json=body).raise_for_status()
        return answer.json() if answer.content else None

    def make_token(self, policy: str, **settings: Any) -> str:
        """A token with a policy of its own, in HCL."""
        name = f"policy-{time.monotonic_ns()}"
        self.ask("PUT", f"/sys/policies/acl/{name}", {"policy": policy})
        made = self.ask("POST", "/auth/token/create", {"policies": [name], "no_default_policy": True, **settings})
        return str(made["auth"]["client_token"])

    @contextlib.contextmanager
    def sealed(self) -> Iterator[None]:
        self.ask("PUT", "/sys/seal")
        try:
            yield
        finally:
            self.ask("PUT", "/sys/unseal", {"key": self._unseal_key})
            wait_for(lambda: self._client.get("/sys/health").status_code == httpx.codes.OK)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[OpenBao]:
    """A server on a free port of 127.0.0.1, which ends with the block. folder takes its certificates and its log."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    log = folder / "openbao.log"
    tls = ["-dev-tls", f"-dev-tls-cert-dir={folder}"]
    command = [str(BAO), "server", "-dev", *tls, f"-dev-root-token-id={ROOT_TOKEN}", f"-dev-listen-address={address}"]
    # its helper for tokens writes to the home's folder otherwise
    with (
        log.open("w") as output,
        subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env={"HOME": str(folder), "GOMAXPROCS": "1"}
        ) as server,
    ):
        try:
            wait_for(lambda: server.poll() is not None or "Unseal Key:" in log.read_text())
            key = re.search(r"Unseal Key: (\S+)", log.read_text())
            assert key, log.read_text()
            yield OpenBao(f"https://{address}", folder / "vault-ca.pem", key[1])
        finally:
            server.terminate()


def wait_for(ready: Any) -> None:
    ends = time.monotonic() + LONGEST_START
    while not ready():
        assert time.monotonic() < ends, "the server is not ready"
        time.sleep(0.05)


def trust(ca_file: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(ca_file))
