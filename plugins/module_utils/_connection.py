# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The connection options that every module has: their argument spec, and one value that holds them resolved."""

from __future__ import annotations

import dataclasses
import typing as t
import urllib.parse

from ansible.module_utils.basic import env_fallback

from ansible_collections.tenantops.entra.plugins.module_utils._clouds import CLOUDS
from ansible_collections.tenantops.entra.plugins.module_utils._connection_rules import (
    refuse_client,
    refuse_tenant,
    refuse_unresolved,
)
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._redact import Secret

# what each kind of sign-in needs besides tenant_id; one inner tuple is a choice
NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "client_secret": (("client_id",), ("client_secret",)),
    "certificate": (("client_id",), ("certificate_path", "certificate_data")),
    "federated_token": (("client_id",), ("federated_token", "federated_token_file")),
    "managed_identity": (),
    "azure_cli": (),
    "device_code": (("client_id",),),
    "refresh_token": (("client_id",), ("refresh_token",)),
    "access_token": (("access_token",),),
}


def _option(*variables: str, **spec: t.Any) -> dict[str, t.Any]:
    return {"type": "str", "fallback": (env_fallback, list(variables)), **spec}


SPEC: dict[str, dict[str, t.Any]] = {
    "tenant_id": _option("AZURE_TENANT_ID"),
    "client_id": _option("AZURE_CLIENT_ID"),
    "auth_kind": _option("ENTRA_AUTH_KIND", choices=list(NEEDS), default="client_secret"),
    "client_secret": _option("AZURE_CLIENT_SECRET", no_log=True),
    "certificate_path": _option("AZURE_CLIENT_CERTIFICATE_PATH", type="path"),
    "certificate_data": _option("AZURE_CLIENT_CERTIFICATE_DATA", no_log=True),
    "certificate_password": _option("AZURE_CLIENT_CERTIFICATE_PASSWORD", no_log=True),
    "federated_token": _option("ENTRA_FEDERATED_TOKEN", no_log=True),
    "federated_token_file": _option("AZURE_FEDERATED_TOKEN_FILE", type="path", no_log=False),
    "refresh_token": _option("ENTRA_REFRESH_TOKEN", no_log=True),
    "access_token": _option("ENTRA_ACCESS_TOKEN", no_log=True),
    "cloud": _option("ENTRA_CLOUD", choices=list(CLOUDS), default="public"),
    "graph_url": _option("ENTRA_GRAPH_URL"),
    "authority": _option("AZURE_AUTHORITY_HOST"),
    "ca_file": _option("ENTRA_CA_FILE", type="path"),
    "timeout": _option("ENTRA_TIMEOUT", type="int", default=120),
}
SECRETS = tuple(name for name, spec in SPEC.items() if spec.get("no_log"))


@dataclasses.dataclass(frozen=True)
class Connection:
    tenant_id: str
    client_id: str
    auth_kind: str
    secrets: dict[str, Secret]
    certificate_path: str
    federated_token_file: str
    graph: str
    """Origin of Microsoft Graph, such as https://graph.microsoft.com."""
    authority: str
    """Origin of the login host, such as https://login.microsoftonline.com."""
    ca_file: str
    timeout: float
    """Seconds for all requests of one task together."""


def resolve(params: t.Mapping[str, t.Any]) -> Connection:
    """The connection that the validated options ask for. Raises InputError before any request is sent."""
    kind = params["auth_kind"]
    tenant_id = (params.get("tenant_id") or "").lower()
    refuse_unresolved(params, SPEC)
    refuse_tenant(tenant_id)
    refuse_client(params)
    for choice in NEEDS[kind]:
        if not any(params.get(name) for name in choice):
            raise InputError(
                f"auth_kind {kind} needs {' or '.join(choice)}",
                remedy=f"Set it as an option, in module_defaults, or by the variable {' or '.join(map(_variable, choice))}.",
            )
    cloud = CLOUDS[params["cloud"]]
    return Connection(
        tenant_id=tenant_id,
        client_id=params.get("client_id") or "",
        auth_kind=kind,
        secrets={name: Secret(params[name]) for name in SECRETS if params.get(name)},
        certificate_path=params.get("certificate_path") or "",
        federated_token_file=params.get("federated_token_file") or "",
        graph=_origin("graph_url", params.get("graph_url") or cloud.graph),
        authority=_origin("authority", params.get("authority") or cloud.login),
        ca_file=params.get("ca_file") or "",
        timeout=_positive(params["timeout"]),
    )


def _variable(option: str) -> str:
    return str(SPEC[option]["fallback"][1][0])


def _origin(option: str, url: str) -> str:
    """Scheme and host of an https URL: tokens and secrets go nowhere else."""
    parts = urllib.parse.urlsplit(url if "//" in url else f"https://{url}")
    more = parts.username or parts.path.strip("/") or parts.query or parts.fragment
    if parts.scheme != "https" or not parts.hostname or more or not _port_exists(parts):
        origin = CLOUDS["public"].login if option == "authority" else CLOUDS["public"].graph
        raise InputError(
            f"{option} holds a user name" if "@" in url else f"{option} is '{url}'",
            remedy=f"Set {option} to an https origin without a path, such as {origin}.",
        )
    return f"https://{parts.netloc}"


def _port_exists(parts: urllib.parse.SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def _positive(seconds: int) -> float:
    if seconds < 1:
        raise InputError(
            f"timeout is {seconds}", remedy="Set timeout to the seconds that one task may take, 1 or more."
        )
    return float(seconds)
