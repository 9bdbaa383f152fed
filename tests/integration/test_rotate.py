# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""playbooks/rotate.yml: a secret is renewed, then brought to its consumer, and only then the former one is removed."""

from __future__ import annotations

import datetime
import pathlib
import typing as t

import httpx
import pytest
import yaml
from integration.test_verify import APPLICATION, HOSTS, SCOPES, Tenants

from sandbox import Running

FORCED = ("-e", "entra_force=true")
# as docs/rotation.md has it, with a consumer on this machine
PUBLISH: list[dict[str, t.Any]] = [
    {
        "name": "Read the value",
        "ansible.builtin.include_vars": {"file": "{{ entra_published.stored_at }}", "name": "kept"},
        "no_log": True,
    },
    {
        "name": "Hand it to the consumer",
        "ansible.builtin.copy": {
            "content": "{{ kept.secrets[entra_published.name].current.secret }}",
            "dest": "{{ inventory_dir }}/consumer/{{ entra_published.name }}",
            "mode": "0600",
        },
        "no_log": True,
    },
    {"name": "Tell which", "ansible.builtin.debug": {"msg": "{{ entra_published }}"}},
]


class Rotated(Tenants):
    """With a hook that brings each secret into the folder consumer."""

    def __init__(self, sandbox: Running, folder: pathlib.Path) -> None:
        super().__init__(sandbox, folder)
        self.writes: list[dict[str, t.Any]] = []
        (folder / "publish.yml").write_text(yaml.safe_dump(PUBLISH), encoding="utf-8")

    def rotate(self, *arguments: str) -> tuple[t.Any, list[str]]:
        """The run, which showed no secret, and the requests that wrote."""
        since, before = len(self.sandbox.journal()), self.kept()
        settings = ("-e", "entra_publish_tasks=publish.yml", "-e", "entra_overlap_days=0")
        run = self.run("rotate", "--limit", "onboarded", *settings, *arguments)
        assert before not in run.output
        assert self.kept() not in run.output
        self.writes = [entry for entry in self.sandbox.journal(since) if entry["write"]]
        return run, [entry["path"].rpartition("/")[2] for entry in self.writes]

    def administer(self) -> httpx.Client:
        """The tenant's Microsoft Graph, as its administrator."""
        admin = next(one["admin"] for one in self.sandbox.tenants() if one["id"] == self.tenant)
        asked = {"tenant": self.tenant, "user": admin["user_principal_name"], "scopes": SCOPES}
        token = self.sandbox.control("POST", "/tokens", asked)["access_token"]
        headers = {"Authorization": f"Bearer {token}", "Prefer": "create-if-missing"}
        return httpx.Client(base_url=self.sandbox.url, verify=self.sandbox.tls(), headers=headers)

    def register(self) -> None:
        """As far as a rotation needs it."""
        with self.administer() as graph:
            made = graph.patch(APPLICATION, json={"displayName": "Pomerium"}).raise_for_status()
            graph.post("/v1.0/servicePrincipals", json={"appId": made.json()["appId"]}).raise_for_status()

    def key_ids(self) -> list[str]:
        with self.administer() as graph:
            return [one["keyId"] for one in graph.get(APPLICATION).json()["passwordCredentials"]]

    def last_write(self) -> float:
        """Its time, in seconds since 1970."""
        return datetime.datetime.fromisoformat(self.writes[-1]["time"]).timestamp()

    @property
    def consumed(self) -> str:
        return (self.folder / "consumer/pomerium").read_text(encoding="utf-8")


@pytest.fixture
def tenants(fresh_sandbox: Running, tmp_path: pathlib.Path) -> Rotated:
    return Rotated(fresh_sandbox, tmp_path)


def test_a_rotation(tenants: Rotated) -> None:
    """One story, since each step needs the one before."""
    tenants.register()
    made = tenants.run("rotate", "--limit", "onboarded")
    assert (made.code, made.hosts["onboarded"]["changed"]) == (0, 1), made.output
    (former,) = tenants.key_ids()

    # the consumer cannot be reached: both secrets stay; a tenant that was never onboarded stops nothing
    run, writes = tenants.rotate("--limit", ",".join(HOSTS), *FORCED)
    assert (run.code, writes) == (2, ["addPassword"]), run.output
    assert {host: counts["failed"] for host, counts in run.hosts.items() if host in HOSTS} == dict.fromkeys(HOSTS, 1)
    assert "Hand it to the consumer: It failed; what it said is hidden by no_log." in run.output
    assert tenants.key_ids()[:1] == [former]
    assert len(tenants.key_ids()) == 2

    # nothing but a rotation removes what may be in use still
    overlap = ("-e", "app_secret_overlap_days=0", "-e", "entra_publish_tasks=publish.yml")
    onboarded = tenants.run("onboard", "--limit", "onboarded", "--tags", "secret", *overlap)
    assert (onboarded.code, onboarded.hosts["onboarded"]["changed"]) == (0, 0), onboarded.output
    assert len(tenants.key_ids()) == 2

    # it can: nothing is due, and it gets what it did not get the last time
    (tenants.folder / "consumer").mkdir()
    run, writes = tenants.rotate()
    assert (run.code, writes) == (0, ["removePassword"]), run.output
    assert run.hosts["onboarded"]["changed"] == 2
    assert tenants.consumed == tenants.kept()
    assert int((tenants.folder / "consumer/pomerium").stat().st_mtime) <= tenants.last_write()
    (current,) = tenants.key_ids()
    assert current in run.output
    assert current != former

    run, writes = tenants.rotate()
    assert (run.code, writes, run.hosts["onboarded"]["changed"]) == (0, [], 0), run.output

    run, writes = tenants.rotate("--check", *FORCED)
    assert (run.code, writes, run.hosts["onboarded"]["changed"]) == (0, [], 1), run.output
    assert tenants.consumed == tenants.kept()
