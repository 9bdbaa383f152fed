# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Say how faithful the sandbox is: `python -m fidelity [FAMILY...]`, or with FIDELITY_LIVE what a real tenant does.

Exit status: 0 where every case passes, 1 where one fails, 2 where nothing was asked.
"""

from __future__ import annotations

import os
import sys

import httpx
from rich.console import Console
from rich.progress import track

from fidelity.live_place import Permitted
from fidelity.live_run import ask_permission, run_live
from fidelity.loader import WrongCase, load_families
from fidelity.model import Family
from fidelity.report import show_results
from fidelity.runner import Outcome, run_case
from fidelity.sandbox_place import open_sandbox_place
from sandbox import running

NOTHING = 2


def main(names: list[str]) -> int:
    """Run the cases of all families, or of those that are named, where the environment says."""
    console = Console()
    try:
        families = choose(load_families(), names)
        permitted = ask_permission(os.environ)
    except (WrongCase, ValueError) as error:
        Console(stderr=True).print(str(error), markup=False, highlight=False)
        return NOTHING
    results = run_in_sandbox(families, console) if permitted is None else run_in_tenant(families, permitted, console)
    return int(show_results(results, console) > 0)


def choose(families: list[Family], names: list[str]) -> list[Family]:
    """Those whose name begins with one of the names, all where there is none; raises ValueError on a name of none."""
    for name in names:
        if not any(family.family.lower().startswith(name.lower()) for family in families):
            raise ValueError(f"no family is called '{name}': {', '.join(family.family for family in families)}")
    return [f for f in families if not names or any(f.family.lower().startswith(name.lower()) for name in names)]


def run_in_sandbox(families: list[Family], console: Console) -> dict[str, list[Outcome]]:
    """Every case, each in a tenant of its own."""
    results: dict[str, list[Outcome]] = {}
    with running() as sandbox, httpx.Client(verify=sandbox.tls(), trust_env=False, timeout=30) as http:
        for family in track(families, "cases", console=console, transient=True):
            for case in family.cases:
                with open_sandbox_place(sandbox, http, case) as place:
                    results.setdefault(family.family, []).append(run_case(case, place))
    return results


def run_in_tenant(families: list[Family], permitted: Permitted, console: Console) -> dict[str, list[Outcome]]:
    """The cases that are safe there; what they make is removed."""
    number = sum(case.live for family in families for case in family.cases)
    console.print(
        f"{number} cases make objects named 'fidelity ...' in tenant {permitted.tenant} at {permitted.graph}, "
        f"as application {permitted.client_id}, and remove them.",
        highlight=False,
    )
    return run_live(families, permitted, console)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
