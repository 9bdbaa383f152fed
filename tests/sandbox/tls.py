# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The sandbox's own certificate authority, and the server certificate it issues."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from pathlib import Path

import trustme


def make_tls(names: Iterable[str], ca_file: Path) -> ssl.SSLContext:
    """Issue a server certificate for these names and write the authority's certificate to `ca_file`, in PEM."""
    authority = trustme.CA(organization_name="Sandbox of tenantops.entra")
    authority.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context
