# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The third-party libraries, imported once, in the process that ansible-core forks its workers from.

Only this file imports them: where one is missing, PROBLEM holds the import error, where one has another version than is needed,
UNFIT says so, and the first task says what to install.
What httpx and anyio load at their first use is loaded here too, since a worker would otherwise pay for it in every task.
"""

from __future__ import annotations

import logging
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._versions import Needed, find_unfit

TALKATIVE = ("asyncio", "azure", "h2", "hpack", "httpcore", "httpx", "msal", "requests", "urllib3")
"""Loggers that tell headers and addresses, msal as an error the whole of an answer that is no JSON, asyncio tracebacks of what a signal ends."""
for talkative in TALKATIVE:
    logging.getLogger(talkative).setLevel(logging.CRITICAL)  # what goes wrong is told by an exception

NEEDED = (
    Needed("azure-identity", "1.19", "2"),
    Needed("cryptography", "43"),
    Needed("httpx", "0.27", "1"),
    Needed("msal", "1.31", "2"),
    Needed("msgraph-sdk", "1.15", "2"),
    Needed("pyjwt", "2.9", "3"),
    Needed("requests", "2.32", "3"),
    Needed("tenacity", "9", "10"),
)
"""As requirements.txt has them."""
UNFIT = find_unfit(NEEDED)
PROBLEM: ImportError | None = None

try:
    import anyio._backends._asyncio  # noqa: F401  # pylint: disable=unused-import
    import azure.core.exceptions
    import azure.identity
    import h11  # noqa: F401  # pylint: disable=unused-import
    import httpcore  # noqa: F401  # pylint: disable=unused-import
    import httpx
    import jwt
    import msal
    import requests
    import tenacity
    from azure.core.credentials import AccessToken
    from azure.core.exceptions import ClientAuthenticationError
    from azure.core.pipeline.transport import RequestsTransport
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import pkcs12
    from kiota_abstractions.method import Method
    from kiota_abstractions.native_response_handler import NativeResponseHandler
    from kiota_abstractions.request_information import RequestInformation
    from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
    from kiota_http.middleware.options import ResponseHandlerOption
    from msgraph.graph_request_adapter import GraphRequestAdapter, options
    from msgraph_core import GraphClientFactory
    from msgraph_core.middleware import GraphTelemetryHandler
    from msgraph_core.middleware.options import GraphTelemetryHandlerOption
except ImportError as problem:
    PROBLEM = problem

__all__ = [
    "NEEDED",
    "PROBLEM",
    "UNFIT",
    "AccessToken",
    "AzureIdentityAuthenticationProvider",
    "ClientAuthenticationError",
    "GraphClientFactory",
    "GraphRequestAdapter",
    "GraphTelemetryHandler",
    "GraphTelemetryHandlerOption",
    "Method",
    "NativeResponseHandler",
    "RequestInformation",
    "RequestsTransport",
    "ResponseHandlerOption",
    "azure",
    "hashes",
    "httpx",
    "jwt",
    "msal",
    "options",
    "pkcs12",
    "requests",
    "rsa",
    "serialization",
    "t",
    "tenacity",
    "x509",
]
