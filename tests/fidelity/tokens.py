# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The claims of the tokens in an answer; no signature is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jwt

KINDS = ("access_token", "id_token")
HEADER = "<header>"


def read_claims(answer: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The claims of each token by its kind, with the token's header as `<header>`; what is no JWT is left out."""
    found: dict[str, dict[str, Any]] = {}
    for kind in KINDS:
        try:
            token = jwt.decode_complete(answer.get(kind) or "", options={"verify_signature": False})
        except jwt.InvalidTokenError:
            continue
        found[kind] = {**token["payload"], HEADER: token["header"]}
    return found
