# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Every call that the sandbox answers: method, path and handler. What opens each is in data/access.csv."""

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
    directory_roles,
    extension_properties,
    federated_credentials,
    grants,
    groups,
    invitations,
    licences,
    logos,
    memberships,
    owners,
    policies,
    rolling_keys,
    service_principal_calls,
    signing_certificates,
    tenant_calls,
    tenant_information,
    users,
)
from sandbox.graph.routing import delta_route, entity_route, list_route, sort_routes, write_route

APPLICATIONS = [
    list_route("applications", application_calls.list_applications),
    write_route("POST", "applications", application_calls.post_application),
    entity_route("applications/{}", application_calls.get_application),
    write_route("PATCH", "applications/{}", application_calls.patch_application),
    write_route("DELETE", "applications/{}", application_calls.delete_application_call),
    write_route("POST", "applications/{}/addPassword", credential_calls.post_add_password),
    write_route("POST", "applications/{}/removePassword", credential_calls.post_remove_password),
    write_route("POST", "applications/{}/addKey", rolling_keys.post_add_key),
    write_route("POST", "applications/{}/removeKey", rolling_keys.post_remove_key),
    write_route("PUT", "applications/{}/logo", logos.put_logo),
    entity_route("applications/{}/logo", logos.get_logo),
    list_route("applications/{}/extensionProperties", extension_properties.list_extensions),
    write_route("POST", "applications/{}/extensionProperties", extension_properties.post_extension),
    entity_route("applications/{}/extensionProperties/{}", extension_properties.get_extension),
    write_route("DELETE", "applications/{}/extensionProperties/{}", extension_properties.delete_extension),
    list_route("applications/{}/federatedIdentityCredentials", federated_credentials.list_credentials),
    write_route("POST", "applications/{}/federatedIdentityCredentials", federated_credentials.post_credential),
    entity_route("applications/{}/federatedIdentityCredentials/{}", federated_credentials.get_credential),
    write_route(
        "PATCH",
        "applications/{}/federatedIdentityCredentials/{}",
        federated_credentials.patch_credential,
    ),
    write_route(
        "DELETE",
        "applications/{}/federatedIdentityCredentials/{}",
        federated_credentials.delete_credential,
    ),
    entity_route("applications/{}/connectorGroup", app_proxy.get_connector_group, beta=True),
    write_route("PUT", "applications/{}/connectorGroup/$ref", app_proxy.put_connector_group, beta=True),
    write_route("DELETE", "applications/{}/connectorGroup/$ref", app_proxy.delete_connector_group, beta=True),
    list_route("applicationTemplates", application_templates.list_templates),
    entity_route("applicationTemplates/{}", application_templates.get_template),
    write_route("POST", "applicationTemplates/{}/instantiate", application_templates.instantiate),
]
SERVICE_PRINCIPALS = [
    list_route("servicePrincipals", service_principal_calls.list_service_principals),
    write_route("POST", "servicePrincipals", service_principal_calls.post_service_principal),
    entity_route("servicePrincipals/{}", service_principal_calls.get_service_principal),
    write_route("PATCH", "servicePrincipals/{}", service_principal_calls.patch_service_principal),
    write_route("DELETE", "servicePrincipals/{}", service_principal_calls.delete_service_principal),
    write_route("POST", "servicePrincipals/{}/addPassword", credential_calls.post_add_password),
    write_route("POST", "servicePrincipals/{}/removePassword", credential_calls.post_remove_password),
    write_route("POST", "servicePrincipals/{}/addKey", rolling_keys.post_add_key),
    write_route("POST", "servicePrincipals/{}/removeKey", rolling_keys.post_remove_key),
    write_route(
        "POST",
        "servicePrincipals/{}/addTokenSigningCertificate",
        signing_certificates.post_signing_certificate,
    ),
    list_route("servicePrincipals/{}/appRoleAssignedTo", assignments.list_assigned_to),
    write_route("POST", "servicePrincipals/{}/appRoleAssignedTo", assignments.create_assigned_to),
    entity_route("servicePrincipals/{}/appRoleAssignedTo/{}", assignments.get_assignment),
    write_route("DELETE", "servicePrincipals/{}/appRoleAssignedTo/{}", assignments.delete_assignment),
    list_route("servicePrincipals/{}/oauth2PermissionGrants", grants.list_grants_of),
    list_route("users/{}/oauth2PermissionGrants", grants.list_grants_of),
    list_route("oauth2PermissionGrants", grants.list_grants),
    write_route("POST", "oauth2PermissionGrants", grants.create_grant),
    entity_route("oauth2PermissionGrants/{}", grants.get_grant),
    write_route("PATCH", "oauth2PermissionGrants/{}", grants.update_grant),
    write_route("DELETE", "oauth2PermissionGrants/{}", grants.delete_grant),
]
ASSIGNMENTS = [
    route
    for noun in ("servicePrincipals", "users", "groups")
    for route in (
        list_route(f"{noun}/{{}}/appRoleAssignments", assignments.list_assignments),
        write_route("POST", f"{noun}/{{}}/appRoleAssignments", assignments.create_assignment),
        entity_route(f"{noun}/{{}}/appRoleAssignments/{{}}", assignments.get_assignment),
        write_route("DELETE", f"{noun}/{{}}/appRoleAssignments/{{}}", assignments.delete_assignment),
    )
]
OWNERS = [
    route
    for noun in ("applications", "servicePrincipals", "groups")
    for route in (
        list_route(f"{noun}/{{}}/owners", owners.list_owners),
        write_route("POST", f"{noun}/{{}}/owners/$ref", owners.post_owner),
        write_route("DELETE", f"{noun}/{{}}/owners/{{}}/$ref", owners.delete_owner),
    )
]
OWNED = [
    list_route("me/ownedObjects", owners.list_owned),
    list_route("users/{}/ownedObjects", owners.list_owned),
    list_route("servicePrincipals/{}/ownedObjects", owners.list_owned),
]
PEOPLE = [
    entity_route("me", users.get_me),
    list_route("me/memberOf", memberships.list_groups_of, castable=True),
    list_route("users", users.list_users),
    write_route("POST", "users", users.post_user),
    entity_route("users/{}", users.get_user),
    write_route("PATCH", "users/{}", users.patch_user),
    write_route("DELETE", "users/{}", users.delete_user),
    write_route("POST", "users/{}/revokeSignInSessions", users.revoke_sessions),
    list_route("groups", groups.list_groups),
    write_route("POST", "groups", groups.post_group),
    entity_route("groups/{}", groups.get_group),
    write_route("PATCH", "groups/{}", groups.patch_group),
    write_route("DELETE", "groups/{}", groups.delete_group),
    list_route("groups/{}/members", memberships.list_members, castable=True),
    list_route("groups/{}/transitiveMembers", memberships.list_transitive_members, castable=True),
    write_route("POST", "groups/{}/members/$ref", memberships.post_member),
    write_route("DELETE", "groups/{}/members/{}/$ref", memberships.delete_member),
]
MEMBERSHIPS = [
    route
    for noun in ("users", "groups", "servicePrincipals", "directoryObjects")
    for route in (
        list_route(f"{noun}/{{}}/memberOf", memberships.list_groups_of, castable=True),
        list_route(f"{noun}/{{}}/transitiveMemberOf", memberships.list_transitive_groups_of, castable=True),
        write_route("POST", f"{noun}/{{}}/checkMemberGroups", memberships.check_member_groups),
        write_route("POST", f"{noun}/{{}}/getMemberGroups", memberships.get_member_groups),
        write_route("POST", f"{noun}/{{}}/checkMemberObjects", memberships.check_member_objects),
        write_route("POST", f"{noun}/{{}}/getMemberObjects", memberships.get_member_objects),
    )
]
TENANT = [
    list_route("organization", tenant_calls.list_organizations),
    entity_route("organization/{}", tenant_calls.get_organization),
    list_route("domains", tenant_calls.list_domains),
    entity_route("domains/{}", tenant_calls.get_domain),
    entity_route("directoryObjects/{}", tenant_calls.get_directory_object),
    write_route("POST", "directoryObjects/getByIds", tenant_calls.get_by_ids, selectable=True),
    list_route("subscribedSkus", licences.list_skus),
    entity_route("subscribedSkus/{}", licences.get_sku),
    write_route("POST", "invitations", invitations.post_invitation),
    entity_route("tenantRelationships/findTenantInformationByTenantId/{}", tenant_information.find_by_id),
    entity_route("tenantRelationships/findTenantInformationByDomainName/{}", tenant_information.find_by_domain),
    list_route("directory/deletedItems", deleted_items.list_deleted, castable=True),
    entity_route("directory/deletedItems/{}", deleted_items.get_deleted),
    write_route("POST", "directory/deletedItems/{}/restore", deleted_items.restore),
    write_route("DELETE", "directory/deletedItems/{}", deleted_items.purge),
]
ROLES = [
    list_route("directoryRoles", directory_roles.list_roles),
    entity_route("directoryRoles/{}", directory_roles.get_role),
    list_route("directoryRoles/{}/members", directory_roles.list_members, castable=True),
    list_route("roleManagement/directory/roleAssignments", directory_roles.list_assignments),
    entity_route("roleManagement/directory/roleAssignments/{}", directory_roles.get_assignment),
]
POLICIES = [
    entity_route("policies/defaultAppManagementPolicy", policies.get_default),
    write_route("PATCH", "policies/defaultAppManagementPolicy", policies.patch_default),
    list_route("policies/appManagementPolicies", policies.list_of_applications),
    entity_route("policies/appManagementPolicies/{}", policies.get_of_applications),
    entity_route("policies/authorizationPolicy", policies.get_authorization),
]
PROFILE = "onPremisesPublishingProfiles/applicationProxy"
APP_PROXY = [
    entity_route(PROFILE, connectors.get_profile, beta=True),
    list_route(f"{PROFILE}/connectorGroups", connectors.list_groups, beta=True),
    write_route("POST", f"{PROFILE}/connectorGroups", connectors.post_group, beta=True),
    entity_route(f"{PROFILE}/connectorGroups/{{}}", connectors.get_group, beta=True),
    write_route("PATCH", f"{PROFILE}/connectorGroups/{{}}", connectors.patch_group, beta=True),
    write_route("DELETE", f"{PROFILE}/connectorGroups/{{}}", connectors.delete_group, beta=True),
    list_route(f"{PROFILE}/connectorGroups/{{}}/members", connectors.list_members, beta=True),
    write_route("POST", f"{PROFILE}/connectorGroups/{{}}/members/$ref", connectors.post_member, beta=True),
    list_route(f"{PROFILE}/connectorGroups/{{}}/applications", connectors.list_applications, beta=True),
    list_route(f"{PROFILE}/connectors", connectors.list_connectors, beta=True),
    entity_route(f"{PROFILE}/connectors/{{}}", connectors.get_connector, beta=True),
    list_route(f"{PROFILE}/connectors/{{}}/memberOf", connectors.list_groups_of, beta=True),
    write_route("POST", f"{PROFILE}/connectors/{{}}/memberOf/$ref", connectors.post_group_of, beta=True),
]
DELTA = [
    delta_route(noun, delta.track_changes)
    for noun in ("applications", "servicePrincipals", "users", "groups", "oauth2PermissionGrants", "directoryObjects")
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
    *ROLES,
    *POLICIES,
    *APP_PROXY,
]
SHAPES = sort_routes(ALL)
