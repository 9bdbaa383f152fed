# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A sign-in as a product does it, with its own secret or certificate, and what its token opens.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
"""

from __future__ import annotations

import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils import _libraries as lib
from ansible_collections.tenantops.entra.plugins.module_utils._connection import Connection
from ansible_collections.tenantops.entra.plugins.module_utils._credentials import claims_of
from ansible_collections.tenantops.entra.plugins.module_utils._errors import (
    SignInError,
    StoreError,
    Unreachable,
)
from ansible_collections.tenantops.entra.plugins.module_utils._key_pair import read_public_part
from ansible_collections.tenantops.entra.plugins.module_utils._login_session import TRIES, open_session
from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret, scrub
from ansible_collections.tenantops.entra.plugins.module_utils._remedies import remedy_for
from ansible_collections.tenantops.entra.plugins.module_utils._sign_in_refusals import read_refusal


class Token(t.NamedTuple):
    """A token for Microsoft Graph. Its value is for calls alone."""

    value: Secret
    claims: dict[str, t.Any]


def sign_in(connection: Connection, client_id: str, secret: Secret, within: float | None = None) -> Token:
    """Raises SignInError where the login host refuses, Unreachable, StoreError.

    within: seconds for one try that is not repeated.
    Each call has a client of its own: msal answers from the memory of a client that was refused (observed with msal 1.37).
    """
    credential = _credential_of(secret)
    seconds, tries = (connection.timeout, TRIES) if within is None else (within, 1)
    session = open_session(connection.ca_file, seconds, tries)
    try:
        client: t.Any = lib.msal.ConfidentialClientApplication(
            client_id,
            client_credential=credential,
            authority=f"{connection.authority}/{connection.tenant_id}",
            instance_discovery=False,
            http_client=session,
        )
        answer = client.acquire_token_for_client([f"{connection.graph}/.default"])
    except (lib.requests.exceptions.RequestException, lib.msal.exceptions.MsalServiceError, ValueError) as error:
        raise Unreachable(
            f"No answer to a sign-in could be had from {connection.authority} ({type(error).__name__}: {scrub(str(error))[:200]})",
            remedy="Check tenant_id, authority, the network, and ca_file where the host has a private certificate.",
        ) from None
    if "access_token" not in answer:
        told, marks = read_refusal(scrub(str(answer.get("error_description") or answer.get("error"))))
        raise SignInError(told, remedy=remedy_for(marks.get("code", ""), told), **marks)
    return Token(Secret(answer["access_token"]), claims_of(answer["access_token"]))


def _credential_of(secret: Secret) -> str | dict[str, str]:
    """What msal takes: the client secret, or the private key with its certificate's thumbprint."""
    text = secret.reveal()
    if not secret.is_private_key:
        return text
    try:
        return {"private_key": text, "thumbprint": read_public_part(text).thumbprint}
    except ValueError:
        raise StoreError("The stored record of the certificate is damaged", remedy="Restore it.") from None


def call(connection: Connection, token: Token, path: str) -> dict[str, t.Any]:
    """GET a path of Microsoft Graph, version first. Returns path, status and Graph's error code, null where there is none."""
    try:
        answer = open_session(connection.ca_file, connection.timeout).get(
            connection.graph + path,
            headers={"Authorization": f"Bearer {token.value.reveal()}"},
            allow_redirects=False,  # a token goes to no other host
        )
    except lib.requests.exceptions.RequestException as error:
        raise Unreachable(
            f"GET {path} got no answer from {connection.graph} ({type(error).__name__})",
            remedy="Check the network, graph_url and ca_file, and run again.",
        ) from None
    return {"path": path, "status": answer.status_code, "code": None if answer.ok else _code_of(answer)}


def _code_of(answer: t.Any) -> str:
    try:
        return str(answer.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {answer.status_code}"
