# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""entra_store: an inventory chooses once where everything is kept, for the roles and for products that are data."""

from __future__ import annotations

import pathlib
import uuid

import demo
import yaml

from sandbox import Running
from stores.openbao import ROOT_TOKEN, OpenBao

PRODUCT = {
    "key": "field_notes",
    "name": "Field Notes",
    "application": {"display_name": "Field Notes"},
    "secrets": [{"name": "notes"}],
    "support": {"recipient": "support@notes.example"},
    "handoff": {"fields": [{"name": "client_id", "label": "Client id"}]},
}


def test_all_is_kept_where_the_inventory_says(fresh_sandbox: Running, bao: OpenBao, tmp_path: pathlib.Path) -> None:
    tenant = fresh_sandbox.control("POST", "/tenants", {"count": 1})["tenants"][0]
    support = f"pomerium.support@{tenant['default_domain']}"
    prefix = uuid.uuid4().hex
    (tmp_path / "notes.yml").write_text(yaml.safe_dump(PRODUCT))
    inputs = {
        "entra_tenant_id": tenant["id"],
        "entra_client_id": tenant["operator"]["client_id"],
        "entra_products": ["pomerium", str(tmp_path / "notes.yml")],
        "entra_store": {"kind": "hashicorp_vault", "vault_url": bao.url, "vault_path": prefix},
        "pomerium_authenticate_url": "authenticate.example",
        "pomerium_support_recipient": "support@pomerium.example",
        "pomerium_support_account": {"kind": "cloud_user", "user_principal_name": support},
    }
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": {"shire": inputs}}}), encoding="utf-8")
    (tmp_path / "token").write_text(ROOT_TOKEN)
    environment = {
        **fresh_sandbox.env(),
        "AZURE_CLIENT_SECRET": tenant["operator"]["client_secret"],
        "VAULT_TOKEN_FILE": str(tmp_path / "token"),
        "VAULT_CACERT": str(bao.ca_file),
    }
    inventory = str(tmp_path / "hosts.yml")
    run = demo.onboard(environment, "-i", inventory, "--limit", "shire", folder=tmp_path, echo=False)
    assert run.code == 0, run.output
    assert not list(tmp_path.rglob("*secrets*/*"))
    below = f"/secret/metadata/{prefix}/{tenant['id']}"
    kept = {name for owner in names(bao, below) for name in names(bao, f"{below}/{owner}")}
    assert kept == {"pomerium", "notes", support}
    told = (tmp_path / "handoff/shire/field_notes.json").read_text(encoding="utf-8")
    assert f"The operator's vault, secret/{prefix}" in told


def names(bao: OpenBao, path: str) -> list[str]:
    keys: list[str] = bao.ask("LIST", path)["data"]["keys"]
    return keys
