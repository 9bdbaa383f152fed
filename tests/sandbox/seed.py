# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tenants made from the seed: the same ids and secrets each time within one run of the sandbox."""

from __future__ import annotations

import uuid
from pathlib import Path

from sandbox.actors import grant, microsoft_graph_of
from sandbox.clock import graph_time
from sandbox.graph.applications import create_application
from sandbox.graph.connectors import add_connector, create_connector_group
from sandbox.graph.credential_policy import change_policy
from sandbox.graph.credentials import add_password
from sandbox.graph.directory import add_domain, add_premium_plan
from sandbox.graph.grants import grant_permissions
from sandbox.graph.groups import add_member, create_group
from sandbox.graph.microsoft_apps import add_microsoft_apps
from sandbox.graph.microsoft_graph import add_microsoft_graph
from sandbox.graph.service_principals import create_service_principal
from sandbox.graph.users import create_user
from sandbox.identity import roles
from sandbox.identity.directory import find_tenant, find_user
from sandbox.identity.refresh_tokens import refresh_token
from sandbox.identity.tokens import User
from sandbox.seed_file import DEFAULT, GroupSeed, SeedFile, TenantSeed, UserSeed, fill_template, read_seed
from sandbox.store import Record, Tenant
from sandbox.world import Access, World

#: Ids of tenants that are made on demand derive from this and their number.
ON_DEMAND = uuid.UUID("0c9f4b5e-6a1d-4f7e-8d35-2b7a91c4e6f0")


class Planter:
    """Plants one seed file in one world, again after every reset."""

    def __init__(self, world: World, path: Path = DEFAULT) -> None:
        self.world = world
        self.seed: SeedFile = read_seed(path)
        self.made = 0
        self.shared: list[tuple[TenantSeed, Tenant]] = []
        self.plant()

    def plant(self) -> None:
        """Forget everything and begin with the seed's tenants."""
        self.world.clear()
        self.made = len(self.seed.tenants)
        self.shared = []
        with self.world.settled():
            planted = [(one, _make_tenant(self.world, one)) for one in self.seed.tenants]
            self.shared = [(one, tenant) for one, tenant in planted if one.operator.every_tenant]
            for one, tenant in planted:
                self._connect(one, tenant)

    def add(self, count: int) -> list[Tenant]:
        """Make that many more tenants after the template."""
        added = []
        with self.world.settled():
            for _turn in range(count):
                self.made += 1
                seed = fill_template(self.seed.template, self.made, str(uuid.uuid5(ON_DEMAND, str(self.made))))
                tenant = _make_tenant(self.world, seed)
                self._connect(seed, tenant)
                added.append(tenant)
        return added

    def refresh_token(self) -> str:
        """A refresh token of the first tenant's administrator, issued to its operator application."""
        tenant = next(iter(self.world.tenants.values()))
        access = self.world.access[tenant.id]
        record = find_user(tenant, access.admin_name)
        if record is None:
            raise ValueError(f"tenant {tenant.id} lost its administrator")
        return refresh_token(self.world, access.client_id, User(record, tenant, ()))

    def _connect(self, seed: TenantSeed, tenant: Tenant) -> None:
        """What ties a tenant to others: applications that every tenant has admitted, and partners."""
        for owner, home in self.shared:
            if home is not tenant:
                client_id = self.world.access[home.id].client_id
                application = home.view().where("application", appId=client_id)[0]
                _admit_operator(tenant, application, home, owner)
        for partner in seed.partners:
            found = find_tenant(self.world, partner.tenant)
            user = find_user(found, f"{partner.user}@{found.default_domain}") if found else None
            if found is None or user is None:
                raise ValueError(f"the partner {partner.user} of tenant '{partner.tenant}' does not exist")
            names = [roles.NAMES[roles.require_template(name)] for name in partner.roles]
            key = f"{found.id}:{user['id']}"
            tenant.put("delegatedAdmin", {"id": key, "homeTenant": found.id, "user": user["id"], "roles": names})


def _make_tenant(world: World, seed: TenantSeed) -> Tenant:
    """A tenant by itself, with all its seed says but partners."""
    key = str(uuid.UUID(seed.id))
    default = (seed.domains or [seed.initial_domain])[0]
    names = (key, seed.display_name, default, seed.initial_domain)
    tenant = Tenant(*names, world.clock.now, world.replication, seed.region, world.watch)
    if key in world.tenants:
        raise ValueError(f"two tenants have the id {key}")
    add_domain(tenant, seed.initial_domain, initial=True, default=default == seed.initial_domain)
    for name in seed.domains:
        add_domain(tenant, name, default=name == default)
    add_premium_plan(tenant)
    add_microsoft_graph(tenant)
    add_microsoft_apps(tenant)
    for user in seed.users:
        _add_user(world, tenant, user)
    for group in seed.groups:
        _add_group(tenant, group)
    _add_connectors(tenant, seed)
    for one in seed.applications:
        application = _fix(
            tenant, "application", create_application(tenant, {"displayName": one.display_name, **one.properties})
        )
        _fix(tenant, "servicePrincipal", create_service_principal(tenant, application, tenant))
    world.tenants[key] = tenant
    world.access[key] = _add_operator(world, tenant, seed)
    if seed.app_management_policy:
        change_policy(tenant, seed.app_management_policy)
    return tenant


def _add_operator(world: World, tenant: Tenant, seed: TenantSeed) -> Access:
    audience = "AzureADMultipleOrgs" if seed.operator.every_tenant else "AzureADMyOrg"
    properties = {"displayName": seed.operator.display_name, "signInAudience": audience}
    application = _fix(tenant, "application", create_application(tenant, properties))
    _admit_operator(tenant, application, tenant, seed)
    secret = world.secret(f"{tenant.id} operator")
    credential = add_password(tenant, "application", application, "operator")[0]
    tenant.keep_secret(credential["keyId"], secret)
    application = tenant.view().where("application", appId=application["appId"])[0]
    shown = {**credential, "hint": secret[:3]}
    tenant.put("application", {**application, "passwordCredentials": [shown]})
    admin = next((user for user in seed.users if "Global Administrator" in user.roles), None)
    if admin is None:
        raise ValueError(f"tenant {seed.id} needs a user with the role Global Administrator")
    name = f"{admin.name}@{tenant.default_domain}"
    return Access(application["appId"], secret, name, _password(world, tenant, admin))


def _admit_operator(tenant: Tenant, application: Record, home: Tenant, seed: TenantSeed) -> None:
    """The operator's service principal with all that it is granted."""
    principal = _fix(tenant, "servicePrincipal", create_service_principal(tenant, application, home))
    grant(tenant, principal, seed.operator.permissions)
    grant_permissions(tenant, principal["id"], microsoft_graph_of(tenant)["id"], " ".join(seed.operator.scopes))


def _add_user(world: World, tenant: Tenant, user: UserSeed) -> None:
    password = _password(world, tenant, user)
    properties = {
        "accountEnabled": user.enabled,
        "displayName": user.display_name,
        "mailNickname": user.name,
        "userPrincipalName": f"{user.name}@{tenant.default_domain}",
        "passwordProfile": {"password": password, "forceChangePasswordNextSignIn": False},
    }
    record = _fix(tenant, "user", create_user(tenant, properties))
    tenant.keep_secret(record["id"], password)
    for role in user.roles:
        roles.assign(tenant, record["id"], roles.require_template(role))


def _add_group(tenant: Tenant, group: GroupSeed) -> None:
    name = group.display_name
    nickname = "".join(character for character in name if character.isalnum())
    properties = {
        "displayName": name,
        "description": group.description or name,
        "mailEnabled": False,
        "mailNickname": nickname,
        "securityEnabled": True,
    }
    record = _fix(tenant, "group", create_group(tenant, properties))
    if group.sam_account_name:
        tenant.put("group", {**record, **_synchronise(tenant, group)})
    for member in group.members:
        user = find_user(tenant, f"{member}@{tenant.default_domain}")
        if user is None:
            raise ValueError(f"group '{name}' names the member '{member}', who is not among the users")
        add_member(tenant, record["id"], user["id"])


def _synchronise(tenant: Tenant, group: GroupSeed) -> Record:
    """The properties of a group that comes from Active Directory."""
    return {
        "onPremisesDomainName": group.domain_name or None,
        "onPremisesLastSyncDateTime": graph_time(tenant.clock()),
        "onPremisesNetBiosName": group.netbios_name or None,
        "onPremisesSamAccountName": group.sam_account_name,
        "onPremisesSecurityIdentifier": group.security_identifier or None,
        "onPremisesSyncEnabled": True,
    }


def _add_connectors(tenant: Tenant, seed: TenantSeed) -> None:
    if seed.connector_groups and sum(group.default for group in seed.connector_groups) != 1:
        raise ValueError(f"exactly one connector group of tenant {seed.id} must be the default")
    groups = {}
    for group in seed.connector_groups:
        made = create_connector_group(tenant, group.name, group.region, default=group.default)
        groups[group.name] = _fix(tenant, "connectorGroup", made)["id"]
    for one in seed.connectors:
        if one.group not in groups:
            raise ValueError(f"connector {one.machine_name} names the group '{one.group}', which does not exist")
        add_connector(tenant, one.machine_name, groups[one.group], external_ip=one.external_ip, status=one.status)


def _password(world: World, tenant: Tenant, user: UserSeed) -> str:
    return world.secret(f"{tenant.id} {user.name}")


def _id(tenant: Tenant, kind: str, name: str) -> str:
    """An id that is the same whenever the same seed is planted."""
    return str(uuid.uuid5(uuid.UUID(tenant.id), f"{kind} {name}"))


def _fix(tenant: Tenant, kind: str, record: Record) -> Record:
    """Give a new object the id that its kind and name always have."""
    tenant.remove(kind, record["id"])
    name = record.get("userPrincipalName") or record.get("displayName") or record["name"]
    fixed = {**record, "id": _id(tenant, kind, name)}
    if kind == "application":
        fixed["appId"] = _id(tenant, "client", name)
    return tenant.put(kind, fixed)
