# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A Python in which a library is missing, or is there in another version: what guards its imports is imported again in it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PLUGINS = "ansible_collections.tenantops.entra.plugins"
GUARDS = (
    "module_utils._libraries",
    "module_utils._redirect_uri_dns",
    "plugin_utils._hashicorp_vault",
    "plugin_utils._azure_key_vault",
    "plugin_utils._sealed_file",
)


@contextmanager
def broken(libraries: dict[str, str | None], folder: Path) -> Iterator[None]:
    """libraries: as Case.libraries. folder: where the metadata of other versions are written."""
    if not libraries:
        yield
        return
    modules, path = dict(sys.modules), list(sys.path)
    for name, version in libraries.items():
        if version is None:
            sys.modules[name] = None  # type: ignore[assignment]  # the way to have its import fail
        else:
            _tell_version(folder / "site", name, version)
    sys.path.insert(0, str(folder / "site"))
    try:
        _import_again()
        yield
    finally:
        sys.path[:] = path
        for name in libraries.keys() & modules.keys():
            sys.modules[name] = modules[name]
        for name in libraries.keys() - modules.keys():
            sys.modules.pop(name, None)
        _import_again()


def _tell_version(site: Path, name: str, version: str) -> None:
    """https://packaging.python.org/specifications/recording-installed-packages/"""
    about = site / f"{name.replace('-', '_')}-{version}.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")


def _import_again() -> None:
    for guard in GUARDS:
        module: Any = importlib.import_module(f"{PLUGINS}.{guard}")
        module.PROBLEM = None
        importlib.reload(module)
