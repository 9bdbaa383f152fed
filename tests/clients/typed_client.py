# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A typed client of Graph, msgraph-sdk with azure-identity, signed in as a tenant's operator."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from azure.identity.aio import ClientSecretCredential
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphServiceClient
from msgraph.generated.models.group import Group
from msgraph.graph_request_adapter import GraphRequestAdapter
from unit.sandbox.signing_in import Place

Story = Callable[[GraphServiceClient], Awaitable[None]]
GRAPH = "https://graph.microsoft.com/v1.0"


def tell(place: Place, story: Story) -> None:
    """Run a story with a typed client of the place's tenant."""

    async def run() -> None:
        options: dict[str, Any] = {"authority": place.sandbox.url, "disable_instance_discovery": True}
        operator = place.operator
        async with (
            ClientSecretCredential(place.id, operator["client_id"], operator["client_secret"], **options) as credential,
            httpx.AsyncClient(verify=place.sandbox.tls(), trust_env=False) as http,
        ):
            provider = AzureIdentityAuthenticationProvider(credential, scopes=["https://graph.microsoft.com/.default"])
            adapter = GraphRequestAdapter(provider, client=http)
            adapter.base_url = f"{place.sandbox.url}/v1.0"
            await story(GraphServiceClient(request_adapter=adapter))

    asyncio.run(run())


async def make_group(client: GraphServiceClient, name: str) -> Group:
    body = Group(display_name=name, mail_enabled=False, mail_nickname=name.lower(), security_enabled=True)
    return await client.groups.post(body)
