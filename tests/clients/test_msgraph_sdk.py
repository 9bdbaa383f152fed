# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""msgraph-sdk 1.65, Microsoft's typed client of Graph for Python: what it makes, changes and removes."""

from __future__ import annotations

import uuid

import pytest
from clients.typed_client import GRAPH, make_group, tell
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphServiceClient
from msgraph.generated.applications.item.add_password.add_password_post_request_body import AddPasswordPostRequestBody
from msgraph.generated.applications.item.remove_password.remove_password_post_request_body import (
    RemovePasswordPostRequestBody,
)
from msgraph.generated.directory_objects.get_by_ids.get_by_ids_post_request_body import GetByIdsPostRequestBody
from msgraph.generated.groups.item.members.graph_user.graph_user_request_builder import GraphUserRequestBuilder
from msgraph.generated.models.app_role import AppRole
from msgraph.generated.models.app_role_assignment import AppRoleAssignment
from msgraph.generated.models.application import Application
from msgraph.generated.models.federated_identity_credential import FederatedIdentityCredential
from msgraph.generated.models.group import Group
from msgraph.generated.models.o_auth2_permission_grant import OAuth2PermissionGrant
from msgraph.generated.models.password_credential import PasswordCredential
from msgraph.generated.models.password_profile import PasswordProfile
from msgraph.generated.models.reference_create import ReferenceCreate
from msgraph.generated.models.service_principal import ServicePrincipal
from msgraph.generated.models.user import User
from msgraph.generated.models.web_application import WebApplication
from msgraph.generated.service_principals.service_principals_request_builder import ServicePrincipalsRequestBuilder
from unit.sandbox.signing_in import Place

CastQuery = GraphUserRequestBuilder.GraphUserRequestBuilderGetQueryParameters
pytestmark = pytest.mark.filterwarnings("ignore:This class is deprecated:DeprecationWarning")


def test_an_application_from_creation_to_purge(place: Place) -> None:
    async def story(client: GraphServiceClient) -> None:
        role = AppRole(id=uuid.uuid4(), allowed_member_types=["User"], display_name="R", value="r", is_enabled=True)
        role.description = "Reads"
        web = WebApplication(redirect_uris=["https://maps.example/"])
        made = await client.applications.post(Application(display_name="Typed", web=web, app_roles=[role]))
        one = client.applications.by_application_id(made.id)
        await one.patch(Application(notes="changed", tags=["typed"]))
        found = await one.get()
        assert (found.notes, found.tags, found.web.redirect_uris) == ("changed", ["typed"], ["https://maps.example/"])
        assert (found.app_roles[0].value, found.app_roles[0].id) == ("r", role.id)
        assert set(found.additional_data) <= {"@odata.context"}
        principal = await client.service_principals.post(ServicePrincipal(app_id=made.app_id))
        assert (await client.service_principals_with_app_id(made.app_id).get()).id == principal.id
        await one.delete()
        deleted = await client.directory.deleted_items.graph_application.get()
        assert [item.id for item in deleted.value] == [made.id]
        item = client.directory.deleted_items.by_directory_object_id(made.id)
        assert (await item.restore.post()).id == made.id
        await one.delete()
        await item.delete()
        assert not (await client.directory.deleted_items.graph_application.get()).value

    tell(place, story)


def test_secrets_and_federated_credentials(place: Place) -> None:
    async def story(client: GraphServiceClient) -> None:
        made = await client.applications.post(Application(display_name="Typed"))
        one = client.applications.by_application_id(made.id)
        wanted = AddPasswordPostRequestBody(password_credential=PasswordCredential(display_name="main"))
        secret = await one.add_password.post(wanted)
        assert secret.secret_text.startswith(secret.hint)
        assert secret.end_date_time > secret.start_date_time
        assert [(kept.key_id, kept.secret_text) for kept in (await one.get()).password_credentials] == [
            (secret.key_id, None)
        ]
        await one.remove_password.post(RemovePasswordPostRequestBody(key_id=secret.key_id))
        assert not (await one.get()).password_credentials
        trust = FederatedIdentityCredential(
            name="ci-job", issuer="https://ci.example", subject="job", audiences=["api://AzureADTokenExchange"]
        )
        credential = await one.federated_identity_credentials.post(trust)
        assert [item.id for item in (await one.federated_identity_credentials.get()).value] == [credential.id]

    tell(place, story)


def test_users_groups_and_members(place: Place) -> None:
    async def story(client: GraphServiceClient) -> None:
        name = f"typed@{place.tenant['default_domain']}"
        person = User(account_enabled=True, display_name="Typed", mail_nickname="typed", user_principal_name=name)
        person.password_profile = PasswordProfile(password=f"{uuid.uuid4()}Aa1!")
        made = await client.users.post(person)
        assert (await client.users.by_user_id(name).get()).id == made.id
        group = client.groups.by_group_id((await make_group(client, "Typed")).id)
        reference = ReferenceCreate(odata_id=f"{GRAPH}/directoryObjects/{made.id}")
        await group.members.ref.post(reference)
        (member,) = (await group.members.get()).value
        assert (type(member), member.id) == (User, made.id)
        cast = RequestConfiguration(query_parameters=CastQuery(count=True))
        cast.headers.add("ConsistencyLevel", "eventual")
        assert [one.id for one in (await group.members.graph_user.get(cast)).value] == [made.id]
        (found,) = (await client.users.by_user_id(made.id).member_of.get()).value
        assert (type(found), found.display_name) == (Group, "Typed")
        both = await client.directory_objects.get_by_ids.post(GetByIdsPostRequestBody(ids=[made.id, found.id]))
        assert {type(one) for one in both.value} == {User, Group}
        await group.members.by_directory_object_id(made.id).ref.delete()
        assert not (await group.members.get()).value

    tell(place, story)


def test_assignments_and_grants(place: Place) -> None:
    async def story(client: GraphServiceClient) -> None:
        role = AppRole(id=uuid.uuid4(), allowed_member_types=["User"], display_name="R", value="r", is_enabled=True)
        role.description = "Reads"
        made = await client.applications.post(Application(display_name="Typed", app_roles=[role]))
        own = await client.service_principals.post(ServicePrincipal(app_id=made.app_id))
        group = await make_group(client, "Assigned")
        assigned = client.service_principals.by_service_principal_id(own.id).app_role_assigned_to
        wish = AppRoleAssignment(principal_id=group.id, resource_id=own.id, app_role_id=role.id)
        assignment = await assigned.post(wish)
        assert (assignment.principal_type, assignment.principal_display_name) == ("Group", "Assigned")
        assert [one.id for one in (await assigned.get()).value] == [assignment.id]
        query = ServicePrincipalsRequestBuilder.ServicePrincipalsRequestBuilderGetQueryParameters(
            filter="appId eq '00000003-0000-0000-c000-000000000000'", select=["id"]
        )
        (graph,) = (await client.service_principals.get(RequestConfiguration(query_parameters=query))).value
        grants = client.oauth2_permission_grants
        consent = OAuth2PermissionGrant(
            client_id=own.id, consent_type="AllPrincipals", resource_id=graph.id, scope="User.Read"
        )
        grant = await grants.post(consent)
        one = grants.by_o_auth2_permission_grant_id(grant.id)
        await one.patch(OAuth2PermissionGrant(scope="User.Read Group.Read.All"))
        assert (await one.get()).scope == "User.Read Group.Read.All"
        await one.delete()
        await assigned.by_app_role_assignment_id(assignment.id).delete()
        assert not (await assigned.get()).value

    tell(place, story)
