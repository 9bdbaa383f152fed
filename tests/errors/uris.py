# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The redirect URIs of redirect_uris.yml: each unsafe one is refused without a request, each safe one is registered."""

from __future__ import annotations

from typing import Any

from errors.model import HERE, read_yaml
from errors.runner import Place, fill

PLATFORMS = ("web", "spa", "public_client")
MODULE = "entra_redirect_uri"


def load_unsafe() -> list[tuple[str, str]]:
    """Each with a part of what is said."""
    return [(fill(uri, {}), told) for rule in _load("unsafe") for uri, told in rule["uris"]]


def load_safe() -> dict[str, list[str]]:
    """By platform."""
    found: dict[str, list[str]] = {name: [] for name in PLATFORMS}
    for rule in _load("safe"):
        found[rule["platform"]] += fill(rule["uris"], {})
    return found


def _load(key: str) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = read_yaml(HERE / "redirect_uris.yml")[key]
    if lacking := [rule for rule in rules if not rule["source"].startswith("https://")]:
        raise ValueError(f"without a source: {lacking}")
    return rules


def judge_unsafe(place: Place) -> list[str]:
    """Those that a task takes on some platform, or refuses with other words, and the requests that were sent for them."""
    wrong, since = [], place.mark()
    for uri, told in load_unsafe():
        for platform in PLATFORMS:
            given = {"unique_name": "a", platform: ["https://good.example.com/", uri]}
            result = place.run(MODULE, given)
            if not result.get("failed") or told not in result["msg"] or not result["msg"].startswith(f"{platform}[1]"):
                wrong.append(f"{platform} {uri!r}: {result.get('msg', 'is accepted')}")
    return wrong + [f"a request was sent: {one['method']} {one['path']}" for one in place.sandbox.journal(since)]


def judge_safe(place: Place) -> list[str]:
    """Those that are not registered by a task, an application for each platform; and the platforms that are changed again by a second run."""
    wrong = []
    for platform, uris in load_safe().items():
        name = f"safe-{platform.replace('_', '-')}"
        place.run("entra_app_registration", {"unique_name": name, "display_name": name})
        first = place.run(MODULE, {"unique_name": name, platform: uris})
        wrong += [f"{uri}: {first.get('msg')}" for uri in uris if uri not in first.get(platform, ())]
        if place.run(MODULE, {"unique_name": name, platform: uris})["changed"]:
            wrong.append(f"{platform} is changed again")
    return wrong
