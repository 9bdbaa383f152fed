# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a library is installed in a version that the collection works with, as its own metadata tell."""

from __future__ import annotations

import importlib.metadata
import re
import typing as t


class Needed(t.NamedTuple):
    """A library as pip knows it, as requirements.txt lists it."""

    name: str
    lowest: str
    below: str = ""
    """The first version that is too new; empty where none is known."""

    def __str__(self) -> str:
        return f"{self.name}>={self.lowest}{self.below and f',<{self.below}'}"


def find_unfit(libraries: t.Iterable[Needed]) -> str:
    """The first of another version, as in: msal 1.20.0, which is too old (1.31 or newer is needed). Empty where there is none.

    One that is missing is not judged here: its import tells. Costs about half a millisecond a library.
    """
    for one in libraries:
        try:
            version = importlib.metadata.version(one.name)
        except importlib.metadata.PackageNotFoundError:
            continue
        if _release(version) < _release(one.lowest):
            return f"{one.name} {version}, which is too old ({one.lowest} or newer is needed)"
        if one.below and _release(version) >= _release(one.below):
            return f"{one.name} {version}, which is too new (a version below {one.below} is needed)"
    return ""


def _release(version: str) -> tuple[int, ...]:
    """1.31.0rc1 as (1, 31, 0): https://packaging.python.org/specifications/version-specifiers/#final-releases"""
    found = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in found[0].split(".")) if found else ()
