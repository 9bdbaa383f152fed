# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Which modules a product's onboarding runs, with which identity."""

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: product_uses
short_description: The modules that onboarding a product runs, by identity
version_added: 0.2.0
description:
  - Takes a product as the role P(tenantops.entra.oidc_application#role) does.
  - Tells what M(tenantops.entra.entra_preflight_info) takes as its option O(tenantops.entra.entra_preflight_info#module:uses).
positional: _input, run_tags, skip_tags
options:
  _input:
    description: The product.
    type: dict
    required: true
  run_tags:
    description: The tags that the run is limited to, as C(ansible_run_tags) tells them.
    type: list
    elements: str
    default: [all]
  skip_tags:
    description: The tags that the run leaves out, as C(ansible_skip_tags) tells them.
    type: list
    elements: str
    default: []
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Show what onboarding a product with a client secret takes
  vars:
    product: {key: notes, name: Notes, secrets: [{name: notes, store: {path: secrets/notes.yml}}]}
  ansible.builtin.debug:
    msg: "{{ product | tenantops.entra.product_uses(ansible_run_tags) }}"
"""

RETURN = r"""
_value:
  description:
    - C(run) lists the modules that run with the identity of the play, C(proxy) with that of Application Proxy, C(consent) with the one that
      consents.
    - C(steps) lists the steps that are run, and C(stores) the places that secrets are kept in.
  type: dict
"""

Product = t.Mapping[str, t.Any]
STEPS = ("register", "publish", "sign_in", "consent", "secret", "assign", "verify", "handoff")
EVERYTHING = {"all", "tagged", "preflight"}
SIGN_IN = {
    "api": "entra_app_registration",
    "platforms": "entra_redirect_uri",
    "claims": "entra_group_claims",
    "optional_claims": "entra_optional_claim",
    "permissions": "entra_api_permission",
}
LIFETIME = 180  # days, the default of entra_app_secret


def product_uses(
    product: Product, run_tags: t.Iterable[str] = ("all",), skip_tags: t.Iterable[str] = ()
) -> dict[str, list[t.Any]]:
    run, skipped = set(run_tags), set(skip_tags)
    steps = [step for step in STEPS if run & {step, *EVERYTHING} and step not in skipped]
    if "handoff" in steps and "verify" not in steps:
        steps.append("verify")  # a document holds what was read back
    told = [(identity, use) for step, identity, use in _list_uses(product) if step in steps]
    by_identity = {name: [use for identity, use in told if identity == name] for name in ("run", "proxy", "consent")}
    stores = [
        {"name": one["name"], "store": one["store"], "lifetime_days": one.get("lifetime_days") or LIFETIME}
        for one in product.get("secrets") or []
        if "secret" in steps
    ]
    return {**by_identity, "steps": steps, "stores": stores}


def _list_uses(product: Product) -> t.Iterator[tuple[str, str, dict[str, t.Any]]]:
    """Step, identity and use."""
    proxy = product.get("app_proxy") or {}
    owners = ["owners"] if (product.get("application") or {}).get("owners") else []
    yield "register", "run", _use("entra_app_registration", *owners)
    if proxy:
        group = ["connector_group"] if proxy.get("connector_group") else []
        yield "publish", "proxy", _use("entra_app_proxy", *group)
    yield from (("sign_in", "run", _use(module)) for section, module in SIGN_IN.items() if product.get(section))
    if any(product.get("permissions") or []) and (product.get("consent") or {}).get("admin"):
        yield "consent", "consent", _use("entra_api_permission", "admin_consent", optional=True)
    if product.get("secrets"):
        yield "secret", "run", _use("entra_app_secret")
        yield "verify", "run", _use("entra_app_sign_in_info")
    yield from (("assign", "run", use) for use in _list_assigning(product))
    yield "verify", "run", _use("entra_tenant_info")
    yield "verify", "proxy" if proxy else "run", _use("entra_app_info")
    if proxy:
        yield "verify", "proxy", _use("entra_connector_group_info")


def _list_assigning(product: Product) -> t.Iterator[dict[str, t.Any]]:
    support = (product.get("support") or {}).get("account") or {}
    assignment = product.get("assignment") or {}
    principals = [name for name in ("users", "groups") if assignment.get(name) or (support and name == "users")]
    if principals or assignment.get("exact"):
        yield _use("entra_app_assignment", *principals)
    if support and support.get("kind", "existing") != "existing":
        yield _use("entra_user")
    if support and support.get("groups"):
        yield _use("entra_group", "members")


def _use(module: str, *options: str, optional: bool = False) -> dict[str, t.Any]:
    return {"module": module, "options": list(options), "optional": optional}


class FilterModule:
    """What ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"product_uses": product_uses}
