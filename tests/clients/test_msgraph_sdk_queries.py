# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""msgraph-sdk 1.65, Microsoft's typed client of Graph for Python: lists, pages, changes, batches and refusals."""

from __future__ import annotations

import pytest
from clients.typed_client import make_group, tell
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph import GraphServiceClient
from msgraph.generated.applications.applications_request_builder import ApplicationsRequestBuilder
from msgraph.generated.groups.groups_request_builder import GroupsRequestBuilder
from msgraph.generated.models.application import Application
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph_core import PageIterator
from msgraph_core.requests.batch_request_builder import BatchRequestBuilder
from msgraph_core.requests.batch_request_content import BatchRequestContent
from msgraph_core.requests.batch_request_item import BatchRequestItem
from unit.sandbox.signing_in import Place

pytestmark = pytest.mark.filterwarnings("ignore:This class is deprecated:DeprecationWarning")


def test_lists_filters_counts_and_pages(place: Place) -> None:
    async def story(client: GraphServiceClient) -> None:
        for number in range(5):
            await client.applications.post(Application(display_name=f"Typed {number}"))
        query = ApplicationsRequestBuilder.ApplicationsRequestBuilderGetQueryParameters(
            filter="startswith(displayName,'Typed')", select=["id", "displayName"], top=2, count=True
        )
        configuration = RequestConfiguration(query_parameters=query)
        configuration.headers.add("ConsistencyLevel", "eventual")
        page = await client.applications.get(configuration)
        assert (page.odata_count, len(page.value)) == (5, 2)
        names: list[str] = []
        iterator = PageIterator(page, client.request_adapter)
        iterator.headers.add("ConsistencyLevel", "eventual")

        def take(one: Application) -> bool:
            names.append(one.display_name)
            return True

        await iterator.iterate(take)
        assert names == [f"Typed {number}" for number in range(5)]

    tell(place, story)


def test_changes_of_groups(place: Place) -> None:
    async def story(client: GraphServiceClient) -> None:
        page = await client.groups.delta.get()
        before = {group.id for group in page.value}
        assert before
        assert not page.odata_next_link
        made = await make_group(client, "Tracked")
        page = await client.groups.delta.with_url(page.odata_delta_link).get()
        assert [(group.id, group.display_name) for group in page.value] == [(made.id, "Tracked")]
        await client.groups.by_group_id(made.id).delete()
        page = await client.groups.delta.with_url(page.odata_delta_link).get()
        assert [(group.id, group.additional_data["@removed"]["reason"]) for group in page.value] == [
            (made.id, "deleted")
        ]
        page = await client.groups.delta.with_url(page.odata_delta_link).get()
        assert not page.value

    tell(place, story)


def test_search(place: Place) -> None:
    async def story(client: GraphServiceClient) -> None:
        made = await make_group(client, "Flood-Crew")
        query = GroupsRequestBuilder.GroupsRequestBuilderGetQueryParameters(search='"displayName:flood"', count=True)
        configuration = RequestConfiguration(query_parameters=query)
        configuration.headers.add("ConsistencyLevel", "eventual")
        found = await client.groups.get(configuration)
        assert (found.odata_count, [group.id for group in found.value]) == (1, [made.id])

    tell(place, story)


def test_a_batch(place: Place) -> None:
    async def story(client: GraphServiceClient) -> None:
        adapter = client.request_adapter
        wanted = {
            "made": client.applications.to_post_request_information(Application(display_name="In a batch")),
            "people": client.users.to_get_request_information(),
            "absent": client.users.by_user_id("nobody").to_get_request_information(),
        }
        content = BatchRequestContent()
        for name, request in wanted.items():
            request.path_parameters["baseurl"] = adapter.base_url
            item = BatchRequestItem(request, id=name)
            # https://github.com/microsoftgraph/msgraph-sdk-python/issues/1015
            item.url = item.url.removeprefix(adapter.base_url)
            content.add_request(name, item)
        answer = await BatchRequestBuilder(adapter).post(content)
        assert answer.get_response_status_codes() == {"made": 201, "people": 200, "absent": 404}
        # the SDK of this version reads no JSON bodies of a batch: what was made is looked up
        made = answer.get_response_by_id("made").headers["Location"].rpartition("/")[2]
        assert (await client.applications.by_application_id(made).get()).display_name == "In a batch"

    tell(place, story)


def test_errors_are_read(place: Place) -> None:
    async def story(client: GraphServiceClient) -> None:
        with pytest.raises(ODataError) as caught:
            await client.applications.by_application_id("00000000-0000-0000-0000-000000000001").get()
        assert caught.value.response_status_code == 404
        assert caught.value.error is not None
        assert caught.value.error.code == "Request_ResourceNotFound"
        assert caught.value.error.inner_error is not None
        assert caught.value.error.inner_error.request_id
        query = GroupsRequestBuilder.GroupsRequestBuilderGetQueryParameters(filter="nonsense eq 'x'")
        with pytest.raises(ODataError) as caught:
            await client.groups.get(RequestConfiguration(query_parameters=query))
        assert caught.value.response_status_code == 400

    tell(place, story)
