# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A run in a real tenant: allowed in so many words, and followed by the removal of what it made."""

from __future__ import annotations

import secrets
import string
import time
from collections.abc import Mapping

import httpx
from rich.console import Console

from fidelity.live_place import LivePlace, Permitted, make_trust
from fidelity.model import Case, Family
from fidelity.runner import Outcome, run_case

PAUSE = 5.0  # seconds between looks whether everything is gone
LOOKS = 6


def ask_permission(environment: Mapping[str, str]) -> Permitted | None:
    """The tenant to use, or None for the sandbox. Raises ValueError where credentials are there and no confirmation is.

    ENTRA_GRAPH_URL without FIDELITY_LIVE is a sandbox's environment, and no tenant.
    """
    names = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET")
    tenant, client_id, client_secret = (environment.get(name, "") for name in names)
    confirmed = environment.get("FIDELITY_LIVE", "")
    if confirmed and confirmed != tenant:
        raise ValueError(
            f"FIDELITY_LIVE is {confirmed} and AZURE_TENANT_ID is {tenant or 'not set'}: nothing was asked"
        )
    if not (tenant and client_id and client_secret):
        if confirmed:
            raise ValueError(f"FIDELITY_LIVE needs {', '.join(names)}")
        return None
    if not confirmed and environment.get("ENTRA_GRAPH_URL"):
        return None
    if not confirmed:
        raise ValueError(
            f"The environment opens tenant {tenant}. Cases would make objects there and remove them. "
            f"To do so set FIDELITY_LIVE={tenant}; to ask the sandbox unset AZURE_CLIENT_SECRET."
        )
    hosts = {
        "graph": environment.get("ENTRA_GRAPH_URL", Permitted.graph).rstrip("/"),
        "login": environment.get("AZURE_AUTHORITY_HOST", Permitted.login).rstrip("/"),
    }
    return Permitted(tenant, client_id, client_secret, ca_file=environment.get("ENTRA_CA_FILE"), **hosts)


def run_live(families: list[Family], permitted: Permitted, console: Console) -> dict[str, list[Outcome]]:
    """All live cases one after another; whatever happens, what they made is removed."""
    word = "".join(secrets.choice(string.ascii_lowercase) for letter in range(8))
    results: dict[str, list[Outcome]] = {}
    cases = [(family.family, case) for family in families for case in family.cases if case.live]
    doubtful: list[str] = []
    with httpx.Client(verify=make_trust(permitted), timeout=60) as http:
        try:
            for number, (family, case) in enumerate(cases):
                place = LivePlace(permitted, http, f"{word}{number}")
                results.setdefault(family, []).append(run_one(case, place, doubtful))
        finally:
            for path in clear(LivePlace(permitted, http, word), word, doubtful):
                console.print(f"still in the tenant: {path}", style="red", markup=False)
    return results


def run_one(case: Case, place: LivePlace, doubtful: list[str]) -> Outcome:
    """One case and its removal; a known difference is the sandbox's and not the service's."""
    try:
        return run_case(case.model_copy(update={"difference": None}), place)
    finally:
        doubtful += place.remove_all()


def clear(place: LivePlace, word: str, doubtful: list[str]) -> list[str]:
    """Look for what is still there, by its path and by its name, and remove it again; returns what stayed.

    By name is found what an answer that was lost may have left.
    """
    for look in range(LOOKS):
        if look:
            time.sleep(PAUSE)
        doubtful = [path for path in dict.fromkeys([*doubtful, *place.find_made(word)]) if not place.is_gone(path)]
        if not doubtful:
            return []
        for path in doubtful:
            place.remove(path)
    return [path for path in doubtful if not place.is_gone(path)]
