# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The control API under /_sandbox: for tests and demonstrations, loopback only, without authentication."""

from __future__ import annotations

import asyncio
import ipaddress
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox import actors
from sandbox.clock import graph_time
from sandbox.faults import parse_fault, seed_faults
from sandbox.graph.errors import GraphError
from sandbox.identity import device_codes
from sandbox.identity.aadsts import LoginError
from sandbox.identity.directory import find_tenant
from sandbox.seed import Planter
from sandbox.store import Tenant
from sandbox.world import World

Body = dict[str, Any]
#: Tenants made before other requests get their turn.
AT_ONCE = 10
Handler = Callable[[World, Request, Body], Awaitable[Any]]


def routes() -> list[Route]:
    """Everything below /_sandbox."""
    return [
        Route("/tenants", _answer(list_tenants), methods=["GET"]),
        Route("/tenants", _answer(add_tenants), methods=["POST"]),
        Route("/reset", _answer(reset), methods=["POST"]),
        Route("/journal", _answer(show_journal), methods=["GET"]),
        Route("/clock", _answer(move_clock), methods=["GET", "POST"]),
        Route("/settings", _answer(change_settings), methods=["GET", "PUT"]),
        Route("/clients", _answer(add_client), methods=["POST"]),
        Route("/tokens", _answer(give_tokens), methods=["POST"]),
        Route("/device_codes", _answer(enter_device_code), methods=["GET", "POST"]),
        Route("/faults", _answer(set_faults), methods=["GET", "POST", "DELETE"]),
    ]


async def list_tenants(world: World, request: Request, body: Body) -> Any:
    """{"tenants": [{id, display_name, default_domain, operator, admin, ...}]}"""
    return {"tenants": [describe(world, tenant) for tenant in world.tenants.values()]}


async def add_tenants(world: World, request: Request, body: Body) -> Any:
    """{"count": n} -> the new tenants, as above."""
    count = _only(body, "count").get("count", 1)
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= 10_000:
        raise ValueError("count must be a whole number from 1 to 10000")
    made: list[Tenant] = []
    while len(made) < count:
        made += planter_of(request).add(min(AT_ONCE, count - len(made)))
        await asyncio.sleep(0)  # others are answered in between
    return {"tenants": [describe(world, tenant) for tenant in made]}


async def reset(world: World, request: Request, body: Body) -> Any:
    """Back to the seed: tenants, journal, clock, settings, faults. Secrets and ids of the seed stay the same."""
    planter_of(request).plant()
    return {"tenants": len(world.tenants)}


async def show_journal(world: World, request: Request, body: Body) -> Any:
    """{"requests": [...], "next": index, "waiting": requests so far without an answer}; ?since=<index>: from there on."""
    since = request.query_params.get("since", "0")
    if not since.isdecimal():
        raise ValueError("since must be a whole number from 0")
    journal = world.journal
    return {"requests": journal.since(int(since)), "next": len(journal.entries), "waiting": len(journal.waiting)}


async def move_clock(world: World, request: Request, body: Body) -> Any:
    """{"advance_seconds": n} -> {"now": "..."}"""
    if request.method == "POST":
        seconds = _only(body, "advance_seconds").get("advance_seconds")
        if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 <= seconds < 10**10:
            raise ValueError("advance_seconds must be a number from 0")
        world.clock.advance(seconds)
    return {"now": graph_time(world.clock.now())}


async def change_settings(world: World, request: Request, body: Body) -> Any:
    """Some or all of the settings -> all of them."""
    if request.method == "PUT":
        world.settings.update(body)
        world.clock.run_at(world.settings.clock_speed)
        if "seed" in body:
            world.replication.reseed()
            seed_faults(world.faults, world.settings.seed)
    return asdict(world.settings)


async def add_client(world: World, request: Request, body: Body) -> Any:
    """{tenant, permissions, directory_roles} -> {client_id, client_secret, tenant}"""
    _only(body, "tenant", "permissions", "directory_roles", "display_name")
    tenant = _tenant(world, body)
    names, roles = _texts(body, "permissions") or [], _texts(body, "directory_roles") or []
    client_id, secret = actors.add_client(world, tenant, names, roles, str(body.get("display_name") or "Test caller"))
    return {"client_id": client_id, "client_secret": secret, "tenant": tenant.id}


async def give_tokens(world: World, request: Request, body: Body) -> Any:
    """{tenant, user, scopes, client_id} -> {access_token, refresh_token, expires_in}"""
    _only(body, "tenant", "user", "scopes", "client_id")
    tenant = _tenant(world, body)
    if not isinstance(body.get("user"), str):
        raise ValueError("user must be an object id or a user principal name")
    return actors.give_tokens(world, tenant, body["user"], _texts(body, "scopes"), body.get("client_id"))


async def enter_device_code(world: World, request: Request, body: Body) -> Any:
    """{user_code, user}: the user enters the code of a sign-in on another device. GET lists the codes that wait."""
    if request.method == "POST":
        _only(body, "user_code", "user")
        device_codes.enter(world, str(body.get("user_code")), str(body.get("user")))
    return {"user_codes": [shown for shown, code in world.user_codes.items() if code in world.device_codes]}


async def set_faults(world: World, request: Request, body: Body) -> Any:
    """{"rules": [...]} takes the place of the rules there are; DELETE removes them all."""
    if request.method == "POST":
        rules = _only(body, "rules").get("rules")
        if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
            raise ValueError("rules must be a list of objects")
        world.faults[:] = [parse_fault(rule) for rule in rules]
        seed_faults(world.faults, world.settings.seed)
    elif request.method == "DELETE":
        world.faults.clear()
    return {"rules": [rule.describe() for rule in world.faults]}


def describe(world: World, tenant: Tenant) -> dict[str, Any]:
    """A tenant with the credentials that open it."""
    access = world.access[tenant.id]
    return {
        "id": tenant.id,
        "display_name": tenant.display_name,
        "default_domain": tenant.default_domain,
        "initial_domain": tenant.initial_domain,
        "operator": {"client_id": access.client_id, "client_secret": access.client_secret},
        "admin": {"user_principal_name": access.admin_name, "password": access.admin_password},
    }


def planter_of(request: Request) -> Planter:
    """What makes tenants here."""
    planter: Planter = request.app.state.planter
    return planter


def _answer(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Read the body and answer JSON; a ValueError is a 400 with its sentence."""

    @wraps(handler)
    async def answered(request: Request) -> Response:
        if request.client is None or not _is_local(request.client.host):
            return JSONResponse({"error": "The control API answers on loopback only."}, 403)
        world: World = request.app.state.world
        try:
            raw = await request.body()
            body = json.loads(raw) if raw else {}
            if not isinstance(body, dict):
                raise ValueError("the body must be a JSON object")
            return JSONResponse(await handler(world, request, body))
        except json.JSONDecodeError as error:
            return JSONResponse({"error": f"the body is not JSON: {error}"}, 400)
        except (ValueError, LoginError, GraphError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return answered


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "testclient"


def _only(body: Body, *known: str) -> Body:
    unknown = sorted(set(body) - set(known))
    if unknown:
        raise ValueError(f"unknown key: {', '.join(unknown)}; known: {', '.join(known)}")
    return body


def _texts(body: Body, name: str) -> list[str] | None:
    value = body.get(name)
    if value is not None and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
        raise ValueError(f"{name} must be a list of strings")
    return value


def _tenant(world: World, body: Body) -> Tenant:
    tenant = find_tenant(world, str(body.get("tenant")))
    if tenant is None:
        raise ValueError(f"there is no tenant '{body.get('tenant')}'")
    return tenant
