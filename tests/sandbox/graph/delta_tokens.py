# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The state tokens of change tracking: sealed, so that nobody can read or make one, and good in their own tenant only.

Source: https://learn.microsoft.com/graph/delta-query-overview, which gives directory objects seven days and says that a
client must then begin again. That a token of more than thirty days meets a 400 was observed by many clients of the service.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken

from sandbox.graph.errors import GraphError, bad_request, unsupported_query

if TYPE_CHECKING:
    from sandbox.graph.calls import Call

LIFETIME = timedelta(days=7)
LONGEST = timedelta(days=30)


@dataclass(frozen=True)
class Round:
    """One round of change tracking: what is tracked, and between which points of the tenant's log.

    `collection` is its version and name. `since` None is a first round, which gives everything that is there; `given` counts what earlier pages gave; `began`
    is the time of the token in seconds since 1970.
    """

    collection: str
    kinds: tuple[str, ...]
    ids: tuple[str, ...]
    selected: str
    since: int | None
    until: int
    given: int
    began: float


def seal(call: Call, state: Round) -> str:
    """The token of a round."""
    return Fernet(call.tenant.changes.sealing_key).encrypt(json.dumps(asdict(state)).encode()).decode()


def unseal(call: Call, noun: str, token: str) -> Round:
    """The round of a token; raises 400 on what is none of this tenant, and 410 or 400 on one that is too old."""
    try:
        state = json.loads(Fernet(call.tenant.changes.sealing_key).decrypt(token.encode()))
    except (InvalidToken, ValueError):
        raise _invalid() from None
    found = Round(**{**state, "kinds": tuple(state["kinds"]), "ids": tuple(state["ids"])})
    if found.collection != f"{call.version}/{noun.lower()}":
        raise _invalid()
    age = call.now - datetime.fromtimestamp(found.began, call.now.tzinfo)
    if age > LONGEST:
        raise unsupported_query("DeltaLink older than 30 days is not supported.")
    if age > LIFETIME:
        # The code and the Location are documented, the text is the sandbox's own.
        again = {"Location": f"{call.origin}{call.path}?$deltatoken="}
        raise GraphError(410, "syncStateNotFound", "The state token has expired: begin with a full round.", again)
    return found


def _invalid() -> GraphError:
    """A text of the sandbox's own."""
    return bad_request("The state token is not valid for this request.")
