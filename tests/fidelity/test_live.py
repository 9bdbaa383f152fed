# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The live run, asked of a sandbox as if it were a real tenant: nothing without permission, and nothing stays."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from fidelity.live_place import LivePlace, Permitted, make_trust
from fidelity.live_run import ask_permission, clear, run_live
from fidelity.loader import CASES, load_families, load_family
from fidelity.model import Family
from sandbox import Running

TESTS = Path(__file__).resolve().parents[1]
TENANT = {"AZURE_TENANT_ID": "one", "AZURE_CLIENT_ID": "client", "AZURE_CLIENT_SECRET": "hidden"}


@pytest.fixture
def permitted(sandbox: Running) -> Permitted:
    """A tenant of the sandbox, as one that was confirmed."""
    tenant = sandbox.control("POST", "/tenants", {"count": 1})["tenants"][0]
    operator = tenant["operator"]
    return Permitted(
        tenant["id"],
        operator["client_id"],
        operator["client_secret"],
        sandbox.url,
        sandbox.url,
        str(sandbox.ca_file),
    )


@pytest.fixture
def place(permitted: Permitted) -> LivePlace:
    """That tenant, for one case."""
    return LivePlace(permitted, httpx.Client(verify=make_trust(permitted)), "word0")


def list_objects(place: LivePlace) -> set[str]:
    """The ids of everything that cases make."""
    names = ("applications", "servicePrincipals", "groups", "users", "oauth2PermissionGrants")
    kinds = ("application", "servicePrincipal", "user", "group")
    paths = [*names, *(f"directory/deletedItems/microsoft.graph.{kind}" for kind in kinds)]
    return {item["id"] for path in paths for item in place.get(f"/v1.0/{path}")["value"]}


def test_without_a_tenant_the_sandbox_is_asked() -> None:
    assert ask_permission({}) is None


def test_a_sandbox_in_the_environment_is_no_tenant() -> None:
    assert ask_permission({**TENANT, "ENTRA_GRAPH_URL": "https://localhost:1"}) is None


def test_a_tenant_in_the_environment_is_not_touched_without_a_word() -> None:
    with pytest.raises(ValueError, match="set FIDELITY_LIVE=one") as refusal:
        ask_permission(TENANT)
    assert "hidden" not in str(refusal.value)


def test_the_word_names_the_tenant() -> None:
    with pytest.raises(ValueError, match="nothing was asked"):
        ask_permission({**TENANT, "FIDELITY_LIVE": "other"})


def test_the_word_is_not_enough() -> None:
    with pytest.raises(ValueError, match="needs"):
        ask_permission({"AZURE_TENANT_ID": "one", "FIDELITY_LIVE": "one"})


def test_the_word_opens_the_tenant_and_its_secret_is_not_shown() -> None:
    found = ask_permission({**TENANT, "FIDELITY_LIVE": "one"})
    assert found
    assert (found.tenant, found.graph) == ("one", "https://graph.microsoft.com")
    assert "hidden" not in repr(found)


def test_live_cases_pass_and_leave_nothing(permitted: Permitted, place: LivePlace) -> None:
    names = ("upsert", "permission_grants", "assignments", "groups")
    families = [load_family(CASES / f"{name}.yml") for name in names]
    before = list_objects(place)
    results = run_live(families, permitted, Console(quiet=True))
    outcomes = [outcome for family in results.values() for outcome in family]
    assert len(outcomes) == sum(case.live for family in families for case in family.cases) > 80
    assert [outcome for outcome in outcomes if outcome.faults] == []
    assert list_objects(place) == before


def test_what_a_broken_case_made_is_removed(permitted: Permitted, place: LivePlace, tmp_path: Path) -> None:
    path = tmp_path / "broken.yml"
    path.write_text(
        """
family: Broken
cases:
  - case: breaks half-way
    source: https://example.com/
    confidence: reported
    live: true
    given:
      - {request: POST /v1.0/applications, body: {displayName: "fidelity ${unique}"}, save: app}
      - {request: POST /v1.0/servicePrincipals, body: {appId: "${nothing.appId}"}}
    request: GET /v1.0/organization
"""
    )
    before = list_objects(place)
    family: Family = load_family(path)
    results = run_live([family], permitted, Console(quiet=True))
    assert results["Broken"][0].broken == ("nothing is known as ${nothing.appId}",)
    assert list_objects(place) == before


def test_what_a_lost_answer_left_is_found_by_its_name(place: LivePlace) -> None:
    before = list_objects(place)
    body = {"displayName": "fidelity other word7"}
    token = {"Authorization": f"Bearer {place.token('application')}"}
    assert place.http.post(f"{place.graph}/v1.0/applications", json=body, headers=token).status_code == 201
    assert list_objects(place) != before
    assert clear(place, "word", []) == []
    assert list_objects(place) == before


def test_live_cases_are_named_so_that_they_are_found() -> None:
    for family in load_families():
        for case in family.cases:
            for step in case.steps if case.live else ():
                name = step.body.get("displayName") if isinstance(step.body, dict) else None
                if step.request and re.fullmatch(r"POST /v1.0/\w+", step.request) and name is not None:
                    assert str(name).startswith("fidelity"), f"{case.case}: {name}"
                    assert "${unique}" in str(name), f"{case.case}: {name}"


def test_the_command_runs_live_where_it_was_told_to(sandbox: Running) -> None:
    environment = {**os.environ, **sandbox.env(), "PYTHONPATH": str(TESTS)}
    environment["FIDELITY_LIVE"] = environment["AZURE_TENANT_ID"]
    command = [sys.executable, "-m", "fidelity", "permission grants"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stdout + run.stderr
    assert environment["AZURE_TENANT_ID"] in run.stdout
    assert environment["AZURE_CLIENT_SECRET"] not in run.stdout + run.stderr
