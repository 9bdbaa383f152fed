# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Inventories of made-up customers with one small product each, for playbooks that are run on several tenants at once."""

from __future__ import annotations

import copy
import json
import pathlib
import typing as t

import demo
import yaml

from sandbox import Running

PRODUCT: dict[str, t.Any] = {
    "key": "notes",
    "name": "Notes",
    "application": {"display_name": "Notes", "sign_in_audience": "AzureADMyOrg"},
    "platforms": {"web": ["https://notes.example/signin"]},
    "permissions": [{"delegated": ["openid"]}],
    "secrets": [{"name": "notes", "store": {"path": "{{ notes_folder }}/{{ inventory_hostname }}.yml"}}],
    "support": {"recipient": "support@notes.example"},
    "handoff": {"fields": [{"name": "client_id", "label": "Client ID"}]},
}

NOT_HANDED_OVER = ("--skip-tags", "handoff")
"""For a run of playbooks/onboard.yml of which nothing is read back or written down, which is half of its work."""


class Customers:
    """Tenants of a sandbox, and the inventory in which each is a host."""

    def __init__(self, sandbox: Running, folder: pathlib.Path) -> None:
        self.sandbox, self.folder = sandbox, folder
        self.hosts: dict[str, dict[str, t.Any]] = {}
        self.write_product("notes.yml")

    def write_product(self, name: str, **sections: t.Any) -> str:
        """A file beside the inventory that holds the small product with these sections."""
        (self.folder / name).write_text(yaml.safe_dump({**copy.deepcopy(PRODUCT), **sections}), encoding="utf-8")
        return name

    def add(self, name: str, **variables: t.Any) -> dict[str, t.Any]:
        """A host for a new tenant; returns the tenant as the sandbox tells it."""
        tenant: dict[str, t.Any] = self.sandbox.control("POST", "/tenants", {"count": 1})["tenants"][0]
        self.hosts[name] = {
            "entra_tenant_id": tenant["id"],
            "entra_client_id": tenant["operator"]["client_id"],
            "entra_client_secret": tenant["operator"]["client_secret"],
            "entra_products": ["notes.yml"],
            "notes_folder": str(self.folder / "secrets"),
            **variables,
        }
        return tenant

    def run(
        self, *arguments: str, playbook: str = "onboard", settings: t.Mapping[str, str] | None = None
    ) -> demo.Outcome:
        (self.folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": self.hosts}}), encoding="utf-8")
        more = ("-i", str(self.folder / "hosts.yml"), *arguments)
        if "--limit" not in arguments:
            more = (*more, "--limit", ",".join(self.hosts))
        environment = {**self.sandbox.env(), **(settings or {})}
        return demo.onboard(environment, *more, folder=self.folder, echo=False, playbook=f"playbooks/{playbook}.yml")

    def writes(self, since: int = 0) -> dict[str, int]:
        """How many writes each host's tenant got; those that got none are left out."""
        names = {host["entra_tenant_id"]: name for name, host in self.hosts.items()}
        found: dict[str, int] = {}
        for entry in self.sandbox.journal(since):
            if entry["write"]:
                name = names.get(entry["tenant"], str(entry["tenant"]))
                found[name] = found.get(name, 0) + 1
        return found


def read_lines(output: str, task: str) -> list[str]:
    """The lines of the table that a task shows, with one space between words; none where it was not run."""
    told = demo.COLOURS.sub("", output).partition(f"TASK [{task}]")[2].partition('"msg": ')[2]
    lines: list[str] = json.loads(told.partition("\n}")[0]) if told else []
    return [" ".join(line.split()) for line in lines[2:]]
