# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The least permissions of Microsoft Graph that a module works with, and what to say where the tenant refuses."""

from __future__ import annotations

import dataclasses
import typing as t

APPLICATION_ROLES = ("Application Administrator", "Cloud Application Administrator")
OWNED = "Application.ReadWrite.OwnedBy"


@dataclasses.dataclass(frozen=True)
class Needs:
    """For each kind of identity. The module's documentation names them all; a test runs every module with just these."""

    application: tuple[str, ...] = ()
    """Empty: no application permission will do."""
    delegated: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    """Active directory roles, one of which a signed-in user needs for what they do not own."""
    options: t.Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    """What an option needs besides, of either kind."""


APPLICATIONS = Needs(application=(OWNED,), delegated=("Application.ReadWrite.All",), roles=APPLICATION_ROLES)


def explain(needs: Needs, params: t.Mapping[str, t.Any], claims: t.Mapping[str, t.Any]) -> str:
    """What a refused task needs and what its token carries. params: options, claims: of the token."""
    signed_in = "scp" in claims
    held = sorted(claims["scp"].split() if signed_in else claims.get("roles", []))
    more = [
        name for option, names in needs.options.items() if params.get(option) not in (None, False) for name in names
    ]
    wanted = dict.fromkeys([*(needs.delegated if signed_in else needs.application), *more])
    lacking = [name for name in wanted if name not in held and name.replace("OwnedBy", "All") not in held]
    said = [f"This task needs {_listed(wanted)}, or more."] if wanted else []
    if lacking:
        said.append(f"Not among what the token of this identity carries: {_listed(lacking)}.")
    elif signed_in and needs.roles:
        said.append(
            f"The token carries that, so the user lacks an active directory role: {' or '.join(needs.roles)}, except for what they own."
        )
    elif OWNED in wanted:
        said.append(f"The token carries that, and {OWNED} opens what the identity owns only.")
    return " ".join([*said, f"It carries {_listed(held) or 'no permission'}."])


def _listed(names: t.Iterable[str]) -> str:
    return ", ".join(names)
