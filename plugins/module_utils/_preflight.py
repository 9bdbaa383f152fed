# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a tenant and its identity lack for what is to be run, all of it and not the first alone. It reads, and fails for none of it."""

from __future__ import annotations

import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils import _preflight_policy, _tenant_info
from ansible_collections.tenantops.entra.plugins.module_utils._app_proxy import choose_group, list_groups
from ansible_collections.tenantops.entra.plugins.module_utils._connector_group import list_connectors
from ansible_collections.tenantops.entra.plugins.module_utils._errors import EntraError, GraphError, InputError
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import Reader
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Object
from ansible_collections.tenantops.entra.plugins.module_utils._preflight_rights import (
    Check,
    Use,
    check_rights,
    name_identity,
    tell,
)

READ_BY = {"Tenant": "Organization.Read.All", "Licence": "Organization.Read.All", "Policy": "Policy.Read.All"}
SKEW = 60.0  # seconds; client assertions are refused from 5 minutes on


class PreflightReader(Reader, t.Protocol):
    """What read needs of a module's context."""

    @property
    def tenant_id(self) -> str: ...
    @property
    def services(self) -> t.Mapping[str, t.Any]: ...


def read(reader: PreflightReader) -> Object:
    """The module's result."""
    uses = _find_uses(reader)
    stores = [check for wanted in reader.params["stores"] for check in _check_store(reader, wanted)]
    try:
        claims = reader.graph.identity()
    except EntraError as error:
        return {"checks": [_tell_failure("Sign-in", error), *stores]}
    parts: list[tuple[str, t.Callable[[PreflightReader], list[Check]]]] = [("Tenant", _check_tenant)]
    if reader.params["app_proxy"]:
        parts.append(("Licence", _check_licence))
    if reader.params["connectors"]:
        parts.append(("Connector", _check_connectors))
    if any(wanted["lifetime_days"] for wanted in reader.params["stores"]) or reader.params["redirect_uris"]:
        parts.append(("Policy", _preflight_policy.check))
    found = {name: _attempt(reader, name, check) for name, check in parts}
    opened = any(check["result"] == "ok" for check in found.get("Connector", []))
    return {
        "checks": [
            tell("Sign-in", "ok", name_identity(claims)),
            *found.pop("Tenant"),
            *check_rights(claims, uses, app_proxy_opens=opened),
            *(check for checks in found.values() for check in checks),
            *stores,
            *_check_clock(reader),
        ]
    }


def _find_uses(reader: PreflightReader) -> list[Use]:
    """Raises InputError for a module that there is none of."""
    needs_of = reader.services.get("needs_of")
    if needs_of is None:
        raise InputError(
            "What modules need is known only where ansible-core itself runs",
            remedy="Leave delegate_to away from this task.",
        )
    return [
        Use(use["module"], needs_of(use["module"]), tuple(use["options"]), use["optional"])
        for use in reader.params["uses"]
    ]


def _attempt(reader: PreflightReader, name: str, check: t.Callable[[PreflightReader], list[Check]]) -> list[Check]:
    """What may not be read is unknown: whether the permission is needed, the permissions tell."""
    try:
        return check(reader)
    except GraphError as error:
        if error.status == 403 and name != "Connector":
            return [tell(name, "unknown", "It may not be read", f"{READ_BY[name]} would let it.")]
        return [_tell_failure(name, error)]
    except EntraError as error:
        return [_tell_failure(name, error)]


def _tell_failure(name: str, error: EntraError) -> Check:
    """What Microsoft answered, with its marks, which its support asks for."""
    marks = ", ".join(f"{mark.replace('_', ' ')} {value}" for mark, value in error.marks.items())
    return tell(name, "missing", error.what, f"{error.remedy} ({marks})".strip() if marks else error.remedy)


def _check_tenant(reader: PreflightReader) -> list[Check]:
    """That the tenant is the customer's: an id that was pasted into another customer's file fits its token all the same."""
    try:
        organization = _tenant_info.read_organization(reader)
    except GraphError as error:
        if error.status != 403 or not reader.params["expected_domain"]:
            raise
        return [
            tell(
                "Tenant",
                "missing",
                "Its domains may not be read, so expected_domain cannot be checked",
                f"Grant {READ_BY['Tenant']}.",
            )
        ]
    wanted = (reader.params["expected_domain"] or "").strip().rstrip(".").lower()
    domains = [str(one["name"]) for one in organization["verified_domains"]]
    told = f'{reader.tenant_id} is "{organization["display_name"]}"'
    if organization["tenant_id"].lower() != reader.tenant_id:
        return [
            tell("Tenant", "missing", f"Microsoft Graph answered for {organization['tenant_id']}", "Check graph_url.")
        ]
    if wanted and wanted not in {domain.lower() for domain in domains}:
        return [
            tell(
                "Tenant",
                "missing",
                f"{told} with the domains {', '.join(domains)}, and expected_domain is {wanted}",
                "The tenant id and the customer do not belong together: correct one of the two.",
            )
        ]
    return [tell("Tenant", "ok", told + (f", and has verified {wanted}" if wanted else ""))]


def _check_licence(reader: PreflightReader) -> list[Check]:
    if any(one["app_proxy"] for one in _tenant_info.describe_licences(reader.graph.pages("/subscribedSkus"))):
        return [tell("Licence", "ok", "Microsoft Entra ID P1 or P2, which Application Proxy needs")]
    return [
        tell(
            "Licence",
            "missing",
            "No subscription holds Microsoft Entra ID P1 or P2, which Application Proxy needs",
            "Have the customer buy or try one.",
        )
    ]


def _check_connectors(reader: PreflightReader) -> list[Check]:
    """Raises NotFound where there is no such group."""
    name = reader.params["connector_group"] or ""
    group = choose_group(list_groups(reader, name), name)
    active = sum(one.get("status") == "active" for one in list_connectors(reader, group))
    if active:
        return [tell("Connector", "ok", f"{active} active in '{group['name']}'")]
    return [
        tell(
            "Connector",
            "missing" if reader.params["connector_required"] else "warning",
            f"None of the connector group '{group['name']}' is active, so that users would meet GatewayTimeout",
            "Start or install a connector in the customer's network, or name another group.",
        )
    ]


def _check_store(reader: PreflightReader, wanted: Object) -> list[Check]:
    """That a value could be kept: something of no meaning is written, read back and removed."""
    name = f"Store ({wanted['name']})"
    try:
        store = reader.services["open_store"](reader.services["complete_store"](wanted["store"]))
        store.probe()
    except EntraError as error:
        return [_tell_failure(name, error)]
    return [tell(name, "ok", f"{store.where} can be written")]


def _check_clock(reader: PreflightReader) -> list[Check]:
    """By the Date header of the last answer, https://www.rfc-editor.org/rfc/rfc9110#name-date."""
    ahead = reader.graph.clock_ahead
    if ahead is None or abs(ahead) < SKEW:
        return [] if ahead is None else [tell("Clock", "ok", "It agrees with Microsoft's")]
    return [
        tell(
            "Clock",
            "warning",
            f"This machine's is {abs(ahead):.0f} s {'ahead of' if ahead > 0 else 'behind'} Microsoft's",
            "Set it, by NTP: certificates and tokens are refused outside their time.",
        )
    ]
