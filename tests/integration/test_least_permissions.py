# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every module's story is told by an identity that holds just what the module needs, and then without each part of that."""

from __future__ import annotations

import importlib
import pathlib

import pytest
from integration.test_contract import MODULES, Teller

from ansible_collections.tenantops.entra.plugins.module_utils import _run
from ansible_collections.tenantops.entra.plugins.module_utils._needs import OWNED, Needs
from sandbox import Running

DOCUMENTED = pathlib.Path(__file__).parents[2] / "plugins/modules"
USER_OF = {
    "Application Administrator": "app.admin",
    "Groups Administrator": "groups.admin",
    "User Administrator": "users.admin",
}
NOBODY = "kai.jensen"


def module_of(name: str) -> _run.Module:
    found: _run.Module = importlib.import_module(f"ansible_collections.tenantops.entra.plugins.modules.{name}").MODULE
    return found


def wanted(needs: Needs, kind: str) -> list[str]:
    """All that a story with every option takes; nothing where no permission of this kind will do."""
    first = needs.delegated if kind == "delegated" else needs.application
    return [*dict.fromkeys([*first, *(name for more in needs.options.values() for name in more)])] if first else []


KINDS = [
    (name, kind) for name in MODULES for kind in ("application", "delegated") if wanted(module_of(name).needs, kind)
]
PARTS = [(name, kind, part) for name, kind in KINDS for part in wanted(module_of(name).needs, kind)]


class Limited:
    """A tenant in which a story is told by a caller of its own."""

    def __init__(self, teller: Teller, name: str, kind: str) -> None:
        self.teller, self.name, self.kind = teller, name, kind
        self.needs = module_of(name).needs
        self.story = teller.load(name)
        if kind == "application":
            everything = ["Directory.ReadWrite.All", OWNED, "AppRoleAssignment.ReadWrite.All"]
            client = teller.sandbox.control(
                "POST", "/clients", {"tenant": teller.tenant, "permissions": [*everything, "Group.ReadWrite.All"]}
            )
            self.client_id = client["client_id"]
            teller.identities["limited"] = {
                "auth_kind": "client_secret",
                "client_id": self.client_id,
                "client_secret": client["client_secret"],
            }
        else:
            teller.identities["limited"] = teller.identities["delegated"]

    def prepare(self) -> None:
        """What the story builds upon; an application makes it itself, since it may be limited to what it owns."""
        for task in self.story.get("prepare", []):
            (module,) = (key for key in task if key.startswith("entra_"))
            identity = "delegated" if task.get("connection") == "delegated" else "limited"
            result = self.teller.run(module, task[module], identity)
            assert not result.get("failed"), result["msg"]

    def hold(self, permissions: list[str], user: str = "") -> None:
        """From here on the caller holds just these."""
        teller = self.teller
        if self.kind == "delegated":
            role = next((USER_OF[role] for role in self.needs.roles if role in USER_OF), NOBODY)
            body = {
                "tenant": teller.tenant,
                "user": f"{user or role}@{teller.words['<domain>']}",
                "scopes": permissions or ["User.Read"],
            }
            token = teller.sandbox.control("POST", "/tokens", body)["access_token"]
            teller.identities["limited"] = {"auth_kind": "access_token", "access_token": token}
            return
        principal = f"/v1.0/servicePrincipals(appId='{self.client_id}')"
        for one in teller.get(f"{principal}/appRoleAssignments")["value"]:
            teller.reader.delete(f"{principal}/appRoleAssignments/{one['id']}").raise_for_status()
        graph = teller.get("/v1.0/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')")
        id_ = teller.get(principal)["id"]
        for role in graph["appRoles"]:
            if role["value"] in permissions and "Application" in role["allowedMemberTypes"]:
                body = {"principalId": id_, "resourceId": graph["id"], "appRoleId": role["id"]}
                teller.reader.post(f"{principal}/appRoleAssignments", json=body).raise_for_status()

    def tell(self) -> str:
        """The message of the first step that fails, or an empty text."""
        for step in self.story["steps"]:
            result = self.teller.run(self.name, step["args"], "limited")
            if result.get("failed"):
                return f"{step['name']}: {result['msg']}"
        return ""


@pytest.fixture
def teller(sandbox: Running, tmp_path: pathlib.Path) -> Teller:
    return Teller(sandbox, tmp_path)


@pytest.mark.parametrize(("name", "kind"), KINDS)
def test_what_is_documented_is_enough(teller: Teller, name: str, kind: str) -> None:
    limited = Limited(teller, name, kind)
    limited.prepare()
    limited.hold(wanted(limited.needs, kind))
    assert limited.tell() == ""


@pytest.mark.parametrize(("name", "kind", "part"), PARTS)
def test_nothing_of_it_can_be_left_out(teller: Teller, name: str, kind: str, part: str) -> None:
    limited = Limited(teller, name, kind)
    limited.prepare()
    limited.hold([other for other in wanted(limited.needs, kind) if other != part])
    told = limited.tell()
    assert f"Not among what the token of this identity carries: {part}" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("name", [name for name, kind in KINDS if kind == "delegated" and module_of(name).needs.roles])
def test_a_user_without_the_role_is_told_which(teller: Teller, name: str) -> None:
    limited = Limited(teller, name, "delegated")
    limited.prepare()
    limited.hold(wanted(limited.needs, "delegated"), NOBODY)
    told = limited.tell()
    if told or limited.story.get("prepare"):
        assert " or ".join(limited.needs.roles) in told


@pytest.mark.parametrize("name", MODULES)
def test_the_documentation_names_what_is_needed(name: str) -> None:
    text = (DOCUMENTED / f"{name}.py").read_text(encoding="utf-8")
    needs = module_of(name).needs
    for word in [*wanted(needs, "application"), *wanted(needs, "delegated")]:
        assert f"C({word})" in text
    assert not needs.roles or any(role in text for role in needs.roles)
