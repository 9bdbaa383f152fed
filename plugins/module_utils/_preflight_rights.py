# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a token carries what the modules need that are to run with it. Pure: claims and needs to checks."""

from __future__ import annotations

import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._needs import Needs

Claims = t.Mapping[str, t.Any]
Check = dict[str, str]
"""check, result (ok, missing, warning or unknown), detail, remedy."""

# Permissions that open whatever the first one opens to the modules here, by the tables of permissions of Microsoft Graph's reference.
# https://learn.microsoft.com/graph/permissions-reference
STRONGER: dict[str, tuple[str, ...]] = {
    "Application.Read.All": (
        "Application.ReadWrite.All",
        "Application.ReadWrite.OwnedBy",
        "Directory.Read.All",
    ),
    "Application.ReadWrite.OwnedBy": ("Application.ReadWrite.All",),
    "DelegatedPermissionGrant.ReadWrite.All": ("Directory.ReadWrite.All",),
    "Directory.Read.All": ("Directory.ReadWrite.All",),
    "GroupMember.Read.All": (
        "Group.Read.All",
        "Group.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All",
    ),
    "Organization.Read.All": ("Organization.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"),
    "User.ReadBasic.All": ("User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"),
}
# A signed-in user's token that carries this may do in the directory what its user may, such as the Azure CLI's.
AS_USER = "Directory.AccessAsUser.All"
# https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
ROLES = {
    "Application Administrator": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    "Cloud Application Administrator": "158c047a-c907-4556-b7ef-446551a6b5f7",
    "Groups Administrator": "fdd7a751-b60b-444a-984c-02652fe8fa1c",
    "User Administrator": "fe930be7-5e62-47db-91af-98c3a49a38b1",
}
GLOBAL = "62e90394-69f5-4237-9190-012177145e10"  # Global Administrator


class Use(t.NamedTuple):
    """A module that is to run, with those of its options that need more than the module alone."""

    module: str
    needs: Needs
    options: tuple[str, ...] = ()
    optional: bool = False
    """Whether the run ends well without it."""


def tell(check: str, result: str, detail: str, remedy: str = "") -> Check:
    return {"check": check, "result": result, "detail": detail.rstrip("."), "remedy": remedy}


def check_rights(claims: Claims, uses: t.Sequence[Use], *, app_proxy_opens: bool = False) -> list[Check]:
    """What is missing of the permissions and directory roles; one check that says so where nothing is.

    app_proxy_opens: this very token was let in to Application Proxy, whatever is documented.
    """
    signed_in = "scp" in claims
    found = [
        *_check_kind(signed_in, uses, app_proxy_opens),
        *_check_permissions(claims, signed_in, uses),
        *(_check_roles(claims, uses) if signed_in else ()),
    ]
    if found or not uses:
        return found
    modules = ", ".join(sorted({use.module for use in uses}))
    return [tell("Permissions", "ok", f"All that is needed by {modules}")]


def name_identity(claims: Claims) -> str:
    """Who it is, for people."""
    application = f"application {claims.get('appid') or claims.get('azp') or '(not told)'}"
    if "scp" not in claims:
        return application
    return f"{claims.get('upn') or claims.get('preferred_username') or claims.get('oid')}, through {application}"


def _check_kind(signed_in: bool, uses: t.Sequence[Use], app_proxy_opens: bool) -> t.Iterator[Check]:
    modules = [use.module for use in uses if use.needs.delegated and not use.needs.application and not use.optional]
    if modules and not signed_in and not app_proxy_opens:
        yield tell(
            "Kind of identity",
            "missing",
            f"An application signs in, and Microsoft documents for signed-in users only what {_listed(modules)} does",
            "Give Application Proxy an identity of its own, such as auth_kind azure_cli or refresh_token, of a user who holds the active "
            "role Application Administrator.",
        )


def _check_permissions(claims: Claims, signed_in: bool, uses: t.Sequence[Use]) -> t.Iterator[Check]:
    held = set(claims["scp"].split() if signed_in else claims.get("roles", []))
    if signed_in and AS_USER in held:
        return
    lacking: dict[str, list[Use]] = {}
    for use in uses:
        wanted = use.needs.delegated if signed_in else use.needs.application
        more = [name for option in use.options for name in use.needs.options.get(option, ())] if wanted else []
        for name in dict.fromkeys([*wanted, *more]):
            if not held & {name, *STRONGER.get(name, ())}:
                lacking.setdefault(name, []).append(use)
    kind = "delegated" if signed_in else "application"
    for name, without in lacking.items():
        optional = all(use.optional for use in without)
        yield tell(
            "Permission",
            "warning" if optional else "missing",
            f"{name}, {kind}, is not in the token, and is needed by {_listed(use.module for use in without)}",
            f"Add it to {name_identity(claims)} as {kind} permission of Microsoft Graph, have an administrator consent, and use a new token."
            + (" Without it the handoff names a link for an administrator." if optional else ""),
        )


def _check_roles(claims: Claims, uses: t.Sequence[Use]) -> t.Iterator[Check]:
    """A role is needed for what the user does not own; where no application is let in either, for everything."""
    held = {str(role).lower() for role in claims.get("wids", [])}
    lacking: dict[tuple[str, ...], list[Use]] = {}
    for use in uses:
        if use.needs.roles and not held & {GLOBAL, *(ROLES[role] for role in use.needs.roles)}:
            lacking.setdefault(use.needs.roles, []).append(use)
    for roles, without in lacking.items():
        strict = any(not use.needs.application and not use.optional for use in without)
        yield tell(
            "Directory role",
            "missing" if strict else "warning",
            f"{' or '.join(roles)} is not an active role of {name_identity(claims)}, and is needed by {_listed(use.module for use in without)}"
            + ("" if strict else " for what the user does not own"),
            "Have it assigned in this tenant, or activate it, and sign in anew.",
        )


def _listed(modules: t.Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(modules))
