# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The sandbox as a process: its environment file, its signals, its seed file."""

from __future__ import annotations

import os
import signal
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import yaml

from sandbox import Running, running
from sandbox.seed_file import DEFAULT

TESTS = Path(__file__).parents[2]
NAMES = [
    "ENTRA_GRAPH_URL",
    "AZURE_AUTHORITY_HOST",
    "ENTRA_CA_FILE",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_FILE",
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "ENTRA_REFRESH_TOKEN",
]


@contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """python -m sandbox with these arguments."""
    env = {**os.environ, "PYTHONPATH": str(TESTS)}
    command = [sys.executable, "-m", "sandbox", *arguments]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


def wait_for(path: Path) -> dict[str, str]:
    """The environment file, which is complete from the moment that it exists."""
    end = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < end
        time.sleep(0.02)
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_environment_file_and_clean_exit(tmp_path: Path, number: signal.Signals) -> None:
    path = tmp_path / "new folder" / "sandbox.env"
    with process("--env-file", str(path)) as started:
        env = wait_for(path)
        assert list(env) == NAMES
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert [entry.name for entry in path.parent.iterdir()] == [path.name]
        assert env["ENTRA_GRAPH_URL"].count("/") == 2
        assert stat.S_IMODE(Path(env["ENTRA_CA_FILE"]).parent.stat().st_mode) == 0o700
        tls = ssl.create_default_context(cafile=env["ENTRA_CA_FILE"])
        with httpx.Client(base_url=env["ENTRA_GRAPH_URL"], verify=tls, trust_env=False) as client:
            tenants = client.get("/_sandbox/tenants").json()["tenants"]
            assert tenants[0]["id"] == env["AZURE_TENANT_ID"]
            assert tenants[0]["operator"]["client_secret"] == env["AZURE_CLIENT_SECRET"]
            started.send_signal(number)
            output, errors = started.communicate(timeout=10)
    assert (started.returncode, errors) == (0, "")
    assert output == f"sandbox: listening on {env['ENTRA_GRAPH_URL']}\n"
    assert not Path(env["ENTRA_CA_FILE"]).exists()


def test_it_is_reached_by_address_too_and_only_on_loopback(sandbox: Running) -> None:
    url = sandbox.url.replace("localhost", "127.0.0.1")
    assert httpx.get(f"{url}/_sandbox/clock", verify=sandbox.tls(), trust_env=False).status_code == 200
    assert sandbox.world.origin == sandbox.url


def test_a_port_that_is_taken_is_one_sentence(sandbox: Running) -> None:
    with process("--port", sandbox.url.rpartition(":")[2]) as started:
        _ignored, errors = started.communicate(timeout=30)
    assert started.returncode == 2
    assert errors.startswith("sandbox: ")
    assert errors.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "given", "words"),
    [
        ("--port", "99999", "'99999' is no port"),
        ("--env-file", "/proc/nowhere/sandbox.env", "the environment file /proc/nowhere/sandbox.env cannot be written"),
        ("--env-file", "/", "the environment file / cannot be written"),
        ("--hostnames", "two words", "the certificate cannot be made for two words"),
        ("--seed", "{folder}/broken.yml", "the seed file {folder}/broken.yml cannot be read: while parsing"),
        ("--seed", "{folder}/binary.yml", "the seed file {folder}/binary.yml cannot be read"),
    ],
)
def test_what_it_cannot_start_with_is_one_sentence(tmp_path: Path, option: str, given: str, words: str) -> None:
    (tmp_path / "broken.yml").write_text("{tenants: [")
    (tmp_path / "binary.yml").write_bytes(b"\xff\xfe\x00")
    with process(option, given.format(folder=tmp_path)) as started:
        _ignored, errors = started.communicate(timeout=30)
    assert started.returncode == 2
    assert words.format(folder=tmp_path) in errors.splitlines()[-1]
    assert "Traceback" not in errors


def test_a_seed_of_ones_own(tmp_path: Path) -> None:
    seed = yaml.safe_load(DEFAULT.read_text())
    seed["tenants"] = [{**seed["tenants"][2], "display_name": "Ours", "partners": []}]
    del seed["template"]
    path = tmp_path / "seed.yml"
    path.write_text(yaml.safe_dump(seed))
    with running(seed=path) as sandbox:
        assert [tenant["display_name"] for tenant in sandbox.tenants()] == ["Ours"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"colour": "red"}, "unknown key in seed.tenants[0]: colour"),
        ({"users": [{"name": "x"}]}, "missing key in seed.tenants[0].users[0]: display_name"),
        ({"domains": "x.example"}, "seed.tenants[0].domains must be a list"),
        ({"region": 3}, "seed.tenants[0].region must be of type str"),
        ({"partners": [{"tenant": "nowhere", "user": "x", "roles": []}]}, "the partner x of tenant 'nowhere'"),
        ({"groups": [{"display_name": "G", "members": ["ghost"]}]}, "the member 'ghost'"),
    ],
)
def test_a_wrong_seed_is_refused_with_a_sentence(tmp_path: Path, change: dict[str, object], words: str) -> None:
    seed = yaml.safe_load(DEFAULT.read_text())
    seed["tenants"] = [{**seed["tenants"][0], **change}]
    path = tmp_path / "seed.yml"
    path.write_text(yaml.safe_dump(seed))
    with pytest.raises(ValueError, match=words.replace("[", r"\[")), running(seed=path):
        pass
