# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The stores that secrets can be written to, by the kind that the option store names."""

from __future__ import annotations

import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Store
from ansible_collections.tenantops.entra.plugins.plugin_utils import _vault_file

KINDS: dict[str, t.Callable[[t.Mapping[str, t.Any], t.Any], Store]] = {
    "vault_file": _vault_file.open_file,
}


def open_store(spec: t.Mapping[str, t.Any], services: t.Mapping[str, t.Any]) -> Store:
    """The store that the option describes. Raises StoreError where it cannot be used."""
    return KINDS[spec["kind"]](spec, services["loader"])
