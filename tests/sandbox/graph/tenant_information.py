# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is public about other tenants.

Source: https://learn.microsoft.com/graph/api/tenantrelationship-findtenantinformationbytenantid and its sibling
"""

from __future__ import annotations

from sandbox.graph.calls import Answer, Call
from sandbox.graph.errors import GraphError, bad_request
from sandbox.store import Tenant


def find_by_id(call: Call) -> Answer:
    """GET tenantRelationships/findTenantInformationByTenantId(tenantId='...')."""
    return _answer(call, call.world.tenants.get(_read(call, "tenantId")))


def find_by_domain(call: Call) -> Answer:
    """GET tenantRelationships/findTenantInformationByDomainName(domainName='...')."""
    return _answer(call, call.world.domains.get(_read(call, "domainName")))


def _read(call: Call, name: str) -> str:
    """The function's one parameter, in lower case."""
    if not isinstance(call.keys[0], dict) or set(call.keys[0]) != {name}:
        raise bad_request(f"The function takes the parameter '{name}'.", "BadRequest")
    return call.key().lower()


def _answer(call: Call, tenant: Tenant | None) -> Answer:
    if tenant is None:
        raise GraphError(404, "Directory_ObjectNotFound", "Unable to read the company information from the directory.")
    body = {
        "@odata.context": f"{call.base}/$metadata#microsoft.graph.tenantInformation",
        "tenantId": tenant.id,
        "federationBrandName": None,
        "displayName": tenant.display_name,
        "defaultDomainName": tenant.default_domain,
    }
    return Answer(200, body)
