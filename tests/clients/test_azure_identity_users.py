# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""azure-identity 1.27: every credential in which a person signs in, the browser's part done by following the forms."""

from __future__ import annotations

import socket
import threading
import webbrowser
from typing import Any
from urllib.parse import urlencode

import azure.identity as azure
import pytest
from azure.core.pipeline.transport import RequestsTransport
from clients.ports import to_sandbox
from clients.registrations import Person, call_graph, expose_api, make_person, register
from clients.sign_in_page import sign_in
from unit.sandbox.signing_in import Place

SCOPE = "https://graph.microsoft.com/User.Read"
pytestmark = pytest.mark.filterwarnings("ignore:.*(deprecated|obsolete).*:DeprecationWarning")


def options(place: Place) -> dict[str, Any]:
    return {
        "authority": place.sandbox.url,
        "disable_instance_discovery": True,
        "transport": RequestsTransport(session=to_sandbox(place.sandbox), session_owner=False),
    }


@pytest.fixture
def person(place: Place) -> Person:
    return make_person(place)


def check_person(place: Place, credential: Any, person: Person) -> None:
    """The credential's token is the person's, the first time and when it is refreshed in silence."""
    assert call_graph(place, credential.get_token(SCOPE).token) == person.name
    wider = credential.get_token("https://graph.microsoft.com/Group.ReadWrite.All").token
    assert call_graph(place, wider) == person.name


def test_name_and_password(place: Place, person: Person) -> None:
    register(place, isFallbackPublicClient=True)
    client = place.operator["client_id"]
    credential = azure.UsernamePasswordCredential(
        client, person.name, person.password, tenant_id=place.id, **options(place)
    )
    check_person(place, credential, person)


def test_device_code(place: Place, person: Person) -> None:
    register(place, isFallbackPublicClient=True)

    def enter(address: str, code: str, ends: Any) -> None:
        place.sandbox.control("POST", "/device_codes", {"user_code": code, "user": person.name})

    credential = azure.DeviceCodeCredential(
        place.operator["client_id"], tenant_id=place.id, prompt_callback=enter, **options(place)
    )
    check_person(place, credential, person)


def test_authorization_code(place: Place, person: Person) -> None:
    redirect = "https://maps.example/signin"
    register(place, web={"redirectUris": [redirect]})
    client = place.operator["client_id"]
    asked = {"client_id": client, "response_type": "code", "redirect_uri": redirect, "scope": f"{SCOPE} offline_access"}
    landed = sign_in(place, f"{place.sandbox.url}/{place.id}/oauth2/v2.0/authorize?{urlencode(asked)}", person)
    credential = azure.AuthorizationCodeCredential(
        place.id, client, landed["code"], redirect, client_secret=place.operator["client_secret"], **options(place)
    )
    assert call_graph(place, credential.get_token(SCOPE).token) == person.name


def test_interactive_browser(place: Place, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("localhost", 0))
        redirect = f"http://localhost:{free.getsockname()[1]}"
    register(place, isFallbackPublicClient=True, publicClient={"redirectUris": ["http://localhost"]})

    def browse(address: str, *_ignored: Any) -> bool:
        threading.Thread(target=sign_in, args=(place, address, person), kwargs={"deliver": True}, daemon=True).start()
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    credential = azure.InteractiveBrowserCredential(
        client_id=place.operator["client_id"], tenant_id=place.id, redirect_uri=redirect, timeout=20, **options(place)
    )
    check_person(place, credential, person)


def test_on_behalf_of(place: Place, person: Person) -> None:
    scope = expose_api(place)
    given = place.sandbox.control("POST", "/tokens", {"tenant": place.id, "user": person.name, "scopes": [scope]})
    operator = place.operator
    credential = azure.OnBehalfOfCredential(
        place.id,
        operator["client_id"],
        client_secret=operator["client_secret"],
        user_assertion=given["access_token"],
        **options(place),
    )
    check_person(place, credential, person)
