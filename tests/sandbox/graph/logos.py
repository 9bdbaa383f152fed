# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An application's logo.

Source: https://learn.microsoft.com/graph/api/application-update (the picture is sent by itself, in its own media type)
"""

from __future__ import annotations

import base64
import binascii

from sandbox.graph.application_calls import KINDS
from sandbox.graph.applications import save_application
from sandbox.graph.calls import NO_CONTENT, Answer, Call
from sandbox.graph.directory import require_object
from sandbox.graph.errors import GraphError, bad_request, not_found
from sandbox.graph.permissions import check_owned

KIND = "applicationLogo"
TYPES = {
    "image/gif": b"GIF8",
    "image/jpeg": b"\xff\xd8\xff",
    "image/jpg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
}


def put_logo(call: Call) -> Answer:
    """PUT applications/{id}/logo: the bytes of a picture, in a $batch as base64."""
    key = require_object(call, KINDS)[1]["id"]
    application = call.present.get("application", key)
    if application is None:
        raise not_found(key)
    check_owned(call, application)
    media_type = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    content = _read(call.body)
    if media_type not in (*TYPES, "image/*") or not content.startswith(tuple(TYPES.values())):
        # A text of the sandbox's own.
        raise bad_request("The logo must be a picture in GIF, JPEG or PNG format.", "BadRequest")
    found = next(name for name, start in TYPES.items() if content.startswith(start))
    call.tenant.put(KIND, {"id": key, "content": content, "type": found})
    # The service gives the address of a content delivery network; here the picture is where it was put.
    info = {**application["info"], "logoUrl": f"{call.origin}/v1.0/applications/{key}/logo"}
    save_application(call.tenant, {**application, "info": info})
    return NO_CONTENT


def get_logo(call: Call) -> Answer:
    """GET applications/{id}/logo."""
    logo = call.view.get(KIND, require_object(call, KINDS)[1]["id"])
    if logo is None:
        # A text of the sandbox's own.
        raise GraphError(404, "Request_ResourceNotFound", "The application has no logo.")
    return Answer(200, content=logo["content"], headers={"Content-Type": logo["type"]})


def _read(body: object) -> bytes:
    if isinstance(body, str):
        try:
            return base64.urlsafe_b64decode(body.replace("+", "-").replace("/", "_"))
        except (binascii.Error, ValueError):
            return b""
    return body if isinstance(body, bytes) else b""
