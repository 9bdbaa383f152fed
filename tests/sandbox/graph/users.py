# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Users.

Source: https://learn.microsoft.com/graph/api/resources/user
"""

from __future__ import annotations

import uuid

from sandbox.graph.applications import delete_softly
from sandbox.graph.bodies import check_body, format_time, merge
from sandbox.graph.calls import NO_CONTENT, Answer, Call
from sandbox.graph.directory import require_object, security_identifier
from sandbox.graph.errors import bad_request, denied, not_found
from sandbox.graph.pages import entity_answer, list_answer
from sandbox.graph.permissions import check_role
from sandbox.graph.schema import find_type
from sandbox.graph.user_rules import check_password, check_user
from sandbox.store import Record, Tenant

KINDS = ("user",)
#: Permissions that reach the signed-in user alone.
OWN = frozenset({"User.Read", "User.ReadWrite"})
#: Permissions that reach some properties alone. https://learn.microsoft.com/graph/permissions-reference
PARTS = {
    "User.EnableDisableAccount.All": {"accountEnabled"},
    "User.ManageIdentities.All": {"identities"},
    "User-Mail.ReadWrite.All": {"otherMails"},
    "User-PasswordProfile.ReadWrite.All": {"passwordProfile"},
    "User-Phone.ReadWrite.All": {"businessPhones", "mobilePhone"},
}


def create_user(tenant: Tenant, properties: Record) -> Record:
    """Create a user from Graph's properties; the password is kept as a hash. Raises 400 where a rule is broken."""
    given = check_body(properties, "user", "v1.0", creating=True)
    profile = given.pop("passwordProfile")
    if not profile.get("password"):
        raise bad_request("A password must be specified to create a new user.")
    key = str(uuid.uuid4())
    record = merge(
        {
            **find_type("user").defaults(),
            "id": key,
            "securityIdentifier": security_identifier(key),
            "createdDateTime": format_time(tenant.clock()),
            "lastPasswordChangeDateTime": format_time(tenant.clock()),
            "onPremisesExtensionAttributes": find_type("onPremisesExtensionAttributes").defaults(),
            "userType": "Member",
        },
        given,
        "user",
    )
    check_user(tenant, None, record)
    check_password(profile["password"])
    tenant.keep_secret(record["id"], profile["password"])
    return tenant.put("user", record)


def list_users(call: Call) -> Answer:
    """GET users."""
    return list_answer(call, "user", call.view.all("user"), "users")


def get_user(call: Call) -> Answer:
    """GET users/{id or userPrincipalName}."""
    record = require_object(call, KINDS)[1]
    _check_reach(call, record, frozenset())
    return entity_answer(call, "user", record, "users")


def get_me(call: Call) -> Answer:
    """GET me: the user of a delegated token."""
    record = call.view.get("user", call.caller.user_id or "")
    if record is None:
        raise not_found(call.caller.user_id or "")
    return entity_answer(call, "user", record, "users")


def post_user(call: Call) -> Answer:
    """POST users."""
    check_role(call)
    return entity_answer(call, "user", create_user(call.tenant, call.body), "users", 201)


def patch_user(call: Call) -> Answer:
    """PATCH users/{id or userPrincipalName}."""
    check_role(call)
    key = require_object(call, KINDS)[1]["id"]
    changes = check_body(call.body, "user", call.version)
    _check_reach(call, {"id": key}, frozenset(changes))
    before = call.present.get("user", key)
    if before is None:
        raise not_found(key)
    profile = changes.pop("passwordProfile", None) or {}
    after = merge(before, changes, "user")
    check_user(call.tenant, before, after)
    if profile.get("password"):
        check_password(profile["password"])
        call.tenant.keep_secret(key, profile["password"])
        after = {**after, "lastPasswordChangeDateTime": format_time(call.tenant.clock())}
    call.tenant.put("user", after)
    return NO_CONTENT


def revoke_sessions(call: Call) -> Answer:
    """POST users/{id}/revokeSignInSessions: refresh tokens and browsers' sessions end.

    Source: https://learn.microsoft.com/graph/api/user-revokesigninsessions
    """
    check_role(call)
    key = require_object(call, KINDS)[1]["id"]
    before = call.present.get("user", key)
    if before is None:
        raise not_found(key)
    call.tenant.put("user", {**before, "signInSessionsValidFromDateTime": format_time(call.tenant.clock())})
    return Answer(200, {"@odata.context": f"{call.base}/$metadata#Edm.Boolean", "value": True})


def delete_user(call: Call) -> Answer:
    """DELETE users/{id}: into the deleted items."""
    check_role(call)
    delete_softly(call.tenant, "user", require_object(call, KINDS)[1])
    return NO_CONTENT


def _check_reach(call: Call, record: Record, changes: frozenset[str]) -> None:
    """Raise 403 where all that the caller holds is for itself, or for other properties than those it changes."""
    broad = call.held - OWN - set(PARTS)
    reached = {name for permission in call.held & set(PARTS) for name in PARTS[permission]}
    own = bool(call.held & OWN) and record["id"] == call.caller.user_id
    if call.held and not broad and not own and (not changes or changes - reached):
        raise denied()
