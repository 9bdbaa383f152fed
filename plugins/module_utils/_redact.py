# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Secrets: a wrapper that does not print, and a scrubber for every text that leaves the collection."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import typing as t
import urllib.parse

try:  # ansible-core 2.22 and later mask registered values everywhere
    from ansible.module_utils.secrets import register_secret  # type: ignore[import-not-found, unused-ignore]
except ImportError:
    register_secret = None

HIDDEN = "***"
CERTIFICATE = "-----BEGIN CERTIFICATE-----"

# Entra client secrets, JSON Web Tokens and private keys, whoever they belong to
SHAPES = re.compile(
    r"[A-Za-z0-9_~.\-]{3}\dQ~[A-Za-z0-9_~.\-]{31,34}"
    r"|eyJ[\w\-]+\.[\w\-]+\.[\w\-]*"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
    re.DOTALL,
)

_known: set[str] = set()


class Secret:
    """A value that shows itself only to reveal()."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        conceal(value)

    def reveal(self) -> str:
        return self._value

    @property
    def is_private_key(self) -> bool:
        """Whether it is a private key, and its certificate, as PEM. A client secret never looks so."""
        return self._value.startswith("-----BEGIN ")

    @property
    def public_half(self) -> str:
        """Of a private key the certificate, as PEM; empty for a client secret."""
        return (
            self._value[self._value.find(CERTIFICATE) :] if self.is_private_key and CERTIFICATE in self._value else ""
        )

    @property
    def readable(self) -> bool:
        """Whether reveal() can tell it: not where it is sealed for somebody else."""
        return True

    @property
    def sealed(self) -> str:
        """It as it is kept for somebody else, encrypted; empty where it is not."""
        return ""

    def fingerprint(self) -> str:
        """Tells it from other secrets, and nothing of what it is."""
        return hashlib.sha256(self._value.encode()).hexdigest()

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return HIDDEN

    def __reduce__(self) -> t.NoReturn:
        raise TypeError("a secret is not serialised")


def conceal(value: str) -> None:
    """Have the value, and the forms it takes in transport, removed from every text that scrub() sees."""
    if len(value) < 6:
        return
    encoded = base64.b64encode(value.encode()).decode()
    _known.update({value, encoded, encoded.rstrip("="), urllib.parse.quote(value, safe=""), json.dumps(value)[1:-1]})
    if register_secret is not None:
        register_secret(value)


def conceal_options(spec: t.Mapping[str, t.Any], given: t.Any) -> None:
    """Conceal every text that an argument spec says is no_log. given: options as they came, or as they were validated."""
    if isinstance(given, (list, tuple)):
        for item in given:
            conceal_options(spec, item)
    elif isinstance(given, dict):
        for name, value in given.items():
            option = spec.get(name) or {}
            if option.get("no_log"):
                _conceal_texts(value)
            elif option.get("options"):
                conceal_options(option["options"], value)


def _conceal_texts(value: t.Any) -> None:
    if isinstance(value, str):
        conceal(value)
    elif isinstance(value, (dict, list, tuple)):
        for item in value.values() if isinstance(value, dict) else value:
            _conceal_texts(item)


def scrub(value: t.Any) -> t.Any:
    """The same structure of dicts, lists and texts with known secrets, and whatever looks like one, replaced."""
    if isinstance(value, str):
        for known in sorted(_known, key=len, reverse=True):
            value = value.replace(known, HIDDEN)
        return SHAPES.sub(HIDDEN, value)
    if isinstance(value, dict):
        return {scrub(key): scrub(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [scrub(item) for item in value]
    return value
