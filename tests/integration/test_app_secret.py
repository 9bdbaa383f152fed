# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A client secret is never lost and never shown: by ansible-playbook, under faults, and stopped at every step."""

from __future__ import annotations

import json
import os
import pathlib
import re
import subprocess
import sys
import typing as t

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from azure.identity import ClientSecretCredential
from integration.test_contract import ROOT, Teller, writes

from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Owner, Record, Store
from sandbox import Running

VAULT_PASSWORD = "a vault password for tests"
BIN = pathlib.Path(sys.executable).parent
PLAY = """
- hosts: localhost
  gather_facts: false
  tasks:
    - tenantops.entra.entra_app_registration: {unique_name: kept, display_name: Kept}
    - tenantops.entra.entra_app_secret:
        unique_name: kept
        name: iis
        store: {path: store/kept.yml}
      register: made
    - ansible.builtin.debug: {var: made}
    - ansible.builtin.include_vars: {file: store/kept.yml, name: kept}
      no_log: true
      when: not ansible_check_mode
    - ansible.builtin.assert:
        that: kept.secrets.iis.current.key_id == made.key_id
      when: not ansible_check_mode
"""


@pytest.fixture
def teller(sandbox: Running, tmp_path: pathlib.Path) -> Teller:
    told = Teller(sandbox, tmp_path)
    (tmp_path / "store").mkdir()
    return told


def ansible(
    teller: Teller, folder: pathlib.Path, program: str, *arguments: str, password: bool = True
) -> subprocess.CompletedProcess[str]:
    operator = teller.identities["application"]
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE", "AZURE", "ENTRA"))
    }
    environment = {
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections"),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_LOG_PATH": str(folder / "log"),
        "ENTRA_GRAPH_URL": teller.address["graph_url"],
        "AZURE_AUTHORITY_HOST": teller.address["authority"],
        "ENTRA_CA_FILE": teller.address["ca_file"],
        "ENTRA_STORE_ALLOW_CONTAINER": "true",
        "AZURE_TENANT_ID": teller.tenant,
        "AZURE_CLIENT_ID": operator["client_id"],
        "AZURE_CLIENT_SECRET": operator["client_secret"],
    }
    (folder / "password").write_text(VAULT_PASSWORD)
    secret = [f"--vault-password-file={folder / 'password'}"] if password else []
    return subprocess.run(
        [str(BIN / program), *arguments, *secret],
        env=inherited | environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def kept_in(path: pathlib.Path) -> dict[str, t.Any]:
    content = yaml.safe_load(VaultLib([("default", VaultSecret(VAULT_PASSWORD.encode()))]).decrypt(path.read_bytes()))
    record: dict[str, t.Any] = content["secrets"]["iis"]
    return record


def signs_in(teller: Teller, app_id: str, secret: str) -> bool:
    credential = ClientSecretCredential(
        teller.tenant,
        app_id,
        secret,
        authority=teller.sandbox.url,
        disable_instance_discovery=True,
        connection_verify=str(teller.sandbox.ca_file),
    )
    return bool(credential.get_token(f"{teller.sandbox.url}/.default").token)


def live(teller: Teller, unique_name: str = "kept") -> list[str]:
    """The key ids that the tenant holds."""
    found = teller.get(f"/v1.0/applications(uniqueName='{unique_name}')")
    return [credential["keyId"] for credential in found["passwordCredentials"]]


def test_a_playbook_makes_keeps_and_never_shows_it(teller: Teller, tmp_path: pathlib.Path) -> None:
    (tmp_path / "play.yml").write_text(PLAY)
    check = ansible(teller, tmp_path, "ansible-playbook", "play.yml", "-vvvvvv", "--check", "--diff")
    assert check.returncode == 0, check.stdout + check.stderr
    assert list((tmp_path / "store").iterdir()) == []
    first = ansible(teller, tmp_path, "ansible-playbook", "play.yml", "-vvvvvv", "--diff")
    assert first.returncode == 0, first.stdout + first.stderr
    again = ansible(teller, tmp_path, "ansible-playbook", "play.yml", "-vvvvvv", "--diff")
    assert re.search(r"changed=0 .*failed=0", again.stdout), again.stdout + again.stderr

    shown = ansible(teller, tmp_path, "ansible-vault", "view", "store/kept.yml")
    current = yaml.safe_load(shown.stdout)["secrets"]["iis"]["current"]
    application = teller.get("/v1.0/applications(uniqueName='kept')")
    assert [held["keyId"] for held in application["passwordCredentials"]] == [current["key_id"]]
    assert application["passwordCredentials"][0]["displayName"] == f"iis:{current['op_id']}"
    service_principals = teller.get(f"/v1.0/servicePrincipals(appId='{application['appId']}')")
    assert service_principals["appId"] == application["appId"]
    assert signs_in(teller, application["appId"], current["secret"])

    printed = [run.stdout + run.stderr for run in (check, first, again)] + [(tmp_path / "log").read_text()]
    for text in printed:
        flat = re.sub(r"\s", "", text)
        assert current["secret"] not in flat
        assert VAULT_PASSWORD.replace(" ", "") not in flat
        assert "Q~" not in flat
    assert current["key_id"] in first.stdout
    others = [
        path for path in tmp_path.rglob("*") if path.is_file() and current["secret"] in path.read_text(errors="replace")
    ]
    assert others == []
    sent = json.dumps(teller.requests(), default=str)
    assert current["secret"] not in sent


def test_without_a_vault_password_no_request_is_sent(teller: Teller, tmp_path: pathlib.Path) -> None:
    (tmp_path / "play.yml").write_text(PLAY)
    start = teller.mark()
    run = ansible(
        teller,
        tmp_path,
        "ansible-playbook",
        "play.yml",
        "--start-at-task=tenantops.entra.entra_app_secret",
        password=False,
    )
    assert run.returncode != 0
    assert "No vault password is loaded, so a secret could not be encrypted." in re.sub(
        r"\s+", " ", run.stdout + run.stderr
    )
    assert teller.requests(start) == []


@pytest.mark.parametrize("point", ["after", "during"])
def test_a_lost_answer_is_swept_by_the_next_run(teller: Teller, tmp_path: pathlib.Path, point: str) -> None:
    prepare(teller)
    args = arguments(tmp_path)
    fault = {"method": "POST", "path_regex": "addPassword", "point": point, "status": 503, "times": 1}
    teller.sandbox.control("POST", "/faults", {"rules": [fault]})
    lost = teller.run("entra_app_secret", args)
    assert lost["failed"]
    assert "may have been changed" in lost["msg"]
    (orphan,) = live(teller)
    record = kept_in(tmp_path / "store/kept.yml")
    assert (record["current"], record["pending"]["secret"]) == (None, None)
    added = [entry for entry in teller.requests() if entry["path"].endswith("addPassword")]
    assert len(added) == 1, "the request was repeated"

    predicted = teller.run("entra_app_secret", args, check=True)
    clean = teller.run("entra_app_secret", args)
    assert not clean.get("failed"), clean
    assert (predicted["changed"], predicted["diff"]) == (clean["changed"], clean["diff"])
    assert orphan not in live(teller)
    converged(teller, tmp_path, args)


def test_a_refusal_is_told_and_leaves_nothing(teller: Teller, tmp_path: pathlib.Path) -> None:
    prepare(teller)
    fault = {
        "method": "POST",
        "path_regex": "addPassword",
        "status": 400,
        "code": "CredentialInvalidLifetimeAsPerAppPolicy",
    }
    teller.sandbox.control("POST", "/faults", {"rules": [fault]})
    refused = teller.run("entra_app_secret", arguments(tmp_path))
    assert refused["error"]["code"] == "CredentialInvalidLifetimeAsPerAppPolicy"
    assert "wants a shorter lifetime" in refused["msg"]
    assert "Nothing was changed" in refused["msg"]
    assert live(teller) == []
    converged(teller, tmp_path, arguments(tmp_path))


def prepare(teller: Teller) -> None:
    result = teller.run("entra_app_registration", {"unique_name": "kept", "display_name": "Kept"})
    assert not result.get("failed"), result


def arguments(folder: pathlib.Path) -> dict[str, t.Any]:
    return {"unique_name": "kept", "name": "iis", "store": {"path": str(folder / "store/kept.yml")}}


def converged(teller: Teller, folder: pathlib.Path, args: dict[str, t.Any]) -> None:
    """After one clean run: one credential in the tenant, its value in the store, it signs in, and nothing is left to do."""
    clean = teller.run("entra_app_secret", args)
    assert not clean.get("failed"), clean
    record = kept_in(folder / "store/kept.yml")
    assert live(teller) == [record["current"]["key_id"]] == [clean["key_id"]]
    assert record["pending"] is None
    assert signs_in(teller, clean["app_id"], record["current"]["secret"])
    start = teller.mark()
    assert teller.run("entra_app_secret", args)["changed"] is False
    assert writes(teller, start) == []


class Stopped(BaseException):
    """As if the process were killed: nothing catches it."""


class Interrupted:
    """A store, the real one, that stops the run before or after one of its writes."""

    def __init__(self, store: Store, number: int, moment: str, how: BaseException) -> None:
        self._store, self._left, self._moment, self._how = store, number, moment, how
        self.where = store.where

    def probe(self) -> None:
        self._store.probe()

    def get(self, owner: Owner, name: str) -> Record:
        return self._store.get(owner, name)

    def put(self, record: Record) -> Record:
        self._left -= 1
        if self._left == 0 and self._moment == "before":
            raise self._tell(record)
        record = self._store.put(record)
        if self._left == 0:
            raise self._tell(record)
        return record

    def _tell(self, record: Record) -> BaseException:
        """The failure, with the value in its text if there is one."""
        made = record.pending and record.pending.secret
        return type(self._how)(f"{self._how} {made.reveal() if made else ''}")


def interrupt(teller: Teller, number: int, moment: str, how: BaseException) -> None:
    genuine = teller.services["open_store"]
    teller.services["open_store"] = lambda spec: Interrupted(genuine(spec), number, moment, how)


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3], ids=["intent", "value", "promotion"])
def test_a_run_that_is_killed_at_any_write_of_the_store_is_completed_by_the_next(
    teller: Teller, tmp_path: pathlib.Path, number: int, moment: str
) -> None:
    prepare(teller)
    genuine = dict(teller.services)
    interrupt(teller, number, moment, Stopped("killed"))
    with pytest.raises(Stopped):
        teller.run("entra_app_secret", arguments(tmp_path))
    teller.services = genuine
    converged(teller, tmp_path, arguments(tmp_path))


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_value_that_cannot_be_kept_is_taken_back_and_not_told(
    teller: Teller, tmp_path: pathlib.Path, moment: str
) -> None:
    prepare(teller)
    genuine = dict(teller.services)
    interrupt(teller, 2, moment, ValueError("the disk says"))
    failed = teller.run("entra_app_secret", arguments(tmp_path))
    assert failed["msg"].startswith("Could not create the client secret. What was made could not be kept (ValueError).")
    assert failed["changed"] is False
    assert "Q~" not in json.dumps(failed)
    assert "the disk says" not in json.dumps(failed)
    assert live(teller) == []
    teller.services = genuine
    converged(teller, tmp_path, arguments(tmp_path))


def test_another_application_cannot_use_the_file(teller: Teller, tmp_path: pathlib.Path) -> None:
    prepare(teller)
    converged(teller, tmp_path, arguments(tmp_path))
    other = {**arguments(tmp_path), "unique_name": "other"}
    teller.run("entra_app_registration", {"unique_name": "other", "display_name": "Other"})
    start = teller.mark()
    refused = teller.run("entra_app_secret", other)
    assert "holds secrets of application" in refused["msg"]
    assert writes(teller, start) == []


def test_where_no_store_is_at_hand_it_says_so(teller: Teller, tmp_path: pathlib.Path) -> None:
    teller.services = {}
    refused = teller.run("entra_app_secret", arguments(tmp_path))
    assert "only where ansible-core itself runs" in refused["msg"]
