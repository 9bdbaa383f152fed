# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When the credentials of applications end: secrets, certificates, and those of SAML and Application Proxy. Never their values."""

from __future__ import annotations

import base64
import binascii
import datetime
import typing as t
import urllib.parse

from ansible_collections.tenantops.entra.plugins.module_utils import _app_proxy
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import Reader
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Object

# of the service principal of a published application; Microsoft's own scripts find them by it
# https://learn.microsoft.com/entra/identity/app-proxy/scripts/powershell-get-all-app-proxy-apps-extended
PROXY_TAG = "WindowsAzureActiveDirectoryOnPremApp"
MOST = 999  # objects a page
HELD = "id,appId,displayName,keyCredentials,passwordCredentials"


def list_applications(reader: Reader) -> list[Object]:
    """All applications of the tenant, of every page, with the properties of the default projection, by name."""
    return sorted(reader.graph.pages(f"/applications?$top={MOST}"), key=_by_name)


def is_managed(application: Object) -> bool:
    """Whether the collection made or adopted it: then it has a unique name, which nothing in the portal gives."""
    return bool(application.get("uniqueName"))


def list_credentials(reader: Reader) -> list[Object]:
    """Every credential of every application and service principal of the tenant, in the order of the applications' names.

    Takes a request for each page of the two kinds, and one for each published application: lists leave what Application
    Proxy publishes out (observed by several tools that list its certificates).
    """
    applications = sorted(_pages(reader, "/applications", f"{HELD},uniqueName"), key=_by_name)
    principals = _pages(reader, "/servicePrincipals", f"{HELD},preferredTokenSigningKeyThumbprint,tags")
    by_app_id = {principal["appId"]: principal for principal in principals}
    found = []
    for application in applications:
        principal = by_app_id.pop(application["appId"], {})
        about = _describe(application)
        found += [{**about, **one} for one in describe_own(application)]
        found += [{**about, **one} for one in describe_principal(principal)]
        if PROXY_TAG in (principal.get("tags") or []):
            found += [{**about, **one} for one in describe_published(reader, application)]
    for principal in sorted(
        by_app_id.values(), key=_by_name
    ):  # of applications that live in other tenants, or were deleted
        found += [{**_describe(principal), **one} for one in describe_principal(principal)]
    return found


def describe_own(holder: Object) -> list[Object]:
    """The secrets and certificates that an application or a service principal signs in with."""
    secrets = [{"kind": "secret", **describe_credential(one)} for one in holder.get("passwordCredentials") or []]
    keys = [{"kind": "certificate", **describe_credential(one)} for one in holder.get("keyCredentials") or []]
    return [{**one, "active": True} for one in (*secrets, *keys)]


def describe_principal(principal: Object) -> list[Object]:
    """The certificates that sign the service principal's SAML tokens, once each, and its own secrets and certificates.

    A signing certificate is two keys (usage Sign and Verify) and the password that opens the first, with the same
    customKeyIdentifier: https://learn.microsoft.com/graph/api/serviceprincipal-addtokensigningcertificate. The Verify key
    names it, since its id stays.
    """
    keys = principal.get("keyCredentials") or []
    signing = {key.get("customKeyIdentifier") for key in keys if key.get("usage") == "Sign"}
    chosen = {key.get("customKeyIdentifier"): key for key in sorted(keys, key=lambda key: str(key.get("usage")))}
    preferred = (principal.get("preferredTokenSigningKeyThumbprint") or "").upper()
    signs = [
        {"kind": "saml_certificate", **describe_credential(key), "active": _thumbprint(name) == preferred}
        for name, key in chosen.items()
        if name in signing
    ]
    others = {
        name: [one for one in principal.get(name) or [] if one.get("customKeyIdentifier") not in signing]
        for name in ("keyCredentials", "passwordCredentials")
    }
    return [*signs, *describe_own(others)]


def describe_published(reader: Reader, application: Object) -> list[Object]:
    """The certificate of a published application's custom domain, if it has one."""
    settings = _app_proxy.read_settings(reader, application) or {}
    told = settings.get("verifiedCustomDomainCertificatesMetadata") or {}
    if not told.get("expiryDate"):
        return []
    one = {"keyId": told.get("thumbprint"), "displayName": told.get("subjectName")}
    times = {"startDateTime": told.get("issueDate"), "endDateTime": told["expiryDate"]}
    return [{"kind": "app_proxy_certificate", **describe_credential({**one, **times}), "active": True}]


def describe_credential(credential: Object) -> Object:
    """A secret or certificate without its value, which the service does not tell either. days_left is below 0 once it has ended."""
    end = credential.get("endDateTime")
    left = datetime.datetime.fromisoformat(end) - datetime.datetime.now(datetime.UTC) if end else None
    return {
        "key_id": _known(credential.get("keyId")),
        "name": credential.get("displayName"),
        "start": _known(credential.get("startDateTime")),
        "end": end,
        "days_left": left.days if left is not None else None,
    }


def _pages(reader: Reader, path: str, select: str) -> list[Object]:
    query = urllib.parse.urlencode({"$select": select, "$top": MOST}, safe="$,")
    return reader.graph.pages(f"{path}?{query}")


def _by_name(holder: Object) -> tuple[str, str]:
    return ((holder.get("displayName") or "").casefold(), holder["id"])


def _describe(holder: Object) -> Object:
    return {
        "application": holder.get("displayName"),
        "app_id": holder.get("appId"),
        "unique_name": holder.get("uniqueName"),
        "managed": is_managed(holder),
    }


def _thumbprint(identifier: t.Any) -> str:
    """The certificate's thumbprint in hexadecimal digits, as preferredTokenSigningKeyThumbprint has it; empty where it is something else."""
    try:
        return base64.b64decode(identifier or "", validate=True).hex().upper()
    except (binascii.Error, ValueError):
        return ""


def _known(text: str | None) -> str | None:
    """Null for what the service would fill in, in a rehearsal."""
    return None if text and text.startswith("{") else text
