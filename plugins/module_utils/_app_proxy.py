# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What Application Proxy publishes of an application, and through which connectors.

https://learn.microsoft.com/graph/api/resources/onpremisespublishing, beta only. The application identity can read and write
onPremisesPublishing; connectors and their groups need a signed-in user, so they are only read where they are asked for.
"""

from __future__ import annotations

import dataclasses
import typing as t
import urllib.parse

from ansible_collections.tenantops.entra.plugins.module_utils._errors import NotFound
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import (
    Reader,
    find_application,
    get_application,
    keys_of,
    only,
)
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Object
from ansible_collections.tenantops.entra.plugins.module_utils._schema import Field

BETA = "beta"
PROFILE = "/onPremisesPublishingProfiles/applicationProxy"


def same_host(url: t.Any) -> t.Any:
    """The URL with scheme and host in lower case, in which they mean the same."""
    parts = urllib.parse.urlsplit(url)
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl()


KERBEROS_NAMES = (
    "userPrincipalName",
    "onPremisesUserPrincipalName",
    "userPrincipalUsername",
    "onPremisesUserPrincipalUsername",
    "onPremisesSAMAccountName",
)
SINGLE_SIGN_ON = (
    Field(
        "mode",
        "singleSignOnMode",
        choices=("none", "onPremisesKerberos", "saml", "pingHeaderBased", "aadHeaderBased", "oAuthToken"),
    ),
    Field("kerberos_service_principal_name", "kerberosSignOnSettings.kerberosServicePrincipalName"),
    Field(
        "kerberos_mapping_attribute_type",
        "kerberosSignOnSettings.kerberosSignOnMappingAttributeType",
        choices=KERBEROS_NAMES,
    ),
)
# unset: the defaults that Microsoft documents
FIELDS = (
    Field("internal_url", normal=same_host),
    Field("external_url", normal=same_host),
    Field("external_authentication_type", choices=("aadPreAuthentication", "passthru")),
    Field("application_server_timeout", choices=("default", "long"), unset="default"),
    Field("is_http_only_cookie_enabled", type="bool", unset=False),
    Field("is_persistent_cookie_enabled", type="bool", unset=False),
    Field("is_secure_cookie_enabled", type="bool", unset=True),
    Field("is_translate_host_header_enabled", type="bool", unset=True),
    Field("is_translate_links_in_body_enabled", type="bool", unset=False),
    Field("is_backend_certificate_validation_enabled", type="bool"),
    Field("is_state_session_enabled", type="bool"),
    Field("is_continuous_access_evaluation_enabled", type="bool", unset=True),
    Field("is_dns_resolution_enabled", type="bool", unset=False),
    Field("is_accessible_via_ztna_client", "isAccessibleViaZTNAClient", "bool"),
    Field("alternate_url", normal=same_host),
    Field("use_alternate_url_for_translation_and_redirect", type="bool", unset=False),
    Field("traffic_routing_method", choices=("none", "random", "sessionPersistence", "performance")),
    Field("single_sign_on", "singleSignOnSettings", "dict", fields=SINGLE_SIGN_ON),
)


@dataclasses.dataclass(frozen=True)
class Publishing:
    """What is there, and which connector group is wanted."""

    application: Object | None
    settings: Object | None
    """onPremisesPublishing, or None where the application is not published."""
    group: Object | None = None
    wanted_group: Object | None = None


def read(reader: Reader) -> Publishing:
    if reader.params["state"] == "absent":
        application = find_application(reader)
        return Publishing(application, application and read_settings(reader, application))
    application = get_application(reader)
    settings = read_settings(reader, application)
    name = reader.params.get("connector_group")
    if name is None:
        return Publishing(application, settings)
    groups = list_groups(reader, name)
    wanted = choose_group(groups, name)
    group = read_group(reader, application, groups) if settings else None
    return Publishing(application, settings, group, wanted)


def read_settings(reader: Reader, application: Object) -> Object | None:
    """onPremisesPublishing as it is, or None where the application is not published. It is no part of the default projection."""
    id_ = application.get("id")
    found = (
        reader.graph.find(f"/applications/{id_}?$select=id,onPremisesPublishing", version=BETA, fresh=True)
        if id_
        else None
    ) or {}
    corrected = reader.writes.correct("applicationProxy", keys_of(application)[0], found) or {}
    written: Object = corrected.get("onPremisesPublishing") or {}
    # what this run wrote is a part; the rest is as it was read
    return {**(found.get("onPremisesPublishing") or {}), **written} if written.get("externalUrl") else None


def read_group(reader: Reader, application: Object, groups: t.Iterable[Object] = ()) -> Object | None:
    """The connector group that serves a published application: where none is told, the default one of these groups."""
    id_ = application.get("id")
    found = reader.graph.find(f"/applications/{id_}/connectorGroup", version=BETA) if id_ else None
    found = found or next((group for group in groups if group.get("isDefault")), None)
    return reader.writes.correct("applicationConnectorGroup", keys_of(application)[0], found)


def list_groups(reader: Reader, name: str = "") -> list[Object]:
    """The connector groups, with the one of that name that this run made. In a rehearsal it has an empty id."""
    found = reader.graph.pages(f"{PROFILE}/connectorGroups", version=BETA)
    made = reader.writes.correct("connectorGroup", name, None) if name else None
    if made and not any(is_named(group, name) for group in found):
        found.append({"id": "", **made})
    return found


def choose_group(groups: list[Object], name: str) -> Object:
    """The connector group of that name or id; the tenant's default group for an empty name. Raises NotFound, NotUnique."""
    if not name:
        return only([group for group in groups if group.get("isDefault")], "default connector group", "")
    found = [group for group in groups if is_named(group, name)]
    if not found:
        names = ", ".join(sorted(f"'{group['name']}'" for group in groups)) or "none at all"
        raise NotFound(
            f"There is no connector group '{name}' in this tenant",
            remedy=f"Name one of its connector groups: {names}.",
        )
    return only(found, f"connector group '{name}'", "")


def is_named(group: Object, name: str) -> bool:
    """Whether the text is the connector group's name or id."""
    return name.casefold() in (group["id"].casefold(), group["name"].casefold())
