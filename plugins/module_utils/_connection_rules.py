# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can be seen to be wrong with the connection options before any request.

Ids that are written in fours of one digit, such as 00001111-aaaa-2222-bbbb-3333cccc4444, stand for nobody's in Microsoft's documentation.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError

Params = t.Mapping[str, t.Any]

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# https://learn.microsoft.com/entra/identity-platform/v2-protocols: addresses that many tenants share
SHARED = ("common", "organizations", "consumers")
ALTERNATIVES = {
    "certificate": ("certificate_path", "certificate_data"),
    "federated_token": ("federated_token", "federated_token_file"),
}
UNRESOLVED = re.compile(r"\{\{.*\}\}|\{%.*%\}|\A\s*\$ANSIBLE_VAULT;", re.DOTALL)


def refuse_unresolved(params: Params, options: t.Iterable[str]) -> None:
    """Raise InputError for a text that Ansible should have replaced. The text is not repeated: it may be half a secret."""
    for option in options:
        value = params.get(option)
        if isinstance(value, str) and UNRESOLVED.search(value):
            raise InputError(
                f"{option} still holds a template or a vault text",
                remedy="Give what it stands for: check its quotes, and that the vault id it was encrypted with is loaded.",
            )


def refuse_tenant(tenant_id: str) -> None:
    """Raise InputError for what is not the id of one tenant."""
    if not tenant_id:
        raise InputError(
            "tenant_id is missing", remedy="Set tenant_id, or AZURE_TENANT_ID, to the customer's directory (tenant) id."
        )
    if tenant_id.lower() in SHARED:
        raise InputError(
            f"tenant_id is '{tenant_id}', an address that all tenants share",
            remedy="Use the customer's directory (tenant) id, a GUID from the tenant's overview page.",
        )
    if not GUID.fullmatch(tenant_id):
        raise InputError(
            f"tenant_id is {tenant_id!r}, which is not a GUID (8-4-4-4-12 hexadecimal digits)",
            remedy="Use the directory (tenant) id from the tenant's overview page: a domain name cannot be compared with the token.",
        )
    digits = tenant_id.lower().replace("-", "")
    if all(
        len({*digits[start : start + 4]}) == 1 for start in range(0, 32, 4)
    ):  # zeros, or an example such as 00001111-aaaa-...
        raise InputError(
            f"tenant_id is '{tenant_id}', a placeholder", remedy="Use the customer's own directory (tenant) id."
        )


def refuse_client(params: Params) -> None:
    """Raise InputError for a client id that is none, and for a secret that cannot be one. No secret is repeated."""
    client_id, secret = params.get("client_id") or "", params.get("client_secret") or ""
    if client_id and not GUID.fullmatch(client_id):
        raise InputError(
            f"client_id is {client_id!r}, which is not a GUID",
            remedy="Use the application (client) id from the application's overview page, not its name.",
        )
    given = [name for name in ALTERNATIVES.get(params["auth_kind"], ()) if params.get(name)]
    if len(given) > 1:
        raise InputError(
            f"{' and '.join(given)} are both set", remedy="Set one of them; the other may come from the environment."
        )
    if secret and secret != secret.strip():
        raise InputError(
            "client_secret begins or ends with white space or a line break",
            remedy="Give the value alone, such as by the filter trim.",
        )
    if GUID.fullmatch(secret):
        raise InputError(
            "client_secret is a GUID, so it is a secret's id and not its value",
            remedy="Use the value: it is shown once only, when the secret is made. If nobody has it, make a new secret.",
        )
