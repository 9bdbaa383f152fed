# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can go wrong, as one tree, and what an operator can do about it.

EntraError
|-- InputError       an option is wrong; no request was sent
|-- SignInError      no token could be had
|-- WrongTenant      the token belongs to another tenant than tenant_id
|-- NotFound         a named object does not exist
|-- NotUnique        a name fits more than one object
|-- StoreError       a secret could not be stored or read
|-- Unreachable      no usable answer within the task's time
`-- GraphError       Microsoft Graph refused a request
"""

from __future__ import annotations

import dataclasses
import typing as t


class EntraError(Exception):
    """A failure told in four parts: what is wrong, what was expected, what to do, and Microsoft's own marks."""

    def __init__(self, what: str, *, remedy: str = "", **marks: t.Any) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.marks: dict[str, t.Any] = {name: value for name, value in marks.items() if value}
        self.changed = False
        self.retry_after = ""
        """The Retry-After header of the answer, as it came."""
        self.applied_perhaps = False
        """Whether the request may have been carried out although its answer was lost."""

    def sentence(self) -> str:
        """One paragraph for the operator: cause, remedy, Microsoft's marks, and whether anything was changed."""
        told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in self.marks.items())
        wrote = "Nothing was changed by this task."
        if self.changed:
            verb = "may have been" if self.applied_perhaps else "was"
            wrote = f"The tenant {verb} changed before this failure; run again to complete it."
        parts = [self.what.rstrip(".") + ".", self.remedy, wrote, f"({told})" if told else ""]
        return " ".join(part for part in parts if part)


class InputError(EntraError):
    pass


class SignInError(EntraError):
    pass


class WrongTenant(EntraError):
    pass


class NotFound(EntraError):
    pass


class NotUnique(EntraError):
    pass


class StoreError(EntraError):
    pass


class Unreachable(EntraError):
    pass


class GraphError(EntraError):
    """A refusal by Microsoft Graph. marks: code, status, request_id, date."""

    def __init__(self, what: str, *, status: int, code: str, message: str, **marks: t.Any) -> None:
        super().__init__(what, remedy=remedy_for(code, message), code=code, status=status, **marks)
        self.status = status
        self.code = code
        self.message = message

    def says(self, *texts: str) -> bool:
        """Whether the code or the message holds one of the texts; several outcomes share the code Request_BadRequest."""
        return any(text == self.code or text in self.message for text in texts)


@dataclasses.dataclass(frozen=True)
class Remedy:
    """What to do when Microsoft answers with this code, or with this text in its message."""

    mark: str
    action: str


# https://learn.microsoft.com/graph/errors and https://learn.microsoft.com/entra/identity-platform/reference-error-codes
REMEDIES = (
    Remedy(
        "AADSTS7000215",
        "The client secret is wrong: use its value, not its id, and check that it belongs to this client id.",
    ),
    Remedy("AADSTS7000222", "The client secret has expired: create a new one and hand it to this run."),
    Remedy(
        "AADSTS700016",
        "The client id is unknown in this tenant: check both ids, and that the application was consented to in this tenant.",
    ),
    Remedy("AADSTS7000112", "The application is disabled in this tenant: enable its enterprise application."),
    Remedy(
        "AADSTS700027",
        "The certificate's signature was not accepted: check that this certificate is registered on the application.",
    ),
    Remedy(
        "AADSTS70021",
        "No federated credential of the application fits this token's issuer, subject and audience; a new one needs minutes.",
    ),
    Remedy(
        "AADSTS9002313",
        "The refresh token is none that Microsoft made, or not whole: sign in again and store the new one.",
    ),
    Remedy("AADSTS700082", "The refresh token has expired: sign in again and store the new one."),
    Remedy("AADSTS50173", "The refresh token was revoked: sign in again and store the new one."),
    Remedy("AADSTS90002", "The tenant was not found: check tenant_id, and that cloud names the cloud it lives in."),
    Remedy(
        "Unable to get authority configuration",
        "The login host does not know the tenant: check tenant_id, and that cloud or authority names where it lives.",
    ),
    Remedy("AADSTS90038", "The tenant lives in another national cloud: set cloud."),
    Remedy(
        "AADSTS65001",
        "Nobody has consented to this application in this tenant: open the admin-consent link as an administrator.",
    ),
    Remedy(
        "AADSTS90099",
        "The customer has not admitted this application for delegated administration: have them consent to it once.",
    ),
    Remedy(
        "AADSTS53003", "Conditional Access blocks this sign-in: the customer's administrator must admit this identity."
    ),
    Remedy("AADSTS500011", "The tenant knows no such Microsoft Graph: check graph_url and cloud."),
    Remedy(
        "CERTIFICATE_VERIFY_FAILED", "The host's certificate is not trusted: set ca_file where it has a private one."
    ),
    Remedy(
        "Failed to establish a new connection",
        "The login host did not answer: check authority, cloud, network and proxy.",
    ),
    Remedy("Failed to resolve", "The login host's name is not known: check authority, cloud, network and proxy."),
    Remedy(
        "NotAdminRoleNoEnoughCustomPermission_UnauthorizedAccess",
        "Application Proxy is documented for signed-in users only: give these tasks a delegated identity (auth_kind azure_cli, device_code, "
        "refresh_token or access_token) whose user holds the active role Application Administrator.",
    ),
    Remedy(
        "backing application of the service principal",
        "Application.ReadWrite.OwnedBy cannot instantiate another tenant's application.",
    ),
    Remedy(
        "Authorization_RequestDenied",
        "Grant what is missing, with admin consent, and use a new token.",
    ),
    Remedy("HostNameNotOnVerifiedDomain", "Use api://{app_id}, or a domain that is verified in this tenant."),
    Remedy(
        "identifier-uri-addition-error",
        "The tenant's policy wants the app id, the tenant id or a verified domain in it: use api://{app_id}.",
    ),
    Remedy("ExternalUrl_InvalidAsciiRules", "Use the suffix that the message names in external_url."),
    Remedy("InternalUrl_Duplicate", "Another published application has this internal URL: change one of them."),
    Remedy(
        "Application_NotFound",
        "Publish the application first, and check that Application Proxy is enabled (licence, one connector).",
    ),
    Remedy(
        "CannotDeleteOrUpdateEnabledEntitlement", "The disabling of the scope or role was not visible yet: run again."
    ),
    Remedy(
        "CredentialTypeNotAllowedAsPerAppPolicy",
        "The tenant's policy forbids client secrets: use a certificate or a federated credential.",
    ),
    Remedy("CredentialInvalidLifetimeAsPerAppPolicy", "The tenant's policy wants a shorter lifetime: lower it."),
    Remedy("SignInAudienceNotAllowedAsPerAppPolicy", "The tenant's policy forbids this sign_in_audience."),
    Remedy(
        "Directory_QuotaExceeded",
        "This identity has made too many objects: purge deleted ones, deleted objects count for 30 days.",
    ),
    Remedy(
        "uniqueName already exists",
        "A deleted application still holds this unique_name: restore it (state present does) or wait 30 days.",
    ),
    Remedy(
        "Permission entry already exists",
        "A grant for this API was made moments ago and is not visible everywhere yet: run again.",
    ),
    Remedy(
        "same value for property userPrincipalName",
        "The name is taken, perhaps since moments ago: run again, or choose another.",
    ),
    Remedy(
        "InvalidAuthenticationToken",
        "The token was not accepted: check that it was made for Microsoft Graph of this cloud, and the clock.",
    ),
)


def remedy_for(code: str, message: str) -> str:
    """The remedy of the first row whose mark is the code or stands in the message, or an empty string."""
    return next((row.action for row in REMEDIES if row.mark == code or row.mark in message), "")
