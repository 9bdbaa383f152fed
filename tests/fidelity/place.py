# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where cases are run: what a runner needs to know of the sandbox or of a tenant."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

import httpx

from fidelity.model import Actor

GRAPH_PATHS = ("/v1.0/", "/beta/")
GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"


class Place(Protocol):
    """One tenant. `graph` and `login` are origins; `patience` is how many seconds an answer may take to come true."""

    graph: str
    login: str
    http: httpx.Client
    patience: float

    def known(self) -> dict[str, Any]:
        """What placeholders may name: unique, tenant, domain, operator, graph_sp, graph, login."""

    def token(self, actor: Actor) -> str:
        """An access token for Graph."""

    def now(self) -> datetime:
        """The time there."""

    def wait(self, seconds: float) -> None:
        """Let that time pass."""

    def note(self, method: str, path: str, answer: httpx.Response) -> None:
        """Told of every answer, so that what was made can be removed."""


def address(path: str, place: Place) -> str:
    """The full address of a path, or of an address that an answer gave; raises ValueError on a foreign one."""
    if path.startswith("https://"):
        if not path.startswith((f"{place.graph}/", f"{place.login}/")):
            raise ValueError("an address outside the tenant's hosts")
        return path
    return (place.graph if is_graph(path) else place.login) + path


def is_graph(path: str) -> bool:
    """Whether a path is Microsoft Graph's; all others are the identity platform's."""
    return path.startswith(GRAPH_PATHS)
