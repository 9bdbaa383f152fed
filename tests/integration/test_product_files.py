# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A product that no role knows is onboarded from a data file alone."""

from __future__ import annotations

import json
import pathlib
import typing as t

import demo
import pytest
import yaml
from integration.customers import NOT_HANDED_OVER, read_lines
from integration.handoff_schema import complaints

from sandbox import Running

FILE = pathlib.Path(__file__).parent / "products/field_notes.yml"
APPLICATION = "/v1.0/applications(uniqueName='field-notes')"


def onboard(sandbox: Running, folder: pathlib.Path, file: pathlib.Path = FILE, **inputs: t.Any) -> demo.Outcome:
    """The playbook on a tenant that has only this product."""
    tenant = sandbox.control("POST", "/tenants", {"count": 1})["tenants"][0]
    variables = {
        "entra_tenant_id": tenant["id"],
        "entra_client_id": tenant["operator"]["client_id"],
        "entra_products": [str(file)],
    }
    hosts = {"hosts": {"fourth": {**variables, **inputs}}}
    (folder / "hosts.yml").write_text(yaml.safe_dump({"all": hosts}), encoding="utf-8")
    return again(sandbox, folder, tenant)


def again(sandbox: Running, folder: pathlib.Path, tenant: dict[str, t.Any], *more: str) -> demo.Outcome:
    environment = {**sandbox.env(), "AZURE_CLIENT_SECRET": tenant["operator"]["client_secret"]}
    limited = ("-i", str(folder / "hosts.yml"), "--limit", "fourth", *more)
    return demo.onboard(environment, *limited, folder=folder, echo=False)


def test_a_fourth_product_is_data(fresh_sandbox: Running, tmp_path: pathlib.Path) -> None:
    made = onboard(fresh_sandbox, tmp_path, field_notes_url="https://notes.example")
    assert made.code == 0, made.output
    tenant = fresh_sandbox.tenants()[-1]
    seen = len(fresh_sandbox.journal())
    second = again(fresh_sandbox, tmp_path, tenant, *NOT_HANDED_OVER)
    assert (second.code, second.hosts["fourth"]["changed"]) == (0, 0), second.output
    assert not [entry["url"] for entry in fresh_sandbox.journal(seen) if entry["write"]]

    told = json.loads((tmp_path / "handoff/fourth/field_notes.json").read_text(encoding="utf-8"))
    assert complaints(told) == []
    assert told["scope"] == f"api://{told['client_id']}/notes.read"
    assert told["web_redirect_uris"] == ["https://notes.example/signin-oidc"]
    assert [(group["name"], group["district"]) for group in told["groups"]] == [("Pozi Viewers", "North")]
    (held,) = fresh_sandbox.world.tenants[tenant["id"]].view().where("application", uniqueName="field-notes")
    assert held["appId"] == told["client_id"]
    assert held["publicClient"]["redirectUris"] == ["msauth.com.example.fieldnotes://auth"]
    assert held["groupMembershipClaims"] == "ApplicationGroup"
    assert [role["value"] for role in held["appRoles"]] == ["Surveyor"]
    assert "Application Proxy" not in [section["title"] for section in told["settings"]]


@pytest.mark.parametrize(
    ("change", "url", "told"),
    [
        (
            {},
            "https://Notes.example/",
            "field_notes_url is 'https://Notes.example/', but must be https:// and a host name",
        ),
        ({"platform": {}}, "https://notes.example", "platform"),
        ({"handoff": {"fields": [{"name": "secret", "label": "Secret"}]}}, "https://notes.example", "got: secret"),
    ],
)
def test_a_file_that_is_wrong_is_told_and_nothing_is_sent(
    fresh_sandbox: Running, tmp_path: pathlib.Path, change: dict[str, t.Any], url: str, told: str
) -> None:
    file = tmp_path / "product.yml"
    file.write_text(yaml.safe_dump({**yaml.safe_load(FILE.read_text(encoding="utf-8")), **change}), encoding="utf-8")
    run = onboard(fresh_sandbox, tmp_path, file, field_notes_url=url)
    assert run.code == 2
    assert told in run.output
    assert fresh_sandbox.journal() == []


def test_why_a_product_cannot_be_put_together_is_told(fresh_sandbox: Running, tmp_path: pathlib.Path) -> None:
    """The task that does it is no_log, since a store's options may be secret."""
    product = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    file = tmp_path / "product.yml"
    file.write_text(yaml.safe_dump({**product, "secrets": [{"name": "notes"}]}), encoding="utf-8")
    store = {"path": "all.yml", "vault_identity": "not-to-be-seen"}
    run = onboard(fresh_sandbox, tmp_path, file, field_notes_url="https://notes.example", entra_store=store)
    assert run.code == 2
    (row,) = read_lines(run.output, "Show what failed in all tenants")
    assert "entra_store has a path, and each application needs a file of its own" in row
    assert "not-to-be-seen" not in run.output
    assert fresh_sandbox.journal() == []
