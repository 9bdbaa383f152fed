# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was read of a tenant as a list of proofs that a product works there, or of what is in its way."""

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: product_proofs
short_description: Proofs that a product works in a tenant
version_added: 0.2.0
description:
  - Takes a product, in the sections of the role C(oidc_application), and what was read of the tenant, and tells what that proves.
  - The product's sections decide which proofs there are.
positional: _input, read
options:
  _input:
    description: The product.
    type: dict
    required: true
  read:
    description:
      - What was read. C(is) is the result of M(tenantops.entra.entra_app_info) and C(tenant) that of M(tenantops.entra.entra_tenant_info).
      - C(differing) is what the filter P(tenantops.entra.differing_settings#filter) returned, C(connector_group) a group of
        M(tenantops.entra.entra_connector_group_info), and C(connector_required) whether one must be active.
      - C(sign_ins) are results of M(tenantops.entra.entra_app_sign_in_info), one for each secret of the product,
        C(consents) of M(tenantops.entra.entra_api_permission) and C(assignments) of M(tenantops.entra.entra_app_assignment), these two in
        check mode with their C(diff). C(account) is that of M(tenantops.entra.entra_user_info) for the support account.
    type: dict
    required: true
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Show the proofs
  ansible.builtin.debug:
    msg: "{{ product | tenantops.entra.product_proofs({'is': info, 'tenant': tenant, 'differing': []}) }}"
"""

RETURN = r"""
_value:
  description:
    - A list with C(proof), C(result) and C(detail) each. The result is V(ok), V(failed), V(skipped) where the product does not ask for it,
      or V(unknown) where it cannot be told yet.
    - C(remedy) says what to do about one that failed. Only C(days_left) changes by itself from day to day.
  type: list
  elements: dict
"""

Row = t.Mapping[str, t.Any]
Proofs = t.Iterator[dict[str, t.Any]]
PLATFORMS = ("web", "spa", "public_client")
#: Of a secret that a store keeps, these say that it is gone from the tenant or has ended, not that it was mistyped.
WRONG = frozenset({"AADSTS7000215", "AADSTS7000222"})
ONBOARD = "Run onboarding, which sets it; where it was changed by hand, ask why first."


def product_proofs(product: Row, read: Row) -> list[dict[str, t.Any]]:
    sign_ins = read.get("sign_ins") or []
    return [
        *_prove_settings(read["differing"]),
        *_prove_issuer(read["tenant"]),
        *_prove_redirect_uris(product, read["is"]["application"]),
        *_prove_consent(product, read.get("consents") or []),
        *_prove_assignments(read.get("assignments") or []),
        *_prove_account(product, read.get("account") or {}),
        *_prove_connector(product, read.get("connector_group") or {}, read.get("connector_required", True)),
        *(
            row
            for secret, sign_in in zip(product.get("secrets") or [], sign_ins, strict=True)
            for row in _prove_secret(secret, sign_in, read["is"]["secrets"])
        ),
        *_prove_roles(product, sign_ins),
        *_prove_calls(product, sign_ins),
    ]


def _tell(proof: str, failure: str, detail: str, remedy: str = "") -> dict[str, t.Any]:
    """A proof that failed where there is a failure to tell, else is ok."""
    return {
        "proof": proof,
        "result": "failed" if failure else "ok",
        "detail": failure or detail,
        "remedy": remedy if failure else "",
    }


def _leave(proof: str, result: str, detail: str) -> dict[str, t.Any]:
    return {"proof": proof, "result": result, "detail": detail, "remedy": ""}


def _prove_settings(differing: t.Collection[str]) -> Proofs:
    told = f"Otherwise than asked for: {', '.join(dict.fromkeys(differing))}" if differing else ""
    yield _tell("Settings", told, "All as the product asks for", ONBOARD)


def _prove_issuer(tenant: Row) -> Proofs:
    """As clients do: the document is read below the issuer, and must name it to the letter, OpenID Connect Discovery 1.0 section 4.3."""
    issuer, url = str(tenant["issuer"]), str(tenant["discovery_url"])
    wanted = url.removesuffix("/.well-known/openid-configuration")
    failure = "" if issuer == wanted else f"The document at {url} names the issuer {issuer}"
    yield _tell("Issuer", failure, issuer, "Check cloud and authority; clients would refuse this issuer.")


def _prove_redirect_uris(product: Row, app: Row) -> Proofs:
    platforms = product.get("platforms") or {}
    wanted = {name: platforms.get(name) or [] for name in PLATFORMS}
    missing = [uri for name, uris in wanted.items() for uri in uris if uri not in (app[f"{name}_redirect_uris"] or [])]
    there = ", ".join(f"{name} {len(uris)}" for name, uris in wanted.items() if uris)
    if there:
        failure = f"Not registered: {', '.join(missing)}" if missing else ""
        yield _tell("Redirect URIs", failure, f"Registered: {there}", ONBOARD)
    elif product.get("waits_for"):
        yield _leave("Redirect URIs", "unknown", f"Waiting for {', and for '.join(product['waits_for'])}")


def _prove_consent(product: Row, consents: t.Iterable[Row]) -> Proofs:
    if not any(product.get("permissions") or []):
        return
    if not (product.get("consent") or {}).get("admin"):
        yield _leave("Consent", "skipped", "An administrator's is not asked for")
        return
    for one in consents:
        api = one.get("resource") or "the API"
        if "consented" not in one:
            yield _tell("Consent", "It could not be read", "", _say_why(one))
        else:
            missing = not one["consented"] or _differs(one)
            remedy = f"Have an administrator open {one['admin_consent_url']}"
            yield _tell("Consent", f"Not given for {api}" if missing else "", f"Given for {api}", remedy)


def _prove_assignments(assignments: t.Iterable[Row]) -> Proofs:
    for one in assignments:
        if one.get("skipped"):
            continue
        if "assignments" not in one:
            yield _tell("Assignments", "They could not be read", "", _say_why(one))
        else:
            failure = f"They would be changed: {_show_change(one['diff'])}" if _differs(one) else ""
            yield _tell("Assignments", failure, "All who are named, and those alone where that is asked for", ONBOARD)


def _prove_account(product: Row, account: Row) -> Proofs:
    """That the support is no administrator: it needs what the product's users have, and a directory role opens the whole tenant."""
    if not (product.get("support") or {}).get("account"):
        return
    if "directory_roles" not in account:
        yield _tell("Support account", "It could not be read", "", _say_why(account))
    elif account["directory_roles"] is None:
        yield _leave("Support account", "unknown", "Its directory roles may not be read")
    else:
        held = ", ".join(account["directory_roles"])
        remedy = "Take these roles from it: it needs what the product's users have, and no more."
        yield _tell("Support account", f"It is an administrator: {held}" if held else "", "No administrator", remedy)


def _say_why(result: Row) -> str:
    """The task's message, which may name times and ids of requests: it stands with the remedy, not in the detail."""
    return str(result.get("msg") or "")


def _differs(result: Row) -> bool:
    diff = result.get("diff") or {}
    return bool(diff.get("before") != diff.get("after"))


def _show_change(diff: Row) -> str:
    before, after = diff["before"], diff["after"]
    return ", ".join(
        f"{name} from {before.get(name)} to {after[name]}" for name in after if before.get(name) != after[name]
    )


def _prove_connector(product: Row, group: Row, required: bool) -> Proofs:
    if not product.get("app_proxy"):
        return
    active, name = group.get("active_connectors") or 0, group.get("name")
    if active or required:
        remedy = "Start or install a connector in the customer's network; until then users meet GatewayTimeout."
        yield _tell(
            "Connector", "" if active else f"None of the group '{name}' is active", f"Active in '{name}'", remedy
        )
    else:
        yield _leave("Connector", "skipped", f"None of the group '{name}' is active, and none is required")


def _prove_secret(wanted: Row, sign_in: Row, held: t.Iterable[Row]) -> Proofs:
    """That it signs in, and that it does not end soon."""
    name = wanted["name"]
    proof, ending = f"Sign-in ({name})", f"Secret ({name})"
    remedy = "Run onboarding, which makes a new one, and hand that over."
    if "signed_in" not in sign_in:
        yield _tell(proof, "It could not be tried", "", _say_why(sign_in))
        return
    if sign_in["signed_in"] is None and sign_in.get("key_id"):
        yield _leave(proof, "unknown", "Its value is sealed, and no run can sign in with it")
    elif sign_in["signed_in"] is None:
        if any(str(one["name"]).startswith(f"{name}:") and one["key_id"] is None for one in held):
            yield _leave(proof, "unknown", "The secret is not made yet")
        else:
            yield _tell(proof, f"{sign_in['stored_at']} keeps no value of it", "", remedy)
        return
    else:
        refusal = sign_in["refusal"] or {}
        says = f"Refused: {refusal['says']}" if refusal else ""
        known = "" if refusal.get("code") in WRONG else refusal.get("remedy")
        yield _tell(proof, says, "A token for Microsoft Graph was given", known or remedy)
    limit = wanted.get("renew_before_days") or 30
    date = str(sign_in["end"])[:10]
    soon = sign_in["days_left"] <= limit
    row = _tell(ending, f"Ends {date}, and is renewed {limit} days before" if soon else "", f"Ends {date}", remedy)
    yield {**row, "days_left": sign_in["days_left"]}


def _prove_roles(product: Row, sign_ins: t.Iterable[Row]) -> Proofs:
    asked = [role for one in product.get("permissions") or [] for role in one.get("application") or []]
    for one in sign_ins if asked else []:
        missing = [role for role in asked if role not in (one.get("roles") or [])]
        if not one.get("signed_in"):
            yield _leave("Roles in the token", "unknown", "There is no token")
        else:
            failure = f"Missing: {', '.join(missing)}" if missing else ""
            remedy = "Have an administrator consent to what the application asks for."
            yield _tell("Roles in the token", failure, ", ".join(sorted(asked)), remedy)


def _prove_calls(product: Row, sign_ins: t.Iterable[Row]) -> Proofs:
    asked = (product.get("checks") or {}).get("calls") or []
    for one in sign_ins if asked else []:
        refused = [f"{made['path']} {made['status']} {made['code']}" for made in one.get("calls") or [] if made["code"]]
        if not one.get("signed_in"):
            yield _leave("Calls of the product", "unknown", "There is no token")
        else:
            failure = f"Refused: {', '.join(refused)}" if refused else ""
            remedy = "The token lacks a permission: have an administrator consent."
            told = f"Answered: {', '.join(path.partition('?')[0] for path in asked)}"
            yield _tell("Calls of the product", failure, told, remedy)


class FilterModule:
    """What ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"product_proofs": product_proofs}
