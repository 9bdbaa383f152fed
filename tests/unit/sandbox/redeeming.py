# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Codes that a page of another origin redeems, and how a refusal reads."""

from __future__ import annotations

from typing import Any

import httpx
from unit.sandbox.browsing import PKCE, VERIFIER, App, sign_in
from unit.sandbox.signing_in import code_of

ORIGIN = "http://localhost:5173"
SCOPE = "openid profile offline_access User.Read"


def refused(answer: httpx.Response) -> tuple[int, str, int]:
    """Status, error and AADSTS number."""
    return answer.status_code, answer.json()["error"], code_of(answer)


def spa_code(app: App, **params: Any) -> str:
    return sign_in(app, redirect_uri=f"{ORIGIN}/", scope=SCOPE, **{**PKCE, **params})["code"]


def redeem_spa(app: App, code: str, origin: str | None = ORIGIN, **changes: Any) -> httpx.Response:
    form = {"client_secret": None, "redirect_uri": f"{ORIGIN}/", "code_verifier": VERIFIER, **changes}
    return app.redeem(code, origin, **form)
