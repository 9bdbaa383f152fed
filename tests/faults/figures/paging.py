# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""P18, paging is complete: of any number of objects, and with empty pages before each page, every one is found."""

from __future__ import annotations

import itertools
import re
import urllib.parse
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from ansible_collections.tenantops.entra.plugins.module_utils import _graph
from faults.figures import engine
from faults.figures.figure import Figure
from faults.place import Place
from faults.systematic import Case
from faults.watch import Violation

PROMISE = "P18"
MISSED = "objects that were not found"
NUMBERS = (1, 99, 100, 101, 1000)
EXACTLY = {"exact": True, "max_deletes": 5000}
DOMAIN = "harbourview.example"


class Listing(NamedTuple):
    """What a module lists, how such are made, and which of them its answer names."""

    fill: Callable[[Place, list[str]], dict[str, Any]]
    """Makes objects of these names; returns the options of the task."""
    module: str
    path: str
    """Of the requests that list them."""
    named: Callable[[dict[str, Any]], list[str]]


def cases() -> Iterator[Case]:
    for number, (name, listing), empty in itertools.product(NUMBERS, LISTINGS.items(), (False, True)):
        pages = "with empty pages between" if empty else "as they come"
        yield Case(PROMISE, f"{PROMISE} {number} {name}, {pages}", _player(listing, number, empty=empty))


def breaks() -> Iterator[Case]:
    def stop_at_an_empty_page() -> None:
        def pages(self: Any, path: str, **more: Any) -> list[Any]:
            items: list[Any] = []
            while path:
                page = self.get(path, **more)
                items += page["value"]
                path = page.get("@odata.nextLink", "") if page["value"] else ""
            return items

        setattr(_graph.Graph, "pages", pages)  # noqa: B010

    yield Case(
        "mutant",
        f"{PROMISE} takes an empty page for the last",
        _player(LISTINGS["members of a group"], 101, empty=True),
        stop_at_an_empty_page,
        MISSED,
    )


def _player(listing: Listing, number: int, *, empty: bool) -> Any:
    def play(place: Place, change: Any) -> list[Violation]:
        place.clear()
        names = [f"object-{one:04}" for one in range(number)]
        options = listing.fill(place, names)
        since = place.mark()
        told = engine.run(place, listing.module, options, check=True, change=None if empty else change)
        if empty:
            asked = [one["url"] for one in place.journal(since) if re.search(listing.path, one["path"])]
            place.fail(*(_empty(place, url) for url in asked))
            told = engine.run(place, listing.module, options, check=True, change=change)
            if place.faults_used() != len(asked) and not change:
                return [(MISSED, f"{place.faults_used()} of {len(asked)} empty pages were given")]
        if told.failed:
            return [(MISSED, told.said)]
        missed = set(names) - set(listing.named(told.result))
        return [(MISSED, f"{len(missed)} of {number}")] if missed else []

    return play


def _empty(place: Place, url: str) -> dict[str, Any]:
    """An empty page instead of that one, after which that one comes. A rule sees the query as text."""
    parts = urllib.parse.urlsplit(url)
    query = urllib.parse.unquote_plus(parts.query)
    pattern = re.escape(f"{parts.path}?{query}" if query else parts.path) + "$"
    link = urllib.parse.urljoin(place.env["ENTRA_GRAPH_URL"], url)
    return {"path_regex": pattern, "method": "GET", "status": 200, "body": {"value": [], "@odata.nextLink": link}}


def _people(place: Place, names: list[str]) -> list[str]:
    """Object ids of users of these names."""
    new = {"accountEnabled": True, "passwordProfile": {"password": "Bk7!pages-of-people"}}
    bodies = [
        {"displayName": name, "userPrincipalName": f"{name}@{DOMAIN}", "mailNickname": name, **new} for name in names
    ]
    return [str(one["id"]) for one in place.batch([("POST", "/users", body) for body in bodies])]


def _fill_group(place: Place, names: list[str]) -> dict[str, Any]:
    group = {"displayName": "Paged", "mailNickname": "paged", "mailEnabled": False, "securityEnabled": True}
    path = f"/groups/{place.graph('POST', '/groups', group)['id']}"
    everybody = f"{place.env['ENTRA_GRAPH_URL']}/v1.0/directoryObjects"
    links = [{"@odata.id": f"{everybody}/{id_}"} for id_ in _people(place, names)]
    place.batch([("POST", f"{path}/members/$ref", link) for link in links])
    return {"object_id": path.rpartition("/")[2], "members": [], **EXACTLY}


def _fill_assignments(place: Place, names: list[str]) -> dict[str, Any]:
    made = place.graph("POST", "/applications(uniqueName='paged')", {"displayName": "Paged"})
    principal = place.graph("POST", "/servicePrincipals", {"appId": made["appId"]})["id"]
    path, role = f"/servicePrincipals/{principal}/appRoleAssignedTo", "00000000-0000-0000-0000-000000000000"
    bodies = [{"principalId": id_, "resourceId": principal, "appRoleId": role} for id_ in _people(place, names)]
    place.batch([("POST", path, body) for body in bodies])
    return {"unique_name": "paged", "users": [], **EXACTLY}


def _fill_applications(place: Place, names: list[str]) -> dict[str, Any]:
    made = place.batch([("POST", "/applications", {"displayName": name}) for name in names])
    paths = [f"/applications/{one['id']}/addPassword" for one in made]
    bodies = [{"passwordCredential": {"displayName": name}} for name in names]
    place.batch([("POST", path, body) for path, body in zip(paths, bodies, strict=True)])
    return {}


LISTINGS = {
    "members of a group": Listing(
        _fill_group,
        "entra_group",
        r"/members$",
        lambda told: [one.partition("@")[0] for one in told["diff"]["before"]["members"]],
    ),
    "assignments to an application": Listing(
        _fill_assignments,
        "entra_app_assignment",
        r"/appRoleAssignedTo$",
        lambda told: [str(one) for one in told["diff"]["before"]["users"]],
    ),
    "applications with a secret": Listing(
        _fill_applications,
        "entra_app_credential_info",
        r"/applications$",
        lambda told: [str(one.get("name")) for one in told["credentials"]],
    ),
}


FIGURE = Figure(PROMISE, "every page is read", (MISSED,), cases, breaks)
