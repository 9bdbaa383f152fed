# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs a case in a tenant of its own, and judges the message by the tenant's journal."""

from __future__ import annotations

import importlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultSecret

from ansible_collections.tenantops.entra.plugins.module_utils import _run
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._memory import Memory
from ansible_collections.tenantops.entra.plugins.plugin_utils import _services
from ansible_collections.tenantops.entra.plugins.plugin_utils._options import read_options
from errors.files import write_file
from errors.libraries import broken
from errors.model import Case, fits
from sandbox import Running

MODULES = "ansible_collections.tenantops.entra.plugins.modules"
ADMIN = [
    "Application.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
    "Directory.ReadWrite.All",
    "Group.ReadWrite.All",
]
ENDINGS = ("Nothing was changed by this task.", "The tenant was changed before", "The tenant may have been changed")
TIMES = re.compile(r"<(\d+) times ([^>]+)>")  # a long text, written short
TRACES = re.compile(r'Traceback|File "|\.py\b|object at 0x|defect of the collection')
TOKENS = re.compile(r"eyJ[\w-]{8,}\.[\w-]+\.|-----BEGIN|\dQ~[\w~.-]{31}")


@dataclass(frozen=True)
class Seen:
    """What came of a case."""

    result: dict[str, Any]
    requests: list[dict[str, Any]]
    """What the sandbox was asked, whatever tenant it was for."""
    secrets: list[str]
    """What the message must not hold."""

    @property
    def message(self) -> str:
        return str(self.result.get("msg", ""))


class Place:
    """Where cases run: those that write have a tenant of their own, the others share one."""

    def __init__(self, sandbox: Running, dns: str) -> None:
        self.sandbox = sandbox
        self.dns = dns
        self._shared = self._make()

    def _make(self) -> tuple[dict[str, Any], str]:
        """A tenant, and a token of its administrator."""
        tenant = self.sandbox.control("POST", "/tenants", {"count": 1})["tenants"][0]
        wish = {"tenant": tenant["id"], "user": tenant["admin"]["user_principal_name"], "scopes": ADMIN}
        return tenant, str(self.sandbox.control("POST", "/tokens", wish)["access_token"])

    def run(self, module: str, options: dict[str, Any]) -> dict[str, Any]:
        """The result of a task of the operator in the shared tenant."""
        tenant, _token = self._shared
        return run_task(module, {**connect(self.sandbox, tenant), **options}, Memory(1 << 20), load_passwords([]))

    def mark(self) -> int:
        """Where the sandbox's journal ends now."""
        return int(self.sandbox.control("GET", "/journal?since=1000000000")["next"])

    def choose(self, case: Case) -> tuple[dict[str, Any], str]:
        """The tenant and token for a case."""
        alone = case.prepare or case.requests or case.when not in ("pre", "auth")
        return self._make() if alone else self._shared


def run_case(case: Case, place: Place, folder: Path) -> Seen:
    """The result of the case's last task."""
    sandbox = place.sandbox
    tenant, token = place.choose(case)
    words = {**_words(tenant, sandbox, folder), "<dns>": place.dns}
    files = {name: write_file(folder, name, fill(what, words)) for name, what in case.files.items()}
    operator = tenant["operator"]
    if case.permissions is not None:
        wish = {"tenant": tenant["id"], "permissions": case.permissions}
        made = sandbox.control("POST", "/clients", wish)
        operator = {"client_id": made["client_id"], "client_secret": made["client_secret"]}
    connection = {**connect(sandbox, tenant), **operator}
    if case.identity == "delegated":
        connection |= {"auth_kind": "access_token", "access_token": token, "client_id": None, "client_secret": None}
    memory, loader = Memory(1 << 20), load_passwords(case.passwords)
    for task in case.prepare:
        ((module, options),) = task.items()
        done = run_task(module, {**connect(sandbox, tenant), **fill(options, words)}, Memory(1 << 20), loader)
        if done.get("failed"):
            raise AssertionError(f"{case.id}: preparing failed: {done['msg']}")
    words["<object_id>"] = _send(case.requests, sandbox, token, words)
    given = {**connection, **fill(case.options, words)}
    options = {name: value for name, value in given.items() if value is not None}
    since = place.mark()
    sandbox.control("POST", "/faults", {"rules": fill(case.faults, words)})
    try:
        with _environment(fill(case.environment, words)), broken(case.libraries, folder):
            result = run_task(case.module, options, memory, loader)
    finally:
        sandbox.control("POST", "/faults", {"rules": []})
        for path in files.values():
            if not path.is_symlink():
                path.chmod(0o700)
    secrets = [operator["client_secret"], tenant["operator"]["client_secret"], token, tenant["admin"]["password"]]
    return Seen(result, sandbox.journal(since), [*secrets, *case.hidden])


def judge(case: Case, seen: Seen) -> list[str]:
    """What is wrong with the answer; empty where all is well."""
    message, told = seen.message, json.dumps(seen.result, default=str)
    error = seen.result.get("error") or {}
    graph = [one for one in seen.requests if re.match(r"/(v1\.0|beta)\b", one["path"])]
    wrong = [] if seen.result.get("failed") else ["it did not fail"]
    wrong += [] if fits(case.says, message) else [f"it says: {message}"]
    wrong += [] if any(ending in message for ending in ENDINGS) else ["it does not say whether anything was changed"]
    wrong += [f"it says {found[0]}" for text in (message, told) if (found := TRACES.search(text))]
    wrong += ["a secret stands in it"] if TOKENS.search(told) or any(one in told for one in seen.secrets) else []
    wrong += [] if seen.result.get("changed", False) is case.changed else [f"changed is not {case.changed}"]
    wrong += [] if not case.kind or error.get("kind") == case.kind else [f"kind is {error.get('kind')}"]
    wrong += [] if error.get("kind") not in (None, "Defect") else ["it has no kind"]
    if case.when == "pre" and seen.requests:
        wrong.append(f"a request was sent: {seen.requests[0]['method']} {seen.requests[0]['path']}")
    if case.when == "auth" and graph:
        wrong.append(f"Microsoft Graph was asked: {graph[0]['path']}")
    if case.when == "read" and (writes := [one for one in graph if one["write"]]):
        wrong.append(f"a write was sent: {writes[0]['method']} {writes[0]['path']}")
    if case.when in ("auth", "write") and (error.get("kind") == "GraphError" or "AADSTS" in message):
        named = {"code", "date", "correlation_id" if error["kind"] == "SignInError" else "request_id"}
        wrong += [f"{name} is missing" for name in sorted(named - set(error))]
    return wrong


def connect(sandbox: Running, tenant: dict[str, Any]) -> dict[str, Any]:
    """The options of the operator's connection to a tenant."""
    address = {"graph_url": sandbox.url, "authority": sandbox.url, "ca_file": str(sandbox.ca_file), "timeout": 2}
    return {**address, "tenant_id": tenant["id"], "auth_kind": "client_secret", **tenant["operator"]}


def run_task(name: str, options: dict[str, Any], memory: Memory, loader: DataLoader) -> dict[str, Any]:
    """What the action plugin does with a task."""
    module: _run.Module = importlib.import_module(f"{MODULES}.{name}").MODULE
    try:
        params = read_options(name, module, options)
    except InputError as error:
        return _run.tell(error)
    return _run.execute(module, params, check_mode=False, services=_services.of(loader, params), memory=memory)


def load_passwords(passwords: list[str]) -> DataLoader:
    loader = DataLoader()
    loader.set_vault_secrets([(name, VaultSecret(f"a password of {name} for tests".encode())) for name in passwords])
    return loader


def _words(tenant: dict[str, Any], sandbox: Running, folder: Path) -> dict[str, str]:
    return {
        "<tenant_id>": tenant["id"],
        "<domain>": tenant["default_domain"],
        "<client_id>": tenant["operator"]["client_id"],
        "<client_secret>": tenant["operator"]["client_secret"],
        "<folder>": str(folder),
        "<sandbox>": sandbox.url,
    }


def fill(value: Any, words: dict[str, str]) -> Any:
    """The words in a structure of texts replaced."""
    if isinstance(value, str):
        for word, text in words.items():
            value = value.replace(word, text)
        return TIMES.sub(lambda found: int(found[1]) * found[2], value)
    if isinstance(value, dict):
        return {name: fill(item, words) for name, item in value.items()}
    return [fill(item, words) for item in value] if isinstance(value, list) else value


def _send(requests: list[dict[str, Any]], sandbox: Running, token: str, words: dict[str, str]) -> str:
    """The id of what the last one made."""
    made = ""
    if not requests:
        return made
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=sandbox.url, verify=sandbox.tls(), headers=headers) as client:
        for one in fill(requests, words):
            answer = client.request(one["method"], one["path"], json=one.get("body")).raise_for_status()
            made = answer.json()["id"] if answer.status_code == 201 else made
    return made


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
