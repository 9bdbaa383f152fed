# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A case for each code of codes.yml: the login host, or Microsoft Graph at the first write, answers with it."""

from __future__ import annotations

from typing import Any

from errors.model import Case, load_codes

# the form of a refusal: https://learn.microsoft.com/entra/identity-platform/reference-error-codes. The sentence is our own.
REFUSAL = (
    "{code}: A refusal that was asked for. Trace ID: 0f6d6cbb-4d8b-4c06-9b8e-000000000000 "
    "Correlation ID: 8b4d6cbb-4d8b-4c06-9b8e-000000000000 Timestamp: 2026-01-02 03:04:05Z"
)


def cases_of_codes() -> list[Case]:
    """One case a code."""
    return [_sign_in(row) if row["at"] == "sign_in" else _graph(row) for row in load_codes()]


def _sign_in(row: dict[str, Any]) -> Case:
    code = str(row["code"])
    body = {"error": row.get("error", "invalid_grant"), "error_description": REFUSAL.format(code=code)}
    rule = {"path_regex": "/token$", "status": 400, "body": body, "times": None}
    says = f"Sign-in by client_secret to tenant … failed: …{row['says']}… (code {code}, trace id …, correlation id …, date …)"
    return Case(f"code-{code}", "auth", says, options={"unique_name": "a"}, faults=[rule], kind="SignInError")


def _graph(row: dict[str, Any]) -> Case:
    code, message = row["code"], row.get("message", "A refusal that was asked for.")
    inner = {"date": "2026-01-02T03:04:05", "request-id": "0f6d6cbb-4d8b-4c06-9b8e-000000000000"}
    body = {"error": {"code": code, "message": message, "innerError": inner}}
    rule = {
        "path_regex": "^/v1.0/applications",
        "method": "PATCH",
        "status": row["status"],
        "body": body,
        "times": None,
    }
    says = f"Could not create the application. Microsoft Graph refused …{message}…{row['says']}… (code {code}, status {row['status']}, request id …, date …)"
    options = {"unique_name": "a", "display_name": "A"}
    name = code if "message" not in row else f"{code}-{'-'.join(message.split()[-2:])}"
    return Case(f"code-{name.strip('.')}", "write", says, options=options, faults=[rule], kind="GraphError")
