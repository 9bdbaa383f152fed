# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A user to be made, invited, restored, changed or deleted. No I/O here.

The order loses no password: it is kept as pending before the user is made with it, and becomes current when the user is there.
A run that finds it pending makes the user with the same one.
"""

from __future__ import annotations

import dataclasses
import datetime
import re
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._plan import (
    Call,
    Changes,
    Later,
    Local,
    Object,
    Plan,
    Told,
    compare,
    patches,
)
from ansible_collections.tenantops.entra.plugins.module_utils._schema import camel
from ansible_collections.tenantops.entra.plugins.module_utils._secret_records import Credential, Record
from ansible_collections.tenantops.entra.plugins.module_utils._user import FIELDS, KIND, NAME, SHOWN, Found

Params = t.Mapping[str, t.Any]
EARLY = datetime.timedelta(minutes=5)  # by which the controller's clock may be ahead


def plan(params: Params, found: Found) -> Plan:
    user = found.user
    if params["state"] == "absent":
        return _delete(params, found)
    changes = compare((*([NAME] if params.get("object_id") else []), *FIELDS), params, user or {})
    invited = user is None and params.get("invited_user_email_address") is not None
    if user is None or found.deleted:
        changes.before = {"state": "deleted" if found.deleted else "absent"}
        changes.after["state"] = "present"
    steps: list[Call | Local]
    if user is None:
        steps = [*_invite(params, changes)] if invited else [*_create(params, found, changes)]
    else:
        steps = [*_restore(user, found), *_change(params, user, changes)]
        if _came_to_be(found):
            steps.append(_promote(found))
            changes.before["pending"], changes.after["pending"] = True, False
    shown = {
        name: changes.state.get(name, _snake(user or {}, name)) for name in ("user_principal_name", "mail", "user_type")
    }
    if user is None and not invited:
        shown |= {"user_principal_name": params["user_principal_name"], "user_type": "Member"}
    if invited:
        shown |= {"mail": params["invited_user_email_address"], "user_type": "Guest"}
    made = {"created": user is None and not invited, "invited": invited, "restored": found.deleted}
    kept = found.record is not None and bool(found.record.current or found.record.pending or user is None)
    shown |= {**made, **_sealed(found.record), "stored_at": found.store.where if found.store and kept else None}
    return Plan(
        changes.before,
        changes.after,
        tuple(steps),
        {"user": user or {}},
        {**changes.state, **shown},
        _warn(found),
    )


def _sealed(record: Record | None) -> Object:
    return {"sealed": record.sealed} if record and record.sealed else {}


def _snake(user: Object, option: str) -> t.Any:
    return user.get(camel(option))


def _warn(found: Found) -> tuple[str, ...]:
    if not found.deleted:
        return ()
    return ("The user was deleted and is restored with the groups, roles and password of that time.",)


def _keys(params: Params, user: Object) -> tuple[str, ...]:
    """What tasks look the user up by."""
    named = (params.get("user_principal_name"), params.get("invited_user_email_address"))
    return tuple(str(key) for key in (user.get("id"), *(user.get(name) for name in SHOWN[:2]), *named) if key)


def _create(params: Params, found: Found, changes: Changes) -> t.Iterator[Call | Local]:
    name = params["user_principal_name"]
    if not params.get("display_name"):
        raise InputError("display_name is missing and the user does not exist yet", remedy="Set display_name.")
    if found.store is None or found.record is None:
        raise InputError(
            "store is missing and the user does not exist yet", remedy="Set store, which keeps the user's password."
        )
    waiting = found.record.pending
    if waiting and waiting.secret and not waiting.secret.readable:
        waiting = None  # another password is as good, where nobody has the user yet
    credential = waiting or Credential(name, "password", secret=found.password, start=found.now.isoformat())
    body = {"accountEnabled": True, **changes.body}
    changes.after |= {"user_principal_name": name, "account_enabled": body["accountEnabled"]}
    changes.state["account_enabled"] = body["accountEnabled"]
    if waiting is None:
        yield _keep(found, credential)
    means = {**body, "id": Later("{user.id}"), "userPrincipalName": name, "userType": "Member"}
    yield Call(
        "create the user",
        "POST",
        "/users",
        {
            **body,
            "userPrincipalName": name,
            "mailNickname": re.sub(r"[^A-Za-z0-9_.-]", "-", name.partition("@")[0]),
            "passwordProfile": {
                "password": credential.secret,
                "forceChangePasswordNextSignIn": params["force_change_password_next_sign_in"],
            },
        },
        save="user",
        kind=KIND,
        keys=_keys(params, {}),
        means=means,
    )
    yield _promote(found)


def _keep(found: Found, credential: Credential) -> Local:
    def keep(_objects: dict[str, Object]) -> None:
        if found.store and found.record:
            found.store.put(dataclasses.replace(found.record, pending=credential))

    return Local("keep the password", keep)


def _came_to_be(found: Found) -> bool:
    """Whether the user is the one that an earlier run meant to make, whose answer was lost."""
    pending = found.record.pending if found.record else None
    made = (found.user or {}).get("createdDateTime")
    if pending is None or not made:
        return False
    return datetime.datetime.fromisoformat(made) >= datetime.datetime.fromisoformat(pending.start) - EARLY


def _promote(found: Found) -> Local:
    def promote(objects: dict[str, Object]) -> Told | None:
        if found.store and found.record:
            kept = found.store.get(found.record.owner, found.record.name)
            if kept.pending:
                current = dataclasses.replace(kept.pending, key_id=str(objects["user"].get("id", "")))
                found.store.put(dataclasses.replace(kept, current=current, pending=None))
                return Told(shown=_sealed(found.store.get(kept.owner, kept.name)))
        return None

    return Local("make it the current one", promote)


def _invite(params: Params, changes: Changes) -> t.Iterator[Call]:
    """https://learn.microsoft.com/graph/api/invitation-post"""
    address, url = params["invited_user_email_address"], params.get("invite_redirect_url")
    if not url:
        raise InputError(
            "invite_redirect_url is missing and the guest does not exist yet",
            remedy="Set the address that the guest comes to after accepting.",
        )
    changes.after["invited_user_email_address"] = address
    name, message = params.get("display_name"), params.get("invitation_message")
    body = {
        "invitedUserEmailAddress": address,
        "inviteRedirectUrl": url,
        "sendInvitationMessage": params["send_invitation_message"],
        **({"invitedUserDisplayName": name} if name else {}),
        **({"invitedUserMessageInfo": {"customizedMessageBody": message}} if message else {}),
    }
    keys = _keys(params, {})
    means = {**changes.body, "id": Later("{user.id}"), "mail": address, "userType": "Guest"}

    def deliver(answer: Object) -> Object:
        return {"id": answer["invitedUser"]["id"], "inviteRedeemUrl": answer.get("inviteRedeemUrl")}

    yield Call(
        "invite the guest",
        "POST",
        "/invitations",
        body,
        save="user",
        kind=KIND,
        keys=keys,
        means=means,
        deliver=deliver,
    )
    rest = {name: value for name, value in changes.body.items() if name != "displayName"}
    if rest:
        yield Call("describe the guest", "PATCH", "/users/{user.id}", rest, kind=KIND, keys=keys)


def _restore(user: Object, found: Found) -> t.Iterator[Call]:
    if found.deleted:
        path = "/directory/deletedItems/{user.id}/restore"
        yield Call("restore the user", "POST", path, save="user", kind=KIND, keys=_keys({}, user), means=user)


def _change(params: Params, user: Object, changes: Changes) -> tuple[Call, ...]:
    return patches(changes, "change the user", "/users/{user.id}", save="user", kind=KIND, keys=_keys(params, user))


def _made_by_us(found: Found) -> bool:
    """Whether the store proves that a run made the user: it holds the user's id, or what was kept before the user came to be."""
    current = found.record.current if found.record else None
    return _came_to_be(found) or bool(current and found.user and current.key_id == found.user["id"])


def _delete(params: Params, found: Found) -> Plan:
    user = found.user
    if user is None:
        return Plan({"state": "absent"}, {"state": "absent"})
    if found.store and not _made_by_us(found):
        stays = f"The user {user.get('userPrincipalName')} stays: {found.store.where} does not tell that a run has made the account."
        return Plan({"state": "present"}, {"state": "present"}, objects={"user": user}, warnings=(stays,))
    address = params.get("invited_user_email_address")
    if address and user.get("userType") != "Guest" and not user.get("externalUserState"):
        raise InputError(
            f"'{address}' is the mail address of a user of this tenant, not of a guest",
            remedy=f"If {user.get('userPrincipalName')} is to be deleted, name that in user_principal_name.",
        )
    shown = {"user_principal_name": user.get("userPrincipalName"), "display_name": user.get("displayName")}
    call = Call("delete the user", "DELETE", "/users/{user.id}", kind=KIND, keys=_keys({}, user))
    return Plan({**shown, "state": "present"}, {"state": "absent"}, (call,), {"user": user})
