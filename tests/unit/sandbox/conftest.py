# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the sandbox's own tests share."""

from __future__ import annotations

import pytest
from unit.sandbox.graph_client import GraphClient, open_graph

from sandbox import Running


@pytest.fixture
def graph(fresh_sandbox: Running) -> GraphClient:
    """Graph of the first tenant as its operator application, in a sandbox put back to its seed."""
    return open_graph(fresh_sandbox)
