# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The rules for what Application Proxy publishes.

Source: https://learn.microsoft.com/entra/identity/app-proxy/application-proxy-add-on-premises-application,
https://learn.microsoft.com/entra/identity/app-proxy/how-to-configure-custom-domain and the error table of
https://learn.microsoft.com/graph/application-proxy-configure-api
"""

from __future__ import annotations

import base64
import binascii
from urllib.parse import SplitResult, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import pkcs12

from sandbox.graph.bodies import format_time
from sandbox.graph.directory import verified_domain_of
from sandbox.graph.errors import GraphError, bad_request
from sandbox.store import Record, Tenant

DOMAIN = ".msappproxy.net"


def check_publishing(tenant: Tenant, application: Record, after: Record) -> None:
    """Raise 400 where the settings after this write break a rule."""
    internal = _read_url(after["internalUrl"], "InternalUrl")
    external = _read_url(after["externalUrl"], "ExternalUrl")
    if after["alternateUrl"]:
        _read_url(after["alternateUrl"], "AlternateUrl")
    _check_external(tenant, after["externalUrl"], external)
    for other in tenant.view().all("application"):
        published = other.get("onPremisesPublishing")
        if published and other["id"] != application["id"]:
            _check_free(published, after)
    sign_on = after["singleSignOnSettings"] or {}
    kerberos = sign_on.get("kerberosSignOnSettings") or {}
    if sign_on.get("singleSignOnMode") == "onPremisesKerberos" and not kerberos.get("kerberosServicePrincipalName"):
        raise bad_request("kerberosServicePrincipalName is required for single sign-on mode 'onPremisesKerberos'.")
    if internal.hostname and internal.hostname.endswith(DOMAIN):
        raise _invalid("InternalUrl", after["internalUrl"], "it must not be an external url")


def read_certificate(given: Record) -> Record:
    """What a custom domain's certificate (base64 PFX, and its password) leaves in the settings: its metadata only."""
    key = given.pop("verifiedCustomDomainKeyCredential", None)
    password = given.pop("verifiedCustomDomainPasswordCredential", None)
    if key is None:
        return {}
    try:
        phrase = str((password or {}).get("value") or "").encode()
        certificate = pkcs12.load_key_and_certificates(base64.b64decode(str(key.get("value"))), phrase)[1]
    except (ValueError, binascii.Error):
        certificate = None
    if certificate is None:
        raise bad_request("The certificate or its password is not valid.", "CustomDomainCertificate_Invalid")
    metadata = {
        "thumbprint": certificate.fingerprint(hashes.SHA1()).hex().upper(),  # noqa: S303
        "subjectName": certificate.subject.rfc4514_string(),
        "issuerName": certificate.issuer.rfc4514_string(),
        "issueDate": format_time(certificate.not_valid_before_utc),
        "expiryDate": format_time(certificate.not_valid_after_utc),
    }
    return {"verifiedCustomDomainCertificatesMetadata": metadata}


def _read_url(url: str | None, name: str) -> SplitResult:
    if not url:
        raise _invalid(name, "", "it is required")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _invalid(name, url, "it must begin with http:// or https://")
    if not url.endswith("/") or parts.query or parts.fragment:
        raise _invalid(name, url, "it must end with a slash")
    return parts


def _check_external(tenant: Tenant, url: str, parts: SplitResult) -> None:
    host = parts.hostname or ""
    if ":" in parts.netloc:
        raise _invalid("ExternalUrl", url, "it must not hold a port")
    if host.endswith(DOMAIN):
        suffix = f"-{tenant.initial_domain.partition('.')[0].lower()}{DOMAIN}"
        if not host.endswith(suffix) or "." in host.removesuffix(DOMAIN) or host == suffix:
            raise bad_request(
                f"External url '{url}' is invalid. The host must be of the form '<name>{suffix}'.",
                "ExternalUrl_InvalidAsciiRules",
            )
    elif verified_domain_of(tenant.view(), host) is None:
        raise bad_request(
            f"External url '{url}' is invalid since its domain is not a verified domain of the organization.",
            "ExternalUrl_DomainNotVerified",
        )


def _check_free(published: Record, after: Record) -> None:
    for name, label in (("internalUrl", "Internal"), ("externalUrl", "External")):
        if (published[name] or "").casefold() == after[name].casefold():
            raise bad_request(
                f"{label} url '{after[name]}' is invalid since it is already in use.", f"{label}Url_Duplicate"
            )


def _invalid(name: str, url: str, reason: str) -> GraphError:
    return bad_request(f"{name.removesuffix('Url')} url '{url}' is invalid: {reason}.", f"{name}_Invalid")
