# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Secrets do not print."""

from __future__ import annotations

import base64
import json
import pickle

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._redact import (
    HIDDEN,
    Secret,
    conceal,
    conceal_options,
    scrub,
)

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


def test_options_that_are_not_to_be_logged_are_known_wherever_they_stand() -> None:
    masked = {"type": "str", "no_log": True}
    spec = {"password": masked, "path": {"type": "str"}, "store": {"type": "dict", "options": {"token": masked}}}
    given = {"password": ["in-a-wrong-form"], "path": "/plain", "store": {"token": "one-level-below"}, "unknown": 1}
    conceal_options(spec, given)
    assert scrub("in-a-wrong-form /plain one-level-below") == f"{HIDDEN} /plain {HIDDEN}"


def test_a_secret_is_told_from_others_without_being_told() -> None:
    assert Secret("the first").fingerprint() == Secret("the first").fingerprint() != Secret("the other").fingerprint()
    assert Secret("-----BEGIN PRIVATE KEY-----").is_private_key
    assert not Secret("the first").is_private_key
