# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The option store: which kind of place keeps a secret, and what each kind needs. Documented in doc_fragments/store.py."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import env_fallback


def _option(variable: str, **spec: t.Any) -> dict[str, t.Any]:
    return {"type": "str", "fallback": (env_fallback, [variable]), **spec}


# kind to the suboptions that it cannot do without
NEEDS: dict[str, tuple[str, ...]] = {
    "vault_file": ("path",),
    "hashicorp_vault": ("vault_url",),
    "azure_key_vault": ("key_vault_url",),
    "command": ("command",),
    "sealed": ("path", "recipient_certificate"),
}

STORE_OPTION: dict[str, dict[str, t.Any]] = {
    "store": {
        "type": "dict",
        "required": True,
        "options": {
            "kind": {"type": "str", "choices": list(NEEDS), "default": "vault_file"},
            "path": {"type": "path"},
            "vault_id": {"type": "str"},
            "allow_git": {"type": "bool", "default": False},
            "allow_container": _option("ENTRA_STORE_ALLOW_CONTAINER", type="bool", default=False),
            "vault_url": _option("VAULT_ADDR"),
            "vault_token": _option("VAULT_TOKEN", no_log=True),
            "vault_token_file": _option("VAULT_TOKEN_FILE", type="path", no_log=False),
            "vault_role_id": _option("VAULT_ROLE_ID"),
            "vault_secret_id": _option("VAULT_SECRET_ID", no_log=True),
            "vault_secret_id_file": _option("VAULT_SECRET_ID_FILE", type="path", no_log=False),
            "vault_auth_mount": {"type": "str", "default": "approle"},
            "vault_namespace": _option("VAULT_NAMESPACE"),
            "vault_ca_file": _option("VAULT_CACERT", type="path"),
            "vault_mount": {"type": "str", "default": "secret"},
            "vault_path": {"type": "str", "default": "entra"},
            "key_vault_url": {"type": "str", "no_log": False},  # an address; ansible-test takes its name for a secret's
            "key_vault_tenant_id": {"type": "str"},
            "command": {"type": "list", "elements": "str"},
            "command_timeout": {"type": "int", "default": 30},
            "recipient_certificate": {"type": "str"},
        },
        "required_if": [("kind", kind, names) for kind, names in NEEDS.items()],
    }
}
