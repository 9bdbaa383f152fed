# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stores that secrets can be written to, by the kind that the option store names."""

from __future__ import annotations

import importlib
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Store

HERE = "ansible_collections.tenantops.entra.plugins.plugin_utils"
# kind to the file that has open_store for it, and the libraries that only this kind needs
KINDS: dict[str, tuple[str, str]] = {
    "vault_file": ("_vault_file", ""),
    "hashicorp_vault": ("_hashicorp_vault", "hvac"),
    "azure_key_vault": ("_azure_key_vault", "azure-keyvault-secrets"),
    "command": ("_command_store", ""),
    "sealed": ("_sealed_file", "cryptography"),
}


def open_store(spec: t.Mapping[str, t.Any], services: t.Mapping[str, t.Any]) -> Store:
    """The store that the option describes. Raises StoreError where it cannot be used."""
    name, library = KINDS[spec["kind"]]
    file = importlib.import_module(f"{HERE}.{name}")
    missing: ImportError | None = getattr(file, "PROBLEM", None)
    if missing is not None:
        raise StoreError(
            f"store.kind {spec['kind']} needs the library {missing.name}, which this Python does not have",
            remedy=f"Install {library} in the Python that runs ansible-core.",
        )
    opener: t.Callable[..., Store] = file.open_store
    return opener(spec, services)
