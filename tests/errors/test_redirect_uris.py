# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Unsafe redirect URIs are refused and safe ones are accepted."""

from __future__ import annotations

from errors.runner import Place
from errors.uris import judge_safe, judge_unsafe, load_safe, load_unsafe


def test_unsafe_ones_are_refused_without_a_request(place: Place) -> None:
    assert len({uri for uri, told in load_unsafe()}) >= 60
    assert judge_unsafe(place) == []


def test_safe_ones_are_registered(place: Place) -> None:
    assert sum(map(len, load_safe().values())) >= 20
    assert judge_safe(place) == []
