# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Case files, read and checked."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from fidelity.model import Family

CASES = Path(__file__).with_name("cases")
QUICK = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's, where PyYAML was built with it


class WrongCase(ValueError):
    """A case file that cannot be used; the text says where and why."""


@cache
def load_families(folder: Path = CASES) -> list[Family]:
    """Every case file of the folder, by the name of its family. Raises WrongCase."""
    files = sorted(folder.glob("*.yml"))
    families = [load_family(path) for path in files]
    titles = Counter(family.family for family in families)
    names = Counter(case.case for family in families for case in family.cases)
    for name, number in (titles + names).items():
        if number > 1:
            raise WrongCase(f"'{name}' stands {number} times in {folder}: names are unique")
    return sorted(families, key=lambda family: family.family)


def load_family(path: Path) -> Family:
    """One case file. Raises WrongCase with a line for each fault."""
    try:
        data = yaml.load(path.read_text(), Loader=QUICK)  # noqa: S506 (a safe loader)
    except yaml.YAMLError as error:
        raise WrongCase(f"{path.name} is not YAML: {error}") from None
    try:
        return Family.model_validate(data)
    except ValidationError as error:
        lines = [f"{path.name}: {_place(data, fault['loc'])}: {fault['msg']}" for fault in error.errors()]
        raise WrongCase("\n".join(dict.fromkeys(lines))) from None


def _place(data: Any, location: tuple[int | str, ...]) -> str:
    """Where a fault is: the case by its sentence, then the keys."""
    keys = list(location)
    if len(keys) > 1 and keys[0] == "cases" and isinstance(keys[1], int):
        case = data["cases"][keys[1]]
        name = case.get("case") if isinstance(case, dict) else None
        keys[:2] = [f"case '{name}'" if name else f"case {keys[1] + 1}"]
    return ".".join(str(key) for key in keys) or "the file"
