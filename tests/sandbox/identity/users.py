# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whether a user may sign in to a tenant: its own users, and partners with delegated administration of it."""

from __future__ import annotations

from datetime import UTC, datetime

from sandbox.clock import parse_time
from sandbox.identity import roles
from sandbox.identity.aadsts import LoginError
from sandbox.identity.directory import find_user, require_client
from sandbox.identity.memberships import direct_groups
from sandbox.identity.scopes import is_assigned
from sandbox.identity.tokens import SignIn, User
from sandbox.store import Record, Tenant
from sandbox.world import World


def check_password(tenant: Tenant, name: str, password: str) -> Record:
    """The user with that name and password; raises AADSTS50034, 50126 or 50057."""
    record = find_user(tenant, name)
    if record is None:
        raise LoginError(50034, tenant=tenant.display_name)
    if not tenant.knows_secret(record["id"], password):
        raise LoginError(50126)
    if record.get("accountEnabled") is False:
        raise LoginError(50057)
    return record


def admit(tenant: Tenant, home: Tenant, record: Record, client_id: str, client_name: str | None = None) -> User:
    """The user as that tenant sees it: its own, a guest, or a partner with delegated administration of it.

    Raises AADSTS50057, or 50020 where the user is none of these. Sources:
    https://learn.microsoft.com/entra/external-id/user-properties and
    https://learn.microsoft.com/partner-center/customers/gdap-introduction
    """
    if record.get("accountEnabled") is False:
        raise LoginError(50057)
    if tenant is home:
        return User(record, home, tuple(roles.held_by(home.replica(), record["id"])))
    guest = _find_guest(tenant, record)
    if guest:
        if guest.get("accountEnabled") is False:
            raise LoginError(50057)
        return User(guest, home, tuple(roles.held_by(tenant.replica(), guest["id"])), account=record)
    partners = tenant.view().where("delegatedAdmin", homeTenant=home.id, user=record["id"])
    if not partners:
        values = {"user": record["userPrincipalName"], "home": home.id, "tenant_name": tenant.display_name}
        raise LoginError(50020, client=client_id, client_name=client_name or "", **values)
    return User(record, home, tuple(roles.TEMPLATES[name] for one in partners for name in one["roles"]))


def _find_guest(tenant: Tenant, record: Record) -> Record | None:
    """The guest in the tenant as whom an account of another one was invited, by its address."""
    for address in (record.get("mail"), record["userPrincipalName"]):
        found = tenant.view().find("user", mail=address) if address else None
        if found and found.get("userType") == "Guest":
            return found
    return None


def accept_invitation(world: World, tenant: Tenant, user: User) -> None:
    """A guest's first sign-in redeems the invitation; the page that the service shows in between is left out."""
    if user.account and user.record.get("externalUserState") == "PendingAcceptance":
        with world.settled():
            tenant.put("user", {**user.record, "externalUserState": "Accepted"})


def admit_client(world: World, tenant: Tenant, user: User, client_id: str) -> SignIn | None:
    """Nothing to say unless a partner's client is unknown to the customer: then raises AADSTS90099."""
    if user.home is tenant or user.account or tenant.view().find("servicePrincipal", appId=client_id):
        return None
    client = require_client(world, user.home, client_id)
    raise LoginError(90099, client=client_id, client_name=client.name, tenant=tenant.id)


def find_account(world: World, tenant: Tenant, name: str) -> tuple[Tenant, Record] | None:
    """The user with that id or name, of the tenant itself or of a partner that administers it."""
    own = find_user(tenant, name)
    if own:
        return tenant, own
    for partner in tenant.view().all("delegatedAdmin"):
        home = world.tenants.get(partner["homeTenant"])
        record = home.view().get("user", partner["user"]) if home else None
        if home and record and name.lower() in (record["id"], record["userPrincipalName"].lower()):
            return home, record
    return None


def find_home(world: World, tenant_id: str, user_id: str) -> tuple[Tenant, Record]:
    """The tenant that an account lives in and the account; raises AADSTS50034 where it is gone."""
    home = world.tenants.get(tenant_id)
    record = home.view().get("user", user_id) if home else None
    if home is None or record is None:
        raise LoginError(50034, tenant=home.display_name if home else tenant_id)
    return home, record


def check_still_valid(record: Record, issued: float, *, public: bool = False) -> None:
    """Raises AADSTS50173 where the user's sessions were revoked after a grant was issued to the client.

    That of a public client ends with a new password too.
    Source: https://learn.microsoft.com/entra/identity-platform/refresh-tokens#token-revocation
    """
    names = ["signInSessionsValidFromDateTime", *(["lastPasswordChangeDateTime"] if public else [])]
    text = max((record.get(name) or "" for name in names), key=lambda one: parse_time(one).timestamp() if one else 0.0)
    if text and parse_time(text).timestamp() > issued:
        shown = datetime.fromtimestamp(issued, UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
        raise LoginError(50173, issued=shown, valid_from=text)


def check_assignment(sign_in: SignIn, user: User, principal: Record, name: str) -> None:
    """Raises AADSTS50105 where the enterprise application wants an assignment and the user has none."""
    if not principal.get("appRoleAssignmentRequired"):
        return
    principals = {user.record["id"], *direct_groups(sign_in.tenant, user.record["id"])}
    if not is_assigned(sign_in.tenant, principals, principal):
        values = {"client": principal["appId"], "user": user.record["userPrincipalName"]}
        raise LoginError(50105, client_name=name, **values)
