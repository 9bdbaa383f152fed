# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""playbooks/verify.yml: proves what was onboarded without a write, and names what was broken by hand."""

from __future__ import annotations

import pathlib
import re
import typing as t

import demo
import httpx
import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from sandbox import Running

HOSTS = ("onboarded", "nobody")
SCOPES = ["Application.ReadWrite.All", "Directory.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All"]
APPLICATION = "/v1.0/applications(uniqueName='pomerium')"


class Tenants:
    """One that is onboarded for Pomerium as Harbourview is, and one that never was."""

    def __init__(self, sandbox: Running, folder: pathlib.Path) -> None:
        self.sandbox, self.folder = sandbox, folder
        given = yaml.safe_load((demo.ROOT / "inventories/demo/host_vars/harbourview.yml").read_text(encoding="utf-8"))
        first, second = (tenant["id"] for tenant in sandbox.tenants()[:2])
        hosts = {
            "onboarded": {"entra_tenant_id": first, "entra_products": ["pomerium"]},
            "nobody": {"entra_tenant_id": second, "entra_products": ["pomerium"]},
        }
        inputs = {name: value for name, value in given.items() if name.startswith("pomerium_")}
        hosts = {name: {**host, **inputs} for name, host in hosts.items()}
        (folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}), encoding="utf-8")
        self.tenant = first

    def run(self, playbook: str, *arguments: str) -> demo.Outcome:
        everything = ("-i", str(self.folder / "hosts.yml"), *arguments)
        return demo.onboard(
            self.sandbox.env(), *everything, folder=self.folder, echo=False, playbook=f"playbooks/{playbook}.yml"
        )

    def verify(self, *arguments: str) -> tuple[demo.Outcome, list[str]]:
        """The run, which wrote nothing and showed no secret, and the rows of its table."""
        since = len(self.sandbox.journal())
        run = self.run("verify", *arguments)
        assert [entry["url"] for entry in self.sandbox.journal(since) if entry["write"]] == []
        assert self.kept() not in run.output
        assert not re.search(r"eyJ[\w-]{20,}\.", run.output)
        return run, [" ".join(line.split()) for line in demo.read_table(run.output)[2:]]

    def kept(self) -> str:
        """The value of the client secret in the store."""
        vault = VaultLib([("default", VaultSecret((self.folder / "vault-password").read_bytes()))])
        text = vault.decrypt((self.folder / "secrets/onboarded-pomerium.yml").read_bytes())
        return str(yaml.safe_load(text)["secrets"]["pomerium"]["current"]["secret"])

    def break_by_hand(self) -> None:
        """An administrator removes the secret and the redirect URIs."""
        admin = next(one["admin"] for one in self.sandbox.tenants() if one["id"] == self.tenant)
        asked = {"tenant": self.tenant, "user": admin["user_principal_name"], "scopes": SCOPES}
        token = self.sandbox.control("POST", "/tokens", asked)["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=self.sandbox.url, verify=self.sandbox.tls(), headers=headers) as client:
            app: dict[str, t.Any] = client.get(APPLICATION).json()
            (secret,) = app["passwordCredentials"]
            path = f"/v1.0/applications/{app['id']}"
            client.post(f"{path}/removePassword", json={"keyId": secret["keyId"]}).raise_for_status()
            client.patch(path, json={"web": {"redirectUris": []}}).raise_for_status()


@pytest.fixture
def tenants(fresh_sandbox: Running, tmp_path: pathlib.Path) -> Tenants:
    return Tenants(fresh_sandbox, tmp_path)


def test_what_was_onboarded_is_proven_and_what_was_broken_is_named(tenants: Tenants) -> None:
    made = tenants.run("onboard", "--limit", "onboarded")
    assert made.code == 0, made.output

    run, rows = tenants.verify("--limit", "onboarded", "--check", "--tags", "verify")
    assert run.code == 0, run.output
    assert run.hosts["onboarded"]["changed"] == 0
    assert rows[0] == "onboarded Pomerium Settings ok All as the product asks for"
    assert "Roles in the token ok Directory.Read.All, Group.Read.All, User.Read.All" in rows
    assert any(row.startswith("Calls of the product ok Answered: /v1.0/groups/delta") for row in rows)
    assert any(re.fullmatch(r"Secret \(pomerium\) ok Ends \d{4}-\d\d-\d\d \(180 days left\)", row) for row in rows)
    assert len(rows) == 9

    tenants.break_by_hand()
    patience = ("-e", "entra_timeout=15")  # a secret that is this young is tried for that long
    run, rows = tenants.verify("--limit", ",".join(HOSTS), *patience)
    assert run.code == 2
    assert {host: counts["failed"] for host, counts in run.hosts.items() if host in HOSTS} == dict.fromkeys(HOSTS, 1)
    failed = [row for row in rows if " failed " in f" {row} "]
    names = sorted(row.partition(" failed")[0].split()[-1] for row in failed)
    assert names == ["(pomerium)", "Settings", "URIs", "Verification"]
    assert any("AADSTS7000215" in row for row in failed)
    assert "Roles in the token unknown There is no token" in rows
    assert any(
        row.startswith("nobody pomerium Verification failed There is no application with unique") for row in failed
    )
    assert "Pomerium: Sign-in (pomerium): Refused: AADSTS7000215" in run.output
    assert "Run onboarding, which makes a new one" in run.output

    seen = (tenants.folder / "handoff/onboarded/pomerium.json").read_bytes()
    again = tenants.run("onboard", "--limit", "onboarded", *patience)
    assert (again.code, "Nothing was handed over" in again.output) == (2, True), again.output
    assert (tenants.folder / "handoff/onboarded/pomerium.json").read_bytes() == seen


def test_every_playbook_connects_in_the_same_way() -> None:
    files = sorted((demo.ROOT / "playbooks").glob("*.yml"))
    plays = [play for path in files for play in yaml.safe_load(path.read_text(encoding="utf-8"))]
    given = [play["module_defaults"] for play in plays if "module_defaults" in play]
    assert len(given) > 1
    assert all(one == given[0] for one in given)
