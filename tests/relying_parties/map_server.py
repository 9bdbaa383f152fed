# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A map server in Pozi Server's place: it opens a catalogue to those whose token holds one of the catalogue's groups."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jwt
from clients import chromium
from unit.sandbox.signing_in import Place

PATH = "/catalogues/"


@contextmanager
def serving(folder: Path, place: Place, told: dict[str, Any]) -> Iterator[str]:
    """The address of the files in a folder, and below it of the catalogues that were handed over."""
    published = place.http.get(f"/{told['tenant_id']}/discovery/v2.0/keys").json()
    keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(published).keys}

    class Handler(chromium.Files):
        def do_GET(self) -> None:  # noqa: N802, http.server's name
            if not self.path.startswith(PATH):
                super().do_GET()
                return
            try:
                token = self.headers.get("Authorization", "").removeprefix("Bearer ")
                opened = find_open_catalogues(token, keys, told)
                status = 200 if unquote(self.path.removeprefix(PATH)) in opened else 403
            except jwt.InvalidTokenError:
                status = 401
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(status).encode())

    with chromium.serving(folder, Handler) as address:
        yield address


def find_open_catalogues(token: str, keys: dict[str | None, jwt.PyJWK], told: dict[str, Any]) -> set[str]:
    """The catalogues of the handoff that a token opens; raises jwt.InvalidTokenError for one that is not meant for it.

    An access token of version 1.0, as an application's that asks for no other:
    https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
    """
    audience, _slash, scope = told["scope"].rpartition("/")
    key = keys[jwt.get_unverified_header(token)["kid"]]
    issuer = f"https://sts.windows.net/{told['tenant_id']}/"
    claims = jwt.decode(token, key, algorithms=["RS256"], audience=audience, issuer=issuer)
    if scope not in claims.get("scp", "").split():
        raise jwt.InvalidTokenError(scope)
    held = set(claims.get("groups", ()))
    return {catalogue for group in told["groups"] if group["id"] in held for catalogue in group["catalogues"]}
