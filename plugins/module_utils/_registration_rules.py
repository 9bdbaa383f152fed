# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What can be seen to be wrong with a registration before any request.

https://learn.microsoft.com/entra/identity-platform/supported-accounts-validation,
https://learn.microsoft.com/graph/api/resources/application
"""

from __future__ import annotations

import re
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils import _audience_restrictions
from ansible_collections.tenantops.entra.plugins.module_utils._errors import InputError

PERMISSION = re.compile(r"[^\s.][^\s]{0,119}")
PERSONAL = ("AzureADandPersonalMicrosoftAccount", "PersonalMicrosoftAccount")


def refuse(params: t.Mapping[str, t.Any]) -> None:
    """Raises InputError with the first option that is wrong."""
    for option in ("identifier_uris", "identifier_uris_fallback"):
        for uri in params.get(option) or []:
            _refuse_uri(option, uri)
    for option in ("scopes", "app_roles"):
        _refuse_permissions(option, params.get(option) or [])
    for option in ("logout_url", "home_page_url"):
        _refuse_url(option, params.get(option) or "")
    for tag in params.get("tags") or []:
        if not re.fullmatch(r"\S{1,256}", tag):
            raise InputError(f"tags holds '{tag}'", remedy="A tag has 1 to 256 characters and no white space.")
    if params.get("sign_in_audience") in PERSONAL and params.get("requested_access_token_version") == 1:
        raise InputError(
            f"requested_access_token_version is 1, but {params['sign_in_audience']} needs 2",
            remedy="Set requested_access_token_version to 2.",
        )
    _audience_restrictions.refuse(params)
    if params["state"] == "absent" and not params.get("confirm"):
        raise InputError(
            "An application is deleted only where confirm repeats its unique_name or display_name",
            remedy="Set confirm to the name of the application that is to go.",
        )
    if params.get("adopt") and not any(params.get(name) for name in ("display_name", "app_id", "object_id")):
        raise InputError(
            "adopt does not say which application", remedy="Set app_id, object_id or the exact display_name."
        )


def _refuse_uri(option: str, uri: str) -> None:
    if uri.endswith("/"):
        raise InputError(f"{option} holds '{uri}', which ends with a slash", remedy="Leave the last slash out.")
    if len(uri) > 255 or not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+", uri):
        raise InputError(
            f"{option} holds '{uri}', which is no URI of up to 255 characters",
            remedy="Use a form such as api://{app_id} or https://maps.contoso.com/pozi.",
        )


def _refuse_permissions(option: str, items: list[dict[str, t.Any]]) -> None:
    values = [item["value"] for item in items]
    for value in values:
        if not PERMISSION.fullmatch(value):
            raise InputError(
                f"{option} holds '{value}'",
                remedy="The value has up to 120 characters, no white space, and does not begin with a dot.",
            )
        if values.count(value) > 1:
            raise InputError(f"{option} holds '{value}' twice", remedy="Name each value once.")


def _refuse_url(option: str, url: str) -> None:
    schemes = ("https://",) if option == "logout_url" else ("https://", "http://")
    if url and (not url.startswith(schemes) or len(url) > 255 or re.search(r"\s", url)):
        raise InputError(
            f"{option} is '{url}'", remedy=f"Use an address that begins with {schemes[0]}, of up to 255 characters."
        )


def refuse_nameless_roles(roles: t.Iterable[dict[str, t.Any]]) -> None:
    """Raise InputError for an app role as it would be that has no display name, which the service refuses without saying so."""
    for role in roles:
        if not role.get("display_name"):
            raise InputError(
                f"The app role '{role['value']}' has no display name", remedy="Set its display_name in app_roles."
            )


def refuse_version(state: dict[str, t.Any]) -> None:
    """Raise InputError for an application as it would be that admits personal accounts and has no tokens of version 2.

    Source: https://learn.microsoft.com/graph/api/resources/apiapplication (requestedAccessTokenVersion)
    """
    audience, version = state["sign_in_audience"], state["requested_access_token_version"]
    if audience in PERSONAL and version != 2:
        raise InputError(
            f"requested_access_token_version would be {version or 'unset'}, but {audience} needs 2",
            remedy="Set requested_access_token_version to 2.",
        )
