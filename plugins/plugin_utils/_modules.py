# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the modules of the collection say of themselves, for a module that looks at what others need."""

from __future__ import annotations

import importlib
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError, StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._needs import Needs

MODULES = "ansible_collections.tenantops.entra.plugins.modules"


def find_needs(name: str) -> Needs:
    """The least permissions of the module of that name. Raises InputError."""
    try:
        needs: Needs = importlib.import_module(f"{MODULES}.{name}").MODULE.needs
    except ModuleNotFoundError:
        raise InputError(f"There is no module {name}", remedy="Correct module in uses.") from None
    return needs


def complete_store(spec: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """An option store as entra_app_secret takes it, validated and with its defaults. Raises StoreError."""
    option = importlib.import_module(f"{MODULES}.entra_app_secret").MODULE.options["store"]
    checked = ArgumentSpecValidator({"store": option}).validate({"store": dict(spec)})
    if checked.error_messages:
        raise StoreError("; ".join(checked.error_messages), remedy="Correct the options of the store.")
    return t.cast("dict[str, t.Any]", checked.validated_parameters["store"])
