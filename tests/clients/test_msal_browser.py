# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""@azure/msal-browser 5.29: Microsoft's library for single-page applications, in Chromium (node/msal-browser.mjs)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from clients import chromium, node_packages
from clients.registrations import expose_api, make_person, register
from unit.sandbox.signing_in import Place


@chromium.needed
def test_a_person_signs_in_to_a_single_page_application(place: Place, tmp_path: Path) -> None:
    person = make_person(place)
    scope = expose_api(place, optionalClaims={"idToken": [{"name": "email"}], "accessToken": [], "saml2Token": []})
    client, authority = place.operator["client_id"], f"{place.sandbox.url}/{place.id}"
    shutil.copy(node_packages.install() / chromium.MSAL, tmp_path)
    shutil.copy(node_packages.SCRIPTS / "single-page.html", tmp_path / "index.html")
    with chromium.serving(tmp_path) as page:
        register(place, spa={"redirectUris": [page]})
        auth = {"clientId": client, "authority": authority, "knownAuthorities": [urlsplit(authority).netloc]}
        addresses = {"redirectUri": page, "postLogoutRedirectUri": page}
        config = {"auth": {**auth, **addresses}, "scope": scope, "graph": "https://graph.microsoft.com"}
        (tmp_path / "config.json").write_text(json.dumps(config))
        given = {"chromium": chromium.CHROMIUM, "key": chromium.pin(place.sandbox.url), "page": page}
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
