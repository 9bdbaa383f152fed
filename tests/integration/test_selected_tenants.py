# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""WriteBackExtreme for users of selected tenants besides the customer's own, and for its own alone again."""

from __future__ import annotations

import json
import pathlib
import typing as t

import demo
import httpx
from integration.customers import NOT_HANDED_OVER

from sandbox import Running

HOST, TENANT = "redgum", "b82e5a10-7c94-4d3f-8e21-0a9f46d7c358"
PARTNER, STRANGER = "6F1D2C8A-3b47-4e59-9a60-c5d1e7f20b13", "d47b9e36-15f8-4a02-b6cd-83e0f2a1597c"
PROPERTIES = ("signInAudience", "signInAudienceRestrictions")


class Place(t.NamedTuple):
    sandbox: Running
    folder: pathlib.Path

    def run(self, playbook: str, allowed: list[str], *arguments: str) -> tuple[demo.Outcome, list[str]]:
        """The run, and its writes."""
        seen = len(self.sandbox.journal())
        settings = {"entra_products": "writebackextreme", "writebackextreme_allowed_tenants": allowed}
        more = ("--limit", HOST, "-e", json.dumps(settings), *arguments)
        env = self.sandbox.env()
        run = demo.onboard(env, *more, folder=self.folder, echo=False, playbook=f"playbooks/{playbook}.yml")
        return run, [f"{one['method']} {one['path']}" for one in self.sandbox.journal(seen) if one["write"]]

    def application(self) -> dict[str, t.Any]:
        view = self.sandbox.world.tenants[TENANT].view()
        return t.cast("dict[str, t.Any]", view.find("application", uniqueName="writebackextreme"))

    def ask_to_sign_in(self, tenant: str) -> str:
        """What the login page of that tenant says."""
        query = {"client_id": self.application()["appId"], "response_type": "code", "scope": "openid"}
        path = f"{self.sandbox.url}/{tenant}/oauth2/v2.0/authorize"
        return httpx.get(path, params=query, verify=self.sandbox.tls()).text


def test_selected_tenants(fresh_sandbox: Running, tmp_path: pathlib.Path) -> None:
    place = Place(fresh_sandbox, tmp_path)
    wrong, writes = place.run("onboard", ["partner.example"])
    assert (wrong.code, writes) == (2, [])
    assert "writebackextreme_allowed_tenants[0] is 'partner.example', but must be a tenant's id, a GUID" in wrong.output

    made, _writes = place.run("onboard", [PARTNER])
    assert made.code == 0, made.output[-4000:]
    assert place.application()["signInAudience"] == "AzureADMultipleOrgs"
    assert place.application()["signInAudienceRestrictions"]["allowedTenantIds"] == [PARTNER.lower()]
    assert "AADSTS7000119" not in place.ask_to_sign_in(PARTNER)
    assert "AADSTS7000119" in place.ask_to_sign_in(STRANGER)
    other, _writes = place.run("verify", [STRANGER])
    assert other.code == 2
    assert "Otherwise than asked for: Allowed tenants" in other.output

    alone, writes = place.run("onboard", [], *NOT_HANDED_OVER)
    assert alone.code == 0, alone.output[-4000:]
    assert writes == [f"PATCH /beta/applications/{place.application()['id']}"]
    assert [place.application()[name] for name in PROPERTIES] == [
        "AzureADMyOrg",
        {"@odata.type": "#microsoft.graph.unrestrictedAudience", "kind": "unrestricted"},
    ]
