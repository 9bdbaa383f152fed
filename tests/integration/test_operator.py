# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What operators meet: options that are wrong, identities that may not, replicas that lag behind."""

from __future__ import annotations

import functools
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import typing as t
from collections.abc import Iterator

import demo
import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from integration.customers import NOT_HANDED_OVER
from integration.test_contract import Teller

from ansible_collections.tenantops.entra.plugins.module_utils import _run
from ansible_collections.tenantops.entra.plugins.module_utils._memory import Memory
from ansible_collections.tenantops.entra.plugins.modules import entra
from sandbox import Running

REGISTRATION = "entra_app_registration"
NAMED = {"unique_name": "operated"}
NEW = {**NAMED, "display_name": "Operated"}
SCOPE = {"value": "use", "admin_consent_display_name": "Use it", "admin_consent_description": "Use it."}


@pytest.fixture
def teller(sandbox: Running, tmp_path: pathlib.Path) -> Iterator[Teller]:
    yield Teller(sandbox, tmp_path)
    sandbox.control("PUT", "/settings", {"replication_lag_seconds": 0})


def test_the_tasks_of_a_run_know_what_they_wrote_while_replicas_lag_behind(teller: Teller) -> None:
    teller.sandbox.control("PUT", "/settings", {"replication_lag_seconds": 1, "stale_read_ratio": 1})
    memory = Memory(1 << 20)
    tasks: list[tuple[str, dict[str, t.Any]]] = [
        (REGISTRATION, NEW),
        (REGISTRATION, {**NAMED, "identifier_uris": ["api://{app_id}"], "scopes": [SCOPE]}),
        ("entra_redirect_uri", {**NAMED, "spa": ["https://app.example/"]}),
        ("entra_app_assignment", {**NAMED, "groups": ["Pozi Viewers"]}),
    ]
    for name, args in tasks:
        result = teller.run(name, args, memory=memory)
        assert not result.get("failed"), result["msg"]
    info = teller.run("entra_app_info", NAMED, memory=memory)
    assert not info.get("failed"), info["msg"]
    assert [scope["value"] for scope in info["application"]["scopes"]] == ["use"]
    assert info["application"]["spa_redirect_uris"] == ["https://app.example/"]
    assert [one["principal_name"] for one in info["assignments"]] == ["Pozi Viewers"]
    for name, args in tasks:
        assert teller.run(name, args, memory=memory)["changed"] is False


def test_what_another_run_did_meanwhile_is_known_as_if_this_one_had(teller: Teller) -> None:
    teller.run(REGISTRATION, NEW)
    wanted = {**NAMED, "groups": ["Pozi Viewers"], "users": ["pozi.support@" + teller.words["<domain>"]]}
    time.sleep(1)
    teller.sandbox.control("PUT", "/settings", {"replication_lag_seconds": 60, "stale_read_ratio": 1})
    teller.run("entra_app_assignment", wanted)
    memory = Memory(1 << 20)
    assert teller.run("entra_app_assignment", wanted, memory=memory)["changed"]  # it cannot see them yet
    info = teller.run("entra_app_info", NAMED, memory=memory)
    assert {one["principal_name"] for one in info["assignments"]} == {"Pozi Viewers", "Pozi Support"}
    teller.sandbox.control("PUT", "/settings", {"replication_lag_seconds": 0})
    gone = teller.run("entra_app_assignment", {**wanted, "state": "absent"}, memory=memory)
    assert not gone.get("failed"), gone["msg"]
    assert teller.run("entra_app_info", NAMED)["assignments"] == []


@pytest.mark.parametrize("holds", [None, "no certificate"])
@pytest.mark.parametrize("module", ["entra", REGISTRATION])
def test_a_ca_file_that_cannot_be_used_is_told(
    teller: Teller, tmp_path: pathlib.Path, module: str, holds: str | None
) -> None:
    file = tmp_path / "ca.pem"
    if holds:
        file.write_text(holds)
    start = teller.mark()
    result = teller.run(module, {**(NEW if module == REGISTRATION else {}), "ca_file": str(file)})
    assert result["error"]["kind"] == "InputError"
    assert f"ca_file '{file}' cannot be used: " in result["msg"]
    assert teller.requests(start) == []


def test_a_refused_sign_in_carries_microsofts_marks(teller: Teller) -> None:
    result = teller.run("entra", {"client_secret": "not-the-right-value"})
    assert result["error"].keys() == {"kind", "code", "trace_id", "correlation_id", "date"}
    assert result["error"]["code"] == "AADSTS7000215"
    assert f"(code AADSTS7000215, trace id {result['error']['trace_id']}, correlation id " in result["msg"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"tenant_id": "3f6c1b58-90d2-47ea-8b14-5d7e2f9a0c36"}, "The login host does not know the tenant"),
        ({"authority": "https://localhost:9"}, "The login host did not answer"),
        ({"authority": "https://login.nowhere.invalid"}, "The login host's name is not known"),
        ({"authority": "https://localhost:99999"}, "Set authority to an https origin"),
        ({"graph_url": "https://localhost:0"}, "Set graph_url to an https origin"),
        (
            {"auth_kind": "refresh_token", "refresh_token": "0.AAAA-half-of-a-token"},
            "sign in again and store the new one",
        ),
        ({"auth_kind": "refresh_token"}, "by the variable ENTRA_REFRESH_TOKEN"),
    ],
)
def test_a_sign_in_that_cannot_work_tells_what_to_check(teller: Teller, options: dict[str, str], says: str) -> None:
    result = teller.run("entra", options)
    assert result["failed"]
    assert says in result["msg"]


@pytest.mark.parametrize("kind", ["client_secret", "refresh_token"])
def test_a_login_host_that_is_busy_is_asked_again_and_told_when_it_stays_so(sandbox: Running, kind: str) -> None:
    env, tenant = sandbox.env(), sandbox.tenants()[0]["id"]
    address = {"graph_url": sandbox.url, "authority": sandbox.url, "ca_file": str(sandbox.ca_file), "tenant_id": tenant}
    secrets = {"client_secret": env["AZURE_CLIENT_SECRET"], "refresh_token": env["ENTRA_REFRESH_TOKEN"]}
    given = {**address, **secrets, "auth_kind": kind, "client_id": env["AZURE_CLIENT_ID"]}
    busy = {"path_regex": "token$", "method": "POST", "point": "before", "status": 503, "code": "busy"}
    results = []
    for times in (1, 20):
        sandbox.control("POST", "/faults", {"rules": [{**busy, "times": times}]})
        checked = ArgumentSpecValidator(entra.MODULE.spec).validate(given)
        results.append(
            _run.execute(entra.MODULE, checked.validated_parameters, check_mode=False, memory=Memory(1 << 20))
        )
        sandbox.control("DELETE", "/faults")
    assert not results[0].get("failed"), results[0]["msg"]
    assert results[1]["error"]["kind"] == "SignInError", results[1]["msg"]


@pytest.mark.parametrize("option", ["users", "groups", "service_principals"])
def test_an_empty_name_stands_for_nobody(teller: Teller, option: str) -> None:
    teller.run(REGISTRATION, NEW)
    result = teller.run("entra_app_assignment", {**NAMED, option: [""]})
    assert result["error"]["kind"] == "InputError", result["msg"]
    assert "is empty" in result["msg"]


def test_a_missing_permission_is_told_with_those_that_are_there(teller: Teller) -> None:
    asked = {"tenant": teller.tenant, "permissions": ["User.Read.All"]}
    made = teller.sandbox.control("POST", "/clients", asked)
    result = teller.run(REGISTRATION, {**NEW, "client_id": made["client_id"], "client_secret": made["client_secret"]})
    assert result["error"]["code"] == "Authorization_RequestDenied"
    assert "carries User.Read.All." in result["msg"]


def test_a_namesake_made_by_hand_is_told_and_left_alone(teller: Teller) -> None:
    by_hand = teller.reader.post("/v1.0/applications", json={"displayName": "Operated"}).json()
    result = teller.run(REGISTRATION, NEW)
    assert by_hand["id"] in result["warnings"][0]
    assert teller.run(REGISTRATION, NEW).get("warnings") is None
    assert teller.get(f"/v1.0/applications/{by_hand['id']}")["uniqueName"] is None


def test_a_rehearsal_builds_upon_an_application_that_would_be_restored(teller: Teller) -> None:
    scoped = {**NEW, "scopes": [SCOPE], "tags": ["kept"]}
    teller.run(REGISTRATION, scoped)
    teller.run("entra_redirect_uri", {**NAMED, "spa": ["https://app.example/"]})
    teller.run(REGISTRATION, {**NAMED, "state": "absent", "confirm": NAMED["unique_name"]})
    rehearse = functools.partial(teller.run, check=True, memory=Memory(1 << 20))
    assert rehearse(REGISTRATION, NEW)["diff"]["before"]["state"] == "deleted"
    assert rehearse(REGISTRATION, scoped)["changed"] is False
    assert rehearse("entra_redirect_uri", {**NAMED, "spa": ["https://app.example/"]})["changed"] is False
    assert rehearse("entra_app_info", NAMED)["application"]["tags"] == ["kept"]


def onboard(sandbox: Running, folder: pathlib.Path, host: str, *more: str, **extra: t.Any) -> demo.Outcome:
    """The playbook on one host of the demo's inventory, with variables that take precedence over the host's."""
    return demo.onboard(sandbox.env(), "--limit", host, "-e", json.dumps(extra), *more, folder=folder, echo=False)


def test_wrong_inputs_of_the_role_are_told_all_at_once_and_nothing_is_written(
    fresh_sandbox: Running, tmp_path: pathlib.Path
) -> None:
    wrong = {
        "pozi_server_site_name": "https://redgum.enterprise.pozi.com/",
        "pozi_server_external_url": "https://maps.redgum.example/pozi",
        "pozi_server_groups": [{"catalogues": ["citymap"]}],
        "pozi_server_users": "noor.haddad@redgum.example",
        "pozi_server_conector_group": "GIS Servers",
    }
    run = onboard(fresh_sandbox, tmp_path, "redgum", **wrong)
    assert run.code == 2
    for told in (
        "pozi_server_site_name is 'https://redgum.enterprise.pozi.com/', but must be the first part of",
        "pozi_server_external_url is 'https://maps.redgum.example/pozi', but must be https://, a host name",
        "pozi_server_groups[0] has neither name nor id.",
        "pozi_server_users is 'noor.haddad@redgum.example', but must be a list.",
        "There is no input pozi_server_conector_group: did you mean pozi_server_connector_group?",
    ):
        assert told in run.output
    assert [entry["url"] for entry in fresh_sandbox.journal() if entry["write"]] == []


def test_a_useless_sign_in_for_application_proxy_leaves_nothing_half_done(
    fresh_sandbox: Running, tmp_path: pathlib.Path
) -> None:
    connection = {"auth_kind": "refresh_token", "refresh_token": "0.AAAA-half-of-a-token"}
    run = onboard(fresh_sandbox, tmp_path, "redgum", pozi_server_app_proxy_connection=connection)
    assert run.code == 2
    assert "AADSTS9002313" in run.output
    assert [entry["url"] for entry in fresh_sandbox.journal() if entry["write"]] == []


def test_a_host_without_a_tenant_id_does_not_get_the_one_of_the_environment(
    fresh_sandbox: Running, tmp_path: pathlib.Path
) -> None:
    wanted = {
        "entra_products": "pozi_server",
        "pozi_server_site_name": "bare",
        "pozi_server_internal_url": "http://gis/pozi/",
        "pozi_server_external_url": "https://pozi-harbourview.msappproxy.net/pozi/",
    }
    inventory = tmp_path / "hosts.yml"
    inventory.write_text(json.dumps({"all": {"hosts": {"bare": wanted}}}))
    run = onboard(fresh_sandbox, tmp_path, "bare", "-i", str(inventory))
    assert run.code == 2
    assert "entra_tenant_id of bare is missing. Set it in the host's own variables" in run.output
    assert [entry["url"] for entry in fresh_sandbox.journal() if "/_sandbox/" not in entry["url"]] == []


def test_a_missing_library_is_told_with_the_command_that_installs_it() -> None:
    program = """if True:
        import sys
        sys.modules["msgraph_core"] = None
        from ansible_collections.tenantops.entra.plugins.module_utils import _run
        print(_run.execute(_run.Module(options={}, read=lambda context: {}), {}, check_mode=False)["msg"])
    """
    run = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(demo.ROOT / "collections")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.startswith(f"The Python that runs this task ({sys.executable}) has no library msgraph_core.")
    assert f"{sys.executable} -m pip install " in run.stdout


PLAYBOOK = """
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.add_host: {name: other, ansible_connection: local, ansible_python_interpreter: "{{ ansible_playbook_python }}"}
    - tenantops.entra.entra_app_registration: {unique_name: elsewhere, display_name: Elsewhere, identifier_uris: ["api://{app_id}"]}
      delegate_to: other
      register: there
    - tenantops.entra.entra_app_registration: {unique_name: elsewhere, display_name: Elsewhere, identifier_uris: ["api://{app_id}"]}
      register: here
    - ansible.builtin.assert:
        that: [there is changed, here is not changed, there.identifier_uris == here.identifier_uris, there.object_id == here.object_id]
    - tenantops.entra.entra_app_info: {unique_name: elsewhere}
      async: 10
      ignore_errors: true
    - tenantops.entra.entra_app_info: {unique_nam: elsewhere}
      ignore_errors: true
"""


def test_delegation_async_and_misspelt_options_as_ansible_has_them(
    fresh_sandbox: Running, tmp_path: pathlib.Path
) -> None:
    playbook = tmp_path / "play.yml"
    playbook.write_text(PLAYBOOK)
    settings = {"ANSIBLE_CONFIG": str(demo.ROOT / "ansible.cfg"), "ANSIBLE_HOME": str(tmp_path)}
    run = subprocess.run(
        [str(pathlib.Path(sys.executable).with_name("ansible-playbook")), "-i", "localhost,", str(playbook)],
        cwd=demo.ROOT,
        env={**os.environ, **settings, **fresh_sandbox.env()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    output = run.stdout + run.stderr
    assert "does not support async" in output
    assert "there is no option unique_nam (did you mean unique_name?)" in output


def test_a_run_that_is_killed_between_two_writes_is_completed_by_the_next(
    fresh_sandbox: Running, tmp_path: pathlib.Path
) -> None:
    tenant = fresh_sandbox.tenants()[1]["id"]
    command = [str(pathlib.Path(sys.executable).with_name("ansible-playbook")), *demo.PLAYBOOK, "--limit", "redgum"]
    settings = {"ANSIBLE_CONFIG": str(demo.ROOT / "ansible.cfg"), "ANSIBLE_HOME": str(tmp_path)}
    only = {"entra_products": ["pozi_server"]}
    with subprocess.Popen(
        [*command, "-e", f"support_handoff_directory={tmp_path}", "-e", json.dumps(only)],
        cwd=demo.ROOT,
        env={**os.environ, **settings, **fresh_sandbox.env()},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        while process.poll() is None and sum(entry["write"] for entry in fresh_sandbox.journal()) < 5:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    completed = onboard(fresh_sandbox, tmp_path, "redgum", **only)
    again = onboard(fresh_sandbox, tmp_path, "redgum", *NOT_HANDED_OVER, **only)
    assert (completed.code, again.code) == (0, 0), completed.output
    assert completed.hosts["redgum"]["changed"] > again.hosts["redgum"]["changed"] == 0
    made = [entry for entry in fresh_sandbox.journal() if entry["tenant"] == tenant and entry["status"] == 201]
    assert len([entry for entry in made if "/applications" in entry["path"]]) == 1
    assert len([entry for entry in made if entry["path"].startswith("/v1.0/servicePrincipals(")]) == 1
