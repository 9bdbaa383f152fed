# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a new client secret or certificate is good everywhere: it signs in several times in a row, each time as a new client.

The login host has many replicas, and a credential reaches them one by one: seconds as a rule, and nothing is promised
(https://devblogs.microsoft.com/identity/designing-for-eventual-consistency-for-microsoft-entra/).
"""

from __future__ import annotations

import time

from ansible_collections.tenantops.entra.plugins.module_utils._client_sign_in import sign_in
from ansible_collections.tenantops.entra.plugins.module_utils._connection import Connection
from ansible_collections.tenantops.entra.plugins.module_utils._errors import SignInError, Unreachable
from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret

ENOUGH = 3  # sign-ins in a row
BETWEEN = 0.2  # seconds after one that went well
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 16.0  # seconds after one that did not
LONGEST_TRY = 30.0  # seconds


def prove(connection: Connection, client_id: str, secret: Secret, seconds: float) -> str:
    """An empty text once it is proven, or what the last try was told when the time is over. At least one try is made.

    Whatever a try is told means: not yet. A replica without the credential and a network without a route pass by themselves.
    """
    ends = time.monotonic() + seconds
    good, told, pause = 0, "", FIRST_PAUSE
    while True:
        left = ends - time.monotonic()
        try:
            sign_in(connection, client_id, secret, within=min(max(left, 1.0), LONGEST_TRY))
            good, wait = good + 1, BETWEEN
        except (SignInError, Unreachable) as error:
            good, wait, told = 0, pause, error.what
            pause = min(2 * pause, LONGEST_PAUSE)
        if good == ENOUGH:
            return ""
        if time.monotonic() + wait > ends:
            return told or f"There was no time for {ENOUGH} sign-ins"
        time.sleep(wait)
