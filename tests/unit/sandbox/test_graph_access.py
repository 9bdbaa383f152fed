# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The table of permissions: it is complete, and each call of it is opened by each of its alternatives and by nothing less."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from unit.sandbox.graph_client import GraphClient

from sandbox import Running
from sandbox.graph.endpoints import ALL
from sandbox.graph.microsoft_graph import application_permission_id, delegated_permission_names
from sandbox.graph.schema import DATA

Row = dict[str, str]
DENIED = ("Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
#: A caller that holds this and nothing else may do none of the calls here.
OTHER = "Chat.Read.All"
MISSING = "11111111-1111-4111-8111-111111111111"


def read_table() -> list[Row]:
    with (DATA / "access.csv").open(newline="") as file:
        return list(csv.DictReader(file))


TABLE = read_table()


def name(row: Row) -> str:
    return f"{row['method']} {row['path']}"


def test_every_line_belongs_to_a_call() -> None:
    calls = {(route.method, route.path) for route in ALL}
    left = [name(row) for row in TABLE if (row["method"], row["path"]) not in calls]
    assert all("directory/deletedItems/microsoft.graph." in one for one in left)


@pytest.mark.parametrize("row", TABLE, ids=name)
def test_names_are_permissions_of_their_kind(row: Row) -> None:
    for alternative in filter(None, row["application"].replace("+", " ").replace("*", "").split()):
        assert application_permission_id(alternative)
    wanted = set(row["delegated"].replace("+", " ").replace("*", "").split())
    assert wanted <= delegated_permission_names()


def send(client: GraphClient, row: Row) -> tuple[int, Any]:
    """The status and error code of the call on what is not there; a body that says nothing, where there must be one."""
    version = "beta" if "onPremises" in row["path"] or "connectorGroup" in row["path"] else "v1.0"
    path = row["path"].replace("{}", MISSING)
    body = {} if row["method"] in ("POST", "PATCH") else None
    answer = client.send(row["method"], f"/{version}/{path}", body)
    return answer.status_code, answer.json()["error"]["code"] if answer.status_code >= 400 else None


PLAIN = [row for row in TABLE if "directory/deletedItems" not in row["path"]]


@pytest.mark.parametrize("row", PLAIN, ids=name)
def test_an_application_without_the_permission_is_refused(sandbox: Running, nobody: GraphClient, row: Row) -> None:
    if row["application"] == "*":
        assert send(nobody, row)[0] != 403
    elif row["path"] == "me" or row["path"].startswith("me/"):
        assert send(nobody, row) == (400, "BadRequest")
    else:
        assert send(nobody, row)[0] == 403


@pytest.mark.parametrize("row", PLAIN, ids=name)
def test_each_alternative_opens_the_call(holders: dict[str, GraphClient], row: Row) -> None:
    for alternative in row["application"].replace("*", "").split():
        assert send(holders[alternative], row)[0] != 403 or row["roles"] == "proxy", alternative


@pytest.fixture(scope="module")
def first(sandbox: Running) -> GraphClient:
    from unit.sandbox.graph_client import open_graph

    return open_graph(sandbox)


@pytest.fixture(scope="module")
def nobody(first: GraphClient) -> GraphClient:
    return first.as_client([OTHER])


@pytest.fixture(scope="module")
def holders(first: GraphClient) -> dict[str, GraphClient]:
    """A caller for each alternative that some call has."""
    alternatives = {one for row in PLAIN for one in row["application"].split() if one != "*"}
    return {one: first.as_client(one.split("+")) for one in sorted(alternatives)}


def test_deleted_objects_have_permissions_by_their_type(graph: GraphClient) -> None:
    made = graph.application()
    user = graph.get("users?$top=1&$select=id")["value"][0]["id"]
    for path in (f"applications/{made['id']}", f"users/{user}"):
        graph.ask(204, "DELETE", path)
    apps, people = graph.as_client(["Application.ReadWrite.All"]), graph.as_client(["User.ReadWrite.All"])
    for client, own, other, kind in ((apps, made["id"], user, "application"), (people, user, made["id"], "user")):
        client.get(f"directory/deletedItems/microsoft.graph.{kind}")
        client.get(f"directory/deletedItems/{own}")
        assert client.refused(403, "GET", f"directory/deletedItems/{other}") == DENIED
        assert client.refused(403, "POST", f"directory/deletedItems/{other}/restore") == DENIED
        client.ask(200, "POST", f"directory/deletedItems/{own}/restore")
        graph.ask(204, "DELETE", f"{kind}s/{own}")


def test_a_permission_for_oneself_reaches_nobody_else(graph: GraphClient) -> None:
    client = graph.as_user("priya.nair", ["User.Read"])
    own = client.get("me")["id"]
    other = graph.get("users?$filter=displayName eq 'Tom Walsh'")["value"][0]["id"]
    client.get(f"users/{own}")
    assert client.refused(403, "GET", f"users/{other}") == DENIED


def test_a_permission_for_one_property_changes_no_other(graph: GraphClient) -> None:
    client = graph.as_client(["User.EnableDisableAccount.All"])
    user = graph.get("users?$filter=displayName eq 'Tom Walsh'")["value"][0]["id"]
    client.ask(204, "PATCH", f"users/{user}", {"accountEnabled": False})
    assert client.refused(403, "PATCH", f"users/{user}", {"jobTitle": "x"}) == DENIED
