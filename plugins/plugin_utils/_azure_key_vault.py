# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A store in Azure Key Vault, opened with the identity that the task signs in with.

Each record is a secret of its own, entra-TENANT_ID-APP_ID-NAME, whose value is to_document as JSON; a name that a key vault does not
take is replaced by a digest. Tags tell whose it is. Key Vault has no compare-and-set: a writer looks at the versions after it has
written, and refuses its own write where another's has come between. https://learn.microsoft.com/rest/api/keyvault/secrets
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import re
import secrets
import typing as t
import urllib.parse

from ansible_collections.tenantops.entra.plugins.module_utils._connection import Connection, resolve
from ansible_collections.tenantops.entra.plugins.module_utils._connection_rules import GUID
from ansible_collections.tenantops.entra.plugins.module_utils._credentials import SharedToken
from ansible_collections.tenantops.entra.plugins.module_utils._errors import StoreError
from ansible_collections.tenantops.entra.plugins.module_utils._memory import SHARED
from ansible_collections.tenantops.entra.plugins.module_utils._redact import scrub
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Owner, Record
from ansible_collections.tenantops.entra.plugins.plugin_utils._plain_records import (
    conflict,
    differs,
    from_document,
    to_document,
)

PROBLEM: ImportError | None = None

try:
    from azure.core.exceptions import AzureError, HttpResponseError, ResourceNotFoundError, ServiceRequestError
    from azure.keyvault.secrets import SecretClient
except ImportError as problem:
    PROBLEM = problem

# https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates: 127 letters, digits and dashes; 25 KB
LONGEST_VALUE = 25 * 1024
PLAIN_NAME = re.compile(r"[0-9a-z-]{1,40}")  # in lower case: a key vault does not tell cases apart
PROBE = "entra-probe"
TIMEOUT = 30  # seconds for one request
REMEDIES = {
    401: "Check that the key vault trusts the tenant that the task signs in to, or set store.key_vault_tenant_id.",
    403: "Give it the role Key Vault Secrets Officer, or an access policy with Get, List and Set, and check the key vault's firewall.",
    409: "A deleted secret of this name is in the way: recover it, or purge it.",
    429: "Run again later.",
}


def open_store(spec: t.Mapping[str, t.Any], services: t.Mapping[str, t.Any]) -> KeyVault:
    """The store that spec names. Raises StoreError, InputError."""
    url = spec["key_vault_url"].rstrip("/")
    if urllib.parse.urlsplit(url).scheme != "https":
        raise StoreError(
            f"store.key_vault_url is '{url}'", remedy="Use its address, such as https://example.vault.azure.net."
        )
    connection = resolve(services["params"])
    if connection.auth_kind == "access_token":
        raise StoreError(
            "auth_kind access_token brings a token for Microsoft Graph, which opens no key vault",
            remedy="Use another auth_kind, or another kind of store.",
        )
    tenant_id = (spec["key_vault_tenant_id"] or connection.tenant_id).lower()
    if not GUID.fullmatch(tenant_id):
        raise StoreError(f"store.key_vault_tenant_id is '{tenant_id}'", remedy="Use the tenant's id, a GUID.")
    connection = dataclasses.replace(connection, tenant_id=tenant_id)
    client = SecretClient(
        url,
        _Identity(connection, services["tell"]),
        connection_verify=connection.ca_file or True,
        connection_timeout=TIMEOUT,
        read_timeout=TIMEOUT,
        retry_total=3,
    )
    return KeyVault(client, url)


class _Identity:
    """The task's own sign-in, and nobody else's."""

    def __init__(self, connection: Connection, tell: t.Callable[[str], None]) -> None:
        self._tenant_id = connection.tenant_id
        self._tokens = SharedToken(connection, SHARED, tell)

    def get_token(self, *scopes: str, **options: t.Any) -> t.Any:
        """A token for the resource that the key vault names, which the client has compared with its address."""
        trusted = str(options.get("tenant_id") or self._tenant_id).lower()
        if trusted != self._tenant_id:
            raise StoreError(
                f"The key vault trusts tenant {trusted}, and this task would sign in to tenant {self._tenant_id}",
                remedy="Set store.key_vault_tenant_id if the task's client exists there, or use a key vault of this tenant.",
            )
        return self._tokens.get_token(*scopes)


class KeyVault:
    """A Store."""

    def __init__(self, client: t.Any, url: str) -> None:
        self._client = client
        self.where = url

    def probe(self) -> None:
        """The probe stays, as one secret: a deleted one would keep its name for days."""
        nonce = secrets.token_hex()
        with self._asking(f"set {PROBE}"):
            made = self._client.set_secret(PROBE, nonce)
        with self._asking(f"get {PROBE}"):
            if self._client.get_secret(PROBE, made.properties.version).value != nonce:
                raise differs(self.where)

    def get(self, owner: Owner, name: str) -> Record:
        if not owner.app_id:  # the application is to be made yet
            return Record(owner, name)
        called = _call(owner, name)
        try:
            with self._asking(f"get {called}"):
                value = self._client.get_secret(called).value
        except ResourceNotFoundError:
            return Record(owner, name)
        try:
            document = json.loads(value)
        except ValueError:  # its message quotes the text
            document = None
        if not isinstance(document, dict):
            document = {}
        return from_document(owner, name, document, f"{self.where}, {called}")

    def put(self, record: Record) -> Record:
        if self.get(record.owner, record.name).revision != record.revision:
            raise conflict(self.where, record.name)
        new = dataclasses.replace(record, revision=record.revision + 1)
        called, value = _call(record.owner, record.name), json.dumps(to_document(new))
        if len(value.encode()) > LONGEST_VALUE:
            raise StoreError(
                f"{self.where}: the record of '{record.name}' has {len(value.encode())} bytes, and a key vault takes {LONGEST_VALUE}",
                remedy="Choose another kind of store for it.",
            )
        writer = secrets.token_hex(8)  # an attempt whose answer is lost is sent again, and makes another version
        tags = {**record.owner._asdict(), "name": record.name, "revision": str(new.revision), "writer": writer}
        with self._asking(f"set {called}"):
            made = self._client.set_secret(called, value, content_type="application/json", tags=tags)
        with self._asking(f"list the versions of {called}"):
            versions = [version.tags or {} for version in self._client.list_properties_of_secret_versions(called)]
        rivals = (tags for tags in versions if tags.get("writer") != writer)
        if any(int(tags.get("revision", 0)) >= new.revision for tags in rivals):
            raise conflict(self.where, record.name)
        with self._asking(f"get {called}"):
            if self._client.get_secret(called, made.properties.version).value != value:
                raise differs(self.where)
        return new

    def list(self, owner: Owner) -> t.Sequence[str]:
        with self._asking("list secrets"):
            every = [(one.name, one.tags or {}) for one in self._client.list_properties_of_secrets()]
        start = _call(owner, "")
        return sorted(tags["name"] for name, tags in every if name.startswith(start) and "name" in tags)

    @contextlib.contextmanager
    def _asking(self, does: str) -> t.Iterator[None]:
        """Refusals as StoreError. Lets ResourceNotFoundError through, where nothing is kept."""
        try:
            yield
            return
        except ResourceNotFoundError:
            raise
        except HttpResponseError as error:
            refused = self._failed(does, error)
        except ServiceRequestError as error:
            untrusted = "CERTIFICATE_VERIFY_FAILED" in str(error)
            refused = StoreError(
                f"{self.where} {'has a certificate that is not trusted' if untrusted else 'did not answer'}",
                remedy="Set ca_file to its certificate authority, too."
                if untrusted
                else "Check store.key_vault_url, network and proxy.",
            )
        except AzureError as error:
            refused = StoreError(f"{self.where}: could not {does} ({type(error).__name__})", remedy="Run again.")
        except ValueError:  # of the client, which compares what the challenge names with the address
            refused = StoreError(
                f"{self.where} asks for a token for another place",
                remedy="Check store.key_vault_url: it is no address of a key vault.",
            )
        raise refused from None

    def _failed(self, does: str, error: t.Any) -> StoreError:
        status, said = error.status_code or 0, scrub(str(error.message or ""))[:300]
        return StoreError(
            f"{self.where}: could not {does}: {' '.join(said.split())} (HTTP {status})",
            remedy=REMEDIES.get(status, "Check the key vault."),
        )


def _call(owner: Owner, name: str) -> str:
    """The record's name in the key vault."""
    if not PLAIN_NAME.fullmatch(name) and name:
        name = hashlib.sha256(name.encode()).hexdigest()[:32]
    return f"entra-{owner.tenant_id}-{owner.app_id}-{name}"
