# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An application that was made by hand keeps what the customer gave it when a product that had adopted it is offboarded."""

from __future__ import annotations

import pathlib

import httpx
from integration.customers import Customers
from integration.test_preflight import token_of

from sandbox import Running

THEIRS = "https://intranet.one.example/"
GROUP = "Pozi Viewers"


def test_what_was_there_before_stays(fresh_sandbox: Running, tmp_path: pathlib.Path) -> None:
    customers = Customers(fresh_sandbox, tmp_path)
    tenant = customers.add("one")
    headers = {"Authorization": f"Bearer {token_of(fresh_sandbox, tenant, 'Application.ReadWrite.All')}"}
    with httpx.Client(base_url=f"{fresh_sandbox.url}/v1.0", verify=fresh_sandbox.tls(), headers=headers) as graph:
        body = {"displayName": "Notes", "web": {"redirectUris": [THEIRS]}}
        app = graph.post("/applications", json=body).raise_for_status().json()
        theirs = graph.post(f"/applications/{app['id']}/addPassword", json={}).raise_for_status().json()

    adopting = {"display_name": "Notes", "sign_in_audience": "AzureADMyOrg", "adopt": True}
    file = customers.write_product("notes.yml", application=adopting, assignment={"groups": [{"name": GROUP}]})
    made = customers.run()
    assert made.code == 0, made.output
    view = fresh_sandbox.world.tenants[tenant["id"]].view
    (held,) = view().where("application", id=app["id"])
    assert sorted(held["web"]["redirectUris"]) == [THEIRS, "https://notes.example/signin"]
    assert len(held["passwordCredentials"]) == 2

    # also where the inventory does not say any more that it was adopted
    customers.write_product(file, application={**adopting, "adopt": False}, assignment={"groups": [{"name": GROUP}]})
    gone = customers.run("-e", "entra_offboard_confirm=one", playbook="offboard")
    assert gone.code == 0, gone.output
    (left,) = view().where("application", id=app["id"])
    assert [one["keyId"] for one in left["passwordCredentials"]] == [theirs["keyId"]]
    assert THEIRS in left["web"]["redirectUris"]
    (enterprise,) = view().where("servicePrincipal", appId=app["appId"])
    assert not view().where("appRoleAssignment", resourceId=enterprise["id"])
    seen = len(fresh_sandbox.journal())
    again = customers.run("-e", "entra_offboard_confirm=one", playbook="offboard")
    assert (again.code, customers.writes(seen)) == (0, {}), again.output
