# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every call that the sandbox answers: method, path, handler, and the permissions that open it."""

from __future__ import annotations

from sandbox.graph import (
    app_proxy,
    application_calls,
    application_templates,
    assignments,
    connectors,
    credential_calls,
    deleted_items,
    delta,
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
from sandbox.graph.routing import Route, delta_route, entity_route, list_route, sort_routes, write_route

APPLICATIONS = [
    list_route("applications", application_calls.list_applications, may.APPS_READ),
    write_route("POST", "applications", application_calls.post_application, may.APPS_CREATE),
    entity_route("applications/{}", application_calls.get_application, may.APPS_READ),
    write_route("PATCH", "applications/{}", application_calls.patch_application, may.APPS_WRITE),
    write_route("DELETE", "applications/{}", application_calls.delete_application_call, may.APPS_WRITE),
    write_route("POST", "applications/{}/addPassword", credential_calls.post_add_password, may.APPS_ACT),
    write_route("POST", "applications/{}/removePassword", credential_calls.post_remove_password, may.APPS_ACT),
    list_route(
        "applications/{}/federatedIdentityCredentials", federated_credentials.list_credentials, may.FEDERATED_READ
    ),
    write_route(
        "POST", "applications/{}/federatedIdentityCredentials", federated_credentials.post_credential, may.APPS_WRITE
    ),
    entity_route(
        "applications/{}/federatedIdentityCredentials/{}", federated_credentials.get_credential, may.FEDERATED_READ
    ),
    write_route(
        "PATCH",
        "applications/{}/federatedIdentityCredentials/{}",
        federated_credentials.patch_credential,
        may.APPS_WRITE,
    ),
    write_route(
        "DELETE",
        "applications/{}/federatedIdentityCredentials/{}",
        federated_credentials.delete_credential,
        may.APPS_WRITE,
    ),
    entity_route("applications/{}/connectorGroup", app_proxy.get_connector_group, may.PROXY, beta=True),
    write_route("PUT", "applications/{}/connectorGroup/$ref", app_proxy.put_connector_group, may.PROXY, beta=True),
    write_route(
        "DELETE", "applications/{}/connectorGroup/$ref", app_proxy.delete_connector_group, may.PROXY, beta=True
    ),
    list_route("applicationTemplates", application_templates.list_templates, may.ANYONE),
    entity_route("applicationTemplates/{}", application_templates.get_template, may.ANYONE),
    write_route("POST", "applicationTemplates/{}/instantiate", application_templates.instantiate, may.APPS_BEGIN),
]
SERVICE_PRINCIPALS = [
    list_route("servicePrincipals", service_principal_calls.list_service_principals, may.APPS_READ),
    write_route("POST", "servicePrincipals", service_principal_calls.post_service_principal, may.APPS_BEGIN),
    entity_route("servicePrincipals/{}", service_principal_calls.get_service_principal, may.APPS_READ),
    write_route("PATCH", "servicePrincipals/{}", service_principal_calls.patch_service_principal, may.APPS_ACT),
    write_route("DELETE", "servicePrincipals/{}", service_principal_calls.delete_service_principal, may.APPS_ACT),
    write_route("POST", "servicePrincipals/{}/addPassword", credential_calls.post_add_password, may.APPS_ACT),
    write_route("POST", "servicePrincipals/{}/removePassword", credential_calls.post_remove_password, may.APPS_ACT),
    list_route("servicePrincipals/{}/appRoleAssignedTo", assignments.list_assigned_to, may.ASSIGNMENTS_READ),
    write_route(
        "POST", "servicePrincipals/{}/appRoleAssignedTo", assignments.create_assigned_to, may.ASSIGNMENTS_WRITE
    ),
    entity_route("servicePrincipals/{}/appRoleAssignedTo/{}", assignments.get_assignment, may.ASSIGNMENTS_READ),
    write_route(
        "DELETE", "servicePrincipals/{}/appRoleAssignedTo/{}", assignments.delete_assignment, may.ASSIGNMENTS_REMOVE
    ),
    list_route("servicePrincipals/{}/oauth2PermissionGrants", grants.list_grants_of, may.GRANTS_READ),
    list_route("oauth2PermissionGrants", grants.list_grants, may.GRANTS_READ),
    write_route("POST", "oauth2PermissionGrants", grants.create_grant, may.GRANTS_WRITE),
    entity_route("oauth2PermissionGrants/{}", grants.get_grant, may.GRANTS_READ),
    write_route("PATCH", "oauth2PermissionGrants/{}", grants.update_grant, may.GRANTS_WRITE),
    write_route("DELETE", "oauth2PermissionGrants/{}", grants.delete_grant, may.GRANTS_WRITE),
]
ASSIGNMENTS = [
    route
    for noun, reading in (
        ("servicePrincipals", may.ASSIGNMENTS_READ),
        ("users", may.ASSIGNMENTS_OF_READ),
        ("groups", may.ASSIGNMENTS_OF_READ),
    )
    for route in (
        list_route(f"{noun}/{{}}/appRoleAssignments", assignments.list_assignments, reading),
        write_route("POST", f"{noun}/{{}}/appRoleAssignments", assignments.create_assignment, may.ASSIGNMENTS_WRITE),
        entity_route(f"{noun}/{{}}/appRoleAssignments/{{}}", assignments.get_assignment, reading),
        write_route(
            "DELETE", f"{noun}/{{}}/appRoleAssignments/{{}}", assignments.delete_assignment, may.ASSIGNMENTS_REMOVE
        ),
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
        list_route(f"{noun}/{{}}/owners", owners.list_owners, read),
        write_route("POST", f"{noun}/{{}}/owners/$ref", owners.post_owner, add),
        write_route("DELETE", f"{noun}/{{}}/owners/{{}}/$ref", owners.delete_owner, remove),
    )
]
OWNED = [
    list_route("me/ownedObjects", owners.list_owned, may.ME),
    list_route("users/{}/ownedObjects", owners.list_owned, may.USERS_READ),
    list_route("servicePrincipals/{}/ownedObjects", owners.list_owned, may.APPS_READ),
]
PEOPLE = [
    entity_route("me", users.get_me, may.ME),
    list_route("me/memberOf", memberships.list_my_groups, may.ME, castable=True),
    list_route("users", users.list_users, may.USERS_LIST),
    write_route("POST", "users", users.post_user, may.USERS_CREATE),
    entity_route("users/{}", users.get_user, may.USERS_READ),
    write_route("PATCH", "users/{}", users.patch_user, may.USERS_WRITE),
    write_route("DELETE", "users/{}", users.delete_user, may.USERS_DELETE),
    list_route("groups", groups.list_groups, may.GROUPS_READ),
    write_route("POST", "groups", groups.post_group, may.GROUPS_CREATE),
    entity_route("groups/{}", groups.get_group, may.GROUPS_READ),
    write_route("PATCH", "groups/{}", groups.patch_group, may.GROUPS_WRITE),
    write_route("DELETE", "groups/{}", groups.delete_group, may.GROUPS_DELETE),
    list_route("groups/{}/members", memberships.list_members, may.MEMBERS_READ, castable=True),
    list_route("groups/{}/transitiveMembers", memberships.list_transitive_members, may.MEMBERS_READ, castable=True),
    write_route("POST", "groups/{}/members/$ref", memberships.post_member, may.MEMBERS_WRITE),
    write_route("DELETE", "groups/{}/members/{}/$ref", memberships.delete_member, may.MEMBERS_WRITE),
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
        list_route(f"{noun}/{{}}/memberOf", memberships.list_groups_of, access, castable=True),
        list_route(f"{noun}/{{}}/transitiveMemberOf", memberships.list_transitive_groups_of, access, castable=True),
        write_route("POST", f"{noun}/{{}}/checkMemberGroups", memberships.check_member_groups, access),
        write_route("POST", f"{noun}/{{}}/getMemberGroups", memberships.get_member_groups, access),
    )
]
TENANT = [
    list_route("organization", tenant_calls.list_organizations, may.ORGANIZATION_READ),
    entity_route("organization/{}", tenant_calls.get_organization, may.ORGANIZATION_READ),
    list_route("domains", tenant_calls.list_domains, may.DOMAINS_READ),
    entity_route("domains/{}", tenant_calls.get_domain, may.DOMAINS_READ),
    entity_route("directoryObjects/{}", tenant_calls.get_directory_object, may.OBJECTS_READ),
    Route("POST", "directoryObjects/getByIds", tenant_calls.get_by_ids, may.OBJECTS_READ, frozenset({"$select"})),
    list_route("directory/deletedItems", deleted_items.list_deleted, may.DELETED_READ, castable=True),
    entity_route("directory/deletedItems/{}", deleted_items.get_deleted, may.DELETED_READ),
    write_route("POST", "directory/deletedItems/{}/restore", deleted_items.restore, may.DELETED_WRITE),
    write_route("DELETE", "directory/deletedItems/{}", deleted_items.purge, may.DELETED_WRITE),
]
PROFILE = "onPremisesPublishingProfiles/applicationProxy"
APP_PROXY = [
    entity_route(PROFILE, connectors.get_profile, may.PROXY, beta=True),
    list_route(f"{PROFILE}/connectorGroups", connectors.list_groups, may.PROXY, beta=True),
    write_route("POST", f"{PROFILE}/connectorGroups", connectors.post_group, may.PROXY_CREATE, beta=True),
    entity_route(f"{PROFILE}/connectorGroups/{{}}", connectors.get_group, may.PROXY, beta=True),
    write_route("PATCH", f"{PROFILE}/connectorGroups/{{}}", connectors.patch_group, may.PROXY, beta=True),
    write_route("DELETE", f"{PROFILE}/connectorGroups/{{}}", connectors.delete_group, may.PROXY, beta=True),
    list_route(f"{PROFILE}/connectorGroups/{{}}/members", connectors.list_members, may.PROXY, beta=True),
    write_route("POST", f"{PROFILE}/connectorGroups/{{}}/members/$ref", connectors.post_member, may.PROXY, beta=True),
    list_route(f"{PROFILE}/connectorGroups/{{}}/applications", connectors.list_applications, may.PROXY, beta=True),
    list_route(f"{PROFILE}/connectors", connectors.list_connectors, may.PROXY, beta=True),
    entity_route(f"{PROFILE}/connectors/{{}}", connectors.get_connector, may.PROXY, beta=True),
    list_route(f"{PROFILE}/connectors/{{}}/memberOf", connectors.list_groups_of, may.PROXY, beta=True),
    write_route("POST", f"{PROFILE}/connectors/{{}}/memberOf/$ref", connectors.post_group_of, may.PROXY, beta=True),
]
DELTA = [
    delta_route(noun, delta.track_changes, access)
    for noun, access in (
        ("applications", may.APPS_READ),
        ("servicePrincipals", may.APPS_READ),
        ("users", may.USERS_LIST),
        ("groups", may.GROUPS_READ),
        ("oauth2PermissionGrants", may.GRANTS_READ),
        ("directoryObjects", may.OBJECTS_READ),
    )
]
ALL = [
    *DELTA,
    *APPLICATIONS,
    *SERVICE_PRINCIPALS,
    *ASSIGNMENTS,
    *OWNERS,
    *OWNED,
    *PEOPLE,
    *MEMBERSHIPS,
    *TENANT,
    *APP_PROXY,
]
SHAPES = sort_routes(ALL)
