# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The request that an application sends its users' browsers with to the authorize endpoint.

Sources: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#request-an-authorization-code and
https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-the-sign-in-request
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.identity.aadsts import LoginError
from sandbox.identity.codes import METHODS
from sandbox.identity.directory import SHARED, find_application, refuse_unlisted, require_client, require_tenant
from sandbox.identity.redirect_uris import choose_redirect_uri
from sandbox.store import Record, Tenant
from sandbox.world import World

RESPONSE_TYPES = {"code", "id_token", "token"}
RESPONSE_MODES = {"query", "fragment", "form_post"}
PROMPTS = {"", "login", "none", "consent", "select_account"}
#: Since when applications have to be told to serve several tenants, as AADSTS50194 says.
MULTITENANT_BY_CHOICE = "10/15/2018"


@dataclass(frozen=True)
class AuthorizationRequest:
    """A request whose application and address to return to are known; `tenant` is None where any may sign in.

    `path` is the tenant as the address names it, `challenge` a PKCE challenge and its method.
    """

    tenant: Tenant | None
    path: str
    application: Record
    home: Tenant
    redirect_uri: str
    platform: str
    params: Mapping[str, str]
    v1: bool

    @property
    def client_id(self) -> str:
        return str(self.application["appId"])

    @property
    def name(self) -> str:
        return str(self.application.get("displayName"))

    @property
    def response_type(self) -> frozenset[str]:
        return frozenset(self.params.get("response_type", "").split())

    @property
    def response_mode(self) -> str:
        """As asked, else fragment for tokens and query for a code alone."""
        return self.params.get("response_mode") or ("query" if self.response_type <= {"code"} else "fragment")

    @property
    def prompt(self) -> str:
        return self.params.get("prompt", "")

    @property
    def scope(self) -> str:
        """Version 1 names a resource and always means what is registered."""
        if not self.v1:
            return self.params.get("scope", "")
        return f"openid profile email offline_access {self.params.get('resource') or 'https://graph.microsoft.com'}/.default"

    @property
    def challenge(self) -> tuple[str, str] | None:
        """The PKCE challenge and how it was made."""
        value = self.params.get("code_challenge")
        return (value, self.params.get("code_challenge_method") or "plain") if value else None


def read_request(world: World, path: str, params: Mapping[str, str], *, v1: bool) -> AuthorizationRequest:
    """Find the application and the address to return to. What this raises is shown on a page, never told to the address.

    Raises AADSTS90002, 900144, 700016, 7000229, 7000112, 50011, 500113, 9002332.
    """
    tenant = None if path in SHARED else require_tenant(world, path)
    client_id = params.get("client_id", "").lower()
    if not client_id:
        raise LoginError(900144, parameter="client_id")
    application, home = find_client(world, tenant, client_id)
    if path == "consumers" and "Personal" not in application["signInAudience"]:
        raise LoginError(9002332, client=client_id, client_name=application.get("displayName"))
    redirect_uri, platform = choose_redirect_uri(application, params.get("redirect_uri"))
    return AuthorizationRequest(tenant, path, application, home, redirect_uri, platform, dict(params), v1)


def find_client(world: World, tenant: Tenant | None, client_id: str) -> tuple[Record, Tenant]:
    """The application object behind a client id and the tenant it lives in.

    One of another tenant that serves several need not be known to the tenant yet: consent makes it known. Raises
    AADSTS700016, 7000119, 7000229, 7000112.
    """
    found = find_application(world, client_id)
    if found is None:
        name = tenant.display_name if tenant else "Microsoft Entra ID"
        raise LoginError(700016, client=client_id, tenant_name=name)
    application, home = found[1], found[0]
    known = tenant and tenant.view().find("servicePrincipal", appId=client_id)
    if tenant and (known or home is tenant or application["signInAudience"] == "AzureADMyOrg"):
        client = require_client(world, tenant, client_id)
        return client.application, client.home
    if tenant:
        refuse_unlisted(application, home, tenant)
    return application, home


def check_request(asked: AuthorizationRequest) -> None:
    """Raise what the application is told about its request: AADSTS900144, 70005, 700054, 700051, 70007, 50194, ..."""
    given = asked.response_type
    for name in ("response_type", *(() if asked.v1 else ("scope",))):
        if not asked.params.get(name):
            raise LoginError(900144, parameter=name)
    if "resource" in asked.params and not asked.v1:
        raise LoginError(901002)
    if not given <= RESPONSE_TYPES:
        raise LoginError(70005, response_type=asked.params["response_type"])
    if asked.tenant is None and asked.application["signInAudience"] == "AzureADMyOrg":
        names = {"client": asked.client_id, "client_name": asked.name}
        raise LoginError(50194, since=MULTITENANT_BY_CHOICE, **names)
    _check_implicit(asked)
    if asked.response_mode not in RESPONSE_MODES or (asked.response_mode == "query" and not given <= {"code"}):
        raise LoginError(70007, response_mode=asked.response_mode)
    if asked.prompt not in PROMPTS:
        raise LoginError(90023, parameter="prompt")
    _check_id_token(asked)
    _check_challenge(asked.challenge)


def _check_implicit(asked: AuthorizationRequest) -> None:
    settings = asked.application["web"].get("implicitGrantSettings") or {}
    if "id_token" in asked.response_type and not settings.get("enableIdTokenIssuance"):
        raise LoginError(700054)
    if "token" in asked.response_type and not settings.get("enableAccessTokenIssuance"):
        raise LoginError(700051)


def _check_id_token(asked: AuthorizationRequest) -> None:
    if "id_token" in asked.response_type:
        if not asked.params.get("nonce"):
            raise LoginError(900144, parameter="nonce")
        if "openid" not in asked.scope.split():
            raise LoginError(70011, scope=asked.scope, reason="")


def _check_challenge(challenge: tuple[str, str] | None) -> None:
    if challenge and challenge[1] not in METHODS:
        raise LoginError(50149)
    if challenge and not 43 <= len(challenge[0]) <= 128:
        raise LoginError(501491)
