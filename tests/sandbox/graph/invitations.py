# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Invitations: people from elsewhere become guests of the tenant.

Source: https://learn.microsoft.com/graph/api/invitation-post and
https://learn.microsoft.com/entra/external-id/user-properties. No mail is sent, and redeeming is not emulated.
"""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

from sandbox.graph.bodies import check_body, format_time
from sandbox.graph.calls import Answer, Call
from sandbox.graph.errors import bad_request, invalid_value, not_built
from sandbox.graph.pages import entity_answer
from sandbox.graph.permissions import check_role
from sandbox.graph.schema import find_type
from sandbox.store import Record, Tenant

KIND = "invitation"


def post_invitation(call: Call) -> Answer:
    """POST invitations: the guest is there at once; who was invited before is so again."""
    check_role(call)
    given = check_body(call.body, KIND, call.version, creating=True)
    if given.get("resetRedemption"):
        raise not_built("resetting a redemption")
    address = given["invitedUserEmailAddress"]
    local, at, domain = address.rpartition("@")
    if not local or not at or "." not in domain or any(character.isspace() for character in address):
        raise invalid_value("invitedUserEmailAddress", KIND)
    if urlsplit(given["inviteRedirectUrl"]).scheme not in ("http", "https"):
        raise invalid_value("inviteRedirectUrl", KIND)
    own = call.tenant.view().get("domain", domain)
    if own is not None and own["isVerified"]:
        # A text of the sandbox's own.
        raise bad_request("The invited user's domain is a verified domain of this directory.", "BadRequest")
    user = call.tenant.view().find("user", mail=address) or _add_guest(call.tenant, address, given)
    record = {
        **find_type(KIND).defaults(),
        "invitedUserType": "Guest",
        **given,
        "id": str(uuid.uuid4()),
        "inviteRedeemUrl": f"{call.origin}/redeem?rd=https%3a%2f%2finvitations.microsoft.com%2fredeem%2f%3ftenant%3d{call.tenant.id}",
        "status": "PendingAcceptance",
    }
    answer = entity_answer(call, KIND, record, "invitations", 201)
    return Answer(201, {**(answer.body or {}), "invitedUser": {"id": user["id"]}})


def _add_guest(tenant: Tenant, address: str, given: Record) -> Record:
    local, _ignored, domain = address.rpartition("@")
    now = format_time(tenant.clock())
    record = {
        **find_type("user").defaults(),
        "id": str(uuid.uuid4()),
        "accountEnabled": True,
        "createdDateTime": now,
        "creationType": "Invitation",
        "displayName": given.get("invitedUserDisplayName") or local,
        "externalUserState": "PendingAcceptance",
        "mail": address,
        "mailNickname": f"{local}_{domain}#EXT#",
        "userPrincipalName": f"{local}_{domain}#EXT#@{tenant.initial_domain}",
        "userType": given.get("invitedUserType") or "Guest",
    }
    return tenant.put("user", record)
