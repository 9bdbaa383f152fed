# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The demonstration: onboards the customers of inventories/demo in the embedded tenant, twice, judges both runs, and verifies."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
import typing as t

from rich.console import Console

from sandbox import Running, running

ROOT = pathlib.Path(__file__).parents[1]
PLAYBOOK = ("playbooks/onboard.yml", "-i", "inventories/demo")
VERIFY = "playbooks/verify.yml"
FOLDER = ROOT / ".cache/demo"
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
RECAP = re.compile(r"^(?P<host>\S+)\s+: (?P<counts>ok=\d+.*)$")
CREDENTIALS = ("AZURE_", "ENTRA_")
console = Console(highlight=False, soft_wrap=True)


class Failed(Exception):
    """One sentence about what did not come out as it should."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    """One run of the playbook."""

    code: int
    hosts: dict[str, dict[str, int]]
    """Ansible's counts by host: ok, changed, unreachable, failed, …"""
    seconds: float
    output: str = ""


def onboard(
    environment: t.Mapping[str, str],
    *arguments: str,
    folder: pathlib.Path = FOLDER,
    echo: bool = True,
    playbook: str = PLAYBOOK[0],
) -> Outcome:
    """Run the playbook with its output shown. The environment is all that tells it from a run on real tenants.

    folder: where its secrets and documents are kept.
    """
    started, hosts, lines = time.monotonic(), {}, []
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(CREDENTIALS)}
    settings = {
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_HOME": str(ROOT / ".cache/ansible"),
        "ANSIBLE_VAULT_PASSWORD_FILE": str(keep_vault_password(folder)),
        "PYTHONUNBUFFERED": "1",
        "ENTRA_STORE_ALLOW_CONTAINER": "true",  # its secrets need not outlive it
        **({"ANSIBLE_FORCE_COLOR": "1"} if console.is_terminal else {}),
    }
    command = [
        str(pathlib.Path(sys.executable).with_name("ansible-playbook")),
        playbook,
        *PLAYBOOK[1:],
        "-e",
        f"demo_folder={folder}",
        *arguments,
    ]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**inherited, **settings, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        try:
            for line in process.stdout:
                lines.append(line)
                if echo:
                    sys.stdout.write(line)
                    sys.stdout.flush()
                if recap := RECAP.match(COLOURS.sub("", line)):
                    pairs = (pair.split("=") for pair in recap["counts"].split())
                    hosts[recap["host"]] = {name: int(count) for name, count in pairs}
        except KeyboardInterrupt:
            process.terminate()
            process.wait(10)
            raise
    return Outcome(process.returncode, hosts, time.monotonic() - started, "".join(lines))


def keep_vault_password(folder: pathlib.Path) -> pathlib.Path:
    """The file of the vault password with which secrets are kept, made by the first run and readable by the user alone."""
    (folder / "secrets").mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "vault-password"
    if not path.exists():
        path.touch(0o600)
        path.write_text(secrets.token_urlsafe(24), encoding="utf-8")
    return path


def judge(first: Outcome, second: Outcome, writes: tuple[int, int]) -> None:
    """Raises Failed unless the first run made everything and the second neither changed nor wrote anything."""
    for name, outcome in (("first", first), ("second", second)):
        broken = [host for host, counts in outcome.hosts.items() if counts["failed"] or counts["unreachable"]]
        if broken or outcome.code or not outcome.hosts:
            raise Failed(f"The {name} run failed{' for ' + ', '.join(broken) if broken else ''}: see its output above.")
    if idle := [host for host, counts in first.hosts.items() if not counts["changed"]]:
        raise Failed(f"The first run changed nothing for {', '.join(idle)}.")
    if busy := [f"{host} ({counts['changed']})" for host, counts in second.hosts.items() if counts["changed"]]:
        raise Failed(f"The second run should change nothing, but it changed {', '.join(busy)}.")
    if not writes[0]:
        raise Failed("The first run sent no write, says the tenant's journal.")
    if writes[1]:
        raise Failed(f"The second run should send no write, but the tenant's journal holds {writes[1]}.")


def read_table(output: str) -> list[str]:
    """The lines of the table that playbooks/verify.yml shows; none where it did not come so far."""
    told = COLOURS.sub("", output).partition("TASK [Show the proofs of all tenants]")[2].partition('"msg": ')[2]
    return t.cast("list[str]", json.loads(told.partition("\n}")[0])) if told else []


def count_writes(tenant: Running, since: int) -> tuple[int, int]:
    """How many requests came since then, and how many of them were writes."""
    entries = tenant.journal(since)
    return len(entries), sum(entry["write"] for entry in entries)


def show() -> None:
    """The whole demonstration."""
    for name in ("handoff", "secrets"):
        shutil.rmtree(FOLDER / name, ignore_errors=True)
    with running() as tenant:
        environment = tenant.env()
        console.rule("First run: everything is new")
        first = onboard(environment)
        requests, first_writes = count_writes(tenant, 0)
        second, second_writes = Outcome(0, {}, 0), 0
        verified, verify_writes = Outcome(0, {}, 0), 0
        if not first.code:
            console.rule("Second run: nothing changes")
            second = onboard(environment)
            sent, second_writes = count_writes(tenant, requests)
            console.rule("Verification")
            verified = onboard(environment, playbook=VERIFY, echo=False)
            verify_writes = count_writes(tenant, requests + sent)[1]
            for line in read_table(verified.output) or [verified.output]:
                console.print(line, markup=False)
    judge(first, second, (first_writes, second_writes))
    if verified.code or verify_writes:
        raise Failed(f"The verification should prove everything and write nothing; it sent {verify_writes} writes.")
    console.rule("Handoff documents")
    for document in sorted(FOLDER.glob("handoff/*/*")):
        console.print(f"  {document.relative_to(ROOT)}")
    console.print()
    console.print(f"First run: {len(first.hosts)} tenants onboarded with {first_writes} writes, {first.seconds:.0f} s.")
    console.print(f"Second run: changed=0 for every tenant, no write sent, {second.seconds:.0f} s.")


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        show()
    except KeyboardInterrupt:
        console.print("\nThe demo was stopped.")
        return 130
    except Failed as problem:
        console.print(f"\nThe demo failed. {problem}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
