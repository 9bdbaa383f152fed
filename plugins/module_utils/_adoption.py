# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tag by which an application that was made by hand and then adopted is told from one that the collection made.

Its unique name does not tell, since adopting gives one. The tag is no part of the option tags, so no list removes it.
"""

from __future__ import annotations

from ansible_collections.tenantops.entra.plugins.module_utils._plan import Object

TAG = "TenantOpsAdopted"


def without_tag(application: Object) -> Object:
    """The application as options know it."""
    tags = application.get("tags")
    return {**application, "tags": [tag for tag in tags if tag != TAG]} if tags else application


def keep_tag(body: Object, application: Object, *, adopting: bool) -> None:
    """Put the tag into the body of a change that adopts the application, or that would take the tag off it."""
    if adopting or ("tags" in body and TAG in (application.get("tags") or [])):
        tags = body["tags"] if "tags" in body else without_tag(application).get("tags") or []
        body["tags"] = [*tags, TAG]
