# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Service principals: what they take over from their application and what is their own.

Source: https://learn.microsoft.com/graph/api/resources/serviceprincipal. What a second one of an application is told was
seen in https://github.com/Azure/reliable-web-app-pattern-java/issues/185
"""

from __future__ import annotations

import uuid

from sandbox.graph.bodies import check_body, format_time, merge
from sandbox.graph.credential_policy import check_new_keys
from sandbox.graph.credentials import replace_keys, replace_passwords
from sandbox.graph.errors import GraphError, duplicate_value, invalid_value
from sandbox.graph.schema import find_type
from sandbox.store import Record, Tenant

PROXY_TAG = "WindowsAzureActiveDirectoryOnPremApp"
OWN = "_own"
LONGEST = {"displayName": 256, "notes": 1024, "description": 1024}


def create_service_principal(
    tenant: Tenant, application: Record, home: Tenant, properties: Record | None = None, created_by: str | None = None
) -> Record:
    """Create the service principal of an application that lives in `home`; raises 409 where there is one already."""
    own = check_body({"appId": application["appId"], **(properties or {})}, "servicePrincipal", "v1.0", creating=True)
    if tenant.view().find("servicePrincipal", appId=application["appId"]):
        raise GraphError(
            409,
            "Request_MultipleObjectsWithSameKeyValue",
            "The service principal cannot be created, updated, or restored because the service principal name "
            f"{application['appId']} is already in use.",
        )
    own.pop("appId")
    record = {
        **find_type("servicePrincipal").defaults(),
        "id": str(uuid.uuid4()),
        "createdDateTime": format_time(tenant.clock()),
        "createdByAppId": created_by,
        "appOwnerOrganizationId": home.id,
    }
    return _save(tenant, record, own, application)


def update_service_principal(tenant: Tenant, record: Record, changes: Record, application: Record | None) -> Record:
    """Change what is the service principal's own; `application` is the local one behind it, None where it is foreign."""
    changes = dict(changes)
    if changes.pop("appId", record["appId"]) != record["appId"]:
        raise invalid_value("appId", "servicePrincipal")
    record = {**record, **_change_credentials(tenant, record, changes)}
    if "tags" in changes and application is not None:
        changes["tags"] = [tag for tag in changes["tags"] if tag not in application["tags"]]
    return _save(tenant, record, {**record.get(OWN, {}), **changes}, application)


def _change_credentials(tenant: Tenant, record: Record, changes: Record) -> Record:
    """Take the credentials out of the changes: they are the record's own, and addPassword changes them too."""
    after: Record = {}
    if "keyCredentials" in changes:
        after["keyCredentials"] = replace_keys(record["keyCredentials"], changes.pop("keyCredentials"))
        check_new_keys(tenant, "servicePrincipal", record, after["keyCredentials"])
    if "passwordCredentials" in changes:
        after["passwordCredentials"] = replace_passwords(
            record["passwordCredentials"], changes.pop("passwordCredentials")
        )
    return after


def follow_application(tenant: Tenant, application: Record) -> None:
    """Take over the present state of an application in its service principal in the same tenant, if it has one."""
    record = tenant.view().find("servicePrincipal", appId=application["appId"])
    if record is not None:
        _save(tenant, record, record.get(OWN, {}), application)


def _save(tenant: Tenant, record: Record, own: Record, application: Record | None) -> Record:
    for name, longest in LONGEST.items():
        if len(own.get(name) or "") > longest:
            raise invalid_value(name, "servicePrincipal")
    tags = own.get("tags", [])
    if len(set(tags)) < len(tags) or any(not tag or any(c.isspace() for c in tag) for tag in tags):
        raise invalid_value("tags", "servicePrincipal")
    after = merge({**record, **(_taken_over(application) if application else {})}, own, "servicePrincipal")
    if application is not None:
        after["tags"] = [*application["tags"], *(tag for tag in tags if tag not in application["tags"])]
        if (application.get("onPremisesPublishing") or {}).get("externalUrl") and PROXY_TAG not in after["tags"]:
            after["tags"] = [*after["tags"], PROXY_TAG]
        names = [application["appId"], *application["identifierUris"]]
        after["servicePrincipalNames"] = [*dict.fromkeys([*names, *own.get("servicePrincipalNames", [])])]
    for name in after["servicePrincipalNames"][1:]:
        _check_name_free(tenant, after, name)
    return tenant.put("servicePrincipal", {**after, OWN: own})


def _check_name_free(tenant: Tenant, record: Record, name: str) -> None:
    for other in tenant.view().all("servicePrincipal"):
        if other["id"] != record["id"] and name in other["servicePrincipalNames"]:
            raise duplicate_value("servicePrincipalNames")


def _taken_over(application: Record) -> Record:
    """The properties that mirror the application."""
    platforms = (application[platform]["redirectUris"] for platform in ("web", "spa", "publicClient"))
    return {
        "appId": application["appId"],
        "appDisplayName": application["displayName"],
        "appDescription": application["description"],
        "applicationTemplateId": application["applicationTemplateId"],
        "appRoles": application["appRoles"],
        "displayName": application["displayName"],
        "homepage": application["web"]["homePageUrl"],
        "info": application["info"],
        "logoutUrl": application["web"]["logoutUrl"],
        "oauth2PermissionScopes": application["api"]["oauth2PermissionScopes"],
        "replyUrls": [*dict.fromkeys(uri for uris in platforms for uri in uris)],
        "signInAudience": application["signInAudience"],
    }
