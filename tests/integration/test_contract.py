# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every module keeps the same contract, told by its story in stories/: check mode predicts and writes nothing, the real run
does just that, and a second run changes nothing and writes nothing. Judged by the tenant's store and journal."""

from __future__ import annotations

import importlib
import pathlib
import typing as t

import httpx
import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultSecret
from integration.oracle import leftovers
from integration.story_files import DELEGATED, STORIES, load_story, words_of

from ansible_collections.tenantops.entra.plugins.module_utils import _run
from ansible_collections.tenantops.entra.plugins.module_utils._memory import Memory
from ansible_collections.tenantops.entra.plugins.plugin_utils import _services
from sandbox import Running

ROOT = pathlib.Path(__file__).parents[2]
MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("entra*.py"))


class Teller:
    """Tells one story in a tenant of its own."""

    def __init__(self, sandbox: Running, folder: pathlib.Path) -> None:
        self.sandbox = sandbox
        made = sandbox.control("POST", "/tenants", {"count": 1})["tenants"][0]
        self.tenant: str = made["id"]
        admin = {"tenant": self.tenant, "user": made["admin"]["user_principal_name"], "scopes": DELEGATED}
        token = sandbox.control("POST", "/tokens", admin)["access_token"]
        self.address = {
            "graph_url": sandbox.url,
            "authority": sandbox.url,
            "ca_file": str(sandbox.ca_file),
            "tenant_id": self.tenant,
        }
        self.identities: dict[str, dict[str, str]] = {
            "application": {"auth_kind": "client_secret", **made["operator"]},
            "delegated": {"auth_kind": "access_token", "access_token": token},
        }
        self.words = words_of(made, folder)
        loader = DataLoader()
        loader.set_vault_secrets([("default", VaultSecret(b"a vault password for tests"))])
        self.params: dict[str, t.Any] = {}
        """The options of the task that runs."""
        self.services = _services.of(loader, self.params)
        self.reader = httpx.Client(
            base_url=sandbox.url, verify=sandbox.tls(), headers={"Authorization": f"Bearer {token}"}
        )

    def load(self, name: str) -> dict[str, t.Any]:
        return load_story(name, self.words)

    def run(
        self,
        name: str,
        args: dict[str, t.Any],
        identity: str = "application",
        *,
        check: bool = False,
        memory: Memory | None = None,
    ) -> dict[str, t.Any]:
        """The module's result. Tasks of one run share a memory; without one, nothing but the tenant tells of another."""
        module: _run.Module = importlib.import_module(
            f"ansible_collections.tenantops.entra.plugins.modules.{name}"
        ).MODULE
        given = {**self.address, **self.identities[identity], **args}
        checked = ArgumentSpecValidator(module.spec, **module.constraints).validate(given)
        if checked.error_messages:
            return {"failed": True, "msg": "; ".join(checked.error_messages)}
        self.params.clear()
        self.params.update(checked.validated_parameters)
        return _run.execute(
            module,
            checked.validated_parameters,
            check_mode=check,
            rehearsal=check and memory is not None,
            services=self.services,
            memory=memory or Memory(1 << 20),
        )

    def requests(self, since: int = 0) -> list[dict[str, t.Any]]:
        journal = self.sandbox.control("GET", "/journal")["requests"][since:]
        return [entry for entry in journal if entry["tenant"] == self.tenant]

    def mark(self) -> int:
        return len(self.sandbox.control("GET", "/journal")["requests"])

    def get(self, path: str) -> t.Any:
        answer = self.reader.get(path)
        return None if answer.status_code == 404 else answer.json()


@pytest.fixture
def teller(sandbox: Running, tmp_path: pathlib.Path) -> Teller:
    return Teller(sandbox, tmp_path)


def test_every_module_has_a_story() -> None:
    assert MODULES
    assert sorted(path.stem for path in STORIES.glob("*.yml")) == MODULES


@pytest.mark.parametrize("name", MODULES)
def test_story(name: str, teller: Teller) -> None:
    story = teller.load(name)
    for task in story.get("prepare", []):
        (module,) = (key for key in task if key.startswith("entra_"))
        result = teller.run(module, task[module], task.get("connection", "application"))
        assert not result.get("failed"), result["msg"]
    for step in story["steps"]:
        if story.get("informs"):
            tell_information(teller, name, step)
        else:
            tell_step(teller, name, step)
    for entry in teller.requests():
        if entry["write"] and entry["body"] is not None and entry["status"] < 400:
            assert leftovers(entry["path"], entry["body"]) == [], f"{entry['method']} {entry['path']}"
    assert [entry["url"] for entry in teller.requests() if entry["status"] == 501] == []


def tell_step(teller: Teller, name: str, step: dict[str, t.Any]) -> None:
    told, identity = f"{name}: {step['name']}", step.get("connection", "application")
    start = teller.mark()
    predicted = teller.run(name, step["args"], identity, check=True)
    assert not predicted.get("failed"), f"{told}, check mode: {predicted['msg']}"
    assert writes(teller, start) == [], f"{told}: check mode wrote"

    real = teller.run(name, step["args"], identity)
    assert not real.get("failed"), f"{told}: {real['msg']}"
    assert real["changed"] is step.get("changes", True), told
    assert bool(writes(teller, start)) is real["changed"], f"{told}: changed does not say what was written"
    assert (predicted["changed"], predicted["diff"]) == (real["changed"], real["diff"]), f"{told}: prediction"
    assert (real["diff"]["before"] != real["diff"]["after"]) is real["changed"], f"{told}: diff"
    holds(real, step.get("result", {}), told)
    for path, expected in step.get("expect", {}).items():
        holds(teller.get(path), expected, f"{told}: {path}")

    start = teller.mark()
    again = teller.run(name, step["args"], identity)
    assert not again.get("failed"), f"{told}, again: {again['msg']}"
    assert again["changed"] is False, f"{told}: the second run changed {again['diff']}"
    assert writes(teller, start) == [], f"{told}: the second run wrote"


def tell_information(teller: Teller, name: str, step: dict[str, t.Any]) -> None:
    told, start = f"{name}: {step['name']}", teller.mark()
    for check in (True, False):
        result = teller.run(name, step["args"], step.get("connection", "application"), check=check)
        assert not result.get("failed"), f"{told}: {result['msg']}"
        assert result["changed"] is False
        holds(result, step["result"], told)
    assert writes(teller, start) == []


@pytest.mark.parametrize("name", MODULES)
def test_wrong_input_is_refused_before_any_request(name: str, teller: Teller) -> None:
    for case in teller.load(name).get("refused", []):
        start = teller.mark()
        result = teller.run(name, case["args"], case.get("connection", "application"))
        assert result.get("failed"), f"{name} accepted {case['args']}"
        assert case["says"] in result["msg"], result["msg"]
        assert teller.requests(start) == [], f"{name} sent a request for {case['args']}"


def writes(teller: Teller, since: int) -> list[str]:
    return [f"{entry['method']} {entry['url']}" for entry in teller.requests(since) if entry["write"]]


def holds(actual: t.Any, expected: t.Any, told: str) -> None:
    """Whether actual holds what is expected: of objects the named properties, of lists the same items in any order."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        for name, value in expected.items():
            assert name in actual, f"{told}: {name} is not in {sorted(actual)}"
            holds(actual[name], value, f"{told}.{name}")
    elif isinstance(expected, list) and isinstance(actual, list):
        assert len(actual) == len(expected), f"{told}: {actual} is not {expected}"
        for item in expected:
            assert any(fits(candidate, item) for candidate in actual), f"{told}: {item} is not in {actual}"
    else:
        assert actual == expected, told


def fits(actual: t.Any, expected: t.Any) -> bool:
    try:
        holds(actual, expected, "")
    except AssertionError:
        return False
    return True
