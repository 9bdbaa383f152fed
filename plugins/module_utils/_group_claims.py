# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""groupMembershipClaims and the optional claim `groups` of each token as one unit.

https://learn.microsoft.com/entra/identity-platform/optional-claims#configure-groups-optional-claims
"""

from __future__ import annotations

import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import keys_of
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Call, Object, Plan

Params = t.Mapping[str, t.Any]

GROUPS = ("SecurityGroup", "DirectoryRole", "ApplicationGroup", "All", "None")
TOKENS = {"id_token": "idToken", "access_token": "accessToken", "saml2_token": "saml2Token"}
NAMES = ("sam_account_name", "dns_domain_and_sam_account_name", "netbios_domain_and_sam_account_name")
FORMS = (*NAMES, "cloud_displayname", "emit_as_roles")


def refuse(params: Params) -> None:
    """Raises InputError with the first option that is wrong."""
    groups = params.get("group_membership_claims")
    if groups and "None" in groups and len(set(groups)) > 1:
        raise InputError("group_membership_claims holds None and others", remedy="Give None alone, or leave it out.")
    for token, wanted in _given(params).items():
        forms = wanted.get("additional_properties") or []
        if forms and not wanted["emit"]:
            raise InputError(f"{token} holds additional_properties, but emit is false", remedy="Leave one of them out.")
        if len(names := [form for form in forms if form in NAMES]) > 1:
            raise InputError(
                f"{token}.additional_properties holds {' and '.join(names)}, of which only one is used",
                remedy="Choose one.",
            )
        if groups is not None and params["state"] == "present":
            _refuse_display_name(token, forms, groups)


def _given(params: Params) -> dict[str, Object]:
    """The tokens that the options name."""
    return {token: given for token, given in (params.get("tokens") or {}).items() if given is not None}


def _refuse_display_name(token: str, forms: list[str], groups: list[str]) -> None:
    if "cloud_displayname" in forms and "ApplicationGroup" not in groups:
        raise InputError(
            f"{token} tells cloud_displayname, which is told of groups assigned to the application alone",
            remedy="Add ApplicationGroup to group_membership_claims.",
        )


def plan(params: Params, application: Object) -> Plan:
    groups, tokens = read_groups(application), read_tokens(application)
    wanted_groups, wanted = _wish(params, groups, tokens)
    for token in wanted if params["state"] == "present" else ():
        _refuse_display_name(token, wanted[token]["additional_properties"], wanted_groups)
    before, after, body = Object(), Object(), Object()
    if params["state"] == "absent" or params.get("group_membership_claims") is not None:
        same = frozenset(groups) - {"None"} == frozenset(wanted_groups) - {"None"}  # None is as if it were unset
        before["group_membership_claims"], after["group_membership_claims"] = groups, groups if same else wanted_groups
        if not same:
            body["groupMembershipClaims"] = ",".join(wanted_groups) or None
    if wanted:
        changing = {token: form for token, form in wanted.items() if not _same(tokens[token], form)}
        before["tokens"], after["tokens"] = tokens, {**tokens, **changing}
        if changing:
            body["optionalClaims"] = _optional_claims(application, changing)
    does, path = "change the group claims", "/applications/{application.id}"
    call = Call(does, "PATCH", path, body, kind="application", keys=keys_of(application))
    told = {"group_membership_claims": groups, "tokens": tokens, **after}
    warnings = () if params["state"] == "absent" else _warn(told, application)
    return Plan(before, after, (call,) if body else (), {"application": application}, told, warnings)


def read_groups(application: Object) -> list[str]:
    """The groups that the application's tokens tell. The service joins them with commas, with or without a space."""
    groups = (part.strip() for part in (application.get("groupMembershipClaims") or "").split(","))
    return [group for group in groups if group]


def read_tokens(application: Object) -> dict[str, Object]:
    """Whether each token tells groups, and in which form, in option names."""
    claims = application.get("optionalClaims") or {}
    return {token: _show(_groups_claim(claims.get(name))) for token, name in TOKENS.items()}


def _groups_claim(claims: list[Object] | None) -> Object | None:
    """The predefined claim among the token's; one of that name with a source is a directory extension."""
    return next((claim for claim in claims or [] if claim.get("name") == "groups" and not claim.get("source")), None)


def _show(claim: Object | None) -> Object:
    return {"emit": claim is not None, "additional_properties": list((claim or {}).get("additionalProperties") or [])}


def _wish(params: Params, groups: list[str], tokens: dict[str, Object]) -> tuple[list[str], dict[str, Object]]:
    """The groups as they are to be, and the tokens that the options name."""
    silent = {"emit": False, "additional_properties": []}
    if params["state"] == "absent":
        return [], dict.fromkeys(TOKENS, silent)
    wanted = {}
    for token, given in _given(params).items():
        forms = given.get("additional_properties")
        kept = tokens[token]["additional_properties"] if forms is None else list(dict.fromkeys(forms))
        wanted[token] = {"emit": True, "additional_properties": kept} if given["emit"] else silent
    asked = params.get("group_membership_claims")
    return groups if asked is None else list(dict.fromkeys(asked)), wanted


def _same(one: Object, other: Object) -> bool:
    """Whether two forms mean the same: their order means nothing."""
    return one["emit"] == other["emit"] and set(one["additional_properties"]) == set(other["additional_properties"])


def _optional_claims(application: Object, wanted: Object) -> Object:
    """The property as a whole, every claim but `groups` as it was."""
    current = application.get("optionalClaims") or {}
    claims: Object = {name: list(current.get(name) or []) for name in TOKENS.values()}
    for token, form in wanted.items():
        name = TOKENS[token]
        ours = _groups_claim(claims[name])
        claim = {
            **(ours or {"name": "groups", "source": None, "essential": False}),
            "additionalProperties": form["additional_properties"],
        }
        others = [other for other in claims[name] if other is not ours]
        claims[name] = [*others, claim] if form["emit"] else others
    return claims


def _warn(told: Object, application: Object) -> tuple[str, ...]:
    telling = {token: form["additional_properties"] for token, form in told["tokens"].items() if form["emit"]}
    roles = [token for token, forms in telling.items() if "emit_as_roles" in forms]
    warnings = []
    if telling and not set(told["group_membership_claims"]) - {"None"}:
        warnings.append(f"{', '.join(telling)} will hold no groups as long as group_membership_claims names none.")
    if roles and application.get("appRoles"):
        warnings.append(f"{', '.join(roles)} tells groups as roles, and the application's own app roles no more.")
    return tuple(warnings)
