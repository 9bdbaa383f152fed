# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Directory roles by their display names, with Microsoft's role template ids.

Source: https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
"""

from __future__ import annotations

import uuid

from sandbox.store import Tenant, View

TEMPLATES = {
    "Application Administrator": "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",
    "Application Developer": "cf1c38e5-3621-4004-a7cb-879624dced7c",
    "Cloud Application Administrator": "158c047a-c907-4556-b7ef-446551a6b5f7",
    "Directory Readers": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",
    "Directory Writers": "9360feb5-f418-4baa-8175-e2a00bac4301",
    "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
    "Global Reader": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
    "Groups Administrator": "fdd7a751-b60b-444a-984c-02652fe8fa1c",
    "Privileged Role Administrator": "e8611ab8-c189-46e8-94e1-60213ab1f814",
    "User Administrator": "fe930be7-5e62-47db-91af-98c3a49a38b1",
}
NAMES = {template: name for name, template in TEMPLATES.items()}

#: In the wids claim of every member, and of every application, whatever roles it holds.
MEMBER = "b79fbf4d-3ef9-4689-8143-76b194e85509"
APPLICATION = "0997a1d0-0d1d-4acb-b408-d5ca73121e90"


def require_template(name: str) -> str:
    """The template id of a role by its display name; raises ValueError."""
    if name not in TEMPLATES:
        raise ValueError(f"unknown directory role '{name}': choose from {', '.join(TEMPLATES)}")
    return TEMPLATES[name]


def assign(tenant: Tenant, principal_id: str, template: str) -> None:
    """Give a user or service principal a directory role by its template id."""
    key = str(uuid.uuid5(uuid.UUID(principal_id), template))
    record = {"id": key, "principalId": principal_id, "roleTemplateId": template, "displayName": NAMES[template]}
    tenant.put("directoryRole", record)


def held_by(view: View, principal_id: str) -> list[str]:
    """The template ids of the roles that a principal holds."""
    return [record["roleTemplateId"] for record in view.where("directoryRole", principalId=principal_id)]
