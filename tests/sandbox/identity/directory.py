# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Who is who at sign-in: tenants by id or domain, clients by their appId, users by name."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.identity.aadsts import LoginError
from sandbox.store import Record, Tenant, View
from sandbox.world import World

GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"
#: Endpoints that name no tenant.
SHARED = {"common", "organizations", "consumers"}


@dataclass(frozen=True)
class Client:
    """An application that signs in: its service principal in the tenant and the application object behind it."""

    tenant: Tenant
    view: View
    service_principal: Record
    application: Record
    home: Tenant

    @property
    def app_id(self) -> str:
        return str(self.application["appId"])

    @property
    def name(self) -> str:
        return str(self.application.get("displayName"))


def find_tenant(world: World, name: str) -> Tenant | None:
    """The tenant with that GUID or verified domain."""
    name = name.lower()
    return world.tenants.get(name) or world.domains.get(name)


def require_tenant(world: World, name: str) -> Tenant:
    """The same; raises AADSTS90002."""
    tenant = find_tenant(world, name)
    if tenant is None:
        raise LoginError(90002, tenant=name)
    return tenant


def find_application(world: World, app_id: str) -> tuple[Tenant, Record] | None:
    """The application object with that appId, and the tenant it lives in."""
    home = world.homes.get(app_id.lower())
    record = home.replica().find("application", appId=app_id) if home else None
    if record is None and world.tenants:  # Microsoft's own are known to every tenant: graph/microsoft_apps.py
        home = next(iter(world.tenants.values()))
        record = home.view().get("microsoftApplication", app_id)
    return (home, record) if home and record else None


def require_client(world: World, tenant: Tenant, app_id: str) -> Client:
    """The client with that appId as the tenant knows it; raises AADSTS700016, 7000119, 7000229 or 7000112."""
    view = tenant.replica()
    principal = view.find("servicePrincipal", appId=app_id)
    local = view.find("application", appId=app_id) or view.get("microsoftApplication", app_id)
    home, application = (tenant, local) if local else find_application(world, app_id) or (tenant, None)
    foreign_single = (
        application is not None and home is not tenant and application.get("signInAudience") == "AzureADMyOrg"
    )
    if application is None or foreign_single or (principal is None and home is not tenant):
        raise LoginError(700016, client=app_id, tenant_name=tenant.display_name)
    refuse_unlisted(application, home, tenant)
    if principal is None:
        raise LoginError(7000229, client=app_id, tenant=tenant.id)
    if principal.get("accountEnabled") is False:
        raise LoginError(7000112, client=app_id, client_name=application.get("displayName"))
    return Client(tenant, view, principal, application, home)


def refuse_unlisted(application: Record, home: Tenant, tenant: Tenant) -> None:
    """Raises AADSTS7000119 where the application names the tenants that may use it, and this one is not among them."""
    listed = (application.get("signInAudienceRestrictions") or {}).get("allowedTenantIds")
    if listed and home is not tenant and tenant.id not in listed:
        names = {"client_name": application.get("displayName"), "tenant_name": tenant.display_name}
        raise LoginError(7000119, client=application["appId"], tenant=tenant.id, **names)


def is_graph(world: World, resource: str) -> bool:
    """Whether a resource identifier or audience means Microsoft Graph: its id, its address or the sandbox's own."""
    return resource.rstrip("/").lower() in world.graph_audiences


def find_resource(world: World, tenant: Tenant, resource: str) -> Record | None:
    """The service principal of a resource named by appId or identifier URI (a trailing slash is ignored)."""
    view = tenant.view()
    if is_graph(world, resource):
        return view.find("servicePrincipal", appId=GRAPH_APP_ID)
    wanted = resource.rstrip("/").lower()
    for principal in view.all("servicePrincipal"):
        names = [principal["appId"], f"api://{principal['appId']}", *(principal.get("servicePrincipalNames") or [])]
        if wanted in (name.rstrip("/").lower() for name in names):
            return principal
    for application in view.all("application"):
        if wanted in (uri.rstrip("/").lower() for uri in application.get("identifierUris") or []):
            return view.find("servicePrincipal", appId=application["appId"])
    return None


def find_user(tenant: Tenant, name: str) -> Record | None:
    """The user with that object id or user principal name."""
    view = tenant.view()
    return view.get("user", name) or view.find("user", userPrincipalName=name)
