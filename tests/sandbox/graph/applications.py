# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Applications: created, changed and softly deleted, with their service principal following.

Source: https://learn.microsoft.com/graph/api/resources/application
"""

from __future__ import annotations

import uuid

from sandbox.graph.application_rules import check_application
from sandbox.graph.audience_restrictions import replace_restrictions, settle_restrictions
from sandbox.graph.bodies import check_body, format_time, merge
from sandbox.graph.credential_policy import check_new_keys
from sandbox.graph.credentials import generate_password, replace_keys, replace_passwords
from sandbox.graph.errors import GraphError, bad_request
from sandbox.graph.redirect_uris import with_settings
from sandbox.graph.schema import find_type
from sandbox.graph.service_principals import follow_application
from sandbox.store import Record, Tenant

MOST_OWNERS_AT_ONCE = 20


def create_application(
    tenant: Tenant,
    properties: Record,
    *,
    version: str = "v1.0",
    created_by: str | None = None,
    template: str | None = None,
) -> Record:
    """Create an application from Graph's properties; raises 400 where a rule is broken.

    Secrets asked for at once are generated, and given back with their values this once: observed by
    terraform-provider-azuread (pull request 1389) and azure.azcollection (pull request 2250).
    """
    given = check_body(properties, "application", version, creating=True)
    if "onPremisesPublishing" in given:
        raise bad_request("Property 'onPremisesPublishing' can only be set after the application has been created.")
    passwords = given.pop("passwordCredentials", [])
    blank = {
        **find_type("application").defaults(),
        "id": str(uuid.uuid4()),
        "appId": str(uuid.uuid4()),
        "applicationTemplateId": template,
        "createdByAppId": created_by,
        "createdDateTime": format_time(tenant.clock()),
        "publisherDomain": tenant.default_domain,
    }
    given["keyCredentials"] = replace_keys([], given.get("keyCredentials", []))
    check_new_keys(tenant, "application", blank, given["keyCredentials"])
    record = _settle(merge(blank, given, "application"))
    check_application(tenant, None, record, None)
    tenant.put("application", record)
    return _with_passwords(tenant, record, passwords) if passwords else record


def _with_passwords(tenant: Tenant, record: Record, wanted: list[Record]) -> Record:
    """The new application as its creator is shown it; nothing stays of it where a secret is refused."""
    shown = []
    try:
        for one in wanted:
            credential, value = generate_password(tenant, "application", record, one)
            record = {**record, "passwordCredentials": [*record["passwordCredentials"], credential]}
            shown.append({**credential, "secretText": value})
    except GraphError:
        tenant.remove("application", record["id"])
        raise
    return {**record, "passwordCredentials": shown}


def update_application(tenant: Tenant, before: Record, changes: Record, seen: Record | None = None) -> Record:
    """Change an application by checked properties; `seen` is its state on the replica that takes the write."""
    changes = dict(changes)
    if "keyCredentials" in changes:
        changes["keyCredentials"] = replace_keys(before["keyCredentials"], changes["keyCredentials"])
        check_new_keys(tenant, "application", before, changes["keyCredentials"])
    if "passwordCredentials" in changes:
        changes["passwordCredentials"] = replace_passwords(
            before["passwordCredentials"], changes["passwordCredentials"]
        )
    after = _settle(merge(replace_restrictions(before, changes), changes, "application"))
    check_application(tenant, before, after, seen or before)
    return save_application(tenant, after)


def save_application(tenant: Tenant, record: Record) -> Record:
    """Keep a changed application and let its service principal follow."""
    tenant.put("application", record)
    follow_application(tenant, record)
    return record


def delete_application(tenant: Tenant, record: Record) -> None:
    """Move an application to the deleted items, and its service principal in the same tenant with it."""
    delete_softly(tenant, "application", record)
    principal = tenant.view().find("servicePrincipal", appId=record["appId"])
    if principal is not None and principal["appOwnerOrganizationId"] == tenant.id:
        delete_softly(tenant, "servicePrincipal", principal)


def delete_softly(tenant: Tenant, kind: str, record: Record) -> None:
    """Move a directory object to the deleted items: kind deletedApplication and so on."""
    tenant.remove(kind, record["id"])
    tenant.put(f"deleted{kind[:1].upper()}{kind[1:]}", {**record, "deletedDateTime": format_time(tenant.clock())})


def add_owner(tenant: Tenant, record: Record, owner_id: str) -> None:
    """Make a directory object an owner of an application, service principal or group."""
    tenant.put("owner", {"id": f"{record['id']}:{owner_id}", "object": record["id"], "owner": owner_id})


def _settle(record: Record) -> Record:
    """The record with what the service derives: settings of redirect URIs, the origin of app roles."""
    roles = [{**role, "origin": "Application"} for role in record["appRoles"]]
    restrictions = settle_restrictions(record)
    return {
        **record,
        "web": with_settings(record["web"]),
        "appRoles": roles,
        "signInAudienceRestrictions": restrictions,
    }
