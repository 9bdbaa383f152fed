# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A page with @azure/msal-browser in the place of Pozi's web application: its access token opens the map server's catalogues."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from urllib.parse import urlsplit

from clients import chromium, node_packages
from relying_parties import map_server
from relying_parties.customers import Customer

GROUPS = [
    {"name": "Pozi Viewers", "catalogues": ["base", "property"]},
    {"name": "Pozi Planning", "catalogues": ["planning", "pressure zones"]},
]


@chromium.needed
def test_the_groups_of_the_token_open_their_catalogues(customer: Customer, tmp_path: Path) -> None:
    host = customer.place.tenant["initial_domain"].partition(".")[0]
    inputs = {
        "pozi_server_site_name": "customer",
        "pozi_server_internal_url": "http://gis01/pozi/",
        "pozi_server_external_url": f"https://poziserver-{host}.msappproxy.net/pozi/",
        "pozi_server_connector_group": "Map Servers",
        "pozi_server_groups": GROUPS,
    }
    customer.onboard("pozi_server", **inputs)
    told = customer.read_handoff("pozi_server")
    site = tmp_path / "site"
    site.mkdir()
    shutil.copy(node_packages.install() / chromium.MSAL, site)
    shutil.copy(Path(__file__).with_name("map.html"), site / "index.html")
    with map_server.serving(site, customer.place, told) as page:
        authority = f"{customer.place.sandbox.url}/{told['tenant_id']}"
        auth = {"clientId": told["client_id"], "authority": authority, "redirectUri": page}
        catalogues = [name for group in told["groups"] for name in group["catalogues"]]
        config = {"auth": {**auth, "knownAuthorities": [urlsplit(authority).netloc]}, "scope": told["scope"]}
        (site / "config.json").write_text(json.dumps({**config, "catalogues": catalogues}), encoding="utf-8")
        people = [customer.find_person(name) for name in ("kai.jensen", "rosa.marino", "users.admin")]
        viewer, planner, other = chromium.visit(customer.place.sandbox, page, *people)
    assert (viewer.address, planner.address) == (page, page), (viewer, planner)
    assert json.loads(viewer.text) == {"base": 200, "property": 200, "planning": 403, "pressure zones": 403}
    assert json.loads(planner.text) == dict.fromkeys(catalogues, 200)
    assert "AADSTS50105" in other.text
