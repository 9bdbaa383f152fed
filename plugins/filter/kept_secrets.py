# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The secrets that a product asks for, with when they end and where they are kept. No value is among it."""

from __future__ import annotations

import pathlib
import typing as t

DOCUMENTATION = r"""
name: kept_secrets
short_description: When each client secret of a product ends, and where it is kept
version_added: 0.2.0
description:
  - Takes the client secrets that M(tenantops.entra.entra_app_info) read, and tells of each that a product asks for the one that is valid longest.
  - M(tenantops.entra.entra_app_secret) names a credential after the secret, with a colon and an id behind it.
positional: _input, wanted, start
options:
  _input:
    description: The credentials, with C(name), C(key_id) and C(end).
    type: list
    elements: dict
    required: true
  wanted:
    description: What the product asks for, each with C(name), C(store) and, in words, C(stored_at).
    type: list
    elements: dict
    required: true
  start:
    description: The directory where the run was started. Where no words are given, a store's file below it is told by its path from there.
    type: path
    default: ""
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Tell when the secret ends
  ansible.builtin.debug:
    msg: "{{ info.secrets | tenantops.entra.kept_secrets([{'name': 'pomerium', 'store': {'path': 'secrets/example.yml'}}]) }}"
"""

RETURN = r"""
_value:
  description: For each secret C(name), C(key_id), C(ends) and C(stored_at). The second and third are null where there is none.
  type: list
  elements: dict
"""

Row = t.Mapping[str, t.Any]

# the kinds of stores that are no path, in words
PLACES: dict[str, t.Callable[[Row], str]] = {
    "azure_key_vault": lambda store: f"The key vault {store['key_vault_url']}",
    "hashicorp_vault": lambda store: (
        f"The operator's vault, {store.get('vault_mount', 'secret')}/{store.get('vault_path', 'entra')}"
    ),
}


def kept_secrets(credentials: t.Iterable[Row], wanted: t.Iterable[Row], start: str = "") -> list[dict[str, t.Any]]:
    held = sorted(credentials, key=lambda one: str(one["end"]))
    return [
        {**_tell(secret, [one for one in held if _is_of(one, secret["name"])]), "stored_at": _place(secret, start)}
        for secret in wanted
    ]


def _place(secret: Row, start: str) -> str:
    if secret.get("stored_at"):
        return str(secret["stored_at"])
    store = secret["store"]
    if not store.get("path"):
        return next((PLACES[kind](store) for kind in PLACES if kind == store.get("kind")), "The operator's store")
    path = pathlib.PurePath(store["path"])
    return str(path.relative_to(start) if start and path.is_relative_to(start) else path)


def _is_of(credential: Row, name: str) -> bool:
    return str(credential["name"] or "").rpartition(":")[0] == name


def _tell(secret: Row, held: list[Row]) -> dict[str, t.Any]:
    last: Row = held[-1] if held else {}
    return {
        "name": secret["name"],
        "key_id": last.get("key_id"),
        "ends": last.get("end"),
    }


class FilterModule:
    """What ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"kept_secrets": kept_secrets}
