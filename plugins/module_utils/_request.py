# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One request, its answer, and when it may be sent again."""

from __future__ import annotations

import contextlib
import dataclasses
import email.utils
import time
import typing as t
import urllib.parse

from ansible_collections.tenantops.entra.plugins.module_utils._errors import EntraError, GraphError, Unreachable
from ansible_collections.tenantops.entra.plugins.module_utils._redact import scrub

SETTLE = 60.0  # seconds for which a refusal that replication lag explains is tried again
UNSURE = frozenset({408, 500, 502, 503, 504})  # a gateway says so, whatever the service behind it did
NO_CONTENT = 204
REPEATABLE = frozenset({"GET", "PATCH", "PUT", "DELETE"})  # their effect is the same when it happens twice

# what the service says while an object of our own is on its way to every replica
# https://devblogs.microsoft.com/identity/designing-for-eventual-consistency-for-microsoft-entra/ and terraform-provider-azuread's retries
TRANSIENT = (
    "Request_ResourceNotFound",
    "Directory_ConcurrencyViolation",
    "does not reference a valid application object",
    "the backing application of the service principal being created must in the local tenant",
    "does not exist or one of its queried reference-property objects are not present",
    "Not a valid reference update",
    "CannotDeleteOrUpdateEnabledEntitlement",
)


@dataclasses.dataclass(frozen=True)
class Request:
    method: str
    path: str
    """Below the version, such as /applications/{id}; or a whole nextLink."""
    body: t.Any = None
    version: str = "v1.0"
    headers: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    repeatable: bool | None = None
    """Whether it may be sent again when its answer was lost. None: by its method."""
    fresh: bool = False
    """The object was just made, so that a 404 means: not everywhere yet."""
    settles: tuple[str, ...] = ()
    """Codes or texts of further refusals that replication lag explains here."""


@dataclasses.dataclass(frozen=True)
class Answer:
    status: int
    body: dict[str, t.Any]


def read(request: Request, answer: t.Any) -> Answer:
    """The answer's body, empty where a write has none to give. Raises GraphError for a refusal, Unreachable for what is no answer of Graph."""
    try:
        body = answer.json() if answer.content else None
    except ValueError:
        body = None
    path = urllib.parse.unquote(urllib.parse.urlsplit(request.path).path)
    if answer.is_success:
        if answer.status_code != NO_CONTENT and not isinstance(body, dict):
            strange = Unreachable(
                f"{request.method} {path} was answered with {answer.status_code} and without a JSON object, as Microsoft Graph never does",
                remedy="Something in between may have answered: check the network, its proxies and graph_url, and run again.",
            )
            strange.applied_perhaps = request.method != "GET"
            raise strange
        return Answer(answer.status_code, body if isinstance(body, dict) else {})
    told = body.get("error") if isinstance(body, dict) else None
    error: dict[str, t.Any] = told if isinstance(told, dict) else {}
    inner = error.get("innerError") or error.get("innererror") or {}
    code, message = (
        str(error.get("code") or f"HTTP {answer.status_code}"),
        scrub(str(error.get("message") or "no message")),
    )
    refusal = GraphError(
        f"Microsoft Graph refused {request.method} {path}: {message}",
        status=answer.status_code,
        code=code,
        message=message,
        request_id=inner.get("request-id") or answer.headers.get("request-id", ""),
        date=inner.get("date") or answer.headers.get("Date", ""),
    )
    if 300 <= answer.status_code < 400:
        refusal.remedy = "It points elsewhere, where no token is sent: check graph_url, cloud, the network and proxy."
    refusal.retry_after = answer.headers.get("Retry-After", "")
    refusal.applied_perhaps = request.method != "GET" and answer.status_code in UNSURE
    raise refusal


def worth_another(error: BaseException, request: Request, spent: float) -> bool:
    """Whether the request may be sent again: never where it would be applied twice."""
    repeatable = request.method in REPEATABLE if request.repeatable is None else request.repeatable
    if isinstance(error, Unreachable):
        return repeatable or not error.applied_perhaps
    if not isinstance(error, GraphError):
        return False
    if error.status == 429:
        return True
    if error.status in UNSURE:
        return repeatable
    return (request.method != "GET" or request.fresh) and spent < SETTLE and error.says(*TRANSIENT, *request.settles)


def pause(state: t.Any) -> float:
    """Seconds until the next attempt: as long as was asked for, else 1, 2, 4 ... 30."""
    failure: BaseException = state.outcome.exception()
    asked = seconds_asked(failure.retry_after) if isinstance(failure, EntraError) else None
    return float(min(2 ** (state.attempt_number - 1), 30)) if asked is None else asked


def seconds_asked(retry_after: str) -> float | None:
    """What a Retry-After header asks to wait, be it seconds or a date; None where there is none."""
    if retry_after.isdigit():
        return float(retry_after)
    with contextlib.suppress(ValueError, TypeError):
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time())
    return None


def seconds_ahead(date: str) -> float | None:
    """How far this machine's clock is ahead of the answer's Date header, negative where it is behind; None without one.

    https://www.rfc-editor.org/rfc/rfc9110#name-date, whole seconds
    """
    with contextlib.suppress(ValueError, TypeError):
        return time.time() - email.utils.parsedate_to_datetime(date).timestamp()
    return None
