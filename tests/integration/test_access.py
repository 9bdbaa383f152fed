# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Application, publishing, group and assignment in one run: rehearsed from nothing, then done, each building on the last."""

from __future__ import annotations

import importlib
import pathlib
import typing as t

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from integration.test_contract import Teller, writes

from ansible_collections.tenantops.entra.plugins.module_utils import _run
from ansible_collections.tenantops.entra.plugins.module_utils._memory import Memory
from sandbox import Running

APPLICATION = {"unique_name": "access-map"}
TASKS: list[tuple[str, dict[str, t.Any]]] = [
    (
        "entra_group",
        {"unique_name": "access-users", "display_name": "Access Users", "members": ["kai.jensen@<domain>"]},
    ),
    ("entra_app_registration", {**APPLICATION, "display_name": "Access Map"}),
    (
        "entra_app_proxy",
        {
            **APPLICATION,
            "internal_url": "http://access.internal/pozi/",
            "external_url": "https://access-<initial>.msappproxy.net/pozi/",
            "external_authentication_type": "aadPreAuthentication",
        },
    ),
    ("entra_app_proxy", {**APPLICATION, "application_server_timeout": "long", "connector_group": "Map Servers"}),
    ("entra_app_assignment", {**APPLICATION, "groups": ["Access Users"]}),
    ("entra_app_assignment", {**APPLICATION, "users": ["rosa.marino@<domain>"], "groups": ["Access Users"]}),
]


@pytest.fixture
def teller(sandbox: Running, tmp_path: pathlib.Path) -> Teller:
    return Teller(sandbox, tmp_path)


def perform(teller: Teller, *, rehearsal: bool) -> list[dict[str, t.Any]]:
    """The results of all tasks in one run, by a signed-in user."""
    memory, results = Memory(1 << 20), []
    for name, args in TASKS:
        module: _run.Module = importlib.import_module(
            f"ansible_collections.tenantops.entra.plugins.modules.{name}"
        ).MODULE
        given = {**teller.address, **teller.identities["delegated"], **fill(args, teller.words)}
        checked = ArgumentSpecValidator(module.spec, **module.constraints).validate(given)
        assert checked.error_messages == []
        result = _run.execute(
            module, checked.validated_parameters, check_mode=rehearsal, rehearsal=rehearsal, memory=memory
        )
        assert not result.get("failed"), f"{name}: {result['msg']}"
        results.append(result)
    return results


def fill(value: t.Any, words: dict[str, str]) -> t.Any:
    if isinstance(value, dict):
        return {name: fill(item, words) for name, item in value.items()}
    if isinstance(value, list):
        return [fill(item, words) for item in value]
    for word, meaning in words.items():
        value = value.replace(word, meaning)
    return value


def test_a_rehearsal_from_nothing_foretells_the_run(teller: Teller) -> None:
    start = teller.mark()
    rehearsed = perform(teller, rehearsal=True)
    assert writes(teller, start) == []
    done = perform(teller, rehearsal=False)
    assert [one["diff"] for one in rehearsed] == [one["diff"] for one in done]
    assert done[-1]["diff"]["before"] == {"users": [], "groups": ["Access Users"]}
    assert all(one["changed"] for one in done)
    assert not any(one["changed"] for one in perform(teller, rehearsal=False))


def test_a_run_believes_its_own_writes_while_replicas_lag(sandbox: Running, teller: Teller) -> None:
    sandbox.control("PUT", "/settings", {"replication_lag_seconds": 5, "stale_read_ratio": 1.0})
    try:
        done = perform(teller, rehearsal=False)
    finally:
        sandbox.control("PUT", "/settings", {"replication_lag_seconds": 0})
    assert done[3]["diff"]["before"]["application_server_timeout"] == "default"
    assert done[-1]["diff"]["before"] == {"users": [], "groups": ["Access Users"]}


def test_nested_groups_are_warned_of(teller: Teller) -> None:
    teller.run("entra_app_registration", {"unique_name": "access-nested", "display_name": "Nested"})
    inner = teller.run("entra_group", {"display_name": "Pozi Planning"})
    outer = {"unique_name": "access-outer", "display_name": "Outer", "members": [inner["object_id"]]}
    assert teller.run("entra_group", outer)["changed"]
    given = {"unique_name": "access-nested", "groups": ["Outer", "Pozi Viewers"]}
    for result in (teller.run("entra_app_assignment", given, check=check) for check in (True, False)):
        (warning,) = result["warnings"]
        assert "Group 'Outer' has groups among its members, such as 'Pozi Planning'" in warning
    assert "warnings" not in teller.run("entra_app_assignment", {**given, "state": "absent"})


def test_the_application_identity_is_told_that_application_proxy_is_for_users(teller: Teller) -> None:
    teller.run("entra_app_registration", {"unique_name": "access-only", "display_name": "App Only"})
    proxy = fill({**TASKS[2][1], "unique_name": "access-only", "connector_group": "Map Servers"}, teller.words)
    result = teller.run("entra_app_proxy", proxy)
    assert result["failed"]
    assert "signed-in users" in result["msg"]
    assert "Nothing was changed by this task." in result["msg"]
