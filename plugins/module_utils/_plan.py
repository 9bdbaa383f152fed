# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Wanted and current state to a plan: what it looks like before and after, and the requests in between. No I/O here."""

from __future__ import annotations

import copy
import dataclasses
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._schema import (
    KEEP,
    Field,
    equal,
    put_at,
    show,
    value_at,
    wish,
)

Object = dict[str, t.Any]

# returned by the service, refused in a body: the rest of a complex property is sent whole, since how deep PATCH merges is not documented
UNSENT = {"web": ("redirectUriSettings",)}


class Later(str):
    """A text of a body in which {name.property} is filled from the objects known by then. Other texts are sent as they are."""

    __slots__ = ()


@dataclasses.dataclass(frozen=True)
class Call:
    """One request. {name.property} in its path, and in what is marked Later, is filled from the objects known by then."""

    does: str
    """What it does, as in: create the application."""
    method: str
    path: str
    body: t.Any = None
    version: str = "v1.0"
    headers: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    save: str = ""
    """The name under which later calls know the object of the answer."""
    kind: str = ""
    """The kind of object whose properties the body sets; later reads of this run are corrected by it."""
    keys: tuple[str, ...] = ()
    """Keys by which later tasks look the object up, besides those in the answer."""
    means: Object | None = None
    """What later reads of this run are corrected by, where body and answer do not say it whole."""
    foreseen: Object = dataclasses.field(default_factory=dict)
    """What the answer will hold, as far as later tasks of a rehearsal build upon it."""
    agrees: tuple[str, ...] = ()
    """Codes or texts of refusals which say that it is so already."""
    settles: tuple[str, ...] = ()
    """Codes or texts of refusals which pass by themselves when an earlier write has reached every replica."""
    repeatable: bool | None = None
    listed: str = ""
    """A path: sent only where the list there holds `member`. For what comes with an object that an earlier call made, or does not."""
    member: str = ""
    """An object id."""
    instead: Instead | None = None
    denied: Denied | None = None
    outcome: Object = dataclasses.field(default_factory=dict)
    """What after holds when this call went through, where that can only be known then."""
    deliver: t.Callable[[Object], Object] | None = None
    """Takes what the answer holds and nobody else may see, before anything else happens; returns what others may know."""
    undo: Call | None = None
    """Takes the call back when deliver fails. {answer.property} in it is filled from the answer."""
    forget: t.Callable[[], None] | None = None
    """Follows upon that: deliver may have kept something before it failed."""


@dataclasses.dataclass(frozen=True)
class Instead:
    """What to do when the service refuses a call for this reason."""

    mark: str
    call: Call
    warning: str


@dataclasses.dataclass(frozen=True)
class Denied:
    """What to say where the identity has no right to a call (403), and whether to go on without it."""

    remedy: str
    marks: Object = dataclasses.field(default_factory=dict)
    """Of the failure."""
    outcome: t.Callable[[Object], Object] | None = None
    """From what the result would have held to what of it is otherwise then. None: the task fails."""


@dataclasses.dataclass(frozen=True)
class Local:
    """A step on the controller between two requests."""

    does: str
    run: t.Callable[[dict[str, Object]], Told | None]


@dataclasses.dataclass(frozen=True)
class Told:
    """What a local step came to know that the plan could not foresee."""

    after: Object = dataclasses.field(default_factory=dict)
    shown: Object = dataclasses.field(default_factory=dict)
    warning: str = ""
    ends: bool = False
    """The steps after it are left to a later run."""


@dataclasses.dataclass(frozen=True)
class Plan:
    before: Object
    after: Object
    """Managed options only, in option names."""
    steps: tuple[Call | Local, ...] = ()
    objects: dict[str, Object] = dataclasses.field(default_factory=dict)
    """Objects known already, by the names that the calls use."""
    shown: Object = dataclasses.field(default_factory=dict)
    """What the result holds besides after."""
    warnings: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        return bool(self.steps)


@dataclasses.dataclass
class Changes:
    """What differs between the properties of one object and the options."""

    before: Object = dataclasses.field(default_factory=dict)
    after: Object = dataclasses.field(default_factory=dict)
    first: Object = dataclasses.field(default_factory=dict)
    """Body that disables what the second body changes or removes."""
    body: Object = dataclasses.field(default_factory=dict)
    state: Object = dataclasses.field(default_factory=dict)
    """All fields in option names, as they are afterwards."""


def compare(fields: t.Iterable[Field], params: t.Mapping[str, t.Any], current: Object, seed: str = "") -> Changes:
    """The differences that the given options ask for."""
    changes = Changes()
    for field in fields:
        is_now = value_at(current, field.where)
        wanted = wish(field, params, is_now, seed)
        changes.state[field.option] = show(field, is_now if wanted is KEEP else wanted)
        if wanted is KEEP:
            continue
        if equal(field, is_now, wanted):
            changes.before[field.option] = changes.after[field.option] = changes.state[field.option] = show(
                field, is_now
            )
            continue
        changes.before[field.option], changes.after[field.option] = show(field, is_now), show(field, wanted)
        if field.disable_first and (disabled := _disable(is_now or [], wanted)):
            _place(changes.first, field, disabled, current)
        _place(changes.body, field, wanted, current)
    return changes


def _place(body: Object, field: Field, value: t.Any, current: Object) -> None:
    """Set the value in a body, with the rest of the complex property it is a part of."""
    top = field.where[0]
    if len(field.where) > 1 and top not in body:
        body[top] = {
            name: part
            for name, part in copy.deepcopy(current.get(top) or {}).items()
            if name not in UNSENT.get(top, ())
        }
    put_at(body, field.where, value)


def _disable(current: list[Object], wanted: list[Object]) -> list[Object]:
    """The current items, with those disabled that are enabled and will change or go; empty if there are none.

    Source: CannotDeleteOrUpdateEnabledEntitlement, https://learn.microsoft.com/graph/api/resources/approle
    """
    targets = {item.get("id"): item for item in wanted}
    touched = [item for item in current if item.get("isEnabled") and _differs(item, targets.get(item.get("id")))]
    return [{**item, "isEnabled": False} if item in touched else item for item in current] if touched else []


def _differs(item: Object, target: Object | None) -> bool:
    """Whether the item is removed, or changed in more than being disabled."""
    if target is None:
        return True
    return any(item.get(name) != value for name, value in target.items() if name != "isEnabled")


def patches(changes: Changes, does: str, path: str, **call: t.Any) -> tuple[Call, ...]:
    """The one or two PATCH requests that make the changes."""
    bodies = [body for body in (changes.first, changes.body) if body]
    return tuple(Call(does, "PATCH", path, body, **call) for body in bodies)
