# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All that a tenant holds of one application, or of each managed one, in the option names of the modules that set it."""

from __future__ import annotations

import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils import (
    _app_proxy,
    _assignments,
    _audience_restrictions,
    _federated_credential,
)
from ansible_collections.tenantops.entra.plugins.module_utils._adoption import TAG, without_tag
from ansible_collections.tenantops.entra.plugins.module_utils._api_permission import TYPES, offered
from ansible_collections.tenantops.entra.plugins.module_utils._app_credentials import (
    describe_credential,
    is_managed,
    list_applications,
)
from ansible_collections.tenantops.entra.plugins.module_utils._errors import GraphError, NotFound
from ansible_collections.tenantops.entra.plugins.module_utils._group_claims import TOKENS, read_groups, read_tokens
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import (
    APPLICATION_OPTIONS,
    Reader,
    find_service_principal,
    get_application,
)
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Object
from ansible_collections.tenantops.entra.plugins.module_utils._references import find_resource
from ansible_collections.tenantops.entra.plugins.module_utils._registration_fields import FIELDS, PRINCIPAL_FIELDS
from ansible_collections.tenantops.entra.plugins.module_utils._registration_plan import HIDDEN_TAG
from ansible_collections.tenantops.entra.plugins.module_utils._schema import Field, show, value_at

REDIRECT_URIS = {"web": "web_redirect_uris", "spa": "spa_redirect_uris", "publicClient": "public_client_redirect_uris"}


def read(reader: Reader) -> Object:
    """The module's result but for the tenant id. An application that a rehearsal would have made has no ids yet."""
    if any(reader.params.get(name) for name in APPLICATION_OPTIONS):
        return _describe(reader, get_application(reader))
    managed = [application for application in list_applications(reader) if is_managed(application)]
    corrected = [reader.writes.correct("application", application["id"], application) for application in managed]
    return {"applications": [_describe(reader, application) for application in corrected if application]}


def _describe(reader: Reader, application: Object) -> Object:
    principal = find_service_principal(reader, application)
    return {
        "application": _describe_application(reader, application),
        "service_principal": principal and _describe_principal(principal),
        "app_proxy": _describe_proxy(reader, application),
        "assignments": _list_assignments(reader, application, principal) if principal else [],
        "secrets": [describe_credential(one) for one in application.get("passwordCredentials") or []],
        "certificates": [describe_credential(one) for one in application.get("keyCredentials") or []],
        "federated_credentials": _list_federated_credentials(reader, application),
    }


def _in_options(fields: t.Iterable[Field], properties: Object) -> Object:
    return {field.option: show(field, value_at(properties, field.where)) for field in fields}


def _describe_application(reader: Reader, application: Object) -> Object:
    claims = application.get("optionalClaims") or {}
    return {
        "app_id": application.get("appId"),
        "object_id": application.get("id"),
        "unique_name": application.get("uniqueName"),
        **_in_options(FIELDS, without_tag(application)),
        **_describe_restrictions(reader, application),
        "adopted": TAG in (application.get("tags") or []),
        **{
            option: list(value_at(application, (platform, "redirectUris")) or [])
            for platform, option in REDIRECT_URIS.items()
        },
        "group_membership_claims": read_groups(application),
        "group_claim_tokens": [token for token, form in read_tokens(application).items() if form["emit"]],
        "optional_claims": {
            token: [_describe_claim(claim) for claim in claims.get(name) or []] for token, name in TOKENS.items()
        },
        "required_permissions": [
            _describe_permissions(reader, entry) for entry in application.get("requiredResourceAccess") or []
        ],
        "owners": _list_owners(reader, application),
    }


def _describe_restrictions(reader: Reader, application: Object) -> Object:
    """Asked only of an application of several tenants, since no other has any."""
    if application.get("signInAudience") != _audience_restrictions.SEVERAL or not application.get("id"):
        return {_audience_restrictions.OPTION: None}
    held = _audience_restrictions.read_restrictions(reader, application)
    return _in_options([_audience_restrictions.FIELD], {_audience_restrictions.PROPERTY: held})


def _describe_claim(claim: Object) -> Object:
    return {
        "name": claim["name"],
        "source": claim.get("source"),
        "essential": bool(claim.get("essential")),
        "additional_properties": list(claim.get("additionalProperties") or []),
    }


def _describe_permissions(reader: Reader, entry: Object) -> Object:
    """Permissions by name; by id where the tenant does not know the API, or the API offers them no more."""
    try:
        resource = find_resource(reader, entry["resourceAppId"])
    except NotFound:
        resource = {}
    names = {kind: {id_: name for name, id_ in offered(resource, kind).items()} for kind in TYPES}
    access = entry.get("resourceAccess") or []
    return {
        "resource": resource.get("displayName") or entry["resourceAppId"],
        **{
            kind: [names[kind].get(one["id"], one["id"]) for one in access if one["type"] == type_]
            for kind, type_ in TYPES.items()
        },
    }


def _list_owners(reader: Reader, application: Object) -> list[str]:
    if not application.get("id"):
        return []
    owners = reader.graph.pages(f"/applications/{application['id']}/owners?$select=id,userPrincipalName", fresh=True)
    return [owner.get("userPrincipalName") or owner["id"] for owner in owners]


def _describe_principal(principal: Object) -> Object:
    return {
        "object_id": principal.get("id"),
        **_in_options(PRINCIPAL_FIELDS, principal),
        "visible": HIDDEN_TAG not in (principal.get("tags") or []),
    }


def _describe_proxy(reader: Reader, application: Object) -> Object | None:
    settings = _app_proxy.read_settings(reader, application)
    if settings is None:
        return None
    try:
        group = _app_proxy.read_group(reader, application, _app_proxy.list_groups(reader)) or {}
    except GraphError as error:
        if error.status != 403:  # connector groups are shown to signed-in users only
            raise
        group = {}
    shown = _in_options(_app_proxy.FIELDS, settings)
    return {**shown, "connector_group": group.get("name"), "connector_group_id": group.get("id")}


def _list_assignments(reader: Reader, application: Object, principal: Object) -> list[Object]:
    roles = _assignments.roles_of(application, principal)
    found = _assignments.list_assignments(reader, application, principal)
    return [_assignments.describe(assignment, roles) for assignment in found]


def _list_federated_credentials(reader: Reader, application: Object) -> list[Object]:
    found = _federated_credential.list_credentials(reader, application)
    options = ("name", *(field.option for field in _federated_credential.FIELDS))
    return [{option: credential.get(option) for option in options} for credential in found]
