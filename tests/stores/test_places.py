# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where a file of secrets is refused: in a work tree of git that takes it, and in a container that it is gone with."""

from __future__ import annotations

import pathlib
import subprocess

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.plugin_utils import _places
from stores.conftest import make_vault_file
from stores.places import record

# lines of /proc/self/mountinfo, as man proc_pid_mountinfo describes them
MOUNTS = """\
27 1 254:0 / / rw,relatime - overlay overlay rw
30 25 0:27 / /dev/shm rw,relatime - tmpfs tmpfs rw
40 27 8:1 /srv/secrets /mnt/kept rw,relatime shared:7 - ext4 /dev/sda1 rw
41 27 8:1 /var/lib/kubelet/pods/3f/volumes/kubernetes.io~empty-dir/runner /runner rw - ext4 /dev/sda1 rw
42 27 8:1 /tmp/awx_17_k2j4 /private rw,relatime - xfs /dev/sda1 rw
43 27 8:1 /srv/a\\040b /mnt/a\\040b rw,relatime - ext4 /dev/sda1 rw
"""


def git(folder: pathlib.Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


def test_a_file_that_git_would_commit_is_refused(request: pytest.FixtureRequest, tmp_path: pathlib.Path) -> None:
    place = make_vault_file(request)
    place.open()
    git(tmp_path, "init", "-q")
    with pytest.raises(StoreError, match=r"kept\.yml: git would commit it"):
        place.open()
    place.open(allow_git=True).put(record())
    (tmp_path / ".gitignore").write_text("/kept/\n")
    assert place.open().put(record("other")).revision == 1
    git(tmp_path, "add", "--force", "kept/kept.yml")
    with pytest.raises(StoreError, match="git would commit it"):  # what git has taken already is not ignored
        place.open()


def test_a_tree_that_git_cannot_read_is_refused(
    request: pytest.FixtureRequest, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make_vault_file(request)
    (tmp_path / ".git").mkdir()
    with pytest.raises(StoreError, match="git cannot tell whether it is ignored"):
        place.open()
    with pytest.raises(StoreError, match=r"away does not exist"):
        place.open(path=str(tmp_path / "away/kept.yml"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StoreError, match="git cannot tell whether it is ignored"):
        place.open()


@pytest.mark.parametrize("sign", ["file", "variable"])
def test_a_file_that_is_gone_with_its_container_is_refused(
    request: pytest.FixtureRequest, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, sign: str
) -> None:
    place = make_vault_file(request)
    monkeypatch.delenv("ENTRA_STORE_ALLOW_CONTAINER")
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    monkeypatch.setattr(_places, "CONTAINER_MARKS", (str(tmp_path / "mark"),))
    monkeypatch.setattr(_places, "MOUNTS", str(tmp_path / "mounts"))
    (tmp_path / "mounts").write_text(MOUNTS)
    place.open()
    if sign == "file":
        (tmp_path / "mark").touch()
    else:
        monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.0.0.1")
    with pytest.raises(StoreError, match=r"this run is in a container, and .*kept.yml is gone with it"):
        place.open()
    place.open(allow_container=True)
    (tmp_path / "mounts").write_text(f"{MOUNTS}44 27 8:1 /srv {tmp_path} rw,relatime - ext4 /dev/sda1 rw\n")
    place.open()


@pytest.mark.parametrize(
    ("path", "lasts"),
    [
        ("/opt/x.yml", False),
        ("/dev/shm/x.yml", False),  # noqa: S108
        ("/runner/project/x.yml", False),
        ("/private/project/x.yml", False),
        ("/mnt/kept/a/x.yml", True),
        ("/mnt/a b/x.yml", True),
        ("/mnt/kept-not/x.yml", False),
    ],
)
def test_it_knows_which_mounts_outlive_a_container(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, path: str, lasts: bool
) -> None:
    monkeypatch.setattr(_places, "MOUNTS", str(tmp_path / "mounts"))
    (tmp_path / "mounts").write_text(MOUNTS)
    assert _places.outlives_the_container(pathlib.Path(path)) is lasts
