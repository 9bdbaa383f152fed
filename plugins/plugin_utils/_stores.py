# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stores that secrets can be written to, by the kind that the option store names."""

from __future__ import annotations

import importlib
import sys
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Store
from ansible_collections.tenantops.entra.plugins.module_utils._versions import Needed, find_unfit

HERE = "ansible_collections.tenantops.entra.plugins.plugin_utils"
# kind to the file that has open_store for it, and the library that this kind needs, as requirements.txt has it
KINDS: dict[str, tuple[str, Needed | None]] = {
    "vault_file": ("_vault_file", None),
    "hashicorp_vault": ("_hashicorp_vault", Needed("hvac", "2.3", "3")),
    "azure_key_vault": ("_azure_key_vault", Needed("azure-keyvault-secrets", "4.9", "5")),
    "command": ("_command_store", None),
    "sealed": ("_sealed_file", Needed("cryptography", "45")),
}


def open_store(spec: t.Mapping[str, t.Any], services: t.Mapping[str, t.Any]) -> Store:
    """The store that the option describes. Raises StoreError where it cannot be used."""
    name, needed = KINDS[spec["kind"]]
    unfit = find_unfit([needed]) if needed else ""
    file = importlib.import_module(f"{HERE}.{name}")
    missing: ImportError | None = getattr(file, "PROBLEM", None)
    if unfit or missing is not None:
        raise StoreError(
            f"store.kind {spec['kind']} needs the library {needed and needed.name}, and {sys.executable} has {unfit or 'none'}",
            remedy=f"Install it: {sys.executable} -m pip install '{needed}'.",
        )
    opener: t.Callable[..., Store] = file.open_store
    return opener(spec, services)
