# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A case of what can go wrong, as cases/*.yml tell it, and the table of situations that they stand for."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
CASES = HERE / "cases"
WHEN = {
    "pre": "before any request",
    "auth": "at the sign-in, before any request to Microsoft Graph",
    "read": "while reading, before any write",
    "net": "where no usable answer came",
    "write": "at a write",
}


@dataclass(frozen=True)
class Case:
    """One task that fails, and the whole sentence that the operator reads."""

    id: str
    when: str
    """A key of WHEN."""
    says: str
    """The whole message; … stands for any text, such as an id that differs in each run."""
    module: str = "entra_app_registration"
    options: dict[str, Any] = field(default_factory=dict)
    """What the task is given beside the connection; null takes an option of the connection away."""
    prepare: list[dict[str, Any]] = field(default_factory=list)
    """Tasks before it, each {module: options}."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    """Requests of an administrator before it: {method, path, body}."""
    faults: list[dict[str, Any]] = field(default_factory=list)
    """Rules of the sandbox."""
    files: dict[str, Any] = field(default_factory=dict)
    """By name: a text, or {pem: ..., mode: ...} as files.py makes them."""
    environment: dict[str, str] = field(default_factory=dict)
    passwords: list[str] = field(default_factory=lambda: ["default"])
    """The vault ids that are loaded."""
    permissions: list[str] | None = None
    """The identity holds just these application permissions; null: all that the operator has."""
    identity: str = "application"
    """application, or delegated: an administrator's access token."""
    libraries: dict[str, str | None] = field(default_factory=dict)
    """What is not as it should be of them: a module that cannot be imported (null), or the version that a distribution has."""
    changed: bool = False
    kind: str = ""
    """What error.kind must be; empty: any but Defect."""
    hidden: list[str] = field(default_factory=list)
    """Texts that must not be repeated."""
    title: str = ""
    """The file that holds it, as a heading."""


def read_yaml(path: Path) -> Any:
    """With libyaml, which takes a tenth of the time."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@functools.cache
def load_cases() -> list[Case]:
    """Every case of cases/*.yml. Raises ValueError for a key that there is not, and for an id that is there twice."""
    found: list[Case] = []
    known = {one.name for one in fields(Case)}
    for path in sorted(CASES.glob("*.yml")):
        document = read_yaml(path)
        for row in document["cases"]:
            if unknown := set(row) - known:
                raise ValueError(f"{path.name}: {row.get('id')} has {', '.join(sorted(unknown))}")
            found.append(Case(**{**row, "says": str(row.get("says", "…")).strip(), "title": document["title"]}))
    ids = [case.id for case in found]
    if twice := {id_ for id_ in ids if ids.count(id_) > 1}:
        raise ValueError(f"there twice: {', '.join(sorted(twice))}")
    return found


def load_codes() -> list[dict[str, Any]]:
    """codes.yml: {code, at: sign_in or graph, status, message, says}."""
    rows: list[dict[str, Any]] = read_yaml(HERE / "codes.yml")
    return rows


def load_situations() -> list[dict[str, Any]]:
    """situations.yml: {situation, cases} or {situation, instead}: what there is instead, or why there is no such case here."""
    rows: list[dict[str, Any]] = read_yaml(HERE / "situations.yml")
    return rows


def fits(says: str, message: str) -> bool:
    """Whether the message is the sentence, with … standing for any text."""
    pattern = ".+?".join(re.escape(part) for part in " ".join(says.split()).split("…"))
    return re.fullmatch(pattern, " ".join(message.split()), re.DOTALL) is not None
