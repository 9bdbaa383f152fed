# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Microsoft Graph's errors: an exception to raise, one function for each that several places raise, and the body.

Codes and texts: https://learn.microsoft.com/graph/errors, and for the directory's own texts the answers that public
issue threads and Microsoft's own clients record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any


class GraphError(Exception):
    """An answer that is an error: HTTP status, code and message."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})
        self.details: list[dict[str, str]] = []

    def body(self, time: datetime, request_id: str, client_request_id: str) -> dict[str, Any]:
        """The JSON body, with the inner error that names the request."""
        inner = {
            "date": time.strftime("%Y-%m-%dT%H:%M:%S"),
            "request-id": request_id,
            "client-request-id": client_request_id,
        }
        details = {"details": self.details} if self.details else {}
        return {"error": {"code": self.code, "message": self.message, **details, "innerError": inner}}


def bad_request(message: str, code: str = "Request_BadRequest") -> GraphError:
    """400 with a text; the directory answers most broken rules with this one code."""
    return GraphError(400, code, message)


def not_found(key: str) -> GraphError:
    """404: no such object, or none yet on this replica."""
    return GraphError(404, "Request_ResourceNotFound", _missing(key))


def missing_reference(key: str) -> GraphError:
    """400: an object that the body names is not there (yet)."""
    return bad_request(_missing(key))


def _missing(key: str) -> str:
    return f"Resource '{key}' does not exist or one of its queried reference-property objects are not present."


def no_segment(segment: str) -> GraphError:
    """400: a path that the service does not have."""
    return bad_request(f"Resource not found for the segment '{segment}'.", "BadRequest")


def not_built(what: str) -> GraphError:
    """501: the real service has this and the sandbox does not."""
    return GraphError(501, "NotImplemented", f"The sandbox does not emulate {what}.")


def denied(message: str = "Insufficient privileges to complete the operation.") -> GraphError:
    """403: a permission or role is missing."""
    return GraphError(403, "Authorization_RequestDenied", message)


def unsupported_query(message: str) -> GraphError:
    """400: a query that is well formed but not allowed here."""
    return bad_request(message, "Request_UnsupportedQuery")


def read_only(name: str) -> GraphError:
    """400: the service sets this property itself."""
    return bad_request(f"Property '{name}' is read-only and cannot be set.")


def invalid_value(name: str, type_name: str) -> GraphError:
    """400: a value that the property does not take."""
    return bad_request(
        f"Invalid value specified for property '{name}' of resource '{type_name[:1].upper()}{type_name[1:]}'."
    )


def duplicate_value(name: str) -> GraphError:
    """400: another object has this value of a unique property."""
    return bad_request(f"Another object with the same value for property {name} already exists.")


def reference_exists(name: str) -> GraphError:
    """400: the relation is there already."""
    return bad_request(
        f"One or more added object references already exist for the following modified properties: '{name}'."
    )


def concurrent() -> GraphError:
    """409: two writes on one object race."""
    return GraphError(
        409,
        "Directory_ConcurrencyViolation",
        "Error due to concurrent requests being made to the tenant. Please wait briefly and retry.",
    )
