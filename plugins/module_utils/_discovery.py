# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The tenant's OpenID Connect discovery document, which anybody may read: no token goes along.

https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
"""

from __future__ import annotations

import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils import _libraries as lib
from ansible_collections.tenantops.entra.plugins.module_utils._connection import Connection
from ansible_collections.tenantops.entra.plugins.module_utils._errors import Unreachable
from ansible_collections.tenantops.entra.plugins.module_utils._login_session import open_session


def discovery_url(connection: Connection) -> str:
    return f"{connection.authority}/{connection.tenant_id}/v2.0/.well-known/openid-configuration"


def read_discovery(connection: Connection) -> dict[str, t.Any]:
    """The document as it is. Raises Unreachable."""
    url = discovery_url(connection)
    try:
        answer = open_session(connection.ca_file, connection.timeout).get(url)
        answer.raise_for_status()
        return dict(answer.json())
    except (lib.requests.exceptions.RequestException, ValueError) as error:
        raise Unreachable(
            f"The discovery document {url} could not be read ({type(error).__name__})",
            remedy="Check tenant_id, cloud, authority, the network, and ca_file where the host has a private certificate.",
        ) from None
