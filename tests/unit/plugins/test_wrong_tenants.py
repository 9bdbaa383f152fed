# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts that do not each stand for a tenant of their own, also in 200 inventories that are made up anew each time."""

from __future__ import annotations

import random
import typing as t
import uuid

import pytest

from ansible_collections.tenantops.entra.plugins.filter.wrong_tenants import wrong_tenants

GOOD = "6f1d2c8a-3b47-4e59-9a60-c5d1e7f20b13"
OTHER = "b82e5a10-7c94-4d3f-8e21-0a9f46d7c358"
GENERATED = 200


def ask(extra: t.Collection[str] = (), /, **hosts: dict[str, t.Any]) -> list[str]:
    return wrong_tenants(list(hosts), hosts, extra)


def host(tenant_id: t.Any, **more: t.Any) -> dict[str, t.Any]:
    return {"entra_tenant_id": tenant_id, "entra_products": ["pomerium"], **more}


def test_hosts_that_each_have_their_own() -> None:
    assert ask(a=host(GOOD), b=host(OTHER.upper(), entra_expected_domain="b.example"), localhost={}) == []
    assert ask({"entra_tenant_id"}, a=host(GOOD), localhost={"entra_products": []}) == []


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (None, "entra_tenant_id of a is missing. Set it in the host's own variables"),
        ("", "is missing"),
        ("common", "is 'common', an endpoint that tenants share"),
        ("Organizations", "an endpoint that tenants share"),
        ("consumers", "an endpoint that tenants share"),
        ("contoso.onmicrosoft.com", "a domain, which can move to another tenant"),
        (f"{{{GOOD}}}", "which is not a GUID: 8-4-4-4-12"),
        (f" {GOOD}", "which is not a GUID"),
        (f"{GOOD}\n", "which is not a GUID"),
        (GOOD[:-1], "which is not a GUID"),
        (GOOD.replace("-", ""), "which is not a GUID"),
        ("{{ tenant }}", "which is not a GUID"),
        ("00000000-0000-0000-0000-000000000000", "a placeholder"),
        ("00001111-aaaa-2222-bbbb-3333cccc4444", "a placeholder"),
        ("12345678-1234-1234-1234-123456789012", "a placeholder"),
        (1e10, "which YAML takes for a float"),
        (["x"], "which YAML takes for a list"),
    ],
)
def test_what_is_no_tenant(given: t.Any, says: str) -> None:
    (told,) = ask(a=host(given), b=host(OTHER))
    assert "entra_tenant_id of a" in told
    assert says in told


def test_one_tenant_for_two_hosts() -> None:
    (told,) = ask(a=host(GOOD), b=host(GOOD.upper()), c=host(OTHER))
    assert told.startswith(f"entra_tenant_id {GOOD} is that of the hosts a, b, and each customer")
    assert "set entra_allow_shared_tenant: true for each of them" in told
    shared = {"entra_allow_shared_tenant": True}
    assert ask(a=host(GOOD, **shared), b=host(GOOD, **shared)) == []
    assert len(ask(a=host(GOOD, **shared), b=host(GOOD))) == 1


def test_a_tenant_for_all() -> None:
    shared = {"entra_allow_shared_tenant": True}
    (told,) = ask({"entra_tenant_id", "x"}, a=host(GOOD, **shared), b=host(GOOD, **shared))
    assert told.startswith(
        "entra_tenant_id is given with -e and would apply to all 2 hosts of this run: a, b. Leave it out"
    )


def test_a_domain_that_is_none() -> None:
    (told,) = ask(a=host(GOOD, entra_expected_domain="https://a.example/"))
    assert "entra_expected_domain of a is 'https://a.example/', but must be a domain's name" in told


@pytest.mark.parametrize("seed", range(GENERATED))
def test_generated_inventories(seed: int) -> None:
    """Each has one thing wrong, of which every host concerned is named, or nothing."""
    draw = random.Random(seed)  # noqa: S311
    names = [f"host{number}" for number in range(draw.randint(2, 40))]
    hosts = {name: host(str(uuid.UUID(int=draw.getrandbits(128), version=4))) for name in names}
    one, two = draw.sample(names, 2)
    kind = draw.choice(["none", "double", "missing", "endpoint", "domain", "mangled", "extra"])
    guid = hosts[one]["entra_tenant_id"]
    wrong = {
        "missing": draw.choice([None, ""]),
        "endpoint": draw.choice(["common", "organizations", "consumers"]),
        "domain": "customer.onmicrosoft.com",
        "mangled": draw.choice([guid[1:], f"{{{guid}}}", f"{guid} ", guid.replace(guid[0], "g", 1), f"{guid}0"]),
    }
    if kind in wrong:
        hosts[one]["entra_tenant_id"] = wrong[kind]
    elif kind == "double":
        hosts[two]["entra_tenant_id"] = draw.choice([guid, guid.upper()])
    told = wrong_tenants(names, hosts, {"entra_tenant_id"} if kind == "extra" else set())
    assert len(told) == (kind != "none"), told
    assert kind == "none" or one in told[0]
    assert kind != "double" or two in told[0]
