# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Connector groups: what is refused before a write, and where connectors go."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.tenantops.entra.plugins.module_utils._connector_group import Found, plan
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call

DEFAULT = {"id": "0", "name": "Default", "region": "nam", "isDefault": True}
MAPS = {"id": "1", "name": "Maps", "region": "eur", "isDefault": False}
GIS = {"id": "c1", "machineName": "gis", "status": "active"}
OLD = {"id": "c2", "machineName": "old", "status": "inactive"}


def params(**given: t.Any) -> dict[str, t.Any]:
    options = ("name", "object_id", "region", "connectors")
    return {**dict.fromkeys(options), "state": "present", "exact": False, **given}


def moves(planned: t.Any) -> list[tuple[str, str]]:
    return [(step.path.split("/")[-3], step.body["@odata.id"].split("/")[-1]) for step in planned.steps]


def test_a_group_in_use_is_not_deleted() -> None:
    with pytest.raises(InputError, match="in use by gis, Map Server"):
        plan(params(name="Maps", state="absent"), Found(MAPS, DEFAULT, (GIS,), {}, ("Map Server",)))


@pytest.mark.parametrize("given", [{"name": "Default", "state": "absent"}, {"object_id": "0", "name": "Ours"}])
def test_the_default_group_is_left_as_it_is(given: dict[str, str]) -> None:
    with pytest.raises(InputError, match="the tenant's own"):
        plan(params(**given), Found(DEFAULT, DEFAULT))


def test_the_region_of_a_group_with_connectors_stays() -> None:
    with pytest.raises(InputError, match="it has connectors"):
        plan(params(name="Maps", region="aus"), Found(MAPS, DEFAULT, (GIS,)))


def test_what_is_too_many_goes_to_the_default_group() -> None:
    planned = plan(params(name="Maps", connectors=["gis"], exact=True), Found(MAPS, DEFAULT, (OLD,), {"c1": GIS}))
    assert moves(planned) == [("c1", "{group.id}"), ("c2", "0")]
    assert (planned.before, planned.after) == ({"connectors": ["old"]}, {"connectors": ["gis"]})


def test_a_connector_does_not_leave_the_default_group_for_nowhere() -> None:
    with pytest.raises(InputError, match="only for another"):
        plan(params(name="Default", connectors=["gis"], state="absent"), Found(DEFAULT, DEFAULT, (GIS,), {"c1": GIS}))


def test_renaming() -> None:
    (call,) = plan(params(object_id="1", name="GIS"), Found(MAPS, DEFAULT, (GIS,))).steps
    assert isinstance(call, Call)
    assert call.body == {"name": "GIS"}


@pytest.mark.parametrize(("connectors", "warned"), [((OLD,), True), ((OLD, GIS), False)])
def test_a_group_that_nobody_is_served_by(connectors: tuple[dict[str, str], ...], warned: bool) -> None:
    assert bool(plan(params(name="Maps"), Found(MAPS, DEFAULT, connectors)).warnings) is warned
