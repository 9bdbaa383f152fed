# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Finds needles in what a run left behind: as it is, with line breaks and boxes taken out, and in what is packed in it."""

from __future__ import annotations

import base64
import binascii
import io
import re
import typing as t
import zipfile
import zlib

from leaks.canaries import Needle

LEVELS = 2  # of packing
LARGEST = 1 << 24  # bytes that are unpacked of one thing
COLOURS = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]|\\u001b\[[0-9;?]*[A-Za-z]")
BETWEEN = re.compile(
    rb"\s|\\r|\\n|[|+=*#>]{1}(?=\s|\\n)|\xe2[\x94\x95][\x80-\xbf]|\\u25[0-7][0-9a-f]"
)  # white space, also as JSON writes it; frames
BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{40,}={0,2}")


def find(blob: bytes, wanted: t.Sequence[Needle]) -> list[Needle]:
    """The needles that are in it, whole or wrapped or packed."""
    views = {view for content in unpack(blob, LEVELS) for view in (content, flatten(content))}
    return [needle for needle in wanted if any(needle.text in view for view in views)]


def flatten(content: bytes) -> bytes:
    """Without colours, white space and frames, which a terminal or a log puts between the parts of a long text."""
    return BETWEEN.sub(b"", COLOURS.sub(b"", content))


def unpack(content: bytes, levels: int) -> t.Iterator[bytes]:
    """The content, and what it holds in gzip, zlib, zip or base64."""
    yield content
    if levels:
        for inner in _inner(content):
            yield from unpack(inner, levels - 1)


def _inner(content: bytes) -> t.Iterator[bytes]:
    for match in BASE64.finditer(content):
        decoded = _decode(match.group())
        if decoded:
            yield decoded
    for start in _starts(content, b"\x1f\x8b\x08"):
        yield _inflate(content[start:], 31)
    for magic in (b"\x78\x9c", b"\x78\xda", b"\x78\x01"):
        if content.startswith(magic):
            yield _inflate(content, 15)
    if b"PK\x03\x04" in content:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for entry in archive.infolist():
                    if entry.file_size <= LARGEST:
                        yield archive.read(entry)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError):
            return  # not a whole archive


def _decode(text: bytes) -> bytes:
    text = text.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    try:
        return base64.b64decode(text[: len(text) - (len(text) % 4 == 1)] + b"=" * (-len(text) % 4))
    except binascii.Error:
        return b""


def _inflate(content: bytes, bits: int) -> bytes:
    try:
        return zlib.decompressobj(bits).decompress(content, LARGEST)
    except zlib.error:
        return b""


def _starts(content: bytes, magic: bytes) -> t.Iterator[int]:
    start = content.find(magic)
    while start >= 0:
        yield start
        start = content.find(magic, start + 1)
