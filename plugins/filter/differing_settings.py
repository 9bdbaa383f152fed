# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a tenant holds otherwise than a product asks for."""

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: differing_settings
short_description: The settings that a tenant holds otherwise than a product asks for
version_added: 0.2.0
description:
  - Compares a product, in the sections of the role C(oidc_application), with what M(tenantops.entra.entra_app_info) read.
  - Of a list the tenant may hold more than is asked for, but for the tenants that may use the application.
    Of a dictionary only the keys that are asked for are compared.
  - An application ID URI holds when the tenant holds those asked for, or their fallback.
positional: _input, read, sections
options:
  _input:
    description: The product.
    type: dict
    required: true
  read:
    description: What was read back.
    type: dict
    required: true
  sections:
    description: The table of settings that the filter P(tenantops.entra.filled_settings#filter) takes, for their labels.
    type: list
    elements: dict
    default: []
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Fail where a setting was changed by hand
  vars:
    product: {platforms: {web: ['https://app.example/callback']}}
    differing: '{{ product | tenantops.entra.differing_settings(info) }}'
  ansible.builtin.assert:
    that: differing | length == 0
    fail_msg: "{{ differing | join(', ') }}"
"""

RETURN = r"""
_value:
  description: The label of each setting that differs, or its place where the table has none.
  type: list
  elements: str
"""

Row = t.Mapping[str, t.Any]
#: Options that are about the task rather than about what the tenant holds.
NOT_HELD = {"identifier_uris", "identifier_uris_fallback", "adopt", "exact", "state", "unique_name", "object_id"}
OF_THE_PRINCIPAL = {"app_role_assignment_required", "visible", "account_enabled"}


def differing_settings(product: Row, read: Row, sections: t.Iterable[Row] = ()) -> list[str]:
    labels = {row["at"]: row["label"] for section in sections for row in section["rows"]}
    return [labels.get(place, place) for place, holds in _compare(product, read) if not holds]


def _compare(product: Row, read: Row) -> t.Iterator[tuple[str, bool]]:
    """Each setting's place in what was read, and whether it holds there."""
    app = read["application"]
    yield from _compare_application({**product.get("application", {}), **product.get("api", {})}, read)
    for platform, uris in product.get("platforms", {}).items():
        if f"{platform}_redirect_uris" in app:
            yield f"app.{platform}_redirect_uris", _holds(uris or [], app[f"{platform}_redirect_uris"])
    yield from _compare_claims(product.get("claims", {}), app)
    for token, claims in product.get("optional_claims", {}).get("tokens", {}).items():
        yield "app.optional_claims", _holds(claims, app["optional_claims"][token])
    yield from _compare_permissions(product.get("permissions", []), app["required_permissions"])
    proxy = read.get("app_proxy") or {}
    for option, value in product.get("app_proxy", {}).items():
        if option not in {"connector_group", "state"}:
            yield f"proxy.{option}", _holds(_folded(value), _folded(proxy.get(option)))
    yield from _compare_assignments(product.get("assignment", {}), read["assignments"])


def _compare_application(wished: Row, read: Row) -> t.Iterator[tuple[str, bool]]:
    app, principal = read["application"], read["service_principal"] or {}
    accepted = [uris for uris in (wished.get("identifier_uris"), wished.get("identifier_uris_fallback")) if uris]
    yield (
        "app.identifier_uris",
        not accepted or any(_holds(_filled(one, app), app["identifier_uris"]) for one in accepted),
    )
    for option, value in wished.items():
        if option in OF_THE_PRINCIPAL:
            yield f"enterprise.{option}", _holds(value, principal.get(option))
        elif option == "sign_in_audience_restrictions":
            yield f"app.{option}.allowed_tenant_ids", _same_tenants(value, app.get(option) or {})
        elif option not in NOT_HELD:
            yield f"app.{option}", _holds(value, app.get(option))


def _same_tenants(wished: Row, held: Row) -> bool:
    """Who may sign in is the one list of which a tenant must not hold more."""
    listed, kept = (sorted(map(_folded, one.get("allowed_tenant_ids") or [])) for one in (wished, held))
    return bool(wished["kind"] == held.get("kind") and listed == kept)


def _compare_permissions(asked: t.Iterable[Row], held: t.Collection[Row]) -> t.Iterator[tuple[str, bool]]:
    for permission in asked:
        resource = permission.get("resource") or "Microsoft Graph"
        api: Row = next((one for one in held if one["resource"] == resource), {})
        for kind in ("delegated", "application"):
            yield f"permissions.{kind}", _holds(permission.get(kind) or [], api.get(kind) or [])


def _compare_claims(claims: Row, app: Row) -> t.Iterator[tuple[str, bool]]:
    yield (
        "app.group_membership_claims",
        _holds(claims.get("group_membership_claims", []), app["group_membership_claims"]),
    )
    tokens = [name for name, form in claims.get("tokens", {}).items() if form.get("emit", True)]
    yield "app.group_claim_tokens", _holds(tokens, app["group_claim_tokens"])


def _compare_assignments(assignment: Row, held: t.Iterable[Row]) -> t.Iterator[tuple[str, bool]]:
    known = {_folded(one[key]) for one in held for key in ("principal_id", "principal_name")}
    groups = [_folded(group.get("id") or group.get("name")) for group in assignment.get("groups", [])]
    yield "assigned.groups", known >= set(groups)


def _holds(wished: t.Any, held: t.Any) -> bool:
    if isinstance(wished, t.Mapping):
        return isinstance(held, t.Mapping) and all(_holds(value, held.get(name)) for name, value in wished.items())
    if isinstance(wished, t.Sequence) and not isinstance(wished, str):
        return all(any(_holds(item, one) for one in held or []) for item in wished)
    return bool(wished == held) or (wished == "" and held is None)


def _filled(uris: t.Iterable[str], app: Row) -> list[str]:
    return [uri.replace("{app_id}", str(app["app_id"])) for uri in uris]


def _folded(value: t.Any) -> t.Any:
    return value.lower() if isinstance(value, str) else value


class FilterModule:
    """What ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"differing_settings": differing_settings}
