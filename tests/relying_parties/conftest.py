# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tests of relying parties share: a customer of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from relying_parties.customers import Customer, make_customer

from sandbox import Running


@pytest.fixture
def customer(sandbox: Running, tmp_path: Path) -> Customer:
    return make_customer(sandbox, tmp_path)
