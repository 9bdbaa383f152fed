# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A customer with a new tenant: onboarded by the playbook, known by what it handed over and by the secrets in its store."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import demo
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from clients.registrations import Person
from unit.sandbox.browsing import user_id
from unit.sandbox.signing_in import Place, make_place

from sandbox import Running

NAME = "customer"


@dataclass(frozen=True)
class Customer:
    """One host of an inventory, with its tenant and the folder where the playbook keeps documents and secrets."""

    place: Place
    folder: Path

    def onboard(self, product: str, **inputs: Any) -> None:
        """Run the playbook; raises AssertionError with what it printed where it fails."""
        variables = {"entra_tenant_id": self.place.id, "entra_products": [product], **inputs}
        inventory = self.folder / "hosts.yml"
        inventory.write_text(yaml.safe_dump({"all": {"hosts": {NAME: variables}}}), encoding="utf-8")
        arguments = ("-i", str(inventory), "--limit", NAME)
        run = demo.onboard(self.place.sandbox.env(), *arguments, folder=self.folder, echo=False)
        assert run.code == 0, run.output

    def read_handoff(self, product: str) -> dict[str, Any]:
        """The document that the product's people are given."""
        text = (self.folder / "handoff" / NAME / f"{product}.json").read_text(encoding="utf-8")
        document: dict[str, Any] = json.loads(text)
        return document

    def read_secret(self, product: str) -> str:
        """The value of the product's client secret, from where the handoff says it is kept."""
        (told,) = self.read_handoff(product)["secrets"]
        vault = VaultLib([("default", VaultSecret((self.folder / "vault-password").read_bytes()))])
        path = self.folder / told["stored_at"].split(", ")[1]  # in the partner's vault
        kept = yaml.safe_load(vault.decrypt(path.read_bytes()))
        return str(kept["secrets"][told["name"]]["current"]["secret"])

    def find_person(self, nickname: str) -> Person:
        """A user of the tenant, with the password that it was seeded with."""
        name = f"{nickname}@{self.place.tenant['default_domain']}"
        password = self.place.sandbox.world.secret(f"{self.place.id} {nickname}")
        return Person(user_id(self.place, nickname), name, password)


def make_customer(sandbox: Running, folder: Path) -> Customer:
    """A customer whose tenant is new and who has no product yet."""
    return Customer(make_place(sandbox), folder)
