# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A store of kind `command`: keeps each record in a file of its own, in the folder that is named on the command line.

It is a pattern for one of your own. It does not encrypt: give it a folder on an encrypted volume, or put your password safe's
calls in the place of read and write.
"""

import fcntl
import json
import os
import pathlib
import sys
import urllib.parse

FOLDER = pathlib.Path(sys.argv[1])


def path_of(asked, name):
    return FOLDER / asked["tenant_id"] / asked["app_id"] / f"{urllib.parse.quote(name, safe='')}.json"


def read(path):
    return json.loads(path.read_text()) if path.exists() else None


def write(path, content):
    """Whole or not at all, for the owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = path.with_suffix(".new")
    with open(new, "w", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def answer(asked):
    if asked["do"] == "probe":
        path = FOLDER / "probe.json"
        write(path, asked["nonce"])
        kept = read(path)
        path.unlink()
        return {"nonce": kept}
    if asked["do"] == "get":
        return {"record": read(path_of(asked, asked["name"]))}
    if asked["do"] == "list":
        return {"names": [urllib.parse.unquote(path.stem) for path in path_of(asked, "x").parent.glob("*.json")]}
    path = path_of(asked, asked["name"])
    if (read(path) or {"revision": 0})["revision"] != asked["replaces"]:
        return {"conflict": True}
    write(path, asked["record"])
    return {}


with (FOLDER / ".lock").open("w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    print(json.dumps(answer(json.load(sys.stdin))))
