# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What waits between two pages of a sign-in, and who is signed in in a browser. All of it is gone after a reset."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.identity.aadsts import LoginError
from sandbox.world import World

if TYPE_CHECKING:
    from sandbox.identity.consent import Permission

#: The cookie that the service too calls its session by. https://learn.microsoft.com/entra/identity/authentication/concept-authentication-web-browser-cookies
COOKIE = "ESTSAUTH"
LIFETIME = 3600  # seconds that a page waits for its answer
SESSION_LIFETIME = 86400  # seconds of the browser's session


@dataclass(frozen=True)
class Account:
    """A user signed in in a browser: tenant and object id of the account.

    `signed_in` is the second of it in real time, for the client, `began` by the virtual clock.
    """

    tenant: str
    user: str
    signed_in: int
    began: float


@dataclass
class Session:
    """One browser. `clients` are the applications that were signed in to."""

    ends: float
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    accounts: dict[str, Account] = field(default_factory=dict)
    clients: set[str] = field(default_factory=set)


@dataclass
class Interaction:
    """A question that a page asks, and what happens with the account that is chosen or signed in.

    `asked` is the request that it is about, with the `name` of the application, the `tenant` (None: any) and the
    `path` that names it. `account` waits for consent to `permissions`; `answer` is called with whether it was given
    and whether for the whole organization.
    """

    asked: Any
    proceed: Callable[[Request, Interaction, Account], Response]
    ends: float
    answer: Callable[[Request, Interaction, bool, bool], Response] | None = None
    account: Account | None = None
    permissions: Sequence[Permission] = ()
    consented: bool = False
    key: str = field(default_factory=lambda: secrets.token_urlsafe(32))


def begin_interaction(
    world: World,
    asked: Any,
    proceed: Callable[[Request, Interaction, Account], Response],
    answer: Callable[[Request, Interaction, bool, bool], Response] | None = None,
) -> Interaction:
    """Keep a request while a page is shown; those that nobody answered in time are dropped."""
    now = world.clock.now().timestamp()
    for key in [key for key, one in world.interactions.items() if one.ends <= now]:
        del world.interactions[key]
    interaction = Interaction(asked, proceed, now + LIFETIME, answer)
    world.interactions[interaction.key] = interaction
    return interaction


def require_interaction(world: World, key: str) -> Interaction:
    """The request behind a page's form; raises AADSTS50089."""
    found = world.interactions.get(key)
    if found is None or found.ends <= world.clock.now().timestamp():
        raise LoginError(50089)
    return found


def find_session(request: Request) -> Session | None:
    """The browser's session: the one just begun, or that of its cookie."""
    begun: Session | None = getattr(request.state, "session", None)
    if begun is not None:
        return begun
    world: World = request.app.state.world
    found = world.sessions.get(request.cookies.get(COOKIE, ""))
    return found if found and found.ends > world.clock.now().timestamp() else None


def sign_in_here(request: Request, account: Account) -> str:
    """Add an account to the browser's session; returns the cookie's value, a new one at every sign-in."""
    world: World = request.app.state.world
    session = find_session(request) or Session(world.clock.now().timestamp() + SESSION_LIFETIME)
    world.sessions.pop(request.cookies.get(COOKIE, ""), None)
    session.accounts[account.user] = account
    now, key = world.clock.now().timestamp(), secrets.token_urlsafe(40)
    for old in [old for old, one in world.sessions.items() if one.ends <= now]:
        del world.sessions[old]
    world.sessions[key] = session
    request.state.session = session
    return key


def keep_cookie(response: Response, key: str) -> Response:
    """Hand the session's cookie to the browser; frames of other sites see it too, as silent sign-in needs."""
    response.set_cookie(COOKIE, key, path="/", secure=True, httponly=True, samesite="none")
    return response


def new_account(world: World, tenant_id: str, user_id: str) -> Account:
    """An account whose password was given just now."""
    return Account(tenant_id, user_id, int(time.time()), world.clock.now().timestamp())
