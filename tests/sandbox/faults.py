# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Faults on demand: rules that make a chosen request fail before, after or in the middle of its answer, or slow."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import unquote_plus

from sandbox.identity.aadsts import KINDS

POINTS = ("before", "after", "during", "slow", "drip")
LONGEST_DELAY = 60
AADSTS = re.compile(r"AADSTS(?P<number>\d+)")
#: What a rule may say; `drop` is another way to say a status of null.
KEYS = frozenset(
    "path_regex method point status code headers body drop delay_seconds skip ratio times".split()  # noqa: SIM905
)


@dataclass
class Fault:
    """One rule.

    before: the request is not carried out; the answer is the rule's.
    after:  it is carried out; the answer is the rule's.
    during: it is carried out; the connection breaks half-way through its true answer.
    slow:   it is carried out; its true answer comes `delay_seconds` late (as every other answer of a rule does).
    drip:   it is carried out; the body of its true answer comes little by little, over `delay_seconds`.

    `status` None closes the connection without an answer. `skip` lets that many matching requests pass first, `ratio`
    is the share of the others that fail. `seen` and `used` count.
    """

    path_regex: re.Pattern[str]
    method: str | None = None
    point: str = "before"
    status: int | None = 503
    code: str = "ServiceUnavailable"
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    delay_seconds: float = 0
    skip: int = 0
    ratio: float = 1
    times: int | None = 1
    seen: int = 0
    used: int = 0
    draws: random.Random = field(default_factory=random.Random)

    def hits(self, method: str, target: str, item: bool) -> bool:
        """Tell whether the rule is for that method and path (with its query), and count it.

        An item of a $batch has no connection of its own, so rules that cut one are not for it.
        """
        if self.times is not None and self.used >= self.times:
            return False
        if (self.method and self.method != method) or (item and (self.status is None or self.point == "during")):
            return False
        if self.path_regex.search(target) is None:
            return False
        self.seen += 1
        if self.seen <= self.skip or (self.ratio < 1 and self.draws.random() >= self.ratio):
            return False
        self.used += 1
        return True

    def describe(self) -> dict[str, Any]:
        """The rule as the control API shows it."""
        shown = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "draws"}
        return {**shown, "path_regex": self.path_regex.pattern}


def take_fault(rules: Iterable[Fault], method: str, path: str, query: str, item: bool = False) -> Fault | None:
    """Return the first rule that applies, counted as used once. The query is matched as text, not percent-encoded."""
    target = f"{path}?{unquote_plus(query)}" if query else path
    return next((rule for rule in rules if rule.hits(method, target, item)), None)


def seed_faults(rules: Iterable[Fault], seed: int) -> None:
    """Begin the draws of every rule anew."""
    for position, rule in enumerate(rules):
        rule.draws = random.Random(f"{seed} fault {position}")  # noqa: S311


def parse_fault(rule: Mapping[str, Any]) -> Fault:
    """Read a rule as the control API takes it; raises ValueError with one sentence."""
    unknown = set(rule) - KEYS
    if unknown:
        raise ValueError(f"unknown key in a fault rule: {', '.join(sorted(unknown))}")
    point = rule.get("point", "before")
    if point not in POINTS:
        raise ValueError(f"point must be one of {', '.join(POINTS)}")
    headers = rule.get("headers") or {}
    if not isinstance(headers, dict):
        raise ValueError("headers must be an object")
    method = rule.get("method")
    code = str(rule.get("code") or "ServiceUnavailable")
    body = rule.get("body")
    if body is not None and point in ("during", "slow", "drip"):
        raise ValueError(f"a rule with point {point} gives the true answer, so it has no body")
    if point in ("slow", "drip") and not rule.get("delay_seconds"):
        raise ValueError(f"a rule with point {point} needs delay_seconds")
    return Fault(
        path_regex=_read_regex(rule),
        method=None if method in (None, "*") else str(method).upper(),
        point=point,
        status=_read_status(rule, code),
        code=code,
        headers={str(name): str(value) for name, value in headers.items()},
        body=body,
        delay_seconds=_read_number(rule, "delay_seconds", 0, LONGEST_DELAY),
        skip=int(_read_number(rule, "skip", 0, 10**9, whole=True)),
        ratio=_read_number(rule, "ratio", 1, 1),
        times=None if rule.get("times", 1) is None else int(_read_number(rule, "times", 1, 10**9, whole=True, least=1)),
    )


def _read_regex(rule: Mapping[str, Any]) -> re.Pattern[str]:
    try:
        return re.compile(str(rule["path_regex"]))
    except KeyError:
        raise ValueError("a fault rule needs path_regex") from None
    except re.error as error:
        raise ValueError(f"path_regex is not a regular expression: {error}") from None


def _read_status(rule: Mapping[str, Any], code: str) -> int | None:
    """The status of the answer: an AADSTS code brings its own, a body of the rule's own may come with a success."""
    known = AADSTS.fullmatch(code)
    if known and int(known["number"]) not in KINDS:
        raise ValueError(f"the sandbox does not know {code}: see identity/aadsts.yml")
    status = rule.get("status", KINDS[int(known["number"])].status if known else 503)
    drop = rule.get("drop", False)
    if not isinstance(drop, bool):
        raise ValueError("drop must be a boolean")
    if drop or status is None:
        if rule.get("point", "before") in ("during", "slow", "drip") or rule.get("body") is not None:
            raise ValueError("a rule that drops the connection has point before or after, and no body")
        return None
    least = 400 if rule.get("body") is None else 200
    if not isinstance(status, int) or isinstance(status, bool) or not least <= status <= 599:
        raise ValueError(f"status must be a number from {least} to 599, or null to drop the connection")
    return status


def _read_number(
    rule: Mapping[str, Any], name: str, default: float, most: float, *, whole: bool = False, least: int = 0
) -> float:
    value = rule.get(name, default)
    fits = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    if not fits or not least <= value <= most:
        kind, above = ("whole number", ", or null for always") if name == "times" else ("number", "")
        raise ValueError(f"{name} must be a {kind} from {least} to {most}{above}")
    return float(value)
