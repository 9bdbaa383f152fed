# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A user signs in with the password from the store, whatever was lost on the way, and it is shown nowhere else."""

from __future__ import annotations

import json
import pathlib
import typing as t

import httpx
import pytest
from integration.test_app_secret import Stopped, interrupt
from integration.test_contract import Teller, writes

from ansible_collections.tenantops.entra.plugins.module_utils._memory import Memory
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Owner, Record
from sandbox import Running

GUEST = "support@product.example"


@pytest.fixture
def teller(sandbox: Running, tmp_path: pathlib.Path) -> Teller:
    return Teller(sandbox, tmp_path)


def name_of(teller: Teller) -> str:
    return f"made@{teller.words['<domain>']}"


def arguments(teller: Teller, folder: pathlib.Path, **more: t.Any) -> dict[str, t.Any]:
    store = {"path": str(folder / "users.yml")}
    return {"user_principal_name": name_of(teller), "display_name": "Made", "store": store, **more}


def record_of(teller: Teller, folder: pathlib.Path) -> Record:
    store = teller.services["open_store"](
        {"kind": "vault_file", "path": str(folder / "users.yml"), "allow_container": True}
    )
    found: Record = store.get(Owner(teller.tenant, "users"), name_of(teller))
    return found


def password_of(teller: Teller, folder: pathlib.Path) -> str:
    current = record_of(teller, folder).current
    assert current
    assert current.secret
    return current.secret.reveal()


def signs_in(teller: Teller, password: str) -> bool:
    operator = teller.identities["application"]
    body = {
        "grant_type": "password",
        "client_id": operator["client_id"],
        "client_secret": operator["client_secret"],
        "username": name_of(teller),
        "password": password,
        "scope": f"{teller.sandbox.url}/User.Read",
    }
    answer = httpx.post(
        f"{teller.sandbox.url}/{teller.tenant}/oauth2/v2.0/token", data=body, verify=teller.sandbox.tls()
    )
    return "access_token" in answer.json()


def converged(teller: Teller, folder: pathlib.Path) -> dict[str, t.Any]:
    """After one clean run: the user is there, signs in with what is kept, and nothing is left to do."""
    clean = teller.run("entra_user", arguments(teller, folder))
    assert not clean.get("failed"), clean
    record = record_of(teller, folder)
    assert record.pending is None
    assert record.current
    assert record.current.key_id == clean["object_id"]
    assert signs_in(teller, password_of(teller, folder))
    start = teller.mark()
    assert teller.run("entra_user", arguments(teller, folder))["changed"] is False
    assert writes(teller, start) == []
    return clean


def test_the_password_is_in_the_store_alone(teller: Teller, tmp_path: pathlib.Path) -> None:
    checked = teller.run("entra_user", arguments(teller, tmp_path), check=True)
    assert (checked["created"], checked["object_id"]) == (True, None)
    assert list(tmp_path.iterdir()) == []
    clean = converged(teller, tmp_path)
    assert password_of(teller, tmp_path) not in json.dumps([checked, clean])
    assert password_of(teller, tmp_path).encode() not in (tmp_path / "users.yml").read_bytes()


def test_a_run_remembers_no_password(teller: Teller, tmp_path: pathlib.Path) -> None:
    memory = Memory(1 << 20)
    teller.run("entra_user", arguments(teller, tmp_path), memory=memory)
    assert password_of(teller, tmp_path).encode() not in memory._map[:]


def test_without_a_store_nobody_is_made(teller: Teller, tmp_path: pathlib.Path) -> None:
    start = teller.mark()
    refused = teller.run("entra_user", arguments(teller, tmp_path, store=None))
    assert "store is missing and the user does not exist yet" in refused["msg"]
    assert writes(teller, start) == []


@pytest.mark.parametrize("point", ["before", "after", "during"])
def test_a_lost_answer_is_made_good_by_the_next_run(teller: Teller, tmp_path: pathlib.Path, point: str) -> None:
    fault = {"method": "POST", "path_regex": "/users", "point": point, "status": 400, "times": 1}
    teller.sandbox.control("POST", "/faults", {"rules": [fault]})
    assert teller.run("entra_user", arguments(teller, tmp_path))["failed"]
    converged(teller, tmp_path)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2], ids=["password", "promotion"])
def test_a_run_that_is_killed_is_completed_by_the_next(
    teller: Teller, tmp_path: pathlib.Path, number: int, moment: str
) -> None:
    genuine = dict(teller.services)
    interrupt(teller, number, moment, Stopped("killed"))
    with pytest.raises(Stopped):
        teller.run("entra_user", arguments(teller, tmp_path))
    teller.services = genuine
    converged(teller, tmp_path)


def test_a_restored_user_signs_in_as_before(teller: Teller, tmp_path: pathlib.Path) -> None:
    before = converged(teller, tmp_path)["object_id"]
    assert teller.run("entra_user", arguments(teller, tmp_path, state="absent"))["changed"]
    restored = teller.run("entra_user", arguments(teller, tmp_path))
    assert (restored["restored"], restored["object_id"]) == (True, before)
    assert "groups, roles and password of that time" in restored["warnings"][0]
    converged(teller, tmp_path)


def test_one_run_makes_a_user_and_puts_them_in_a_group(teller: Teller, tmp_path: pathlib.Path) -> None:
    guest = {"invited_user_email_address": GUEST, "invite_redirect_url": "https://maps.example/"}
    group = {"unique_name": "support", "display_name": "Support", "members": [name_of(teller), GUEST]}
    for check in (True, False):
        memory = Memory(1 << 20)
        teller.run("entra_user", arguments(teller, tmp_path), check=check, memory=memory)
        invited = teller.run("entra_user", guest, check=check, memory=memory)
        assert bool(invited["invite_redeem_url"]) is not check
        joined = teller.run("entra_group", group, check=check, memory=memory)
        assert not joined.get("failed"), joined
        assert joined["members"] == sorted(group["members"])
