# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sign-in while what it depends on is still replicating."""

from __future__ import annotations

from unit.sandbox.graph_client import GraphClient
from unit.sandbox.signing_in import Place, claims_of, code_of, make_certificate

LAG = 20
GRAPH = "00000003-0000-0000-c000-000000000000"


def test_new_roles_are_in_new_tokens_only_later(graph: GraphClient) -> None:
    place = Place(graph.sandbox, graph.tenant)
    made = graph.sandbox.control("POST", "/clients", {"tenant": place.id, "permissions": ["User.Read.All"]})
    caller = {name: made[name] for name in ("client_id", "client_secret")}
    principal = graph.get(f"servicePrincipals(appId='{made['client_id']}')")["id"]
    resource = graph.get(f"servicePrincipals(appId='{GRAPH}')")
    role = next(one["id"] for one in resource["appRoles"] if one["value"] == "Group.Read.All")
    graph.settings(replication_lag_seconds=LAG)
    body = {"principalId": principal, "resourceId": resource["id"], "appRoleId": role}
    graph.ask(201, "POST", f"servicePrincipals/{principal}/appRoleAssignments", body)

    def roles() -> list[str]:
        found: list[str] = claims_of(place.by_secret(**caller).json()["access_token"])["roles"]
        return found

    assert roles() == ["User.Read.All"]
    graph.wait(LAG + 1)
    assert roles() == ["Group.Read.All", "User.Read.All"]


def test_a_new_certificate_and_a_removed_secret_take_their_time(graph: GraphClient) -> None:
    place = Place(graph.sandbox, graph.tenant)
    certificate = make_certificate()
    application = graph.get(place.application)
    graph.settings(replication_lag_seconds=LAG)
    graph.ask(204, "PATCH", place.application, {"keyCredentials": [certificate.credential]})
    assert code_of(place.by_secret(**certificate.assertion(place))) == 700027
    graph.wait(LAG + 1)
    assert place.by_secret(**certificate.assertion(place)).status_code == 200
    old = application["passwordCredentials"][0]["keyId"]
    graph.ask(204, "POST", f"{place.application}/removePassword", {"keyId": old})
    assert place.by_secret().status_code == 200
    graph.wait(LAG + 1)
    assert code_of(place.by_secret()) == 7000215


def test_a_disabled_application_signs_in_for_a_while(graph: GraphClient) -> None:
    place = Place(graph.sandbox, graph.tenant)
    principal = f"servicePrincipals(appId='{place.operator['client_id']}')"
    graph.settings(replication_lag_seconds=LAG)
    graph.ask(204, "PATCH", principal, {"accountEnabled": False})
    assert place.by_secret().status_code == 200
    graph.wait(LAG + 1)
    assert code_of(place.by_secret()) == 7000112
