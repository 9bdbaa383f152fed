# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Client secrets and certificates of applications and service principals.

Source: https://learn.microsoft.com/graph/api/application-addpassword, .../application-removepassword and
https://learn.microsoft.com/graph/api/resources/keycredential. That an existing certificate sent back with key null is
kept was observed by the maintainers of terraform-provider-azuread.
"""

from __future__ import annotations

import base64
import secrets
import uuid
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from sandbox.graph.bodies import format_time
from sandbox.graph.credential_policy import check_new_password
from sandbox.graph.errors import bad_request
from sandbox.store import Record, Tenant

LIFETIME = 2  # calendar years
MOST_PERSONAL = 2


def add_password(
    tenant: Tenant,
    kind: str,
    owner: Record,
    display_name: str | None = None,
    start: str | None = None,
    end: str | None = None,
) -> tuple[Record, str]:
    """Add a client secret to an application or service principal (`kind`); give its credential and its value.

    Times are ISO 8601; the secret runs from now for two years unless they say otherwise.
    """
    begins = start or format_time(tenant.clock())
    ends = end or format_time(add_years(datetime.fromisoformat(begins), LIFETIME))
    if datetime.fromisoformat(ends) <= datetime.fromisoformat(begins):
        raise bad_request("Password credential end date must be after its start date.")
    if len(display_name or "") > 90:
        raise bad_request("Invalid value specified for property 'displayName' of resource 'PasswordCredential'.")
    if "Personal" in (owner["signInAudience"] or "") and len(owner["passwordCredentials"]) >= MOST_PERSONAL:
        raise bad_request("The number of password credentials exceeds the limit for personal Microsoft accounts.")
    check_new_password(tenant, kind, owner, begins, ends)
    value = make_secret()
    key_id = str(uuid.uuid4())
    credential = {
        "customKeyIdentifier": None,
        "displayName": display_name,
        "endDateTime": ends,
        "hint": value[:3],
        "keyId": key_id,
        "secretText": None,
        "startDateTime": begins,
    }
    tenant.keep_secret(key_id, value)
    tenant.put(kind, {**owner, "passwordCredentials": [*owner["passwordCredentials"], credential]})
    return credential, value


def generate_password(tenant: Tenant, kind: str, owner: Record, given: Record) -> tuple[Record, str]:
    """Add a client secret as a checked passwordCredential describes it; its value and keyId are the service's to choose."""
    for name in ("keyId", "secretText", "hint"):
        if given.get(name) is not None:
            raise bad_request("New password credentials must be generated using service actions.")
    return add_password(
        tenant, kind, owner, given.get("displayName"), given.get("startDateTime"), given.get("endDateTime")
    )


def add_years(moment: datetime, years: int) -> datetime:
    """The same day of a later year; the 29th of February becomes the 28th."""
    day = 28 if (moment.month, moment.day) == (2, 29) else moment.day
    return moment.replace(year=moment.year + years, day=day)


def make_secret() -> str:
    """A random client secret of 40 characters, in the shape of the service's own."""
    return f"{secrets.token_hex(2)[:3]}8Q~{secrets.token_urlsafe(30)[:34]}"


def remove_password(tenant: Tenant, kind: str, owner: Record, key_id: str) -> None:
    """Remove a client secret; raises 400 where there is none with that keyId."""
    kept = [credential for credential in owner["passwordCredentials"] if credential["keyId"] != key_id]
    if len(kept) == len(owner["passwordCredentials"]):
        raise bad_request(f"No password credential found with keyId '{key_id}'.")
    tenant.put(kind, {**owner, "passwordCredentials": kept})


def replace_keys(before: list[Record], given: list[Record]) -> list[Record]:
    """The keyCredentials after a PATCH: entries without a key are those that exist, others are new certificates."""
    return [_keep_key(before, entry) if entry["key"] is None else _read_key(entry) for entry in given]


def replace_passwords(before: list[Record], given: list[Record]) -> list[Record]:
    """The passwordCredentials after a PATCH, which may leave some out but add none."""
    known = {credential["keyId"]: credential for credential in before}
    if any(entry["keyId"] not in known for entry in given):
        raise bad_request("New password credentials must be generated using service actions.")
    return [known[entry["keyId"]] for entry in given]


def _keep_key(before: list[Record], entry: Record) -> Record:
    for known in before:
        name = "keyId" if entry["keyId"] is not None else "customKeyIdentifier"
        if entry[name] is not None and entry[name] == known[name]:
            return {**known, "displayName": entry["displayName"] or known["displayName"]}
    raise bad_request("Invalid value specified for property 'keyCredentials' of resource 'Application'.")


def _read_key(entry: Record) -> Record:
    """A new certificate: what is left out is read from it. DER and PEM, in base64, are taken."""
    raw = base64.b64decode(entry["key"])
    try:
        pem = raw.lstrip().startswith(b"-----BEGIN")
        certificate = x509.load_pem_x509_certificate(raw) if pem else x509.load_der_x509_certificate(raw)
    except ValueError:
        raise bad_request("Key credential is not a valid certificate.", "KeyCredentialsInvalidCertificate") from None
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    start = datetime.fromisoformat(entry["startDateTime"]) if entry["startDateTime"] else begins
    end = datetime.fromisoformat(entry["endDateTime"]) if entry["endDateTime"] else ends
    slack = timedelta(seconds=1)
    if end > ends + slack or end <= start:
        raise bad_request("Key credential end date is invalid.", "KeyCredentialsInvalidEndDate")
    if start < begins - slack:
        raise bad_request("Key credential start date is invalid.", "KeyCredentialsInvalidStartDate")
    thumbprint = base64.b64encode(certificate.fingerprint(hashes.SHA1())).decode()  # noqa: S303
    subject = certificate.subject.rfc4514_string()
    return {
        **entry,
        "customKeyIdentifier": entry["customKeyIdentifier"] or thumbprint,
        "displayName": (entry["displayName"] or subject)[:90],
        "startDateTime": format_time(start),
        "endDateTime": format_time(end),
        "keyId": entry["keyId"] or str(uuid.uuid4()),
    }
