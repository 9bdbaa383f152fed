# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Odd requests over HTTP: whatever is sent, Graph answers with an error of its own form, never with a failure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from unit.sandbox.graph_client import EVENTUAL, GraphClient, sign_in

from sandbox.graph.endpoints import ALL
from sandbox.graph.routing import Route
from sandbox.graph.schema import Type, find_type

JSON = {"Content-Type": "application/json"}
MISSING = "11111111-1111-4111-8111-111111111111"
ODD_BODIES = [
    *(b"", b"null", b"true", b"5", b'"x"', b"[]", b"{}", b'{"x": 5}', b"[{}]", b"{", b"\xff\xfe", b'"\\ud800"', b"NaN"),
    *(
        b"1" + b"0" * 400,
        b"[" * 3000,
        b'{"x":' * 500 + b"1" + b"}" * 500,
        b'{"\\u0000": "\\u0000"}',
        b'["' + b"x" * 100_000 + b'"]',
    ),
]
ODD_KEYS = [
    "x", "%", "%00", "%2F", "%F0%9F%98%80", "%ff", "('')", "(appId='')", "(appId=')", "(x='1',y='2')", "()", "(", "-1", "a" * 3000, "$value", "null",
    "00000000-0000-0000-0000-000000000000",
]  # fmt: skip
ODD_QUERIES = [
    "$filter=", "$filter=)(", "$filter=id", "$filter=id eq", "$filter=true", "$filter=not", "$filter=1 eq 1", "$filter=id eq id", "$filter=id in ()",
    "$filter=id in 'x'", "$filter=id gt 5", "$filter=contains(id,'x')", "$filter=startswith(id)", "$filter=startswith(5,6)",
    "$filter=startswith(displayName,null)", "$filter=displayName eq 5", "$filter=displayName ge null", "$filter=createdDateTime ge 'x'",
    "$filter=createdDateTime ge 2021-01-01", "$filter=createdDateTime ge 2021-01-01T00:00:00Z", "$filter=accountEnabled eq 'x'", "$filter=tags/any()",
    "$filter=tags/any(t:t)", "$filter=tags/any(t:t eq null)", "$filter=tags/all(t:t eq 'x')", "$filter=tags/$count eq 0",
    "$filter=tags/any(t:t/x eq 1)", "$filter=displayName/x eq 'y'", "$filter=displayName has 'x'", "$filter=displayName add 1 eq 2",
    "$filter=tolower(displayName) eq 'x'", "$filter=isof('x')", "$filter=isof(5)", "$filter=(((((((((displayName eq 'x')))))))))", "$filter='",
    "$filter=\ud83d", "$filter=displayName eq 'x' and", "$filter=not(not(displayName eq 'x'))", "$filter=displayName in ('x',5,null)",
    "$filter=displayName eq ('x')", "$filter=info/logoUrl eq null", "$select=", "$select=,", "$select=*", "$select=id,id", "$select=id/x",
    "$select=%00", "$expand=", "$expand=(", "$expand=owners(", "$expand=owners($select=)", "$expand=owners($select=colour)", "$expand=owners,owners",
    "$expand=*", "$expand=owners($levels=max)", "$top=", "$top=x", "$top=-1", "$top=²", "$top=1e3", "$skip=1", "$skiptoken=", "$skiptoken=%ff",
    "$skiptoken=AAAA", "$skiptoken=eHxvbmU=", "$count=", "$search=", "$search=%22", "$search=%22:%22", "$search=%22%5C%22", "$orderby=", "$orderby=,",
    "$orderby=displayName x", "$orderby=displayName,id", "$orderby=5", "$format=", "$deltatoken=%ff", "$deltatoken=AAAA", "$skiptoken=%ED%A0%80",
    "$apply=x", "=", "&", "x", "$", "$x=1", "$filter=id eq 'x'&$filter=id eq 'y'", "$filter=" + " or ".join(["id eq 'x'"] * 400),
]  # fmt: skip


def check(answer: httpx.Response) -> None:
    """An answer of Graph: what was asked for, or an error of its form that is no failure."""
    request = f"{answer.request.method} {str(answer.request.url)[:300]} {answer.request.content[:200]!r}"
    assert answer.status_code in (200, 201, 204, 400, 401, 403, 404, 405, 409, 501), f"{request}: {answer.status_code}"
    if answer.status_code >= 400:
        assert set(answer.json()["error"]) == {"code", "message", "innerError"}, request


def path_of(route: Route, key: str) -> str:
    version = "beta" if route.beta else "v1.0"
    return f"/{version}/{route.path.replace('{}', key)}".replace("/(", "(")


#: One call for each function that answers writes.
WRITES = {route.handler: route for route in ALL if route.method in ("POST", "PATCH", "PUT")}.values()


def name(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.fixture(scope="module")
def client(sandbox: Any) -> Iterator[GraphClient]:
    """A caller that may do everything, in a tenant of its own."""
    (tenant,) = sandbox.control("POST", "/tenants", {"count": 1})["tenants"]
    operator = tenant["operator"]
    token = sign_in(sandbox, tenant["id"], operator["client_id"], operator["client_secret"])
    sandbox.control("PUT", "/settings", {"enforce_permissions": False, "app_proxy_app_only": True})
    yield GraphClient(sandbox, tenant, token)
    sandbox.control("POST", "/reset")


@pytest.fixture(scope="module")
def things(client: GraphClient) -> dict[str, str]:
    """An object for each first name of a path."""
    application, principal = client.application_with_principal()
    found = {"applications": application["id"], "servicePrincipals": principal["id"]}
    for noun in ("users", "groups", "domains", "directoryRoles", "oauth2PermissionGrants"):
        found[noun] = client.get(f"{noun}?$top=1")["value"][0]["id"]
    return found


@pytest.mark.parametrize("route", WRITES, ids=name)
def test_odd_bodies(client: GraphClient, things: dict[str, str], route: Route) -> None:
    path = path_of(route, things.get(route.path.partition("/")[0], MISSING))
    for body in ODD_BODIES:
        check(client.http.request(route.method, path, content=body, headers=JSON))


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("directoryObjects/getByIds", ("ids", "types")),
        ("users/{}/checkMemberGroups", ("groupIds",)),
        ("users/{}/getMemberObjects", ("securityEnabledOnly",)),
        ("applications/{}/addPassword", ("passwordCredential",)),
        ("applications/{}/removePassword", ("keyId",)),
        ("applications/{}/addKey", ("keyCredential", "passwordCredential", "proof")),
        ("applications/{}/removeKey", ("keyId", "proof")),
        ("applications/{}/owners/$ref", ("@odata.id",)),
        ("groups/{}/members/$ref", ("@odata.id",)),
        ("applicationTemplates/8adf8e6e-67b2-4cf2-a259-e3dc5476c621/instantiate", ("displayName",)),
    ],
)
def test_odd_parameters_of_actions(
    client: GraphClient, things: dict[str, str], path: str, names: tuple[str, ...]
) -> None:
    path = path.replace("{}", things.get(path.partition("/")[0], ""))
    odd = (None, True, 5, "", "x", "\ud800", "https://x", "//[", "https://[", [], [5], [None], [[]], [{}], {}, {"x": 5})
    for name_of_one in names:
        for value in odd:
            body = dict.fromkeys(names, "x") | {name_of_one: value}
            check(client.http.post(f"/v1.0/{path}", content=json.dumps(body), headers=JSON))
            check(client.http.post(f"/v1.0/{path}", content=json.dumps({name_of_one: value}), headers=JSON))


NAMES = {
    "applications": "application",
    "servicePrincipals": "servicePrincipal",
    "users": "user",
    "groups": "group",
    "oauth2PermissionGrants": "oAuth2PermissionGrant",
    "applications/{}/federatedIdentityCredentials": "federatedIdentityCredential",
    "applications/{}/extensionProperties": "extensionProperty",
    "servicePrincipals/{}/appRoleAssignments": "appRoleAssignment",
    "invitations": "invitation",
    "policies/defaultAppManagementPolicy": "tenantAppManagementPolicy",
}


def list_bodies(kind: Type) -> Iterator[dict[str, Any]]:
    """Bodies of one property with an odd value, at the first or second level."""
    for known in kind.properties.values():
        yield from ({known.name: value} for value in (None, 5, "\ud800", [None], {"x": 5}, [{}]))
        for inner in find_type(known.type).properties if known.complex else ():
            for value in (None, 5, [{}]):
                yield {known.name: [{inner: value}] if known.collection else {inner: value}}


@pytest.mark.parametrize("path", NAMES)
def test_odd_values_of_every_property(client: GraphClient, things: dict[str, str], path: str) -> None:
    target = path.replace("{}", things[path.partition("/")[0]]) if "{}" in path else path
    changed = path in ("applications", "servicePrincipals", "users", "groups")
    method = "PATCH" if changed or path.startswith("policies") else "POST"
    where = f"{target}/{things[path]}" if changed else target
    for body in list_bodies(find_type(NAMES[path])):
        check(client.http.request(method, f"/v1.0/{where}", content=json.dumps(body), headers=JSON))


#: Every list and entity reads its options by the same code: these stand for all.
READ = [
    *("applications", "users/{}", "groups/{}/members", "groups/delta", "oauth2PermissionGrants"),
    *("directory/deletedItems", "servicePrincipals/{}/appRoleAssignments"),
]


@pytest.mark.parametrize("route", [route for route in ALL if route.method == "GET" and route.path in READ], ids=name)
def test_odd_queries(client: GraphClient, things: dict[str, str], route: Route) -> None:
    path = path_of(route, things.get(route.path.partition("/")[0], MISSING))
    path += "/microsoft.graph.application" if route.path.endswith("deletedItems") else ""
    for query in ODD_QUERIES:
        address = f"{path}?{quote(query.encode('utf-8', 'surrogatepass'), safe='$=&%')}"
        check(client.http.get(address))
        check(client.http.get(f"{address}&$count=true", headers=EVENTUAL))


#: One call for each method and first name in a path.
KEYED = {(route.method, route.parts[0]): route for route in ALL if "{}" in route.path}.values()


@pytest.mark.parametrize("route", KEYED, ids=name)
def test_odd_keys(client: GraphClient, route: Route) -> None:
    for key in ODD_KEYS:
        check(client.http.request(route.method, path_of(route, key), **({"json": {}} if route.method != "GET" else {})))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "//",
        "$metadata",
        "$batch",
        "x",
        "users/",
        "users//x",
        "me/x/y/z",
        "users/$count/$count",
        "users/$value",
        "(x)",
        "%",
        "users('x')/x",
        "groups/delta/delta",
        "directory",
    ],
)
def test_odd_paths(client: GraphClient, path: str) -> None:
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        check(client.http.request(method, f"/v1.0/{path}"))


JSON_VALUES = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False) | some.text(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    method=some.sampled_from(["get", "GET", "POST", "PATCH", "DELETE"]),
    path=some.sampled_from(["applications", "groups", "users", "invitations", "directoryObjects/getByIds"]),
    body=JSON_VALUES,
)
def test_odd_items_of_a_batch(client: GraphClient, method: str, path: str, body: Any) -> None:
    item = {"id": "1", "method": method, "url": path, "headers": {"Content-Type": "application/json"}, "body": body}
    answer = client.send("POST", "$batch", {"requests": [item]})
    check(answer)
    check(client.send("POST", "$batch", {"requests": body}))
    for one in answer.json().get("responses", []):
        assert one["status"] < 500 or one["status"] == 501
