# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every case, asked of the sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from fidelity.loader import load_families
from fidelity.model import Case
from fidelity.runner import run_case
from fidelity.sandbox_place import open_sandbox_place
from sandbox import Running

CASES = [(family.family, case) for family in load_families() for case in family.cases]


@pytest.fixture(scope="module")
def http(sandbox: Running) -> Iterator[httpx.Client]:
    """A client that trusts the sandbox."""
    with httpx.Client(verify=sandbox.tls(), trust_env=False, timeout=30) as client:
        yield client


@pytest.mark.parametrize(
    "case", [case for family, case in CASES], ids=[f"{family}: {case.case}" for family, case in CASES]
)
def test_sandbox_does_as_the_service_does(case: Case, sandbox: Running, http: httpx.Client) -> None:
    with open_sandbox_place(sandbox, http, case) as place:
        outcome = run_case(case, place)
    if outcome.faults:
        pytest.fail("\n".join([*outcome.faults, str(case.source)]), pytrace=False)
