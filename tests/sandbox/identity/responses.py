# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Answers to the application, by way of the browser: in the query, in the fragment or as a form."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from sandbox.identity.aadsts import LoginError, describe
from sandbox.identity.pages import show_page


def redirect(address: str) -> Response:
    """Send the browser there, the address as it is."""
    return Response(status_code=302, headers={"Location": address, "Cache-Control": "no-store, no-cache"})


def answer_application(redirect_uri: str, mode: str, fields: Mapping[str, str | None]) -> Response:
    """Hand fields to the address in the response mode asked for; those without a value are left out.

    An address without a path gets a slash: https://learn.microsoft.com/entra/identity-platform/reply-url
    """
    given = {name: value for name, value in fields.items() if value is not None}
    if mode == "form_post":
        return show_page("form_post", action=redirect_uri, fields=given)
    if not urlsplit(redirect_uri).path and "?" not in redirect_uri:
        redirect_uri += "/"
    mark = "#" if mode == "fragment" else "&" if "?" in redirect_uri else "?"
    return redirect(f"{redirect_uri}{mark}{urlencode(given)}")


def error_fields(error: LoginError, request: Request) -> dict[str, str | None]:
    """A refusal as the application is told of it."""
    body = describe(error, request)
    fields: dict[str, str | None] = {name: body[name] for name in ("error", "error_description", "error_uri")}
    if error.code == DECLINED:
        fields["error_subcode"] = "cancel"
    return fields


DECLINED = 65004
