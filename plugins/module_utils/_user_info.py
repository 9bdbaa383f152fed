# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A user as it is there, with the directory roles that make an administrator of it."""

from __future__ import annotations

from ansible_collections.tenantops.entra.plugins.module_utils._errors import GraphError, NotFound
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import Reader
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Object
from ansible_collections.tenantops.entra.plugins.module_utils._schema import camel, value_at
from ansible_collections.tenantops.entra.plugins.module_utils._user import FIELDS, NAMES, find_user

SHOWN = ("user_principal_name", "mail", "user_type", "external_user_state")
ROLE = "#microsoft.graph.directoryRole"
NEEDED = "Directory.Read.All"


def read(reader: Reader) -> Object:
    """The module's result. Raises NotFound."""
    user = find_user(reader)
    if user is None:
        option = next(name for name in NAMES if reader.params.get(name))
        raise NotFound(
            f"There is no user with the {option} '{reader.params[option]}' in this tenant",
            remedy="Correct it, or make the user with entra_user.",
        )
    roles = _list_roles(reader, user)
    return {
        "object_id": user["id"],
        **{name: user.get(camel(name)) for name in SHOWN},
        **{field.option: value_at(user, field.where) for field in FIELDS},
        "directory_roles": roles,
        "unreadable": {} if roles is not None else {"directory_roles": NEEDED},
    }


def _list_roles(reader: Reader, user: Object) -> list[str] | None:
    """The names of the active roles, through groups as well, or the id of one whose name may not be read. None where none may be read.

    https://learn.microsoft.com/graph/api/user-list-transitivememberof
    """
    try:
        held = reader.graph.pages(f"/users/{user['id']}/transitiveMemberOf")
    except GraphError as error:
        if error.status != 403:
            raise
        return None
    return sorted(str(one.get("displayName") or one["id"]) for one in held if one.get("@odata.type") == ROLE)
