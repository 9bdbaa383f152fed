# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the sandbox's own tests share."""

from __future__ import annotations

import pytest
from unit.sandbox.browsing import App, Browser, register
from unit.sandbox.graph_client import GraphClient, open_graph
from unit.sandbox.signing_in import Place, make_place

from sandbox import Running


@pytest.fixture
def graph(fresh_sandbox: Running) -> GraphClient:
    """Graph of the first tenant as its operator application, in a sandbox put back to its seed."""
    return open_graph(fresh_sandbox)


@pytest.fixture
def place(sandbox: Running) -> Place:
    """A tenant of the test's own."""
    return make_place(sandbox)


@pytest.fixture
def app(place: Place) -> App:
    """An application that everybody may sign in to."""
    return register(place)


@pytest.fixture
def browser(place: Place) -> Browser:
    return Browser(place)
