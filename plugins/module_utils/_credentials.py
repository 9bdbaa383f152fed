# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One token by the named kind of sign-in, shared by the run, and refused when it belongs to another tenant."""

from __future__ import annotations

import hashlib
import json
import time
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils import _libraries as lib
from ansible_collections.tenantops.entra.plugins.module_utils._connection import Connection
from ansible_collections.tenantops.entra.plugins.module_utils._errors import (
    InputError,
    SignInError,
    WrongTenant,
)
from ansible_collections.tenantops.entra.plugins.module_utils._login_session import open_session
from ansible_collections.tenantops.entra.plugins.module_utils._memory import Memory
from ansible_collections.tenantops.entra.plugins.module_utils._operator_files import read_certificate, read_token
from ansible_collections.tenantops.entra.plugins.module_utils._redact import conceal, scrub
from ansible_collections.tenantops.entra.plugins.module_utils._sign_in_refusals import advise, read_refusal

if t.TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

AHEAD = 300  # seconds before its end from which on a token is not used any more


class RefreshTokenCredential:
    """Delegated sign-in by a stored refresh token, through msal."""

    def __init__(self, connection: Connection, session: t.Any) -> None:
        self._connection = connection
        self._session = session

    def get_token(self, *scopes: str, **options: t.Any) -> AccessToken:
        connection = self._connection
        secret = connection.secrets.get("client_secret")
        settings: dict[str, t.Any] = {
            "authority": f"{connection.authority}/{connection.tenant_id}",
            "instance_discovery": False,
            "http_client": self._session,
        }
        if secret:
            client: t.Any = lib.msal.ConfidentialClientApplication(
                connection.client_id, client_credential=secret.reveal(), **settings
            )
        else:
            client = lib.msal.PublicClientApplication(connection.client_id, **settings)
        answer = client.acquire_token_by_refresh_token(
            connection.secrets["refresh_token"].reveal(), scopes=list(scopes)
        )
        if "access_token" not in answer:
            raise lib.ClientAuthenticationError(message=str(answer.get("error_description") or answer.get("error")))
        return lib.AccessToken(answer["access_token"], int(time.time()) + int(answer["expires_in"]))


class GivenToken:
    """A token that the caller brings along."""

    def __init__(self, value: str) -> None:
        self._value = value

    def get_token(self, *scopes: str, **options: t.Any) -> AccessToken:
        return lib.AccessToken(self._value, int(claims_of(self._value).get("exp") or time.time() + 3600))


def build(connection: Connection, seconds: float, tell: t.Callable[[str], None] | None = None) -> TokenCredential:
    """The credential of the kind that auth_kind names, never another one that happens to lie around.

    seconds: that its requests may take; tell shows a line to whoever sits at the terminal.
    """
    identity: t.Any = lib.azure.identity
    revealed = {name: secret.reveal() for name, secret in connection.secrets.items()}
    session = open_session(connection.ca_file, seconds)
    once: dict[str, t.Any] = {
        "retry_total": 0,
        "transport": lib.RequestsTransport(session=session, session_owner=False),
    }
    common: dict[str, t.Any] = {
        **once,
        "authority": connection.authority,
        "disable_instance_discovery": True,
        "connection_verify": connection.ca_file or True,
    }
    who = (connection.tenant_id, connection.client_id)

    def certificate() -> t.Any:
        data = read_certificate(connection)
        password = revealed.get("certificate_password")
        return identity.CertificateCredential(*who, certificate_data=data, password=password, **common)

    def federated_token() -> t.Any:
        token = read_token(connection)
        return identity.ClientAssertionCredential(*who, lambda: token, **common)

    def device_code() -> t.Any:
        if tell is None:
            raise InputError(
                "auth_kind device_code needs the controller's terminal", remedy="Do not delegate this task."
            )

        def prompt(address: str, code: str, _expires_on: t.Any) -> None:
            tell(f"Sign in to tenant {connection.tenant_id}: open {address} and enter the code {code}")

        return identity.DeviceCodeCredential(tenant_id=who[0], client_id=who[1], prompt_callback=prompt, **common)

    kinds: dict[str, t.Callable[[], t.Any]] = {
        "client_secret": lambda: identity.ClientSecretCredential(*who, revealed["client_secret"], **common),
        "certificate": certificate,
        "federated_token": federated_token,
        "managed_identity": lambda: identity.ManagedIdentityCredential(client_id=connection.client_id or None, **once),
        "azure_cli": lambda: identity.AzureCliCredential(
            tenant_id=connection.tenant_id, process_timeout=max(1, int(min(30, seconds)))
        ),
        "device_code": device_code,
        "refresh_token": lambda: RefreshTokenCredential(connection, session),
        "access_token": lambda: GivenToken(revealed["access_token"]),
    }
    return t.cast("TokenCredential", kinds[connection.auth_kind]())


class SharedToken:
    """A credential that asks the login host once a run and identity; the other tasks find the token in the run's memory."""

    def __init__(self, connection: Connection, memory: Memory, tell: t.Callable[[str], None] | None = None) -> None:
        self._connection = connection
        self._memory = memory
        self._tell = tell
        self._ends = time.monotonic() + connection.timeout
        self._refused: set[str] = set()

    def get_token(self, *scopes: str, **options: t.Any) -> AccessToken:
        """A token for Microsoft Graph of this tenant. Raises SignInError, WrongTenant."""
        key = self._key(scopes)
        for value, expires_on in reversed(self._memory.recall(key)):
            if expires_on - AHEAD > time.time() and value not in self._refused:
                conceal(value)
                return lib.AccessToken(value, expires_on)
        token = self._sign_in(scopes)
        conceal(token.token)
        self._refuse_foreign(token.token)
        self._memory.note(key, [token.token, token.expires_on])
        return token

    def refuse(self, value: str) -> None:
        """Do not use this token again: Microsoft Graph answered 401 to it."""
        self._refused.add(value)

    def _sign_in(self, scopes: tuple[str, ...]) -> AccessToken:
        connection = self._connection
        try:
            return build(connection, self._ends - time.monotonic(), self._tell).get_token(*scopes)
        except lib.ClientAuthenticationError as error:
            told, marks = read_refusal(scrub(str(error.message)))
            raise SignInError(
                f"Sign-in by {connection.auth_kind} to tenant {connection.tenant_id} at {connection.authority} failed: {told}",
                remedy=advise(connection, told, marks),
                **marks,
            ) from None
        except (
            lib.azure.core.exceptions.AzureError,
            lib.requests.exceptions.RequestException,
            lib.msal.exceptions.MsalServiceError,  # an answer that is none of the login host's own
            json.JSONDecodeError,  # nor JSON: msal lets it pass for some kinds
        ) as error:
            raise SignInError(
                f"No token could be had from {connection.authority} ({type(error).__name__}: {scrub(str(error))[:300]})",
                remedy="Check authority, the network, and ca_file where the host has a private certificate.",
            ) from None
        except (OSError, ValueError) as error:
            raise InputError(
                f"The credential for auth_kind {connection.auth_kind} cannot be used ({type(error).__name__})",
                remedy="Check what is given for it: the identity library could not make sense of it.",
            ) from None

    def _refuse_foreign(self, value: str) -> None:
        tenant = claims_of(value).get("tid", "")
        if tenant.lower() != self._connection.tenant_id:
            raise WrongTenant(
                f"The token belongs to tenant {tenant or '(not readable)'}, but tenant_id is {self._connection.tenant_id}",
                remedy="Use the credential of the tenant that this host stands for; nothing is written with another tenant's token.",
            )

    def _key(self, scopes: tuple[str, ...]) -> str:
        connection = self._connection
        proof = hashlib.sha256(
            json.dumps(
                {name: secret.fingerprint() for name, secret in connection.secrets.items()}, sort_keys=True
            ).encode()
        ).hexdigest()
        files = (connection.certificate_path, connection.federated_token_file)
        return json.dumps(
            [
                "token",
                connection.authority,
                connection.tenant_id,
                connection.client_id,
                connection.auth_kind,
                proof,
                files,
                scopes,
            ]
        )


def claims_of(token: str) -> dict[str, t.Any]:
    """The claims of a JSON Web Token, unverified: they are compared with what was asked for, nothing is granted upon them."""
    try:
        return dict(lib.jwt.decode(token, options={"verify_signature": False}))
    except lib.jwt.InvalidTokenError:
        return {}
