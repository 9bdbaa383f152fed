# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What may be where, and what was found elsewhere."""

from __future__ import annotations

import collections
import dataclasses
import typing as t

from leaks.canaries import Canary, needles
from leaks.runs import Left
from leaks.search import find

# kind of canary: the channels that it may be in, always
ALLOWED: dict[str, set[str]] = {
    "operator secret": {"wire: sign-in body"},
    "operator key": set(),
    "client assertion": {"wire: sign-in body"},
    "federated token": {"wire: sign-in body"},
    "refresh token": {"wire: sign-in body"},
    "access token": {"wire: authorization"},
    "created secret": {"wire: sign-in body", "consumer's file", "records of a program"},
    "stored key": set(),
    "user password": {"wire: Graph body"},
    "admin password": set(),
    "vault password": set(),
    "store token": set(),
    "inventory secret": set(),
}
# and where it comes from an environment variable, which docs/secrets.md warns of
BY_ENVIRONMENT = {"operator secret": {"environments", "runner command"}}


@dataclasses.dataclass(frozen=True)
class Find:
    """A secret where it must not be."""

    case: str
    outcome: str
    kind: str
    channel: str
    form: str
    around: str


@dataclasses.dataclass
class Tally:
    """What was looked at, over all runs."""

    cells: collections.Counter[tuple[str, str]] = dataclasses.field(default_factory=collections.Counter)
    """By kind of canary and channel: canaries times runs."""
    forms: int = 0
    """Needles times channels times runs."""
    finds: list[Find] = dataclasses.field(default_factory=list)
    runs: int = 0
    size: int = 0
    """Bytes."""


def judge(tally: Tally, case: str, outcome: str, identity: str, left: Left) -> list[Find]:
    """Search everything that the run left, and enter it. Returns what was found where it must not be."""
    tally.runs += 1
    canaries = canonical(left.canaries)
    wanted = [needle for canary in canaries for needle in needles(canary)]
    finds = []
    for channel, blobs in left.channels.items():
        sought = [needle for needle in wanted if channel not in allowed(needle.canary.kind, identity)]
        tally.cells.update((canary.kind, channel) for canary in canaries)
        tally.forms += len(wanted)
        content = b"\n\x00\n".join(dict.fromkeys(blobs))
        tally.size += len(content)
        finds += [
            Find(case, outcome, needle.canary.kind, channel, needle.form, show(content, needle.text))
            for needle in find(content, sought)
        ]
    tally.finds += finds
    return finds


def allowed(kind: str, identity: str) -> set[str]:
    return ALLOWED[kind] | (BY_ENVIRONMENT.get(kind, set()) if identity == "environment" else set())


def canonical(canaries: t.Iterable[Canary]) -> list[Canary]:
    """Each value once, under the kind that was told first."""
    return list({canary.value: canary for canary in reversed(list(canaries))}.values())


def show(content: bytes, text: bytes) -> str:
    """What stands before it, for whoever looks for the cause. The secret is of a tenant that is gone by then."""
    at = content.find(text)
    return content[max(0, at - 120) : at + len(text)].decode("utf-8", "replace") if at >= 0 else "(wrapped or packed)"
