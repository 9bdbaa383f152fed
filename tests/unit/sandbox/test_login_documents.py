# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Discovery documents, keys and instance discovery."""

from __future__ import annotations

import httpx
import pytest
from unit.sandbox.signing_in import Place, code_of

from sandbox import Running, running


@pytest.fixture
def place(sandbox: Running) -> Place:
    return Place(sandbox, sandbox.tenants()[0])


@pytest.mark.parametrize("name", ["id", "default_domain", "initial_domain"])
def test_discovery_knows_a_tenant_by_each_of_its_names(place: Place, name: str) -> None:
    document = place.http.get(f"/{place.tenant[name]}/v2.0/.well-known/openid-configuration").json()
    root = f"{place.sandbox.url}/{place.id}"
    assert document["issuer"] == f"{root}/v2.0"
    assert document["token_endpoint"] == f"{root}/oauth2/v2.0/token"
    assert document["authorization_endpoint"] == f"{root}/oauth2/v2.0/authorize"
    assert document["id_token_signing_alg_values_supported"] == ["RS256"]
    keys = place.http.get(document["jwks_uri"]).json()["keys"]
    assert keys[0].keys() >= {"kty", "use", "kid", "x5t", "x5c", "n", "e", "issuer"}
    assert place.by_secret(tenant=place.tenant[name]).status_code == 200


def test_version_one_has_the_issuer_of_old(place: Place) -> None:
    document = place.http.get(f"/{place.id}/.well-known/openid-configuration").json()
    assert document["issuer"] == f"https://sts.windows.net/{place.id}/"
    assert document["token_endpoint"] == f"{place.sandbox.url}/{place.id}/oauth2/token"
    assert place.http.get(document["jwks_uri"]).status_code == 200


def test_shared_endpoints_leave_the_tenant_open(place: Place) -> None:
    document = place.http.get("/organizations/v2.0/.well-known/openid-configuration").json()
    assert document["issuer"] == f"{place.sandbox.url}/{{tenantid}}/v2.0"
    assert document["token_endpoint"] == f"{place.sandbox.url}/organizations/oauth2/v2.0/token"


def test_an_unknown_tenant_has_no_document(place: Place) -> None:
    answer = place.http.get("/nowhere.example/v2.0/.well-known/openid-configuration")
    assert (answer.status_code, answer.json()["error"], code_of(answer)) == (400, "invalid_tenant", 90002)


def test_instance_discovery_names_this_host(place: Place) -> None:
    endpoint = f"{place.sandbox.url}/{place.id}/oauth2/v2.0/authorize"
    query = {"api-version": "1.1", "authorization_endpoint": endpoint}
    document = place.http.get("/common/discovery/instance", params=query).json()
    assert (
        document["tenant_discovery_endpoint"] == f"{place.sandbox.url}/{place.id}/v2.0/.well-known/openid-configuration"
    )
    assert document["metadata"][0]["aliases"] == [place.sandbox.url.removeprefix("https://")]


def test_what_is_not_there_answers_501(place: Place) -> None:
    for method, path in [("GET", f"/{place.id}/saml2"), ("GET", "/"), ("DELETE", f"/{place.id}/x")]:
        answer = place.http.request(method, path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (501, "NotImplemented")


def test_further_names_are_in_the_certificate_and_in_the_documents() -> None:
    with running(hostnames=["login.example", "graph.example"]) as sandbox:
        tenant = sandbox.tenants()[0]
        with httpx.Client(base_url=sandbox.url, verify=sandbox.tls(), trust_env=False) as client:
            named = {"headers": {"Host": "login.example"}, "extensions": {"sni_hostname": "login.example"}}
            document = client.get(f"/{tenant['id']}/v2.0/.well-known/openid-configuration", **named).json()  # type: ignore[arg-type]
            assert document["issuer"] == f"https://login.example/{tenant['id']}/v2.0"
            form = {"grant_type": "client_credentials", "scope": "https://graph.example/.default", **tenant["operator"]}
            token = client.post(f"/{tenant['id']}/oauth2/v2.0/token", data=form).json()["access_token"]
            graph = {"headers": {"Authorization": f"Bearer {token}"}, "extensions": {"sni_hostname": "graph.example"}}
            assert client.get("/v1.0/organization", **graph).status_code == 200  # type: ignore[arg-type]
