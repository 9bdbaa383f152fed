# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Microsoft's own typed models as the judge of request bodies.

A body is right when it loads into the model of msgraph-sdk (v1.0) or msgraph-beta-sdk (beta) with nothing left over: no
property that the model does not know, and no value that it could not read.
"""

from __future__ import annotations

import importlib
import json
import re
import typing as t
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from kiota_serialization_json.json_parse_node_factory import JsonParseNodeFactory

# path below the version -> module of the model below msgraph.generated, and its class
MODELS = (
    (r"/\$batch", "", ""),
    (r".*/\$ref", "models.reference_create", "ReferenceCreate"),
    (
        r"/applicationTemplates/[^/]+/instantiate",
        "application_templates.item.instantiate.instantiate_post_request_body",
        "InstantiatePostRequestBody",
    ),
    (
        r"/applications/[^/]+/addPassword",
        "applications.item.add_password.add_password_post_request_body",
        "AddPasswordPostRequestBody",
    ),
    (
        r"/applications/[^/]+/removePassword",
        "applications.item.remove_password.remove_password_post_request_body",
        "RemovePasswordPostRequestBody",
    ),
    (
        r"/applications[^/]*(/[^/]+)?/federatedIdentityCredentials.*",
        "models.federated_identity_credential",
        "FederatedIdentityCredential",
    ),
    (r"/servicePrincipals/[^/]+/appRoleAssign(edTo|ments)", "models.app_role_assignment", "AppRoleAssignment"),
    (r"/oauth2PermissionGrants(/[^/]+)?", "models.o_auth2_permission_grant", "OAuth2PermissionGrant"),
    (r"/applications(\(.*\)|/[^/]+)?", "models.application", "Application"),
    (r"/servicePrincipals(\(.*\)|/[^/]+)?", "models.service_principal", "ServicePrincipal"),
    (r"/groups(\(.*\)|/[^/]+)?", "models.group", "Group"),
    (r"/users(/[^/]+)?", "models.user", "User"),
    (r"/invitations", "models.invitation", "Invitation"),
    (r"/onPremisesPublishingProfiles/[^/]+/connectorGroups(/[^/]+)?", "models.connector_group", "ConnectorGroup"),
)


def leftovers(path: str, body: t.Any) -> list[str]:
    """What the typed model does not hold of a body that was sent to a path such as /v1.0/applications."""
    _ignored, version, below = path.split("/", 2)
    fitting = [row[1:] for row in MODELS if re.fullmatch(row[0], "/" + below)]
    if not fitting:
        return [f"no model is known for {path}"]
    module, name = fitting[0]
    package = {"v1.0": "msgraph", "beta": "msgraph_beta"}[version]
    model = getattr(importlib.import_module(f"{package}.generated.{module}"), name)
    node = JsonParseNodeFactory().get_root_parse_node("application/json", json.dumps(body).encode())
    return list(_missing(node.get_object_value(model), body, name))


def _missing(model: t.Any, body: dict[str, t.Any], where: str) -> t.Iterator[str]:
    extra = set(getattr(model, "additional_data", None) or {}) - {"@odata.type"}
    yield from (f"{where} has no {name}" for name in sorted(extra))
    attributes = {_plain(name): value for name, value in vars(model).items()}
    for name, value in body.items():
        if value is None or name in extra or name == "@odata.type":
            continue
        held = attributes.get(_plain(name))
        if held is None:
            yield f"{where}.{name} could not read {value!r}"
        elif isinstance(value, dict):
            yield from _missing(held, value, f"{where}.{name}")
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for item, part in zip(held, value, strict=True):
                yield from _missing(item, part, f"{where}.{name}")


def _plain(name: str) -> str:
    """keyCredentials and key_credentials -> keycredentials; @odata.id -> odataid"""
    return re.sub(r"[^a-z0-9]", "", name.lower())
