# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every call that the sandbox answers: method, path, handler, and the permissions that open it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.graph import (
    app_proxy,
    application_calls,
    application_templates,
    assignments,
    connectors,
    credential_calls,
    deleted_items,
    federated_credentials,
    grants,
    groups,
    memberships,
    owners,
    service_principal_calls,
    tenant_calls,
    users,
)
from sandbox.graph import permissions as may
from sandbox.graph.calls import Answer, Call
from sandbox.graph.errors import no_segment, not_built
from sandbox.graph.pages import ENTITY_OPTIONS, LIST_OPTIONS
from sandbox.graph.paths import Segment
from sandbox.graph.permissions import Access

NAMESPACE = "microsoft.graph."
Key = str | dict[str, str]


@dataclass(frozen=True)
class Route:
    """One call. `path` has {} for each key; `castable` lists also take a type's name at their end."""

    method: str
    path: str
    handler: Callable[[Call], Answer]
    access: Access
    options: frozenset[str] = frozenset()
    beta: bool = False
    castable: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.path.lower().split("/"))


@dataclass(frozen=True)
class Match:
    """A route found, with the keys in the path, whether $count follows and the type that the list is cast to."""

    route: Route
    keys: list[Key]
    counting: bool = False
    cast: str = ""


def _list(
    path: str, handler: Callable[[Call], Answer], access: Access, *, beta: bool = False, castable: bool = False
) -> Route:
    return Route("GET", path, handler, access, LIST_OPTIONS, beta, castable)


def _get(path: str, handler: Callable[[Call], Answer], access: Access, *, beta: bool = False) -> Route:
    return Route("GET", path, handler, access, ENTITY_OPTIONS, beta)


def _send(method: str, path: str, handler: Callable[[Call], Answer], access: Access, *, beta: bool = False) -> Route:
    return Route(method, path, handler, access, frozenset(), beta)


APPLICATIONS = [
    _list("applications", application_calls.list_applications, may.APPS_READ),
    _send("POST", "applications", application_calls.post_application, may.APPS_CREATE),
    _get("applications/{}", application_calls.get_application, may.APPS_READ),
    _send("PATCH", "applications/{}", application_calls.patch_application, may.APPS_WRITE),
    _send("DELETE", "applications/{}", application_calls.delete_application_call, may.APPS_WRITE),
    _send("POST", "applications/{}/addPassword", credential_calls.post_add_password, may.APPS_ACT),
    _send("POST", "applications/{}/removePassword", credential_calls.post_remove_password, may.APPS_ACT),
    _list("applications/{}/federatedIdentityCredentials", federated_credentials.list_credentials, may.APPS_READ),
    _send(
        "POST", "applications/{}/federatedIdentityCredentials", federated_credentials.post_credential, may.APPS_WRITE
    ),
    _get("applications/{}/federatedIdentityCredentials/{}", federated_credentials.get_credential, may.APPS_READ),
    _send(
        "PATCH",
        "applications/{}/federatedIdentityCredentials/{}",
        federated_credentials.patch_credential,
        may.APPS_WRITE,
    ),
    _send(
        "DELETE",
        "applications/{}/federatedIdentityCredentials/{}",
        federated_credentials.delete_credential,
        may.APPS_WRITE,
    ),
    _get("applications/{}/connectorGroup", app_proxy.get_connector_group, may.PROXY, beta=True),
    _send("PUT", "applications/{}/connectorGroup/$ref", app_proxy.put_connector_group, may.PROXY, beta=True),
    _send("DELETE", "applications/{}/connectorGroup/$ref", app_proxy.delete_connector_group, may.PROXY, beta=True),
    _list("applicationTemplates", application_templates.list_templates, may.ANYONE),
    _get("applicationTemplates/{}", application_templates.get_template, may.ANYONE),
    _send("POST", "applicationTemplates/{}/instantiate", application_templates.instantiate, may.APPS_CREATE),
]
SERVICE_PRINCIPALS = [
    _list("servicePrincipals", service_principal_calls.list_service_principals, may.APPS_READ),
    _send("POST", "servicePrincipals", service_principal_calls.post_service_principal, may.APPS_CREATE),
    _get("servicePrincipals/{}", service_principal_calls.get_service_principal, may.APPS_READ),
    _send("PATCH", "servicePrincipals/{}", service_principal_calls.patch_service_principal, may.APPS_ACT),
    _send("DELETE", "servicePrincipals/{}", service_principal_calls.delete_service_principal, may.APPS_ACT),
    _send("POST", "servicePrincipals/{}/addPassword", credential_calls.post_add_password, may.APPS_ACT),
    _send("POST", "servicePrincipals/{}/removePassword", credential_calls.post_remove_password, may.APPS_ACT),
    _list("servicePrincipals/{}/appRoleAssignedTo", assignments.list_assigned_to, may.ASSIGNMENTS_READ),
    _send("POST", "servicePrincipals/{}/appRoleAssignedTo", assignments.create_assigned_to, may.ASSIGNMENTS_WRITE),
    _get("servicePrincipals/{}/appRoleAssignedTo/{}", assignments.get_assignment, may.ASSIGNMENTS_READ),
    _send("DELETE", "servicePrincipals/{}/appRoleAssignedTo/{}", assignments.delete_assignment, may.ASSIGNMENTS_REMOVE),
    _list("servicePrincipals/{}/oauth2PermissionGrants", grants.list_grants_of, may.GRANTS_READ),
    _list("oauth2PermissionGrants", grants.list_grants, may.GRANTS_READ),
    _send("POST", "oauth2PermissionGrants", grants.create_grant, may.GRANTS_WRITE),
    _get("oauth2PermissionGrants/{}", grants.get_grant, may.GRANTS_READ),
    _send("PATCH", "oauth2PermissionGrants/{}", grants.update_grant, may.GRANTS_WRITE),
    _send("DELETE", "oauth2PermissionGrants/{}", grants.delete_grant, may.GRANTS_WRITE),
]
ASSIGNMENTS = [
    route
    for noun, reading in (
        ("servicePrincipals", may.ASSIGNMENTS_READ),
        ("users", may.ASSIGNMENTS_OF_READ),
        ("groups", may.ASSIGNMENTS_OF_READ),
    )
    for route in (
        _list(f"{noun}/{{}}/appRoleAssignments", assignments.list_assignments, reading),
        _send("POST", f"{noun}/{{}}/appRoleAssignments", assignments.create_assignment, may.ASSIGNMENTS_WRITE),
        _get(f"{noun}/{{}}/appRoleAssignments/{{}}", assignments.get_assignment, reading),
        _send("DELETE", f"{noun}/{{}}/appRoleAssignments/{{}}", assignments.delete_assignment, may.ASSIGNMENTS_REMOVE),
    )
]
OWNERS = [
    route
    for noun, read, add, remove in (
        ("applications", may.APPS_READ, may.OWNERS_ADD, may.APPS_ACT),
        ("servicePrincipals", may.APPS_READ, may.OWNERS_ADD, may.APPS_ACT),
        ("groups", may.GROUP_OWNERS_READ, may.GROUPS_WRITE, may.GROUPS_WRITE),
    )
    for route in (
        _list(f"{noun}/{{}}/owners", owners.list_owners, read),
        _send("POST", f"{noun}/{{}}/owners/$ref", owners.post_owner, add),
        _send("DELETE", f"{noun}/{{}}/owners/{{}}/$ref", owners.delete_owner, remove),
    )
]
PEOPLE = [
    _get("me", users.get_me, may.ME),
    _list("me/memberOf", memberships.list_my_groups, may.ME, castable=True),
    _list("users", users.list_users, may.USERS_LIST),
    _send("POST", "users", users.post_user, may.USERS_CREATE),
    _get("users/{}", users.get_user, may.USERS_READ),
    _send("PATCH", "users/{}", users.patch_user, may.USERS_WRITE),
    _send("DELETE", "users/{}", users.delete_user, may.USERS_DELETE),
    _list("groups", groups.list_groups, may.GROUPS_READ),
    _send("POST", "groups", groups.post_group, may.GROUPS_CREATE),
    _get("groups/{}", groups.get_group, may.GROUPS_READ),
    _send("PATCH", "groups/{}", groups.patch_group, may.GROUPS_WRITE),
    _send("DELETE", "groups/{}", groups.delete_group, may.GROUPS_DELETE),
    _list("groups/{}/members", memberships.list_members, may.MEMBERS_READ, castable=True),
    _list("groups/{}/transitiveMembers", memberships.list_transitive_members, may.MEMBERS_READ, castable=True),
    _send("POST", "groups/{}/members/$ref", memberships.post_member, may.MEMBERS_WRITE),
    _send("DELETE", "groups/{}/members/{}/$ref", memberships.delete_member, may.MEMBERS_WRITE),
]
MEMBERSHIPS = [
    route
    for noun, access in (
        ("users", may.MEMBERSHIPS_READ),
        ("groups", may.MEMBERSHIPS_READ),
        ("servicePrincipals", may.APPS_READ),
        ("directoryObjects", may.MEMBERSHIPS_READ),
    )
    for route in (
        _list(f"{noun}/{{}}/memberOf", memberships.list_groups_of, access, castable=True),
        _list(f"{noun}/{{}}/transitiveMemberOf", memberships.list_transitive_groups_of, access, castable=True),
        _send("POST", f"{noun}/{{}}/checkMemberGroups", memberships.check_member_groups, access),
        _send("POST", f"{noun}/{{}}/getMemberGroups", memberships.get_member_groups, access),
    )
]
TENANT = [
    _list("organization", tenant_calls.list_organizations, may.ORGANIZATION_READ),
    _get("organization/{}", tenant_calls.get_organization, may.ORGANIZATION_READ),
    _list("domains", tenant_calls.list_domains, may.DOMAINS_READ),
    _get("domains/{}", tenant_calls.get_domain, may.DOMAINS_READ),
    _get("directoryObjects/{}", tenant_calls.get_directory_object, may.OBJECTS_READ),
    _send("POST", "directoryObjects/getByIds", tenant_calls.get_by_ids, may.OBJECTS_READ),
    _list("directory/deletedItems", deleted_items.list_deleted, may.DELETED_READ, castable=True),
    _get("directory/deletedItems/{}", deleted_items.get_deleted, may.DELETED_READ),
    _send("POST", "directory/deletedItems/{}/restore", deleted_items.restore, may.DELETED_WRITE),
    _send("DELETE", "directory/deletedItems/{}", deleted_items.purge, may.DELETED_WRITE),
]
PROFILE = "onPremisesPublishingProfiles/applicationProxy"
APP_PROXY = [
    _get(PROFILE, connectors.get_profile, may.PROXY, beta=True),
    _list(f"{PROFILE}/connectorGroups", connectors.list_groups, may.PROXY, beta=True),
    _send("POST", f"{PROFILE}/connectorGroups", connectors.post_group, may.PROXY_CREATE, beta=True),
    _get(f"{PROFILE}/connectorGroups/{{}}", connectors.get_group, may.PROXY, beta=True),
    _send("PATCH", f"{PROFILE}/connectorGroups/{{}}", connectors.patch_group, may.PROXY, beta=True),
    _send("DELETE", f"{PROFILE}/connectorGroups/{{}}", connectors.delete_group, may.PROXY, beta=True),
    _list(f"{PROFILE}/connectorGroups/{{}}/members", connectors.list_members, may.PROXY, beta=True),
    _send("POST", f"{PROFILE}/connectorGroups/{{}}/members/$ref", connectors.post_member, may.PROXY, beta=True),
    _list(f"{PROFILE}/connectorGroups/{{}}/applications", connectors.list_applications, may.PROXY, beta=True),
    _list(f"{PROFILE}/connectors", connectors.list_connectors, may.PROXY, beta=True),
    _get(f"{PROFILE}/connectors/{{}}", connectors.get_connector, may.PROXY, beta=True),
    _list(f"{PROFILE}/connectors/{{}}/memberOf", connectors.list_groups_of, may.PROXY, beta=True),
    _send("POST", f"{PROFILE}/connectors/{{}}/memberOf/$ref", connectors.post_group_of, may.PROXY, beta=True),
]
ALL = [*APPLICATIONS, *SERVICE_PRINCIPALS, *ASSIGNMENTS, *OWNERS, *PEOPLE, *MEMBERSHIPS, *TENANT, *APP_PROXY]


def _by_shape() -> dict[tuple[str, str, int], list[Route]]:
    found: dict[tuple[str, str, int], list[Route]] = {}
    for route in ALL:
        found.setdefault((route.method, route.parts[0], len(route.parts)), []).append(route)
    return found


BY_SHAPE = _by_shape()


def find_route(method: str, version: str, segments: list[Segment]) -> Match:
    """The route of a path; raises 400 for what is in beta only and 501 for what the sandbox does not have."""
    items: list[str | tuple[Key]] = []
    for segment in segments:
        items.append(segment.name)
        if segment.key is not None:
            items.append((segment.key,))
    last = items[-1] if items else ""
    counting = method == "GET" and last == "$count"
    cast = (
        last.removeprefix(NAMESPACE) if isinstance(last, str) and method == "GET" and last.startswith(NAMESPACE) else ""
    )
    if counting or cast:
        items = items[:-1]
    first = items[0].lower() if items and isinstance(items[0], str) else ""
    for route in BY_SHAPE.get((method, first, len(items)), []):
        keys = _match(route.parts, items)
        if keys is not None and (route.castable or not cast) and (not counting or route.options == LIST_OPTIONS):
            if route.beta and version != "beta":
                raise no_segment(str(segments[-1].name if first == "applications" else segments[0].name))
            return Match(route, keys, counting, cast)
    raise not_built(f"{method} /{version}/{'/'.join(str(segment.name) for segment in segments)}")


def _match(parts: tuple[str, ...], items: list[str | tuple[Key]]) -> list[Key] | None:
    """The keys where the path has this shape; a bare segment may be a key, a key in brackets is never a name."""
    keys: list[Key] = []
    for part, item in zip(parts, items, strict=True):
        if part == "{}":
            keys.append(item if isinstance(item, str) else item[0])
        elif not isinstance(item, str) or item.removeprefix(NAMESPACE).lower() != part:
            return None
    return keys
