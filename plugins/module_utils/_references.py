# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Names to ids: users, groups and service principals as people write them."""

from __future__ import annotations

import urllib.parse

from ansible_collections.tenantops.entra.plugins.module_utils._connection_rules import GUID
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError, NotFound
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import Reader, filtered, literal, only, quote
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Object


def find_user(reader: Reader, name: str) -> Object:
    """A user by object id, user principal name or mail address. Raises NotFound, NotUnique."""
    _refuse_empty(name, "user")
    select = "id,displayName,userPrincipalName,mail"
    # a UPN that holds # (a guest's) is quoted, see https://learn.microsoft.com/graph/api/user-get
    user = reader.graph.find(f"/users/{urllib.parse.quote(name, safe='@')}?$select={select}")
    user = reader.writes.correct("user", name, user)
    if user is not None and not GUID.fullmatch(user.get("id", "")):  # a rehearsal would have made it
        return {**user, "id": name}
    if user is None and "@" in name:
        user = only(
            reader.graph.pages(filtered("/users", f"mail eq {literal(name)}", select)),
            f"user '{name}'",
            "Name the user by user principal name, mail address or object id; a guest must have been invited.",
        )
    if user is None:
        raise NotFound(
            f"There is no user '{name}' in this tenant",
            remedy="Name the user by user principal name, mail address or object id.",
        )
    return user


def _refuse_empty(name: str, what: str) -> None:
    """An empty key would name the whole collection."""
    if not name.strip():
        raise InputError(
            f"The name of a {what} is empty", remedy="Correct the list that it stands in, or leave it out."
        )


def find_group(reader: Reader, name: str) -> Object:
    """A group by object id or exact display name. Raises NotFound, NotUnique."""
    _refuse_empty(name, "group")
    select = "id,displayName,securityEnabled,mailEnabled"
    if GUID.fullmatch(name):
        group = reader.graph.find(f"/groups/{name}?$select={select}")
        return only([group] if group else [], f"group '{name}'", "Check the object id.")
    found = reader.graph.pages(filtered("/groups", f"displayName eq {literal(name)}", select))
    made = reader.writes.correct("group", name, None)
    if not found and made:  # by an earlier task of this run; in a rehearsal it has no id yet
        found = [made]
    return only(
        found, f"group '{name}'", "Make the group first, or correct its name: display names are compared exactly."
    )


def find_principal(reader: Reader, name: str) -> Object:
    """A user, group or service principal by object id, or a user by user principal name. Raises NotFound, NotUnique."""
    if not GUID.fullmatch(name):
        return find_user(reader, name)
    found = reader.graph.find(f"/directoryObjects/{name}")
    return only([found] if found else [], f"user, group or service principal '{name}'", "Check the object id.")


def find_resource(reader: Reader, name: str) -> Object:
    """The service principal of an API, by app id or display name, with the permissions it offers. Raises NotFound, NotUnique."""
    _refuse_empty(name, "API")
    select = "id,appId,displayName,appRoles,oauth2PermissionScopes"
    if name == "Microsoft Graph":
        name = "00000003-0000-0000-c000-000000000000"
    if GUID.fullmatch(name):
        found = reader.graph.find(f"/servicePrincipals(appId={quote(name)})?$select={select}")
        return only(
            [found] if found else [], f"service principal of the API '{name}'", "Add the API to this tenant first."
        )
    return only(
        reader.graph.pages(filtered("/servicePrincipals", f"displayName eq {literal(name)}", select)),
        f"service principal of the API '{name}'",
        "Name the API by its application (client) id, or add it to this tenant first.",
    )
