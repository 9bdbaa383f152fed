# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An inventory that mixes tenants up stops every playbook that writes before anything is sent to any tenant."""

from __future__ import annotations

import pathlib
import typing as t

import demo
import pytest
import yaml
from integration.customers import Customers

from sandbox import Running

WRITING = ("onboard", "offboard")


@pytest.fixture
def customers(fresh_sandbox: Running, tmp_path: pathlib.Path) -> Customers:
    made = Customers(fresh_sandbox, tmp_path)
    for name in ("one", "two", "three"):
        made.add(name)
    return made


def test_every_playbook_that_writes_begins_with_the_guard() -> None:
    for name in (*WRITING, "rotate"):
        first = yaml.safe_load((demo.ROOT / f"playbooks/{name}.yml").read_text(encoding="utf-8"))[0]
        assert (first["hosts"], first["any_errors_fatal"], first["strategy"]) == ("all", True, "ansible.builtin.linear")
        assert [task["ansible.builtin.import_tasks"] for task in first["tasks"]] == ["tasks/guard.yml"]
        assert first["tasks"][0]["tags"] == ["always"]


@pytest.mark.parametrize("playbook", WRITING)
@pytest.mark.parametrize("strategy", ["linear", "free"])
def test_two_hosts_with_one_tenant(customers: Customers, playbook: str, strategy: str) -> None:
    customers.hosts["three"]["entra_tenant_id"] = customers.hosts["two"]["entra_tenant_id"]
    run = customers.run("--tags", "handoff", playbook=playbook, settings={"ANSIBLE_STRATEGY": strategy})
    assert (run.code, customers.sandbox.journal()) == (2, []), run.output
    assert "is that of the hosts three, two, and each customer has a tenant of its own" in run.output
    assert "Nothing was sent to any tenant." in run.output
    assert "PLAY [Onboard" not in run.output
    assert "PLAY [Offboard" not in run.output


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"entra_tenant_id": "{{ somebody_elses_id }}"}, "somebody_elses_id"),
        ({"entra_tenant_id": "customer.example"}, "entra_tenant_id of two is 'customer.example', a domain"),
        ({"entra_tenant_id": None}, "entra_tenant_id of two is missing"),
    ],
)
def test_an_id_that_is_none(customers: Customers, change: dict[str, t.Any], says: str) -> None:
    customers.hosts["two"] |= change
    run = customers.run()
    assert (run.code, customers.sandbox.journal()) == (2, []), run.output
    assert says in run.output


def test_a_tenant_that_is_given_for_all(customers: Customers) -> None:
    tenant = customers.hosts["one"]["entra_tenant_id"]
    shared = '{"entra_allow_shared_tenant": true}'
    run = customers.run("-e", f"entra_tenant_id={tenant}", "-e", shared)
    assert (run.code, customers.sandbox.journal()) == (2, []), run.output
    assert "entra_tenant_id is given with -e and would apply to all 3 hosts of this run: one, three, two" in run.output
    alone = customers.run("-e", f"entra_tenant_id={tenant}", "--limit", "one", "--tags", "preflight")
    assert alone.code == 0, alone.output


def test_two_customers_whose_ids_were_swapped(customers: Customers) -> None:
    """One identity opens both tenants, as a partner's does, so that only the domains tell."""
    first, second = customers.sandbox.tenants()[:2]
    for name, tenant, other in (("one", first, second), ("two", second, first)):
        credential = {f"entra_{key}": value for key, value in first["operator"].items()}
        domain = other["default_domain"]
        customers.hosts[name] |= {"entra_tenant_id": tenant["id"], "entra_expected_domain": domain, **credential}
    run = customers.run()
    assert (run.code, set(customers.writes())) == (2, {"three"}), run.output
    assert run.output.count("The tenant id and the customer do not belong together") >= 2
