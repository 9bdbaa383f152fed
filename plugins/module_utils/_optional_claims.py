# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Optional claims of each token, told apart by name and source. The claim `groups` belongs to the group claims.

https://learn.microsoft.com/entra/identity-platform/optional-claims-reference
"""

from __future__ import annotations

import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._group_claims import TOKENS
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import keys_of
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call, Object, Plan

Params = t.Mapping[str, t.Any]


def refuse(params: Params) -> None:
    """Raises InputError with the first claim that is wrong."""
    for token, claims in _given(params).items():
        names = [_key(claim) for claim in claims]
        if ("groups", None) in names:
            raise InputError(f"{token} names the claim groups", remedy="Set it with entra_group_claims.")
        if twice := sorted(name for name, source in set(names) if names.count((name, source)) > 1):
            raise InputError(f"{token} names {twice[0]} twice", remedy="Name it once.")


def plan(params: Params, application: Object) -> Plan:
    current = application.get("optionalClaims") or {}
    held = {token: list(current.get(name) or []) for token, name in TOKENS.items()}
    wanted = {token: _wish(params, held[token], claims) for token, claims in _given(params).items()}
    changing = {token: claims for token, claims in wanted.items() if show(claims) != show(held[token])}
    body = {"optionalClaims": {name: changing.get(token, held[token]) for token, name in TOKENS.items()}}
    call = Call(
        "change the optional claims",
        "PATCH",
        "/applications/{application.id}",
        body,
        kind="application",
        keys=keys_of(application),
    )
    before = {token: show(held[token]) for token in wanted}
    after = {token: show(changing.get(token, held[token])) for token in wanted}
    told = {token: show(changing.get(token, held[token])) for token in TOKENS}
    return Plan(
        {"tokens": before},
        {"tokens": after},
        (call,) if changing else (),
        {"application": application},
        {"tokens": told},
    )


def show(claims: t.Iterable[Object]) -> list[Object]:
    """The token's claims in option names, in the order of their names, without the groups."""
    shown = [
        {
            "name": claim["name"],
            "source": claim.get("source"),
            "essential": bool(claim.get("essential")),
            "additional_properties": sorted(claim.get("additionalProperties") or []),
        }
        for claim in claims
        if _key(claim) != ("groups", None)
    ]
    return sorted(shown, key=lambda claim: (claim["name"], claim["source"] or ""))


def _given(params: Params) -> dict[str, list[Object]]:
    """The tokens that the options name."""
    return {token: claims for token, claims in (params.get("tokens") or {}).items() if claims is not None}


def _key(claim: Object) -> tuple[str, str | None]:
    return claim["name"], claim.get("source") or None


def _wish(params: Params, held: list[Object], given: list[Object]) -> list[Object]:
    """The token's claims as they are to be: those that are there keep what is not given, and their place."""
    named = {_key(claim): claim for claim in given}
    if params["state"] == "absent":
        return [claim for claim in held if _key(claim) not in named]
    kept = [claim for claim in held if not params["exact"] or _key(claim) in {*named, ("groups", None)}]
    there = {_key(claim) for claim in kept}
    changed = [_fill(claim, named[_key(claim)]) if _key(claim) in named else claim for claim in kept]
    return [*changed, *(_fill({}, claim) for key, claim in named.items() if key not in there)]


def _fill(held: Object, given: Object) -> Object:
    essential, properties = given.get("essential"), given.get("additional_properties")
    return {
        "name": given["name"],
        "source": given.get("source") or None,
        "essential": bool(held.get("essential")) if essential is None else essential,
        "additionalProperties": list(held.get("additionalProperties") or []) if properties is None else properties,
    }
