# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One run of a playbook: its folder, how it is started and stopped, and all that it left behind, by channel."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import secrets
import shlex
import signal
import subprocess
import time
import typing as t

import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from leaks.canaries import Canary
from leaks.channels import read_channels
from leaks.cores import Core
from leaks.identities import Identity
from leaks.kept import Keeping
from leaks.processes import Sampler
from leaks.wire import Wire

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
FOLDERS = ("given", "store", "records", "consumer", "tmp", "home", "remote", "facts", "retry", "junit", "tree", "async")
PATIENCE = 600.0  # seconds
OURS = ("ANSIBLE", "AZURE", "ENTRA", "LEAKS", "MOLECULE", "RUNNER", "VAULT")


@dataclasses.dataclass(frozen=True)
class Run:
    """A playbook, and how it is run."""

    play: str
    launcher: str = "ansible-playbook"
    """Or ansible-runner."""
    verbosity: int = 4
    arguments: tuple[str, ...] = ()
    callback: str = "default"
    sabotage: str = ""
    """What is made to go wrong inside, by saboteur.py."""
    settings: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Further environment variables."""
    terminate_at: str = ""
    """SIGTERM is sent when a request whose path ends so has come in."""


@dataclasses.dataclass(frozen=True)
class Left:
    """What a run left behind."""

    code: int
    output: str
    channels: dict[str, list[bytes]]
    canaries: tuple[Canary, ...]


class Place:
    """The folder of one customer's runs: inventory, encrypted credential, stores."""

    def __init__(self, folder: pathlib.Path, identity: Identity, core: Core, keeping: Keeping) -> None:
        self.folder, self.identity, self.core, self.keeping = folder, identity, core, keeping
        for name in FOLDERS:
            (folder / name).mkdir(mode=0o700)
        self.password = secrets.token_urlsafe(24)
        (folder / "password").write_text(self.password, encoding="utf-8")
        self.bad_secret = f"zzz8Q~{secrets.token_urlsafe(30)[:34]}"
        plain = yaml.safe_dump({**identity.secret, "bad_secret": self.bad_secret, "store": keeping.options})
        (folder / "given/credential.yml").write_bytes(self._vault().encrypt(plain))
        variables = {"store_folder": str(folder / "store"), "consumer_folder": str(folder / "consumer")}
        variables |= {"domain": identity.domain, "ansible_connection": "local"}
        variables |= {"ansible_python_interpreter": str(core.python)}
        hosts = {"customer": variables, "elsewhere": variables}
        (folder / "given/hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}), encoding="utf-8")

    def start(self, run: Run, wire: Wire) -> Left:
        """Carry it out and read everything. The wire is not cleared: runs of one place add up."""
        (self.folder / "given/play.yml").write_text(self._playbook(run.play), encoding="utf-8")
        before = self._snapshot()
        output = self.folder / "stdout"
        with output.open("wb") as stdout, (self.folder / "stderr").open("wb") as stderr:
            process = subprocess.Popen(
                self._command(run),
                cwd=self.folder / "given",
                env=self._environment(run),
                stdout=stdout,
                stderr=stderr,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
            with Sampler(process.pid) as sampler:
                code = _wait(process, run, wire)
        channels = read_channels(self.folder) | wire.places
        channels["command lines"] = list(sampler.cmdlines)
        channels["environments"] = list(sampler.environments)
        changed = [name for name, content in self._snapshot().items() if before.get(name) != content]
        channels["project folder"] = [(self.folder / "given" / name).read_bytes() for name in changed]
        return Left(code, output.read_text(errors="replace"), channels, (*wire.canaries, *self._canaries()))

    def tidy(self) -> None:
        """Remove what the last run printed and logged, so that the next is read by itself."""
        for name in ("stdout", "stderr", "log", "logging", "syslog"):
            (self.folder / name).unlink(missing_ok=True)

    def _canaries(self) -> list[Canary]:
        kept = [Canary("vault password", self.password), Canary("inventory secret", self.bad_secret)]
        for path in (self.folder / "store").glob("*.yml"):
            if path.read_bytes().startswith(b"$ANSIBLE_VAULT"):
                kept += _secrets_of(yaml.safe_load(self._vault().decrypt(path.read_bytes())))
        return [*kept, *self.identity.canaries, *self.keeping.canaries]

    def _vault(self) -> VaultLib:
        return VaultLib([("default", VaultSecret(self.password.encode()))])

    def _playbook(self, name: str) -> str:
        plays = yaml.safe_load((HERE / "plays" / f"{name}.yml").read_text(encoding="utf-8"))
        options = {**self.identity.options, **{name: f"{{{{ {name} }}}}" for name in self.identity.secret}}
        for play in plays:
            play["vars_files"] = ["credential.yml"]
            play["module_defaults"] = {"group/tenantops.entra.all": options}
        return yaml.safe_dump(plays, sort_keys=False)

    def _snapshot(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.folder / "given").iterdir() if path.is_file()}

    def _command(self, run: Run) -> list[str]:
        password = f"--vault-password-file={self.folder / 'password'}"
        arguments = [password, *run.arguments]
        loud = [f"-{'v' * run.verbosity}"] if run.verbosity else []
        if run.launcher == "ansible-playbook":
            return [str(self.core.program("ansible-playbook")), "-i", "hosts.yml", *loud, *arguments, "play.yml"]
        where = ["--project-dir", str(self.folder / "given"), "--inventory", str(self.folder / "given/hosts.yml")]
        ident = f"run{sum(1 for path in self.folder.glob('runner/artifacts/*'))}"
        begun = [str(self.core.program("ansible-runner")), "run", *where, "-i", ident, "-p", "play.yml", *loud]
        return [*begun, f"--cmdline={shlex.join(arguments)}", str(self.folder / "runner")]

    def _environment(self, run: Run) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        folder = {name: str(self.folder / name) for name in (*FOLDERS, "log", "logging", "syslog")}
        settings = {
            "PATH": f"{self.core.folder}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join(map(str, (HERE / "watch", ROOT / "tests"))),
            "HOME": folder["home"],
            "TMPDIR": folder["tmp"],
            "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections"),
            "ANSIBLE_HOME": folder["home"],
            "ANSIBLE_LOCAL_TEMP": folder["tmp"],
            "ANSIBLE_REMOTE_TEMP": folder["remote"],
            "ANSIBLE_ASYNC_DIR": folder["async"],
            "ANSIBLE_LOG_PATH": folder["log"],
            "ANSIBLE_CACHE_PLUGIN": "jsonfile",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": folder["facts"],
            "ANSIBLE_RETRY_FILES_ENABLED": "1",
            "ANSIBLE_RETRY_FILES_SAVE_PATH": folder["retry"],
            "JUNIT_OUTPUT_DIR": folder["junit"],
            "ANSIBLE_CALLBACK_TREE_DIR": folder["tree"],
            "LEAKS_LOGGING": folder["logging"],
            "LEAKS_SYSLOG": folder["syslog"],
            "ENTRA_STORE_ALLOW_CONTAINER": "true",  # the folder is read before anything is gone
            "PYTHONUNBUFFERED": "1",
        }
        extra = [run.callback] if run.callback in ("junit", "tree") else []
        if run.callback in ("minimal", "oneline"):
            settings["ANSIBLE_STDOUT_CALLBACK"] = run.callback
        if run.sabotage:
            settings |= {"LEAKS_SABOTAGE": run.sabotage, "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "saboteur")}
            extra.append("saboteur")
        enabled = {"ANSIBLE_CALLBACKS_ENABLED": ",".join(extra)} if extra else {}
        return {**inherited, **settings, **enabled, **self._address(), **run.settings}

    def _address(self) -> dict[str, str]:
        """Where the tenant is. It is the same for every run; the credential is not in it, unless this is what is tried."""
        own = {"AZURE_TENANT_ID": self.identity.tenant_id, **self.identity.environment}
        return {**self.core.address, **own, **self.keeping.environment}


def _wait(process: subprocess.Popen[bytes], run: Run, wire: Wire) -> int:
    ends = time.monotonic() + PATIENCE
    told = not run.terminate_at
    while process.poll() is None:
        if not told and any(path.endswith(run.terminate_at) for path in wire.seen):
            process.send_signal(signal.SIGTERM)
            told = True
        if time.monotonic() > ends:
            os.killpg(process.pid, signal.SIGKILL)
            raise TimeoutError(f"the run of {run.play} did not end within {PATIENCE:.0f} s")
        time.sleep(0.02)
    return process.returncode


def _secrets_of(content: t.Any) -> list[Canary]:
    """What is kept under the name secret, anywhere in a store's file."""
    if isinstance(content, dict):
        own = content.get("secret")
        kept = [Canary("stored key" if "PRIVATE KEY" in own else "created secret", own)] if isinstance(own, str) else []
        return kept + [canary for part in content.values() for canary in _secrets_of(part)]
    return [canary for part in content for canary in _secrets_of(part)] if isinstance(content, list) else []


def dump(left: Left) -> str:
    """The end of a run's output, for people who must find out why it came out otherwise."""
    return json.dumps({"code": left.code}) + "\n" + left.output[-3000:]
