# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Secrets do not print."""

from __future__ import annotations

import base64
import json
import pickle

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._redact import HIDDEN, Secret, conceal, scrub

VALUE = "correct horse/battery+staple"


def test_a_secret_shows_itself_only_when_asked() -> None:
    secret = Secret(VALUE)
    assert f"{secret} {secret!r} {secret:>9} {[secret]}".count(HIDDEN) == 4
    assert secret.reveal() == VALUE
    with pytest.raises(TypeError):
        pickle.dumps(secret)
    with pytest.raises(TypeError):
        json.dumps(secret)


@pytest.mark.parametrize(
    "text",
    [VALUE, base64.b64encode(VALUE.encode()).decode(), "correct%20horse%2Fbattery%2Bstaple", json.dumps({"k": VALUE})],
)
def test_a_known_secret_is_scrubbed_in_the_forms_of_transport(text: str) -> None:
    conceal(VALUE)
    assert "staple" not in scrub(text)
    assert scrub({"list": [text, 1, None]})["list"][1:] == [1, None]


@pytest.mark.parametrize(
    "text",
    [
        "abc8Q~" + "x" * 34,
        "eyJhbGciOiJSUzI1NiJ9.eyJvaWQiOiIxIn0.c2lnbmF0dXJl",
        "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIB cut off",
    ],
)
def test_what_looks_like_a_secret_is_scrubbed_although_nobody_named_it(text: str) -> None:
    assert scrub(f"before {text}") == f"before {HIDDEN}"
