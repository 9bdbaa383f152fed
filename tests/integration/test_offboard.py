# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What onboarding made is taken back, nothing else, and only of hosts that are confirmed by name."""

from __future__ import annotations

import copy
import json
import pathlib
import typing as t
from collections.abc import Iterator

import demo
import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from integration.customers import NOT_HANDED_OVER

from sandbox import Running, running

HOST = "redgum"
TENANT = "b82e5a10-7c94-4d3f-8e21-0a9f46d7c358"
SUPPORT = "writeback.support@redgum.example"
CONFIRMED = ("-e", f"entra_offboard_confirm={HOST}")


class Place(t.NamedTuple):
    """A tenant of its own, and where secrets are kept."""

    tenant: Running
    folder: pathlib.Path

    def run(self, playbook: str, *arguments: str) -> tuple[demo.Outcome, list[str]]:
        """The run, and the writes that were carried out: method and path."""
        seen = len(self.tenant.journal())
        account = {
            "kind": "cloud_user",
            "user_principal_name": SUPPORT,
            "groups": ["GIS Assets"],
            "store": {"path": str(self.folder / "secrets/users.yml")},
        }
        settings = {"entra_products": "writebackextreme", "writebackextreme_support_account": account}
        more = ("--limit", HOST, "-e", json.dumps(settings), *arguments)
        run = demo.onboard(self.tenant.env(), *more, folder=self.folder, echo=False, playbook=playbook)
        return run, [f"{one['method']} {one['path']}" for one in self.tenant.journal(seen) if one["write"]]

    def objects(self) -> dict[str, t.Any]:
        """All that the tenant holds, by kind and id."""
        view = self.tenant.world.tenants[TENANT].view()
        kinds = ("application", "servicePrincipal", "user", "group")
        return {f"{kind}/{one['id']}": copy.deepcopy(one) for kind in kinds for one in view.all(kind)}

    def kept(self, name: str) -> dict[str, t.Any]:
        vault = VaultLib([("default", VaultSecret((self.folder / "vault-password").read_bytes()))])
        plain = vault.decrypt((self.folder / "secrets" / name).read_bytes())
        return t.cast("dict[str, t.Any]", yaml.safe_load(plain)["secrets"])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running() as tenant:
        yield Place(tenant, tmp_path_factory.mktemp("offboard"))


def test_offboarding(place: Place) -> None:
    """One story, since each step needs the one before."""
    before = place.objects()
    made, _writes = place.run("playbooks/onboard.yml", *NOT_HANDED_OVER)
    assert made.code == 0, made.output[-4000:]
    assert place.kept("users.yml")[SUPPORT]["current"]["secret"] not in made.output

    # neither without a confirmation nor with a wrong one
    preview, writes = place.run("playbooks/offboard.yml")
    assert (preview.code, writes) == (0, []), preview.output[-4000:]
    assert "not confirmed, so nothing was removed" in preview.output
    for told in (
        "application WriteBackExtreme (writebackextreme)",
        f"user {SUPPORT}",
        "client secret writebackextreme",
    ):
        assert told in preview.output
    seen = len(place.tenant.journal())
    wrong, _writes = place.run("playbooks/offboard.yml", "-e", "entra_offboard_confirm=redgumm")
    assert (wrong.code, place.tenant.journal(seen)) == (2, [])
    assert "names redgumm, which is no host of this run" in wrong.output

    # interrupted before the last step, and completed by the next run
    rule = {"method": "DELETE", "path_regex": "/applications/", "status": 403, "body": {"error": {"code": "Denied"}}}
    place.tenant.control("POST", "/faults", {"rules": [rule]})
    stopped, some = place.run("playbooks/offboard.yml", *CONFIRMED)
    assert stopped.code == 2, stopped.output[-4000:]
    assert "POST" in " ".join(some)
    place.tenant.control("POST", "/faults", {"rules": []})
    check, writes = place.run("playbooks/offboard.yml", *CONFIRMED, "--check")
    assert (check.code, writes) == (0, [])
    rest, writes = place.run("playbooks/offboard.yml", *CONFIRMED)
    assert rest.code == 0, rest.output[-4000:]
    assert check.hosts[HOST]["changed"] == rest.hosts[HOST]["changed"] == len(writes) == 1
    again, writes = place.run("playbooks/offboard.yml", *CONFIRMED)
    assert (again.code, again.hosts[HOST]["changed"], writes) == (0, 0, [])

    # nothing else was touched; the store's records are kept
    assert place.objects() == before
    record = place.kept("redgum-writebackextreme.yml")["writebackextreme"]
    assert record["current"] is None
    assert [one["secret"] for one in record["retired"]] == [None]
    assert place.kept("users.yml")[SUPPORT]["current"]

    # and back: the same application, converged
    back, writes = place.run("playbooks/onboard.yml")
    assert back.code == 0, back.output[-4000:]
    assert place.kept("users.yml")[SUPPORT]["current"]["secret"] not in back.output
    assert any("/deletedItems/" in one for one in writes)
    view = place.tenant.world.tenants[TENANT].view()
    (application,) = view.where("application", uniqueName="writebackextreme")
    assert application["appId"] in (place.folder / f"handoff/{HOST}/writebackextreme.json").read_text(encoding="utf-8")
    assert len(application["passwordCredentials"]) == 1
