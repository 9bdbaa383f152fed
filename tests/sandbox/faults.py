# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Faults on demand: rules that make a chosen request fail before, during or after its work is done."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

POINTS = ("before", "during", "after")
KEYS = {"method", "path_regex", "point", "status", "code", "headers", "times"}


@dataclass
class Fault:
    """One rule.

    before: the request is not carried out, the answer is the rule's status.
    after:  it is carried out, but the answer is the rule's status.
    during: it is carried out, and the connection breaks in the middle of its true answer.
    """

    path_regex: re.Pattern[str]
    method: str | None = None
    point: str = "before"
    status: int = 503
    code: str = "ServiceUnavailable"
    headers: dict[str, str] = field(default_factory=dict)
    times: int | None = 1

    def matches(self, method: str, target: str) -> bool:
        """Tell whether the rule is for that method and path (with its query) and has not been used up."""
        if self.times == 0 or (self.method and self.method != method):
            return False
        return self.path_regex.search(target) is not None


def take_fault(rules: Iterable[Fault], method: str, target: str) -> Fault | None:
    """Return the first rule that applies, counted as used once."""
    for rule in rules:
        if rule.matches(method, target):
            if rule.times is not None:
                rule.times -= 1
            return rule
    return None


def parse_fault(rule: Mapping[str, Any]) -> Fault:
    """Read a rule as the control API takes it; raises ValueError with one sentence."""
    unknown = set(rule) - KEYS
    if unknown:
        raise ValueError(f"unknown key in a fault rule: {', '.join(sorted(unknown))}")
    point = rule.get("point", "before")
    if point not in POINTS:
        raise ValueError(f"point must be one of {', '.join(POINTS)}")
    times = rule.get("times", 1)
    if times is not None and (not isinstance(times, int) or isinstance(times, bool) or times < 1):
        raise ValueError("times must be a whole number above 0, or null for always")
    status = rule.get("status", 503)
    if not isinstance(status, int) or not 400 <= status <= 599:
        raise ValueError("status must be a number from 400 to 599")
    headers = rule.get("headers") or {}
    if not isinstance(headers, dict):
        raise ValueError("headers must be an object")
    try:
        path_regex = re.compile(str(rule["path_regex"]))
    except KeyError:
        raise ValueError("a fault rule needs path_regex") from None
    except re.error as error:
        raise ValueError(f"path_regex is not a regular expression: {error}") from None
    method = rule.get("method")
    return Fault(
        path_regex=path_regex,
        method=None if method in (None, "*") else str(method).upper(),
        point=point,
        status=status,
        code=str(rule.get("code") or "ServiceUnavailable"),
        headers={str(name): str(value) for name, value in headers.items()},
        times=times,
    )
