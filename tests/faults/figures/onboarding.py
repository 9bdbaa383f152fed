# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One run of tasks as a customer's onboarding has them, each building upon the ones before."""

from __future__ import annotations

from typing import Any

from ansible_collections.tenantops.entra.plugins.module_utils._memory import Memory
from faults import task
from faults.figures import engine
from faults.place import Place

NAME = {"unique_name": "maps"}
TASKS: dict[str, dict[str, Any]] = {
    "entra_group": {
        "unique_name": "map-readers",
        "display_name": "Map Readers",
        "members": ["priya.nair@harbourview.example"],
    },
    "entra_app_registration": {
        "display_name": "Maps",
        "identifier_uris": ["api://{app_id}"],
        "scopes": [{"value": "user_impersonation"}],
        "owners": ["admin@harbourview.example"],
        "app_role_assignment_required": True,
    },
    "entra_redirect_uri": {"web": ["https://maps.example/signin"]},
    "entra_optional_claim": {"tokens": {"id_token": [{"name": "email"}]}},
    "entra_api_permission": {"delegated": ["openid"], "application": ["User.Read.All"], "admin_consent": True},
    "entra_app_assignment": {"groups": ["Map Readers"], "users": ["tom.walsh@harbourview.example"]},
    "entra_app_federated_credential": {
        "name": "pipeline",
        "issuer": "https://issuer.example/",
        "subject": "maps",
    },
    "entra_app_secret": {"name": "maps"},
}


def options(place: Place, name: str) -> dict[str, Any]:
    kept = {"store": task.where(place)} if name == "entra_app_secret" else {}
    return {**NAME, **kept, **TASKS[name]}


def run(place: Place, change: task.Change | None = None) -> list[engine.Told]:
    """What its tasks told, up to the first that failed."""
    memory, told = Memory(1 << 20), list[engine.Told]()
    for name in TASKS:
        told.append(engine.run(place, name, options(place, name), memory=memory, change=change))
        if told[-1].failed:
            break
    return told
