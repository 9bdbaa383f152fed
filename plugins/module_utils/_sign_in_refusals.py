# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the login host says where it refuses, and what to do about it."""

from __future__ import annotations

import datetime
import re
import time

from ansible_collections.tenantops.entra.plugins.module_utils._connection import Connection
from ansible_collections.tenantops.entra.plugins.module_utils._remedies import CONSENTING, remedy_for

MARKS = {
    "code": r"\b(AADSTS\d+)",
    "trace_id": r"Trace ID: ?(\S+)",
    "correlation_id": r"Correlation ID: ?(\S+)",
    "date": r"Timestamp: ?(\S+ ?\S*Z)",
}


def advise(connection: Connection, told: str, marks: dict[str, str]) -> str:
    """What to do about a refusal. The link to consent is built from the connection, never taken from an answer."""
    code = marks.get("code", "")
    advice = [remedy_for(code, told) or "Check tenant_id, client_id and the credential."]
    if code in CONSENTING and connection.client_id:
        advice.append(
            f"Link: {connection.authority}/{connection.tenant_id}/adminconsent?client_id={connection.client_id}."
        )
    if code == "AADSTS700024" and "date" in marks:
        told_at = datetime.datetime.fromisoformat(marks["date"]).timestamp()
        advice.append(f"This machine's clock is {time.time() - told_at:+.0f} s away from the login host's.")
    return " ".join(advice)


def read_refusal(text: str) -> tuple[str, dict[str, str]]:
    """What the login host said, as one line, and its marks: code, trace_id, correlation_id, date."""
    told = text.partition("Trace ID:")[0].partition("Authority would typically be")[0]
    told = " ".join(told.split()).removeprefix("Authentication failed: ")
    told = re.sub(r"^Microsoft Entra ID error '\(\w+\) ", "", told)
    found = {name: re.search(pattern, text) for name, pattern in MARKS.items()}
    return told, {name: match[1] for name, match in found.items() if match}
