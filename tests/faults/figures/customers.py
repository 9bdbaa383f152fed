# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""P12, one bad tenant does not stop or slow the others: ansible-playbook on many tenants of which five are broken, each in its own way."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from typing import Any

import yaml

from faults import task
from faults.figures.figure import Figure
from faults.figures.time_limits import black_hole
from faults.place import Place
from faults.systematic import Case
from faults.watch import Violation

PROMISE = "P12"
STOPPED, UNTOLD, SLOW = "healthy tenants not done", "broken tenants not reported", "runs slowed by the broken"
ROOT = pathlib.Path(__file__).parents[3]
HEALTHY, FEW = 45, 5
MOST = 1.3  # times as long as the healthy ones alone
TRIES = 3  # of which the quickest counts, since whatever else the machine does only slows
FORKS, BUDGET = 10, 5  # BUDGET: seconds a task may take
BROKEN = {
    "wrong-secret": "AADSTS7000215",
    "no-permission": "Authorization_RequestDenied",
    "throttled": "asks to wait",
    "black-hole": "timed out",
    "unknown-tenant": "does not know the tenant",
}
"""Host name, and what is told of it."""
OPTIONS = {name: "{{ %s }}" % name for name in ("tenant_id", "client_id", "client_secret", "authority", "unique_name")}  # noqa: UP031
PLAY = {
    "hosts": "all",
    "connection": "local",
    "gather_facts": False,
    "tasks": [
        {"tenantops.entra.entra_app_registration": {**OPTIONS, "display_name": "Mixed", "timeout": "{{ budget }}"}},
        {"tenantops.entra.entra_redirect_uri": {**OPTIONS, "web": ["https://a.example/"], "timeout": "{{ budget }}"}},
    ],
}


def cases() -> Iterator[Case]:
    yield Case(PROMISE, f"{PROMISE} {FEW} healthy tenants and 5 broken ones", _player(FEW, hurry=False))
    yield Case(PROMISE, f"{PROMISE} {HEALTHY} healthy tenants and 5 broken ones", _player(HEALTHY, hurry=True))


def breaks() -> Iterator[Case]:
    play = _player(FEW, hurry=True, budget=6 * BUDGET, tries=1)
    yield Case("mutant", f"{PROMISE} gives a tenant half a minute where all take less", play, None, SLOW)


def _player(number: int, *, hurry: bool, budget: int = BUDGET, tries: int = TRIES) -> Any:
    def play(place: Place, _change: task.Change | None) -> list[Violation]:
        ratios: list[float] = []
        while not ratios or (hurry and min(ratios) > MOST and len(ratios) < tries):
            alone, found = _run(place, number, budget, broken=False)
            together, more = _run(place, number, budget, broken=True)
            if found or more:
                return found + more
            ratios.append(together / alone)
        if not hurry:
            return []
        place.measured = min(ratios)
        return [(SLOW, f"{min(ratios):.2f} times")] if min(ratios) > MOST else []

    return play


def _run(place: Place, number: int, budget: int, *, broken: bool) -> tuple[float, list[Violation]]:
    """The seconds that it took, and what is not as it should be."""
    place.clear()
    made = place.control("POST", "/tenants", {"count": number + len(BROKEN)})["tenants"]
    hosts = {f"customer-{n}": _variables(place, tenant, budget) for n, tenant in enumerate(made[:number])}
    with black_hole() as nowhere:
        if broken:
            bad = dict(zip(BROKEN, (_variables(place, one, budget) for one in made[number:]), strict=True))
            _break(place, bad, nowhere)
            names = [*hosts]
            for position, name in enumerate(bad):  # among the others, evenly
                names.insert(position * (len(names) // len(bad)), name)
            hosts = {name: {**hosts, **bad}[name] for name in names}
        began = time.monotonic()
        output = _play(place, hosts)
        seconds = time.monotonic() - began
    found = [(STOPPED, tenant["id"]) for tenant in made[:number] if not _is_done(place, tenant)]
    for name, says in BROKEN.items() if broken else ():
        told = re.search(rf"^fatal: \[{name}\].*$", output, re.MULTILINE)
        if not (told and re.search(says, told[0])):
            found.append((UNTOLD, f"{name}: {told and told[0]}"))
    return seconds, found


def _variables(place: Place, tenant: dict[str, Any], budget: int) -> dict[str, Any]:
    where = {"tenant_id": tenant["id"], "authority": place.env["AZURE_AUTHORITY_HOST"]}
    return {**where, **tenant["operator"], "unique_name": "mixed", "budget": budget}


def _break(place: Place, hosts: dict[str, dict[str, Any]], nowhere: str) -> None:
    client = {"tenant": hosts["no-permission"]["tenant_id"], "permissions": []}
    hosts["wrong-secret"]["client_secret"] = "no secret of theirs"
    hosts["no-permission"] |= {
        name: value for name, value in place.control("POST", "/clients", client).items() if name.startswith("client_")
    }
    hosts["throttled"]["unique_name"] = "throttled"
    hosts["black-hole"]["authority"] = nowhere
    hosts["unknown-tenant"]["tenant_id"] = str(uuid.uuid4())
    asks = {"status": 429, "code": "TooManyRequests", "headers": {"Retry-After": "1"}, "times": None}
    place.fail({"path_regex": "throttled", **asks})


def _play(place: Place, hosts: dict[str, dict[str, Any]]) -> str:
    """What ansible-playbook shows."""
    with tempfile.TemporaryDirectory(prefix="customers-") as name:
        inventory, playbook = pathlib.Path(name, "hosts.yml"), pathlib.Path(name, "play.yml")
        inventory.write_text(yaml.safe_dump({"all": {"hosts": hosts}}, sort_keys=False), encoding="utf-8")
        playbook.write_text(yaml.safe_dump([PLAY]), encoding="utf-8")
        program = pathlib.Path(sys.executable).with_name("ansible-playbook")
        settings = {"ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1"}
        return subprocess.run(
            [str(program), "-i", str(inventory), "--forks", str(FORKS), str(playbook)],
            cwd=ROOT,
            env={**os.environ, **place.env, **settings},
            capture_output=True,
            text=True,
            check=False,
        ).stdout


def _is_done(place: Place, tenant: dict[str, Any]) -> bool:
    """Whether the tenant holds what the play makes."""
    there = Place({**place.env, "AZURE_TENANT_ID": tenant["id"]}, place.folder)
    found = there.graph("GET", "/applications?$filter=displayName eq 'Mixed'")["value"]
    return [one["web"]["redirectUris"] for one in found] == [["https://a.example/"]]


FIGURE = Figure(
    PROMISE,
    "one bad tenant harms no other",
    (STOPPED, UNTOLD, SLOW),
    cases,
    breaks,
    slow=True,
    measures=("longest, of the healthy alone", " x", MOST),
)
