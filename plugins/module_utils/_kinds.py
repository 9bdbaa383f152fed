# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How one object of each kind is found, and how it is named in options."""

from __future__ import annotations

import typing as t
import urllib.parse

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError, NotFound, NotUnique
from ansible_collections.tenantops.entra.plugins.module_utils._graph import Graph
from ansible_collections.tenantops.entra.plugins.module_utils._memory import Writes
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Object

APPLICATION_OPTIONS: dict[str, dict[str, t.Any]] = {
    "unique_name": {"type": "str"},
    "app_id": {"type": "str"},
    "object_id": {"type": "str"},
}
ONE_APPLICATION = {
    "required_one_of": [tuple(APPLICATION_OPTIONS)],
    "mutually_exclusive": [tuple(APPLICATION_OPTIONS)],
}
APPLICATION_IDS = {
    "app_id": "{application.appId}",
    "object_id": "{application.id}",
    "unique_name": "{application.uniqueName}",
}


def quote(value: str) -> str:
    """A text as an OData key or literal, quotation marks included: O'Hara -> 'O''Hara', percent-encoded."""
    return "'" + urllib.parse.quote(value.replace("'", "''"), safe="") + "'"


def filtered(path: str, expression: str, select: str = "") -> str:
    """The path with a $filter: filtered('/groups', "displayName eq {}", ...) is built by the caller with literal()."""
    query = {"$filter": expression} | ({"$select": select} if select else {})
    return f"{path}?{urllib.parse.urlencode(query, quote_via=urllib.parse.quote)}"


def literal(value: str) -> str:
    """A text inside a $filter expression."""
    return "'" + value.replace("'", "''") + "'"


class Reader(t.Protocol):
    """What the functions here need of a module's context."""

    @property
    def params(self) -> t.Mapping[str, t.Any]: ...
    @property
    def graph(self) -> Graph: ...
    @property
    def writes(self) -> Writes: ...


def find_application(reader: Reader) -> Object | None:
    """The application that object_id, app_id or unique_name names, corrected by what this run wrote to it."""
    params = reader.params
    if params.get("object_id"):
        key, path = params["object_id"], f"/applications/{urllib.parse.quote(params['object_id'], safe='')}"
    elif params.get("app_id"):
        key, path = params["app_id"], f"/applications(appId={quote(params['app_id'])})"
    elif params.get("unique_name"):
        key, path = params["unique_name"], f"/applications(uniqueName={quote(params['unique_name'])})"
    else:
        raise InputError("No application is named", remedy="Set unique_name, app_id or object_id.")
    found = reader.writes.correct("application", key, reader.graph.find(path))
    return {**found, "uniqueName": key} if found is not None and key == params.get("unique_name") else found


def get_application(reader: Reader) -> Object:
    """The application that must exist by now, empty where something is to be absent and so is it. Raises NotFound."""
    application = find_application(reader)
    if application is None and reader.params.get("state") == "absent":
        return {}
    if application is None:
        named = next(f"{name} '{reader.params[name]}'" for name in APPLICATION_OPTIONS if reader.params.get(name))
        raise NotFound(
            f"There is no application with {named} in this tenant",
            remedy=_confused(reader) or "Make it first with entra_app_registration, or correct the option.",
        )
    return application


def _confused(reader: Reader) -> str:
    """What to do where an application's one id was given for the other; empty where that is not so."""
    app_id, object_id = reader.params.get("app_id"), reader.params.get("object_id")
    if app_id:
        other = reader.graph.find(f"/applications/{urllib.parse.quote(app_id, safe='')}")
        return f"That is the object id of an application: its app_id is {other['appId']}." if other else ""
    other = reader.graph.find(f"/applications(appId={quote(object_id)})") if object_id else None
    return f"That is the app_id of an application: its object id is {other['id']}." if other else ""


def find_service_principal(reader: Reader, application: Object) -> Object | None:
    """The application's service principal (enterprise application) in this tenant."""
    app_id = application.get("appId")
    read = reader.graph.find(f"/servicePrincipals(appId={quote(app_id)})") if app_id else None
    return reader.writes.correct("servicePrincipal", app_id or application.get("uniqueName", ""), read)


def keys_of(found: Object) -> tuple[str, ...]:
    """The keys under which tasks look the object up."""
    return tuple(str(found[name]) for name in ("id", "appId", "uniqueName") if found.get(name))


def only(found: list[Object], what: str, remedy: str) -> Object:
    """The single object of the list. Raises NotFound, NotUnique: names are not unique in a directory."""
    if not found:
        raise NotFound(f"There is no {what} in this tenant", remedy=remedy)
    if len(found) > 1:
        ids = ", ".join(item["id"] for item in found[:5])
        raise NotUnique(f"There is more than one {what} in this tenant: {ids}", remedy="Name it by its object id.")
    return found[0]
