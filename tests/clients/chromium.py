# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Chromium of the machine: where it is, how it trusts a server, and people who sign in with it (node/visits.mjs)."""

from __future__ import annotations

import base64
import functools
import hashlib
import http.server
import shutil
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from clients import node_packages
from clients.registrations import Person
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sandbox import Running

CHROMIUM = shutil.which("chromium")
MSAL = "node_modules/@azure/msal-browser/lib/msal-browser.min.js"
needed = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is missing: apt-get install chromium")


@dataclass(frozen=True)
class Visit:
    """Where a sign-in led: the last page's HTTP status, address and readable text, and whether consent was asked for."""

    status: int
    address: str
    text: str
    consented: bool


def visit(sandbox: Running, page: str, *people: Person) -> list[Visit]:
    """Each of them opens the page with a browser that knows nobody, signs in and consents where asked."""
    keys = {pin(one) for one in (sandbox.url, page) if one.startswith("https:")}
    who = [{"name": person.name, "password": person.password} for person in people]
    given = {"chromium": CHROMIUM, "keys": sorted(keys), "page": page, "people": who}
    return [Visit(**one) for one in node_packages.run("visits", sandbox.ca_file, given)]


def pin(url: str) -> str:
    """The hash by which Chromium may trust the key of a server on this machine, whatever name it goes by."""
    pem = ssl.get_server_certificate(("localhost", urlsplit(url).port or 443))
    key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


class Files(http.server.SimpleHTTPRequestHandler):
    """The files of a folder, and nothing said about it."""

    def log_message(self, *_ignored: Any) -> None:
        return


@contextmanager
def serving(folder: Path, kind: type[Files] = Files) -> Iterator[str]:
    """The address at which the files of a folder are served, in plain http."""
    server = http.server.ThreadingHTTPServer(("localhost", 0), functools.partial(kind, directory=str(folder)))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
