# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What to do about what Microsoft answers: one row for each cause, by its codes or by a text of its message.

https://learn.microsoft.com/entra/identity-platform/reference-error-codes and https://learn.microsoft.com/graph/errors
"""

from __future__ import annotations

import re

Row = tuple[tuple[str, ...], str]
"""Codes as a whole, or texts that stand in the message; and what to do."""


CONSENTING = frozenset({"AADSTS700016", "AADSTS65001", "AADSTS90094", "AADSTS650056", "AADSTS650057", "AADSTS90099"})
"""Codes that an administrator's consent to the signing-in application does away with."""

SIGN_IN: tuple[Row, ...] = (
    # the identity that this run signs in with, and every application that keeps a credential
    (
        ("AADSTS7000215", "AADSTS70002"),
        "The client secret is wrong: use its value, not its id, and check that it belongs to this client id.",
    ),
    (("AADSTS7000222",), "The client secret has expired: create a new one and hand it to this run."),
    (
        ("AADSTS700016", "AADSTS700011", "AADSTS70001"),
        "The client id is unknown in this tenant: check both ids (the client id is no object id), and that the application was consented to in this tenant.",
    ),
    (("AADSTS7000112",), "The application is disabled in this tenant: enable its enterprise application."),
    (
        ("AADSTS700027",),
        "The certificate's signature was not accepted: check that this certificate is registered on the application.",
    ),
    (
        ("AADSTS700024",),
        "The time of the signed assertion was not accepted: set this machine's clock (NTP), or renew the federated token.",
    ),
    (
        ("AADSTS70021", "AADSTS700211", "AADSTS700212", "AADSTS700213"),
        "No federated credential of the application fits this token's issuer, subject and audience; a new one needs minutes.",
    ),
    (
        ("AADSTS9002313",),
        "The refresh token is none that Microsoft made, or not whole: sign in again and store the new one.",
    ),
    (("AADSTS700082",), "The refresh token has expired: sign in again and store the new one."),
    (("AADSTS50173",), "The refresh token was revoked: sign in again and store the new one."),
    (("AADSTS90002",), "The tenant was not found: check tenant_id, and that cloud names the cloud it lives in."),
    (
        ("Unable to get authority configuration",),
        "The login host does not know the tenant: check tenant_id, and that cloud or authority names where it lives.",
    ),
    (("AADSTS90038",), "The tenant lives in another national cloud: set cloud."),
    (
        ("AADSTS50059", "AADSTS90019"),
        "The request named no tenant: use the tenant's own address, and an account of that tenant.",
    ),
    (
        ("AADSTS50194", "AADSTS9001023"),
        "The application signs in at a shared address such as /common: use the tenant's own, with its GUID.",
    ),
    (
        ("AADSTS65001",),
        "Nobody has consented to this application in this tenant: open the admin-consent link as an administrator.",
    ),
    (
        ("AADSTS90094", "AADSTS90093", "AADSTS90095"),
        "Only an administrator may consent to this: have one consent for the whole tenant.",
    ),
    (("AADSTS65004",), "The user declined to consent: sign in again and accept, or have an administrator consent."),
    (
        ("AADSTS90099",),
        "The customer has not admitted this application for delegated administration: have them consent to it once.",
    ),
    (
        ("AADSTS53003", "AADSTS53000", "AADSTS53001", "AADSTS530032", "AADSTS530035"),
        "Conditional Access blocks this sign-in: the customer's administrator must admit this identity, its device or this machine's address.",
    ),
    (
        ("AADSTS50076", "AADSTS50079", "AADSTS50074"),
        "A second factor is wanted: sign in with auth_kind device_code, or have an application identity do this task.",
    ),
    (
        ("AADSTS500212", "AADSTS500213", "AADSTS500021"),
        "A policy on access across tenants blocks this account: the administrators of both tenants must admit it.",
    ),
    (
        ("AADSTS500011",),
        "The tenant knows no such resource: check graph_url and cloud, or the application's identifier URI.",
    ),
    # users and products that sign in with an application of this collection
    (
        ("AADSTS50020", "AADSTS50034", "AADSTS51004", "AADSTS16003"),
        "The account is not in this tenant: use another account or this tenant's address, invite it as a guest (entra_user), or widen sign_in_audience.",
    ),
    (
        ("AADSTS50011",),
        "The application's redirect URIs hold none that equals the one sent: add it to the letter (entra_redirect_uri), and check the client id.",
    ),
    (("AADSTS500113", "AADSTS900971"), "The application has no redirect URI: add the product's (entra_redirect_uri)."),
    (
        ("AADSTS9002326",),
        "A page redeemed the code of a redirect URI that is not under spa: move it there, and look for localhost on two platforms.",
    ),
    (("AADSTS9002327",), "A server redeemed the code of a redirect URI under spa: move it to web."),
    (
        ("AADSTS7000218",),
        "The redirect URI is under web, which asks for a secret or certificate: send one, or move the URI to spa or public_client.",
    ),
    (
        ("AADSTS700025",),
        "The redirect URI is of a client without a secret, and one was sent: move it to web, or send none.",
    ),
    (
        ("AADSTS50105",),
        "The user has no access: assign them, or a group of which they are a direct member (entra_app_assignment).",
    ),
    (
        ("AADSTS65005", "AADSTS650053"),
        "The application offers no such scope: add it to scopes (entra_app_registration), or correct what the product asks for.",
    ),
    (
        ("AADSTS650056", "AADSTS650057"),
        "The application does not ask for this permission: add it (entra_api_permission) and have it consented to.",
    ),
    (("AADSTS28002", "AADSTS70011"), "The scope is malformed: write {identifier URI}/{scope}, to the letter."),
    (
        ("AADSTS90008", "AADSTS90009"),
        "The application asks for a token for itself: consent to User.Read of Microsoft Graph, and name the resource by its app id.",
    ),
    (
        ("AADSTS700054",),
        "The product asks for an ID token without a code: set enable_id_token_issuance (entra_app_registration) if that is what it needs.",
    ),
    (
        ("AADSTS50057", "AADSTS50055", "AADSTS50126", "AADSTS50053"),
        "The account is disabled or locked, or its password is wrong or has expired: have its administrator mend it.",
    ),
    (("invalid_tenant",), "The product was given another tenant's id: hand over the right one again."),
)

NETWORK: tuple[Row, ...] = (
    (("CERTIFICATE_VERIFY_FAILED",), "The host's certificate is not trusted: set ca_file where it has a private one."),
    (("asks to wait",), "That is longer than the task has left: run again later, or raise timeout."),
    (
        ("Failed to establish a new connection",),
        "The login host did not answer: check authority, cloud, network and proxy.",
    ),
    (
        ("Expecting value",),
        "Something else than the login host answered, such as a network's sign-in page: check authority, network and proxy.",
    ),
    (("Azure CLI not found on path",), "Install the Azure CLI where ansible-core runs, or choose another auth_kind."),
    (("Please run 'az login'",), "Run az login --tenant with this tenant_id, as the user who runs Ansible."),
    (("Failed to resolve",), "The login host's name is not known: check authority, cloud, network and proxy."),
)

GRAPH: tuple[Row, ...] = (
    (
        ("NotAdminRoleNoEnoughCustomPermission_UnauthorizedAccess",),
        (
            "Application Proxy is documented for signed-in users only: give these tasks a delegated identity (auth_kind azure_cli, device_code, "
            "refresh_token or access_token) whose user holds the active role Application Administrator."
        ),
    ),
    (
        ("backing application of the service principal",),
        "Application.ReadWrite.OwnedBy cannot instantiate another tenant's application.",
    ),
    (("Authorization_RequestDenied",), "Grant what is missing, with admin consent, and use a new token."),
    (
        ("interaction_required", "insufficient_claims"),
        "Conditional Access wants more of this identity: the customer's administrator must admit it.",
    ),
    (("HostNameNotOnVerifiedDomain",), "Use api://{app_id}, or a domain that is verified in this tenant."),
    (
        ("identifier-uri-addition-error",),
        "The tenant's policy wants the app id, the tenant id or a verified domain in it: use api://{app_id}.",
    ),
    (("ExternalUrl_InvalidAsciiRules",), "Use the suffix that the message names in external_url."),
    (
        ("ExternalUrl_DomainNotVerified", "is not a verified domain of the organization"),
        "Verify the domain in this tenant first, or use the tenant's own domain below msappproxy.net.",
    ),
    (("InternalUrl_Duplicate",), "Another published application has this internal URL: change one of them."),
    (
        ("Application_NotFound",),
        "Publish the application first, and check that Application Proxy is enabled (licence, one connector).",
    ),
    (
        ("Invalid property 'onPremisesPublishing'",),
        "Only the beta of Microsoft Graph has Application Proxy: check that graph_url and what stands before it pass /beta on.",
    ),
    (
        ("CannotDeleteOrUpdateEnabledEntitlement",),
        "The disabling of the scope or role was not visible yet: run again.",
    ),
    (
        ("CredentialTypeNotAllowedAsPerAppPolicy",),
        "The tenant's policy forbids client secrets: use a certificate or a federated credential.",
    ),
    (("CredentialInvalidLifetimeAsPerAppPolicy",), "The tenant's policy wants a shorter lifetime: lower it."),
    (("SignInAudienceNotAllowedAsPerAppPolicy",), "The tenant's policy forbids this sign_in_audience."),
    (
        ("Directory_QuotaExceeded",),
        "This identity has made too many objects: purge deleted ones, deleted objects count for 30 days.",
    ),
    (
        ("uniqueName already exists",),
        "A deleted application still holds this unique_name: restore it (state present does) or wait 30 days.",
    ),
    (
        ("Permission entry already exists", "EntitlementGrant entry already exists"),
        "A grant for this API was made moments ago and is not visible everywhere yet: run again.",
    ),
    (
        ("same value for property userPrincipalName",),
        "The name is taken, perhaps since moments ago: run again, or choose another.",
    ),
    (
        ("Request_ResourceNotFound", "does not reference a valid application object", "Not a valid reference update"),
        "Either it was deleted meanwhile, or it is not visible everywhere yet: run again in a few minutes.",
    ),
    (
        ("InvalidAuthenticationToken",),
        "The token was not accepted: check that it was made for Microsoft Graph of this cloud, and the clock.",
    ),
    (("TooManyRequests", "HTTP 429"), "Microsoft Graph asks to wait: run again later, or raise timeout."),
    (
        ("ServiceUnavailable", "InternalServerError", "BadGateway", "GatewayTimeout"),
        "The service was not well for as long as timeout allows: run again later.",
    ),
)

REMEDIES = (*SIGN_IN, *NETWORK, *GRAPH)


def remedy_for(code: str, message: str) -> str:
    """The remedy of the first row of which a mark is the code or stands in the message as a whole word, or an empty string."""
    return next(
        (action for marks, action in REMEDIES if any(mark == code or _stands(mark, message) for mark in marks)), ""
    )


def _stands(mark: str, message: str) -> bool:
    """AADSTS50011 does not stand in AADSTS500113."""
    return mark in message and re.search(rf"(?<!\w){re.escape(mark)}(?!\w)", message) is not None
