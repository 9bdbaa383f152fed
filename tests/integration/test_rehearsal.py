# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A whole onboarding in check mode: later tasks build upon what earlier ones would have made, and entra_app_info tells the result."""

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

ID_NAMES = {"app_id", "object_id"}
# with everything that the service would choose by itself, which nobody can foresee
TASKS: list[tuple[str, dict[str, t.Any]]] = [
    (
        "entra_app_registration",
        {
            "display_name": "Rehearsed",
            "sign_in_audience": "AzureADMyOrg",
            "scopes": [{"value": "user_impersonation", "type": "Admin", "admin_consent_display_name": "Access"}],
            "logout_url": "https://maps.example/?appproxy=logout",
            "requested_access_token_version": 2,
            "tags": ["WindowsAzureActiveDirectoryIntegratedApp"],
            "app_role_assignment_required": True,
            "visible": False,
        },
    ),
    (
        "entra_app_proxy",
        {
            "internal_url": "http://gis.internal/maps/",
            "external_url": "https://maps-<initial>.msappproxy.net/maps/",
            "external_authentication_type": "aadPreAuthentication",
            "is_backend_certificate_validation_enabled": True,
            "is_state_session_enabled": True,
            "is_accessible_via_ztna_client": False,
            "traffic_routing_method": "none",
            "single_sign_on": {"mode": "none"},
        },
    ),
    ("entra_redirect_uri", {"web": ["https://maps.example/"], "spa": ["http://localhost/"]}),
    (
        "entra_group_claims",
        {"group_membership_claims": ["SecurityGroup"], "tokens": {"id_token": {}, "saml2_token": {}}},
    ),
    ("entra_api_permission", {"delegated": ["User.Read"], "application": ["Directory.Read.All"]}),
    ("entra_app_assignment", {"users": ["pozi.support@<domain>"]}),
]


@pytest.fixture
def teller(sandbox: Running, tmp_path: pathlib.Path) -> Teller:
    return Teller(sandbox, tmp_path)


def run(teller: Teller, memory: Memory, name: str, args: dict[str, t.Any], *, check: bool) -> dict[str, t.Any]:
    """One task of a play: its tasks share a memory."""
    module: _run.Module = importlib.import_module(f"ansible_collections.tenantops.entra.plugins.modules.{name}").MODULE
    identity = "delegated" if name == "entra_app_proxy" else "application"
    given = {**teller.address, **teller.identities[identity], "unique_name": "rehearsed", **fill(teller, args)}
    checked = ArgumentSpecValidator(module.spec, **module.constraints).validate(given)
    assert not checked.error_messages
    result = _run.execute(module, checked.validated_parameters, check_mode=check, rehearsal=check, memory=memory)
    assert not result.get("failed"), f"{name}: {result['msg']}"
    return result


def fill(teller: Teller, value: t.Any) -> t.Any:
    if isinstance(value, str):
        for word, meaning in teller.words.items():
            value = value.replace(word, meaning)
        return value
    if isinstance(value, dict):
        return {key: fill(teller, item) for key, item in value.items()}
    return [fill(teller, item) for item in value] if isinstance(value, list) else value


def without_ids(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {key: without_ids(item) for key, item in value.items() if key not in ID_NAMES}
    return [without_ids(item) for item in value] if isinstance(value, list) else value


def test_a_rehearsal_tells_what_the_run_then_does(teller: Teller) -> None:
    start, memory = teller.mark(), Memory(1 << 20)
    foreseen = [run(teller, memory, name, args, check=True)["diff"] for name, args in TASKS]
    told = run(teller, memory, "entra_app_info", {}, check=True)
    assert writes(teller, start) == []
    assert {told["application"][name] for name in ID_NAMES} == {told["service_principal"]["object_id"]} == {None}

    memory = Memory(1 << 20)
    assert [run(teller, memory, name, args, check=False)["diff"] for name, args in TASKS] == foreseen
    real = run(teller, memory, "entra_app_info", {}, check=False)
    assert all(real["application"][name] for name in ID_NAMES)
    assert without_ids(told) == without_ids(real)
    assert without_ids(run(teller, Memory(1 << 20), "entra_app_info", {}, check=False)) == without_ids(real)
