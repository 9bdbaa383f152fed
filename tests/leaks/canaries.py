# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What must not be seen, and the forms in which it would be: the needles that are searched for."""

from __future__ import annotations

import base64
import dataclasses
import json
import re
import urllib.parse

PIECE = 12  # characters: whoever sees the first or the last so many of a secret has been told something
ENCODED = 18  # bytes of each end that are searched for in an encoding
PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----(.*?)-----END", re.DOTALL)


@dataclasses.dataclass(frozen=True)
class Canary:
    """One secret of one run."""

    kind: str
    value: str


@dataclasses.dataclass(frozen=True)
class Needle:
    """A text that tells of a canary."""

    canary: Canary
    form: str
    text: bytes


def secret_part(value: str) -> str:
    """What of a value is nobody's but its owner's: of a token its signature, of a key the middle of its body.

    Header and claims of a token, and the beginning of a private key, look alike in all of their kind.
    """
    if key := PEM.search(value):
        body = "".join(key[1].split())
        return body[len(body) // 3 : 2 * len(body) // 3]
    return value.rpartition(".")[2] if value.count(".") == 2 and value.startswith("ey") else value


def needles(canary: Canary) -> list[Needle]:
    """Each form once. A whole value holds its ends, so these are enough."""
    value = secret_part(canary.value)
    found: dict[bytes, str] = {}
    for end, piece in (("first", value[:PIECE]), ("last", value[-PIECE:])):
        found.setdefault(piece.encode(), f"{end} {PIECE}")
        found.setdefault(piece[::-1].encode(), f"reversed, {end} {PIECE}")
        found.setdefault(piece.encode().hex().encode(), f"hex, {end} {PIECE}")
        found.setdefault(piece.encode().hex().upper().encode(), f"hex, {end} {PIECE}")
        found.setdefault(piece.encode("utf-16-le"), f"UTF-16, {end} {PIECE}")
    for end, piece in (("first", value[:ENCODED]), ("last", value[-ENCODED:])):
        once = urllib.parse.quote(piece, safe="")
        spelt = {"URL-quoted": once, "URL-quoted twice": urllib.parse.quote(once, safe="")}
        spelt |= {"JSON": json.dumps(piece)[1:-1], "repr": repr(piece)[1:-1]}
        for form, text in spelt.items():
            found.setdefault(text.encode(), f"{form}, {end} {ENCODED}")
        for shift in range(3):
            coded = encode_anywhere(piece.encode(), shift)
            found.setdefault(coded, f"base64, alignment {shift}, {end} {ENCODED}")
            safe = coded.translate(bytes.maketrans(b"+/", b"-_"))
            found.setdefault(safe, f"base64, URL-safe, alignment {shift}, {end} {ENCODED}")
    return [Needle(canary, form, text) for text, form in found.items()]


def encode_anywhere(value: bytes, shift: int) -> bytes:
    """What the value alone makes of base64 when it stands shift bytes into a group of three."""
    coded = base64.b64encode(bytes(shift) + value)
    first, rest = -(-shift * 8 // 6), (shift + len(value)) * 8 // 6
    return coded[first:rest]
