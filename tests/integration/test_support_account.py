# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The support account as a guest, from the invitation to offboarding, and that it must not be an administrator."""

from __future__ import annotations

import json
import pathlib

import demo
from integration.customers import NOT_HANDED_OVER, Customers

from sandbox import Running
from sandbox.identity import roles

GUEST = "support@product.example"
GROUP = "Pozi Viewers"


def test_a_guest(fresh_sandbox: Running, tmp_path: pathlib.Path) -> None:
    """One story, since each step needs the one before."""
    customers = Customers(fresh_sandbox, tmp_path)
    account = {"kind": "guest", "mail": GUEST, "groups": [GROUP]}
    product = customers.write_product(
        "guest.yml",
        secrets=[],
        support={"recipient": GUEST, "account": account},
        assignment={"groups": [{"name": GROUP}]},
    )
    tenant = fresh_sandbox.world.tenants[customers.add("one", entra_products=[product])["id"]]

    rehearsed = customers.run(*NOT_HANDED_OVER, "--check", "--diff")
    assert (rehearsed.code, customers.writes()) == (0, {}), rehearsed.output
    made = customers.run()
    assert made.code == 0, made.output
    (guest,) = tenant.view().where("user", mail=GUEST)
    assert (guest["userType"], guest["externalUserState"]) == ("Guest", "PendingAcceptance")
    assert "inviteRedeemUrl" not in made.output
    seen = len(fresh_sandbox.journal())
    second = customers.run(*NOT_HANDED_OVER)
    assert (second.code, second.hosts["one"]["changed"], customers.writes(seen)) == (0, 0, {}), second.output
    told = json.loads((tmp_path / "handoff/one/notes.json").read_text(encoding="utf-8"))
    assert [one["user_principal_name"] for one in told["accounts"]] == [GUEST]

    verified = customers.run(playbook="verify")
    assert verified.code == 0, verified.output
    rows = [" ".join(row.split()) for row in demo.read_table(verified.output)]
    assert "Support account ok No administrator" in rows
    roles.assign(tenant, guest["id"], roles.require_template("User Administrator"))
    verified = customers.run(playbook="verify")
    assert verified.code == 2
    assert "Support account: It is an administrator: User Administrator. Take these roles from it" in verified.output

    gone = customers.run("-e", "entra_offboard_confirm=one", playbook="offboard")
    assert gone.code == 0, gone.output
    view = tenant.view()
    assert view.where("user", mail=GUEST), "a guest is a person of another organization, and stays"
    assert not view.where("groupMember", member=guest["id"])
    assert not view.where("appRoleAssignment", principalId=guest["id"])
