# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tenants in which an application for several organizations may be used.

https://learn.microsoft.com/graph/api/resources/allowedtenantsaudience?view=graph-rest-beta. Only beta has the property, and
tells it on $select only, so nothing is asked there unless it matters.
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError
from ansible_collections.tenantops.entra.plugins.module_utils._kinds import Reader, keys_of
from ansible_collections.tenantops.entra.plugins.module_utils._plan import Changes, Object
from ansible_collections.tenantops.entra.plugins.module_utils._schema import Field, equal, show, wish

BETA = "beta"
OPTION, PROPERTY, AUDIENCE = "sign_in_audience_restrictions", "signInAudienceRestrictions", "signInAudience"
SEVERAL = "AzureADMultipleOrgs"
TYPES = {
    "unrestricted": "#microsoft.graph.unrestrictedAudience",
    "allowedTenants": "#microsoft.graph.allowedTenantsAudience",
}
MOST_TENANTS = 20
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
FREE: Object = {"@odata.type": TYPES["unrestricted"], "kind": "unrestricted"}
FIELD = Field(
    OPTION,
    type="dict",
    unset=FREE,
    fields=(
        Field("kind", choices=tuple(TYPES), required=True),
        Field("allowed_tenant_ids", type="list", normal=str.lower),
    ),
)


def refuse(params: t.Mapping[str, t.Any]) -> None:
    """Raises InputError where the option cannot be meant."""
    wished = params.get(OPTION)
    if not wished:
        return
    tenants, kind = wished.get("allowed_tenant_ids") or [], wished["kind"]
    if kind == "unrestricted" and tenants:
        raise InputError(
            f"{OPTION} is unrestricted and lists tenants",
            remedy="Set kind to allowedTenants, or leave allowed_tenant_ids out.",
        )
    if kind == "allowedTenants" and not 1 <= len(tenants) <= MOST_TENANTS:
        raise InputError(
            f"{OPTION} lists {len(tenants)} tenants", remedy=f"List 1 to {MOST_TENANTS} in allowed_tenant_ids."
        )
    wrong = next((tenant for tenant in tenants if not GUID.fullmatch(tenant)), None)
    if wrong is not None:
        raise InputError(
            f"{OPTION} lists '{wrong}', which is no tenant id", remedy="Name each tenant by its GUID, not by a domain."
        )
    _refuse_audience(kind, params.get("sign_in_audience") or SEVERAL)


def _refuse_audience(kind: str, audience: str) -> None:
    if kind == "allowedTenants" and audience != SEVERAL:
        raise InputError(
            f"{OPTION} lists tenants, but sign_in_audience is {audience}",
            remedy=f"Set sign_in_audience to {SEVERAL}.",
        )


def read(reader: Reader, application: Object) -> Object | None:
    """What holds now, or None where it does not matter: neither is it asked for, nor does the audience leave several tenants."""
    wanted = reader.params.get("sign_in_audience")
    leaving = application.get(AUDIENCE) == SEVERAL and wanted not in (None, SEVERAL)
    if not application.get("id") or not (reader.params.get(OPTION) or leaving):
        return None
    return read_restrictions(reader, application)


def read_restrictions(reader: Reader, application: Object) -> Object:
    """The property as it is, corrected by what this run wrote."""
    path = f"/applications/{application['id']}?$select=id,{PROPERTY}"
    found = reader.graph.get(path, version=BETA, fresh=True)
    corrected = reader.writes.correct("application", keys_of(application)[0], found) or {}
    return corrected.get(PROPERTY) or FREE


def compare(params: t.Mapping[str, t.Any], current: Object | None, changes: Changes) -> None:
    """Add what differs to the changes. Leaving an audience of several tenants frees it in the same request, as Microsoft advises."""
    given = params.get(OPTION)
    if not given and (current or FREE)["kind"] == "unrestricted":
        return
    before = current or FREE
    wished = _complete(given, before) if given else FREE
    if equal(FIELD, before, wished):
        changes.before[OPTION] = changes.after[OPTION] = changes.state[OPTION] = show(FIELD, before)
        return
    _refuse_audience(wished["kind"], changes.state["sign_in_audience"] or "not set")
    changes.before[OPTION], changes.after[OPTION] = show(FIELD, before), show(FIELD, wished)
    changes.state[OPTION] = changes.after[OPTION]
    changes.body[PROPERTY] = wished


def version_for(body: Object) -> str:
    """The version of the API that takes a new application of this body."""
    return BETA if PROPERTY in body else "v1.0"


def take_out(body: Object) -> Object:
    """The part of a change's body that goes to beta, taken out of it: the restrictions, with the audience they belong to."""
    if PROPERTY not in body:
        return {}
    return {name: body.pop(name) for name in (AUDIENCE, PROPERTY) if name in body}


def _complete(given: t.Mapping[str, t.Any], before: Object) -> Object:
    if given["kind"] == "unrestricted":
        return FREE
    wished: Object = wish(FIELD, {OPTION: given}, before if before["kind"] == given["kind"] else {}, "")
    return {"@odata.type": TYPES[given["kind"]], **wished}
