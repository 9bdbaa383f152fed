# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""addKey and removeKey over HTTP: with a proof, and with anything less."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from unit.sandbox.graph_client import GraphClient, open_graph, sign_in
from unit.sandbox.test_graph_credentials import KEY, certificate

AUDIENCE = "00000002-0000-0000-c000-000000000000"
OTHER_KEY = rsa.generate_private_key(65537, 2048)


def prove(issuer: str, key: rsa.RSAPrivateKey = KEY, **changes: Any) -> str:
    now = datetime.now(UTC)
    claims = {"aud": AUDIENCE, "iss": issuer, "nbf": now, "exp": now + timedelta(minutes=10), **changes}
    return jwt.encode({name: value for name, value in claims.items() if value is not None}, key, "RS256")


def new_key(name: str = "second") -> dict[str, Any]:
    return {"type": "AsymmetricX509Cert", "usage": "Verify", "key": certificate(name)[0]}


@pytest.fixture
def application(graph: GraphClient) -> dict[str, Any]:
    made = graph.application()
    graph.ask(204, "PATCH", f"applications/{made['id']}", {"keyCredentials": [new_key("first")]})
    return made


def test_a_certificate_is_added_and_the_old_one_removed(graph: GraphClient, application: dict[str, Any]) -> None:
    path = f"applications/{application['id']}"
    proof = prove(application["id"])
    body = {"keyCredential": new_key(), "passwordCredential": None, "proof": proof}
    added = graph.ask(200, "POST", f"{path}/addKey", body)
    assert (added["displayName"], added["key"]) == ("CN=second", None)
    first, second = graph.get(path)["keyCredentials"]
    assert second["keyId"] == added["keyId"]
    graph.ask(204, "POST", f"{path}/removeKey", {"keyId": first["keyId"], "proof": proof})
    assert [one["keyId"] for one in graph.get(path)["keyCredentials"]] == [added["keyId"]]
    graph.refused(400, "POST", f"{path}/removeKey", {"keyId": first["keyId"], "proof": proof})


@pytest.mark.parametrize(
    "proof",
    [
        lambda key: prove(key, OTHER_KEY),
        lambda key: prove("11111111-1111-4111-8111-111111111111"),
        lambda key: prove(key, aud="https://graph.microsoft.com"),
        lambda key: prove(key, exp=datetime.now(UTC) - timedelta(hours=1)),
        lambda key: prove(key, nbf=datetime.now(UTC) + timedelta(minutes=5)),
        lambda key: prove(key, nbf=None),
        lambda key: "nonsense",
        lambda key: None,
        lambda key: 5,
    ],
    ids=["other key", "other object", "audience", "over", "not yet", "no nbf", "nonsense", "none", "number"],
)
def test_without_a_proof_nothing_is_added(graph: GraphClient, application: dict[str, Any], proof: Any) -> None:
    body = {"keyCredential": new_key(), "proof": proof(application["id"])}
    path = f"applications/{application['id']}"
    assert graph.refused(401, "POST", f"{path}/addKey", body)[0] == "Authentication_MissingOrMalformed"
    assert len(graph.get(path)["keyCredentials"]) == 1


def test_an_application_without_a_certificate_cannot(graph: GraphClient) -> None:
    made = graph.application()
    graph.refused(
        401, "POST", f"applications/{made['id']}/addKey", {"keyCredential": new_key(), "proof": prove(made["id"])}
    )


def test_a_certificate_that_has_run_out_proves_nothing(graph: GraphClient, application: dict[str, Any]) -> None:
    graph.wait(366 * 86_400)
    later = open_graph(graph.sandbox)
    body = {"keyCredential": new_key(), "proof": prove(application["id"])}
    later.refused(401, "POST", f"applications/{application['id']}/addKey", body)


def test_an_application_rolls_its_own_keys_without_a_permission(graph: GraphClient) -> None:
    made, principal = graph.application_with_principal()
    graph.ask(204, "PATCH", f"applications/{made['id']}", {"keyCredentials": [new_key("first")]})
    graph.ask(204, "PATCH", f"servicePrincipals/{principal['id']}", {"keyCredentials": [new_key("first")]})
    secret = graph.ask(200, "POST", f"applications/{made['id']}/addPassword", {})["secretText"]
    own = GraphClient(graph.sandbox, graph.tenant, sign_in(graph.sandbox, graph.tenant["id"], made["appId"], secret))
    for path, key in (
        (f"applications/{made['id']}", made["id"]),
        (f"applications(appId='{made['appId']}')", made["id"]),
        (f"servicePrincipals/{principal['id']}", principal["id"]),
    ):
        own.ask(200, "POST", f"{path}/addKey", {"keyCredential": new_key(), "proof": prove(key)})
    other = graph.application()
    body = {"keyCredential": new_key(), "proof": prove(other["id"])}
    own.refused(403, "POST", f"applications/{other['id']}/addKey", body)
    own.refused(403, "POST", f"applications/{made['id']}/addPassword", {})


def test_a_change_of_the_service_principal_keeps_its_keys(graph: GraphClient) -> None:
    _application, principal = graph.application_with_principal()
    path = f"servicePrincipals/{principal['id']}"
    graph.ask(204, "PATCH", path, {"keyCredentials": [new_key("first")]})
    graph.ask(200, "POST", f"{path}/addKey", {"keyCredential": new_key(), "proof": prove(principal["id"])})
    graph.ask(204, "PATCH", path, {"notes": "x"})
    assert len(graph.get(path)["keyCredentials"]) == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"keyCredential": {"type": "AsymmetricX509Cert", "usage": "Sign", "key": "AAAA"}}, 400),
        ({"keyCredential": {"type": "AsymmetricX509Cert", "usage": "Verify"}}, 400),
        ({"keyCredential": {"type": "X509CertAndPassword", "usage": "Sign", "key": "AAAA"}}, 501),
        ({"keyCredential": None}, 400),
        ({"colour": "red"}, 400),
        ([], 400),
    ],
)
def test_rules_of_new_keys(graph: GraphClient, application: dict[str, Any], body: Any, status: int) -> None:
    graph.refused(status, "POST", f"applications/{application['id']}/addKey", body)
