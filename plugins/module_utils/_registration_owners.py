# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The requests that give an application its owners. No I/O here."""

from __future__ import annotations

import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._losses import refuse_last
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call, Changes, Later
from ansible_collections.tenantops.entra.plugins.module_utils._registration import Params, Registration


def owner_calls(params: Params, found: Registration, changes: Changes) -> t.Iterator[Call]:
    """One for each owner to add, and with exact for each to remove."""
    if params.get("owners") is None:
        return
    if params.get("exact") and found.deleted:
        raise InputError(
            "The application is deleted, and nobody can read which owners a deleted one has",
            remedy="Leave out owners or exact once: that run restores it.",
        )
    path = "/applications/{application.id}/owners"
    before = [found.wanted_owners.get(owner, owner) for owner in found.owners]
    after = (
        before
        if not params.get("exact")
        else [found.wanted_owners[owner] for owner in found.owners if owner in found.wanted_owners]
    )
    changes.before["owners"] = before
    changes.after["owners"] = sorted({*after, *found.wanted_owners.values()})
    for owner, name in found.wanted_owners.items():
        if owner not in found.owners:
            link = {"@odata.id": Later(f"{{graph.origin}}/v1.0/directoryObjects/{owner}")}
            yield Call(
                f"make {name} an owner", "POST", f"{path}/$ref", link, agrees=("added object references already exist",)
            )
    if params.get("exact") and (found.owners or found.creator) and not found.wanted_owners:
        refuse_last(params, "its last owner", "Nobody but administrators could manage it any more.")
    for owner in (*found.owners, *found.creator) if params.get("exact") else ():
        if owner not in found.wanted_owners:
            yield Call(
                f"remove the owner {owner}",
                "DELETE",
                f"{path}/{owner}/$ref",
                agrees=("removed object references do not exist",),
                # whether its creator is an owner depends on who that is, and a 404 would be taken for one that is on its way
                listed=f"{path}?$select=id" if owner in found.creator else "",
                member=owner,
            )
