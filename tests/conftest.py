# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The embedded tenant for tests: one a process, started when the first test asks for it. And the order of the files."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from sandbox import Running, running

os.environ["ENTRA_STORE_ALLOW_CONTAINER"] = "true"  # the tests' own folders need not outlive a container

LONGEST = ("test_demo", "test_preflight", "test_operator", "test_offboard", "test_support_account", "test_verify")
"""The files that take longest begin, so that no worker is left alone with one of them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Running]:
    """A sandbox shared by all tests of the process: use tenants of your own (POST /tenants) where you write."""
    with running() as started:
        yield started


@pytest.fixture
def fresh_sandbox(sandbox: Running) -> Iterator[Running]:
    """The same, put back to its seed before and after: clock, settings, faults, journal and tenants."""
    sandbox.reset()
    yield sandbox
    sandbox.reset()
