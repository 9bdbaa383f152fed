# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Placeholders in case files.

`${app.id}` a saved answer by a dotted path, `${now+3600}` a time, `${guid.1}` a GUID that stays the same in the case,
`${a*257}` a text repeated, `${app.appId:secret.secretText}` two joined for a Basic header. A value that is one
placeholder keeps its JSON type. {"<repeat>": 3, of: ...} in place of a list is a list of so many, with `${n}` from 1.
"""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

PLACEHOLDER = re.compile(r"\$\{([^{}]+)\}")
TIMES = re.compile(r"(?P<text>.+)\*(?P<times>\d+)")
NOW = re.compile(r"now(?P<offset>[+-]\d+)?")
REPEAT = "<repeat>"


class NotKnown(LookupError):
    """A placeholder that nothing was saved for."""


def fill(value: Any, known: Mapping[str, Any]) -> Any:
    """The value with its placeholders filled in. `known` has `unique` (a word) and `now` (a time) at least."""
    if isinstance(value, str):
        if "n" in known and value != "${n}":
            value = value.replace("${n}", str(known["n"]))  # it may stand within another
        whole = PLACEHOLDER.fullmatch(value)
        if whole:
            return look_up(whole[1], known)
        return PLACEHOLDER.sub(lambda match: str(look_up(match[1], known)), value)
    if isinstance(value, list):
        return [fill(item, known) for item in value]
    if isinstance(value, dict) and REPEAT in value:
        return [fill(value["of"], {**known, "n": number + 1}) for number in range(int(fill(value[REPEAT], known)))]
    if isinstance(value, dict):
        return {fill(name, known): fill(item, known) for name, item in value.items()}
    return value


def look_up(name: str, known: Mapping[str, Any]) -> Any:
    """What one placeholder stands for; raises NotKnown."""
    times, moment = TIMES.fullmatch(name), NOW.fullmatch(name)
    if times:
        return times["text"] * int(times["times"])
    if moment:
        now: datetime = known["now"]
        return (now + timedelta(seconds=int(moment["offset"] or 0))).strftime("%Y-%m-%dT%H:%M:%SZ")
    if ":" in name:
        return base64.b64encode(":".join(str(look_up(part, known)) for part in name.split(":")).encode()).decode()
    if name.startswith("guid."):
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{known['unique']}/{name}"))
    return _follow(name.split("."), known, name)


def _follow(parts: list[str], value: Any, name: str) -> Any:
    """Down a dotted path; a key may itself hold dots, as @odata.nextLink does."""
    if not parts:
        return value() if callable(value) else value
    if callable(value):
        return _follow(parts, value(), name)
    if isinstance(value, list) and parts[0].isdigit() and int(parts[0]) < len(value):
        return _follow(parts[1:], value[int(parts[0])], name)
    if isinstance(value, Mapping):
        for length in range(len(parts), 0, -1):
            key = ".".join(parts[:length])
            if key in value:
                return _follow(parts[length:], value[key], name)
    raise NotKnown(f"nothing is known as ${{{name}}}")
