# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The sandbox under Microsoft's own names, and the Azure CLI signed in to one of its tenants. Run by `make azure` only."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from azure_clients.commands import Az
from azure_clients.namespace import HOSTNAMES
from unit.sandbox.graph_client import GraphClient, sign_in

from sandbox import Running, running

HTTPS = 443
IDS = re.compile(r"(?<=/)([0-9a-f]{8}-[0-9a-f-]{27}|[\w-]{43})(?=/|$)")


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Running]:
    """The sandbox on the port and under the names that the clients take for Microsoft's; refuses to run where they are."""
    for name in HOSTNAMES:
        if socket.gethostbyname(name) != "127.0.0.1":
            pytest.exit(f"{name} is not this machine here: run these tests by make azure", returncode=2)
    with running(HTTPS, HOSTNAMES) as started:
        yield started


@pytest.fixture(scope="session")
def tenant(sandbox: Running) -> dict[str, Any]:
    """A tenant that the tests share: each makes objects of its own in it."""
    tenants: list[dict[str, Any]] = sandbox.control("POST", "/tenants", {"count": 1})["tenants"]
    return tenants[0]


@pytest.fixture
def signed_out(sandbox: Running, tmp_path: Path) -> Az:
    """A session of the CLI that nobody is signed in to."""
    return Az(tmp_path, sandbox.ca_file)


@pytest.fixture(scope="session")
def az(sandbox: Running, tenant: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Az:
    """The CLI signed in as the tenant's operator, an application."""
    session = Az(tmp_path_factory.mktemp("az"), sandbox.ca_file)
    operator = tenant["operator"]
    named = ["--username", operator["client_id"], "--password", operator["client_secret"]]
    session("login --service-principal --allow-no-subscriptions", "--tenant", tenant["id"], *named)
    return session


@pytest.fixture(scope="session")
def graph(sandbox: Running, tenant: dict[str, Any]) -> GraphClient:
    """The same tenant with other eyes: plain requests to Graph."""
    operator = tenant["operator"]
    return GraphClient(
        sandbox, tenant, sign_in(sandbox, tenant["id"], operator["client_id"], operator["client_secret"])
    )


@pytest.fixture
def writes(sandbox: Running) -> Callable[[], list[str]]:
    """The writes that reached the sandbox since it was last called, "METHOD kind status", ids left out, oldest first."""
    start = sandbox.control("GET", "/journal")["next"]

    def take() -> list[str]:
        nonlocal start
        entries = sandbox.journal(start)
        start += len(entries)
        return [
            f"{one['method']} {IDS.sub('{}', one['path'].replace('//', '/'))} {one['status']}"
            for one in entries
            if one["write"]
        ]

    return take
