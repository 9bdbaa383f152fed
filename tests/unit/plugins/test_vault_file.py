# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The store in a file, with ansible-core's own vault."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import pathlib
import resource
import signal
import stat
import tempfile
import typing as t

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.parsing.vault import VaultLib, VaultSecret

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Credential, Owner, Record
from ansible_collections.tenantops.entra.plugins.plugin_utils import _vault_file
from ansible_collections.tenantops.entra.plugins.plugin_utils._plain_records import to_mapping
from ansible_collections.tenantops.entra.plugins.plugin_utils._vault_file import VaultFile

OWNER = Owner("11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222")
VALUE = "abc8Q~made-up-for-tests-0123456789-abcdef"
PASSWORD = [("default", VaultSecret(b"correct horse battery staple"))]
OTHER = [("default", VaultSecret(b"another password altogether"))]
FORK = multiprocessing.get_context("fork")


def record(name: str = "iis", value: str = VALUE) -> Record:
    made = Credential(name, "op1", "key1", Secret(value), "2026-11-21T00:00:00Z", "2027-05-20T00:00:00Z")
    return Record(OWNER, name, current=made, previous=(made,), abandoned=("op0",))


def at(folder: pathlib.Path, passwords: t.Any = None) -> VaultFile:
    return VaultFile(folder / "pozi.yml", PASSWORD if passwords is None else passwords)


def test_a_record_comes_back_as_it_was_put(tmp_path: pathlib.Path) -> None:
    assert at(tmp_path).get(OWNER, "iis").revision == 0
    put = at(tmp_path).put(record())
    got = at(tmp_path).get(OWNER, "iis")
    assert put.revision == 1
    assert to_mapping(got) == to_mapping(put)
    assert got.current
    assert got.current.secret
    assert got.current.secret.reveal() == VALUE
    assert at(tmp_path).get(OWNER, "another name").current is None


def test_the_file_is_ansible_vault_yaml_for_its_owner_alone(tmp_path: pathlib.Path) -> None:
    at(tmp_path).put(record())
    path = tmp_path / "pozi.yml"
    assert list(tmp_path.iterdir()) == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert VALUE not in path.read_text()
    content = yaml.safe_load(VaultLib(PASSWORD).decrypt(path.read_bytes()))
    assert (content["version"], content["tenant_id"], content["app_id"]) == (1, *OWNER)
    assert content["secrets"]["iis"]["current"]["secret"] == VALUE
    assert content["secrets"]["iis"]["pending"] is None


class Tagged(str):
    """As texts from a playbook are."""

    __slots__ = ()


def test_texts_from_a_playbook_are_written_as_plain_ones(tmp_path: pathlib.Path) -> None:
    put = at(tmp_path).put(record(Tagged("iis")))
    assert to_mapping(at(tmp_path).get(OWNER, "iis")) == to_mapping(put)


def test_a_symbolic_link_stays_one(tmp_path: pathlib.Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "pozi.yml").symlink_to(tmp_path / "real" / "kept.yml")
    loader = DataLoader()
    loader.set_vault_secrets(PASSWORD)
    loader.set_basedir(str(tmp_path))
    _vault_file.open_store({"path": "pozi.yml", "allow_container": True}, {"loader": loader}).put(record())
    assert (tmp_path / "pozi.yml").is_symlink()
    assert at(tmp_path / "real").get(OWNER, "iis").revision == 0  # another file name
    assert (tmp_path / "real" / "kept.yml").read_text().startswith("$ANSIBLE_VAULT;")


def test_the_loaded_vault_identities_are_found_in_the_loader() -> None:
    loader = DataLoader()
    assert _vault_file.passwords_of(loader) == []
    loader.set_vault_secrets(PASSWORD)
    assert _vault_file.passwords_of(loader) == PASSWORD


def test_without_a_vault_password_nothing_is_opened(tmp_path: pathlib.Path) -> None:
    with pytest.raises(StoreError, match="No vault password is loaded"):
        at(tmp_path, [])


def test_a_wrong_password_is_told_and_the_file_is_left(tmp_path: pathlib.Path) -> None:
    at(tmp_path).put(record())
    before = (tmp_path / "pozi.yml").read_bytes()
    for attempt in (lambda store: store.get(OWNER, "iis"), lambda store: store.put(record())):
        with pytest.raises(StoreError, match="cannot be decrypted with the loaded vault passwords"):
            attempt(at(tmp_path, OTHER))
    assert (tmp_path / "pozi.yml").read_bytes() == before


def test_of_several_vault_ids_one_is_chosen_and_kept(tmp_path: pathlib.Path) -> None:
    both = [("dev", OTHER[0][1]), ("prod", PASSWORD[0][1])]
    path = tmp_path / "pozi.yml"
    with pytest.raises(StoreError, match=r"Several vault ids are loaded \(dev, prod\)"):
        VaultFile(path, both)
    with pytest.raises(StoreError, match="The vault id 'test' is not loaded"):
        VaultFile(path, both, "test")
    kept = VaultFile(path, both, "prod").put(record())
    assert path.read_text().startswith("$ANSIBLE_VAULT;1.2;AES256;prod\n")
    VaultFile(path, both, "dev").put(kept)
    assert path.read_text().startswith("$ANSIBLE_VAULT;1.2;AES256;prod\n")


@pytest.mark.parametrize(
    "owner", [OWNER._replace(tenant_id="x"), OWNER._replace(app_id="x"), OWNER._replace(app_id="")]
)
def test_the_file_of_another_is_refused(tmp_path: pathlib.Path, owner: Owner) -> None:
    at(tmp_path).put(record())
    with pytest.raises(StoreError, match="holds secrets of application 2222"):
        at(tmp_path).get(owner, "iis")
    with pytest.raises(StoreError, match="holds secrets of application 2222"):
        at(tmp_path).put(dataclasses.replace(record("other"), owner=owner))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"version: 2\nsecrets: {{iis: {VALUE}}}\n", "is not a file of secrets in version 1"),
        (f"[{VALUE}]\n", "holds no YAML mapping"),
        (f"a: b: {VALUE}\n", "holds no YAML mapping"),
        (yaml.safe_dump({"version": 1, **OWNER._asdict(), "secrets": {"iis": {"x": VALUE}}}), "is damaged"),
        (yaml.safe_dump({"version": 1, **OWNER._asdict(), "secrets": {"iis": VALUE}}), "is damaged"),
    ],
)
def test_what_it_cannot_read_is_told_without_quoting_it(tmp_path: pathlib.Path, text: str, told: str) -> None:
    (tmp_path / "pozi.yml").write_bytes(VaultLib(PASSWORD).encrypt(text, PASSWORD[0][1]))
    with pytest.raises(StoreError, match=told) as failure:
        at(tmp_path).get(OWNER, "iis")
    assert VALUE not in failure.value.sentence()


def test_a_plain_file_is_not_taken_for_a_store(tmp_path: pathlib.Path) -> None:
    (tmp_path / "pozi.yml").write_text("version: 1\n")
    with pytest.raises(StoreError, match="cannot be decrypted"):
        at(tmp_path).get(OWNER, "iis")


def test_unsafe_places_are_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        at(tmp_path / "missing")
    with pytest.raises(StoreError, match="is not a file"):
        VaultFile(tmp_path, PASSWORD)
    tmp_path.chmod(0o777)
    with pytest.raises(StoreError, match="every user of this machine may replace files"):
        at(tmp_path)
    tmp_path.chmod(0o1777)
    at(tmp_path).put(record())


def test_a_folder_that_is_not_writable_is_refused() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as name:  # another user must reach it
        folder = pathlib.Path(name)
        folder.chmod(0o555)
        assert in_child(lambda: told_unwritable(folder)) == 0
        assert list(folder.iterdir()) == []


def told_unwritable(folder: pathlib.Path) -> None:
    if os.geteuid() == 0:
        os.setuid(65534)  # root may write anywhere
    with pytest.raises(StoreError, match="is not writable"):
        at(folder)


def test_a_probe_leaves_nothing(tmp_path: pathlib.Path) -> None:
    at(tmp_path).probe()
    assert list(tmp_path.iterdir()) == []


def test_a_probe_tells_a_folder_that_went_away(tmp_path: pathlib.Path) -> None:
    (tmp_path / "mount").mkdir()
    store = at(tmp_path / "mount")
    (tmp_path / "mount").rmdir()
    with pytest.raises(StoreError, match="cannot be opened: No such file"):
        store.probe()


def test_a_full_disk_is_told_and_the_old_file_stays(tmp_path: pathlib.Path) -> None:
    kept = at(tmp_path).put(record())
    assert in_child(lambda: told_full(tmp_path, kept)) == 0
    assert to_mapping(at(tmp_path).get(OWNER, "iis")) == to_mapping(kept)
    assert list(tmp_path.iterdir()) == [tmp_path / "pozi.yml"]


def told_full(folder: pathlib.Path, kept: Record) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))  # bytes
    for attempt in (at(folder).probe, lambda: at(folder).put(kept)):
        with pytest.raises(StoreError, match="cannot be written: File too large"):
            attempt()


def test_writers_at_the_same_time_lose_nothing(tmp_path: pathlib.Path) -> None:
    names = [f"name{number}" for number in range(8)]
    children = [FORK.Process(target=lambda name=name: at(tmp_path).put(record(name))) for name in names]
    for child in children:
        child.start()
    for child in children:
        child.join(30)
    assert [child.exitcode for child in children] == [0] * len(names)
    assert [at(tmp_path).get(OWNER, name).revision for name in names] == [1] * len(names)


def test_of_two_who_change_the_same_record_one_is_refused(tmp_path: pathlib.Path) -> None:
    first, second = at(tmp_path).get(OWNER, "iis"), at(tmp_path).get(OWNER, "iis")
    at(tmp_path).put(dataclasses.replace(first, pending=Credential("iis", "one")))
    with pytest.raises(StoreError, match="another run has changed the record of 'iis' meanwhile"):
        at(tmp_path).put(dataclasses.replace(second, pending=Credential("iis", "two")))
    assert at(tmp_path).get(OWNER, "iis").pending == Credential("iis", "one")


def test_a_writer_killed_before_the_rename_leaves_the_old_file(tmp_path: pathlib.Path) -> None:
    kept = at(tmp_path).put(record())
    assert in_child(lambda: put_and_die(tmp_path, kept)) == -signal.SIGKILL
    (leftover,) = [path for path in tmp_path.iterdir() if path.name != "pozi.yml"]
    assert stat.S_IMODE(leftover.stat().st_mode) == 0o600
    assert leftover.read_text().startswith("$ANSIBLE_VAULT;")
    assert to_mapping(at(tmp_path).get(OWNER, "iis")) == to_mapping(kept)
    at(tmp_path).put(kept)
    assert list(tmp_path.iterdir()) == [tmp_path / "pozi.yml"]


def put_and_die(folder: pathlib.Path, kept: Record) -> None:
    os.replace = lambda *_ignored: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[assignment]
    at(folder).put(dataclasses.replace(kept, current=None))


def in_child(work: t.Callable[[], None]) -> int | None:
    child = FORK.Process(target=work)
    child.start()
    child.join(30)
    return child.exitcode
