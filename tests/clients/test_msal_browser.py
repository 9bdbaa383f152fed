# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""@azure/msal-browser 5.29: Microsoft's library for single-page applications, in Chromium (node/msal-browser.mjs)."""

from __future__ import annotations

import base64
import functools
import hashlib
import http.server
import json
import shutil
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from clients import node_packages
from clients.registrations import expose_api, make_person, register
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from unit.sandbox.signing_in import Place

from sandbox import Running

CHROMIUM = shutil.which("chromium")
LIBRARY = "node_modules/@azure/msal-browser/lib/msal-browser.min.js"


def pin(sandbox: Running) -> str:
    """The hash of the server's key by which Chromium may trust it."""
    address = urlsplit(sandbox.url)
    pem = ssl.get_server_certificate((str(address.hostname), int(address.port or 443)))
    key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address at which the files of a folder are served, in plain http."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_ignored: Any) -> None:
            return

    server = http.server.ThreadingHTTPServer(("localhost", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is missing: apt-get install chromium")
def test_a_person_signs_in_to_a_single_page_application(place: Place, tmp_path: Path) -> None:
    person = make_person(place)
    scope = expose_api(place, optionalClaims={"idToken": [{"name": "email"}], "accessToken": [], "saml2Token": []})
    client, authority = place.operator["client_id"], f"{place.sandbox.url}/{place.id}"
    shutil.copy(node_packages.install() / LIBRARY, tmp_path)
    shutil.copy(node_packages.SCRIPTS / "single-page.html", tmp_path / "index.html")
    with serving(tmp_path) as page:
        register(place, spa={"redirectUris": [page]})
        auth = {"clientId": client, "authority": authority, "knownAuthorities": [urlsplit(authority).netloc]}
        addresses = {"redirectUri": page, "postLogoutRedirectUri": page}
        config = {"auth": {**auth, **addresses}, "scope": scope, "graph": "https://graph.microsoft.com"}
        (tmp_path / "config.json").write_text(json.dumps(config))
        given = {"chromium": CHROMIUM, "key": pin(place.sandbox), "page": page}
        who = {"name": person.name, "password": person.password}
        seen = node_packages.run("msal-browser", place.sandbox.ca_file, {**given, "person": who})
        assert seen["address"] == page
    assert "AADSTS50126" in seen["problem"]
    claims = seen["signedIn"]["claims"]
    assert (claims["aud"], claims["oid"], claims["tid"]) == (client, person.id, place.id)
    assert claims["nonce"]
    called = seen["called"]
    assert called["step"] == "called", called
    assert (called["cached"], called["renewed"]) == (True, True)
    assert called["access"]["scp"] == "maps.read"
    assert (called["access"]["aud"], called["access"]["azp"], called["access"]["azpacr"]) == (client, client, "0")
    assert called["me"]["userPrincipalName"] == person.name
    assert seen["reloaded"]["claims"]["oid"] == person.id
    assert seen["signedOut"]["step"] == "signed out"
