# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A session for what msal, azure-identity and we ask of the login host, whose requests end in time.

Those libraries wait as long as Retry-After says, be it an hour, and for an answer up to five minutes three times (observed with
azure-identity 1.25, urllib3 2.8). Here one layer repeats, and a request for a token may be repeated.
"""

from __future__ import annotations

import functools
import math
import time
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils import _libraries as lib
from ansible_collections.tenantops.entra.plugins.module_utils._redact import scrub
from ansible_collections.tenantops.entra.plugins.module_utils._request import UNSURE, seconds_asked

ONE_REQUEST = 30.0  # seconds
LEAST = 0.1  # seconds for one that comes when the time is all but over
TRIES = 4
BUSY = UNSURE | {410, 429}  # 410: a machine's own identity is being set up


def open_session(ca_file: str, seconds: float = math.inf, tries: int = TRIES) -> t.Any:
    """seconds: after which no request waits any more, from now on. A wait that is longer than the rest of it raises RetryError.

    The CA file is named in each request, since REQUESTS_CA_BUNDLE overrides the session's own.
    """
    session: t.Any = lib.requests.Session()
    plain, ends = session.request, time.monotonic() + seconds
    exceptions: t.Any = lib.requests.exceptions
    passing = (exceptions.ConnectionError, exceptions.Timeout, exceptions.ChunkedEncodingError)
    lasting = (exceptions.SSLError, exceptions.ProxyError)

    def once(method: str, url: str, **options: t.Any) -> t.Any:
        options |= {"verify": ca_file} if ca_file else {}
        options["timeout"] = max(LEAST, min(ends - time.monotonic(), ONE_REQUEST))
        try:
            return plain(method, url, **options)
        except passing as error:
            raise type(error)(scrub(str(_cause_of(error)))) from None

    def give_up(state: t.Any) -> t.Any:
        answer = state.outcome.result()
        if state.attempt_number == tries or _seconds_asked(state) is None:
            return answer
        wait = f"{state.upcoming_sleep:.0f} s (Retry-After)"
        raise exceptions.RetryError(f"{answer.status_code}, and it asks to wait {wait}")

    attempts = lib.tenacity.Retrying(
        retry=lib.tenacity.retry_if_result(lambda answer: answer.status_code in BUSY)
        | lib.tenacity.retry_if_exception(lambda error: isinstance(error, passing) and not isinstance(error, lasting)),
        wait=_pause,
        stop=lambda state: state.attempt_number == tries or time.monotonic() + state.upcoming_sleep > ends,
        retry_error_callback=give_up,
    )
    session.request = functools.partial(attempts, once)
    return session


def _pause(state: t.Any) -> float:
    """Seconds until the next attempt: as long as was asked for, else half a second, 1, 2."""
    asked = _seconds_asked(state)
    return float(2.0 ** (state.attempt_number - 2)) if asked is None else asked


def _seconds_asked(state: t.Any) -> float | None:
    return None if state.outcome.failed else seconds_asked(state.outcome.result().headers.get("Retry-After", ""))


def _cause_of(error: t.Any) -> t.Any:
    """What urllib3 wraps into a tale of retries that it was not asked for; else the failure itself."""
    return getattr(error.args[0], "reason", None) or error if error.args else error
