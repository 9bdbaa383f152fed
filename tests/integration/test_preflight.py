# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""playbooks/onboard.yml on customers of whom each lacks something else: all of it in one table, no write to any of them, the others done,
and a table of what failed at the end."""

from __future__ import annotations

import pathlib
import re
import typing as t

import demo
import httpx
import pytest
from integration.customers import NOT_HANDED_OVER, Customers, read_lines
from integration.test_contract import Teller

from sandbox import Running

MISSING, FAILED = "Show what is missing in all tenants", "Show what failed in all tenants"
POLICY = {
    "isEnabled": True,
    "applicationRestrictions": {
        "passwordCredentials": [{"restrictionType": "passwordAddition", "state": "enabled"}],
        "keyCredentials": [],
    },
}
ENOUGH = ["Application.ReadWrite.OwnedBy", "Organization.Read.All", "Policy.Read.All", "Application.Read.All"]


def token_of(sandbox: Running, tenant: dict[str, t.Any], *scopes: str) -> str:
    """A token of the tenant's administrator."""
    asked = {"tenant": tenant["id"], "user": tenant["admin"]["user_principal_name"], "scopes": list(scopes)}
    return str(sandbox.control("POST", "/tokens", asked)["access_token"])


def forbid_secrets(sandbox: Running, tenant: dict[str, t.Any]) -> None:
    headers = {"Authorization": f"Bearer {token_of(sandbox, tenant, 'Policy.ReadWrite.ApplicationConfiguration')}"}
    address = f"{sandbox.url}/v1.0/policies/defaultAppManagementPolicy"
    httpx.patch(address, json=POLICY, headers=headers, verify=sandbox.tls()).raise_for_status()


def client_of(sandbox: Running, tenant: dict[str, t.Any], *permissions: str) -> dict[str, str]:
    """The variables of an application that holds just these."""
    made = sandbox.control("POST", "/clients", {"tenant": tenant["id"], "permissions": list(permissions)})
    return {"entra_client_id": made["client_id"], "entra_client_secret": made["client_secret"]}


@pytest.fixture
def customers(fresh_sandbox: Running, tmp_path: pathlib.Path) -> Customers:
    return Customers(fresh_sandbox, tmp_path)


def add_all(customers: Customers) -> None:
    """One that lacks nothing, one of whose two products fails on the way, and six that lack something."""
    sandbox = customers.sandbox
    domain = customers.add("fine")["default_domain"]
    customers.hosts["fine"]["entra_expected_domain"] = domain.upper()
    lost = customers.write_product("lost.yml", key="lost", secrets=[], assignment={"groups": [{"name": "Nobody's"}]})
    customers.add("halfway", entra_products=[lost, "notes.yml"])
    weak = customers.add("weak")
    customers.hosts["weak"] |= client_of(sandbox, weak, "Application.Read.All")
    customers.add("pasted", entra_expected_domain="other.example")
    customers.add("homeless", notes_folder=str(customers.folder / "nowhere"))
    customers.add("mistyped", entra_client_secret="not-the-right-value")
    strict = customers.add("strict")
    customers.hosts["strict"] |= client_of(sandbox, strict, *ENOUGH)
    forbid_secrets(sandbox, strict)
    foreign = token_of(sandbox, strict, "Application.ReadWrite.All")
    customers.add("swapped", entra_auth_kind="access_token", entra_access_token=foreign)


WANTED = {
    "weak": (
        "Permission",
        "Application.ReadWrite.OwnedBy, application, is not in the token, and is needed by entra_app_reg",
    ),
    "pasted": ("Tenant", "and expected_domain is other.example. The tenant id and the customer do not belong together"),
    "homeless": ("Store (notes)", "nowhere does not exist. Name a file in a folder of your own."),
    "mistyped": ("Sign-in", "(code AADSTS7000215, trace id "),
    "strict": ("Policy", "The tenant's policy forbids client secrets."),
    "swapped": ("Sign-in", "The token belongs to tenant "),
}


@pytest.mark.parametrize("strategy", ["linear", "free"])
def test_everything_that_is_missing_is_told_before_the_first_write(customers: Customers, strategy: str) -> None:
    add_all(customers)
    if strategy == "free":  # one that writes and one that lacks something show that no host is ahead of another
        customers.hosts = {name: customers.hosts[name] for name in ("halfway", "weak")}
    onboarded = {"fine", "halfway"} & set(customers.hosts)
    seen = len(customers.sandbox.journal())
    run = customers.run(settings={"ANSIBLE_STRATEGY": strategy})
    assert run.code == 2, run.output
    assert {name: counts["failed"] for name, counts in run.hosts.items()} == {
        name: int(name != "fine") for name in customers.hosts
    }
    assert set(customers.writes(seen)) == onboarded
    assert run.hosts["halfway"]["rescued"] == 1
    documents = {path.parent.name for path in customers.folder.glob("handoff/*/notes.json")}
    assert documents == onboarded

    missing = read_lines(run.output, MISSING)
    assert not any(line.startswith(("fine", "halfway")) for line in missing)
    failed = read_lines(run.output, FAILED)
    for name, (check, told) in WANTED.items():
        if name not in customers.hosts:
            continue
        (row,) = (line for line in missing if line.startswith(f"{name} Notes {check} missing "))
        assert told in row
        assert any(line.startswith(f"{name} Notes Preflight: {check} ") and told in line for line in failed), failed
    (row,) = (line for line in failed if line.startswith("halfway"))
    assert row.startswith("halfway lost.yml Assign groups and users There is no group 'Nobody's'"), row
    assert re.search(r"fatal: \[halfway\]: FAILED! => .*There is no group", run.output)
    # all that one tenant lacks, not the first thing alone
    rows = missing[[line.startswith("weak") for line in missing].index(True) :]
    assert sum("Organization.Read.All" in row for row in rows) == 1
    assert not re.search(r"eyJ[\w-]{20,}\.|not-the-right-value", run.output)
    assert "Traceback" not in run.output


def test_where_nothing_is_missing_nothing_is_shown_unless_it_is_asked_for(customers: Customers) -> None:
    tenant = customers.add("fine")
    first = customers.run(*NOT_HANDED_OVER)
    assert first.code == 0, first.output
    assert read_lines(first.output, MISSING) == read_lines(first.output, FAILED) == []
    seen = len(customers.sandbox.journal())
    looked = customers.run("--tags", "preflight")
    assert (looked.code, customers.writes(seen)) == (0, {}), looked.output
    rows = read_lines(looked.output, MISSING)
    assert rows[0].startswith("fine Notes Sign-in ok application ")
    assert any(f'Tenant ok {tenant["id"]} is "' in row for row in rows)
    assert sum(entry["path"] == "/v1.0/organization" for entry in customers.sandbox.journal(seen)) == 1


def test_a_part_of_the_run_needs_less_and_what_is_accepted_stops_nothing(customers: Customers) -> None:
    tenant = customers.add("fine")
    assert customers.run(*NOT_HANDED_OVER).code == 0
    customers.hosts["fine"] |= client_of(customers.sandbox, tenant, "Application.Read.All", "Organization.Read.All")
    assert customers.run("--tags", "handoff").code == 0
    whole = customers.run()
    assert (whole.code, whole.hosts["fine"]["changed"]) == (2, 0)
    assert "Preflight: Permission" in whole.output
    accepted = customers.run(*NOT_HANDED_OVER, "-e", '{"entra_preflight_accept": ["Permission"]}')
    assert (accepted.code, accepted.hosts["fine"]["changed"]) == (0, 0), accepted.output
    assert any(" Permission warning " in row for row in read_lines(accepted.output, MISSING))
    assert customers.run("--skip-tags", "preflight,handoff").code == 0


def test_a_product_that_there_is_none_of_is_named(customers: Customers) -> None:
    customers.add("typo", entra_products=["pomeriun", "away.yml"])
    run = customers.run()
    assert (run.code, customers.sandbox.journal()[1:]) == (2, []), run.output
    role, file = read_lines(run.output, FAILED)
    assert role.startswith("typo pomeriun Preflight: Product There is no product 'pomeriun'. Did you mean pomerium?")
    assert file.startswith("away.yml Preflight: Product There is no file "), file


def test_offboarding_looks_at_the_domain_first(customers: Customers) -> None:
    customers.add("pasted", entra_expected_domain="other.example")
    run = customers.run("-e", "entra_offboard_confirm=pasted", playbook="offboard")
    assert (run.code, customers.writes()) == (2, {})
    assert "do not belong together: correct one of the two. Nothing was changed." in run.output


class TestModule:
    """What a playbook cannot bring about easily."""

    @pytest.fixture
    def teller(self, sandbox: Running, tmp_path: pathlib.Path) -> Teller:
        return Teller(sandbox, tmp_path)

    def look(self, teller: Teller, identity: str = "application", **options: t.Any) -> dict[str, tuple[str, str]]:
        told = teller.run("entra_preflight_info", options, identity)
        assert not told.get("failed"), told
        return {one["check"]: (one["result"], f"{one['detail']}. {one['remedy']}") for one in told["checks"]}

    def test_licence_and_connector(self, teller: Teller) -> None:
        tenant = teller.sandbox.world.tenants[teller.tenant]
        for plan in tenant.view().all("assignedPlan"):
            tenant.remove("assignedPlan", plan["id"])
        for one in tenant.view().all("connector"):
            tenant.put("connector", {**one, "status": "inactive"})
        told = self.look(teller, app_proxy=True)
        assert told["Licence"][0] == "missing"
        told = self.look(teller, "delegated", connectors=True)
        assert told["Connector"][0] == "missing"
        assert "None of the connector group 'Default' is active" in told["Connector"][1]
        assert self.look(teller, "delegated", connectors=True, connector_required=False)["Connector"][0] == "warning"
        told = self.look(teller, "delegated", connectors=True, connector_group="Servers")
        assert "There is no connector group 'Servers' in this tenant. Name one of" in told["Connector"][1]

    def test_a_user_without_the_role(self, teller: Teller) -> None:
        body = {
            "tenant": teller.tenant,
            "user": f"kai.jensen@{teller.words['<domain>']}",
            "scopes": ["Application.ReadWrite.All", "Directory.ReadWrite.All"],
        }
        token = teller.sandbox.control("POST", "/tokens", body)["access_token"]
        teller.identities["user"] = {"auth_kind": "access_token", "access_token": token}
        uses = [{"module": "entra_app_proxy"}, {"module": "entra_app_secret"}]
        told = self.look(teller, "user", uses=uses, connectors=True)
        assert told["Connector"][0] == told["Directory role"][0] == "missing" or told["Directory role"][0] == "warning"

    def test_where_an_application_is_let_in_to_application_proxy_nothing_is_missing(self, teller: Teller) -> None:
        uses = [{"module": "entra_app_proxy", "options": ["connector_group"]}]
        assert self.look(teller, uses=uses, connectors=True)["Kind of identity"][0] == "missing"
        teller.sandbox.control("PUT", "/settings", {"app_proxy_app_only": True})
        try:
            told = self.look(teller, uses=uses, connectors=True)
        finally:
            teller.sandbox.control("PUT", "/settings", {"app_proxy_app_only": False})
        assert told["Connector"][0] == "ok"
        assert "Kind of identity" not in told

    def test_a_registered_application_may_live_with_a_policy_that_new_ones_do_not(self, teller: Teller) -> None:
        tenant = next(one for one in teller.sandbox.tenants() if one["id"] == teller.tenant)
        client = client_of(teller.sandbox, tenant, *ENOUGH)
        forbid_secrets(teller.sandbox, tenant)
        teller.identities["reader"] = {name.removeprefix("entra_"): value for name, value in client.items()}
        store = {"name": "notes", "lifetime_days": 90, "store": {"path": f"{teller.words['<folder>']}/notes.yml"}}
        assert self.look(teller, "reader", unique_name="notes", stores=[store])["Policy"][0] == "missing"
        made = teller.run("entra_app_registration", {"unique_name": "notes", "display_name": "Notes"})
        assert not made.get("failed"), made
        assert self.look(teller, "reader", unique_name="notes", stores=[store])["Policy"][0] == "warning"

    def test_an_unknown_module_is_told_and_nothing_is_sent(self, teller: Teller) -> None:
        start = teller.mark()
        told = teller.run("entra_preflight_info", {"uses": [{"module": "entra_nothing"}]})
        assert "There is no module entra_nothing" in told["msg"]
        assert teller.requests(start) == []


def test_the_demo_does_not_mistake_a_failure(customers: Customers) -> None:
    """Its judge counts failed hosts, so that what was rescued must still end as failed."""
    customers.add("halfway", entra_products=[customers.write_product("lost.yml", assignment={"users": ["nobody@x"]})])
    run = customers.run()
    with pytest.raises(demo.Failed, match="failed for halfway"):
        demo.judge(run, run, (1, 0))
