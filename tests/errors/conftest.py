# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the cases run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from errors.dns_server import serving
from errors.runner import Place
from sandbox import running


@pytest.fixture(scope="package")
def place() -> Iterator[Place]:
    with running() as sandbox, serving() as dns:
        yield Place(sandbox, dns)
