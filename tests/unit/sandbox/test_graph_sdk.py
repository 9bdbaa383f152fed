# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Microsoft's own client, msgraph-sdk with azure-identity, against the sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from azure.identity.aio import ClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphServiceClient
from msgraph.generated.applications.applications_request_builder import ApplicationsRequestBuilder
from msgraph.generated.applications.item.add_password.add_password_post_request_body import AddPasswordPostRequestBody
from msgraph.generated.models.app_role import AppRole
from msgraph.generated.models.application import Application
from msgraph.generated.models.group import Group
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.password_credential import PasswordCredential
from msgraph.generated.models.reference_create import ReferenceCreate
from msgraph.generated.models.service_principal import ServicePrincipal
from msgraph.generated.models.web_application import WebApplication
from msgraph.graph_request_adapter import GraphRequestAdapter

from sandbox import Running

pytestmark = pytest.mark.filterwarnings("ignore:This class is deprecated:DeprecationWarning")
Story = Callable[[GraphServiceClient], Awaitable[None]]


def tell(sandbox: Running, story: Story) -> None:
    """Run a story with a typed client of the first tenant."""

    async def run() -> None:
        tenant = sandbox.tenants()[0]
        operator = tenant["operator"]
        options: dict[str, Any] = {
            "authority": sandbox.url,
            "connection_verify": str(sandbox.ca_file),
            "disable_instance_discovery": True,
        }
        async with (
            ClientSecretCredential(
                tenant["id"], operator["client_id"], operator["client_secret"], **options
            ) as credential,
            httpx.AsyncClient(verify=sandbox.tls(), trust_env=False) as http,
        ):
            provider = AzureIdentityAuthenticationProvider(credential, scopes=["https://graph.microsoft.com/.default"])
            adapter = GraphRequestAdapter(provider, client=http)
            adapter.base_url = f"{sandbox.url}/v1.0"
            await story(GraphServiceClient(request_adapter=adapter))

    asyncio.run(run())


def test_an_application_from_creation_to_deletion(fresh_sandbox: Running) -> None:
    async def story(client: GraphServiceClient) -> None:
        role = AppRole(
            id="6b1a0f5e-6d0c-4b5e-9a53-2a1c4b0c8d11",
            allowed_member_types=["User"],
            display_name="R",
            value="r",
            is_enabled=True,
        )
        web = WebApplication(redirect_uris=["https://maps.example/"])
        made = await client.applications.post(Application(display_name="Typed", web=web, app_roles=[role]))
        one = client.applications.by_application_id(made.id)
        await one.patch(Application(notes="changed", tags=["typed"]))
        found = await one.get()
        assert (found.notes, found.tags, found.web.redirect_uris) == ("changed", ["typed"], ["https://maps.example/"])
        assert found.app_roles[0].value == "r"
        assert not found.additional_data or set(found.additional_data) == {"@odata.context"}
        secret = await one.add_password.post(
            AddPasswordPostRequestBody(password_credential=PasswordCredential(display_name="main"))
        )
        assert len(secret.secret_text) == 40
        principal = await client.service_principals.post(ServicePrincipal(app_id=made.app_id))
        assert (await client.service_principals_with_app_id(made.app_id).get()).id == principal.id
        await one.delete()
        deleted = await client.directory.deleted_items.graph_application.get()
        assert [item.id for item in deleted.value] == [made.id]

    tell(fresh_sandbox, story)


def test_lists_filters_and_pages(fresh_sandbox: Running) -> None:
    async def story(client: GraphServiceClient) -> None:
        for number in range(5):
            await client.applications.post(Application(display_name=f"Typed {number}"))
        query = ApplicationsRequestBuilder.ApplicationsRequestBuilderGetQueryParameters
        wanted = query(filter="startswith(displayName,'Typed')", select=["id", "displayName"], top=2)
        page = await client.applications.get(RequestConfiguration(query_parameters=wanted))
        names = [one.display_name for one in page.value]
        while page.odata_next_link:
            page = await client.applications.with_url(page.odata_next_link).get()
            names += [one.display_name for one in page.value]
        assert names == [f"Typed {number}" for number in range(5)]

    tell(fresh_sandbox, story)


def test_groups_and_members(fresh_sandbox: Running) -> None:
    async def story(client: GraphServiceClient) -> None:
        user = (await client.users.get()).value[0]
        body = Group(display_name="Typed", mail_enabled=False, mail_nickname="typed", security_enabled=True)
        group = client.groups.by_group_id((await client.groups.post(body)).id)
        address = f"https://graph.microsoft.com/v1.0/directoryObjects/{user.id}"
        await group.members.ref.post(ReferenceCreate(odata_id=address))
        (member,) = (await group.members.get()).value
        assert (type(member).__name__, member.id) == ("User", user.id)

    tell(fresh_sandbox, story)


def test_errors_are_read(fresh_sandbox: Running) -> None:
    async def story(client: GraphServiceClient) -> None:
        with pytest.raises(ODataError) as caught:
            await client.applications.by_application_id("00000000-0000-0000-0000-000000000001").get()
        assert caught.value.response_status_code == 404
        assert caught.value.error is not None
        assert caught.value.error.code == "Request_ResourceNotFound"
        assert caught.value.error.inner_error is not None
        assert caught.value.error.inner_error.request_id

    tell(fresh_sandbox, story)
