# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Hosts of the national clouds, the template an Application Proxy application is made from there, and the audience of foreign tokens.

Sources: https://learn.microsoft.com/graph/deployments,
https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud,
https://learn.microsoft.com/graph/application-proxy-configure-api,
https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust
"""

from __future__ import annotations

import typing as t


class Cloud(t.NamedTuple):
    login: str
    graph: str
    portal: str
    custom_template: str
    exchange_audience: str
    """What the tokens of other issuers name as audience that are exchanged for the cloud's own."""


CLOUDS = {
    "public": Cloud(
        "https://login.microsoftonline.com",
        "https://graph.microsoft.com",
        "https://portal.azure.com",
        "8adf8e6e-67b2-4cf2-a259-e3dc5476c621",
        "api://AzureADTokenExchange",
    ),
    "usgov": Cloud(
        "https://login.microsoftonline.us",
        "https://graph.microsoft.us",
        "https://portal.azure.us",
        "4602d0b4-76bb-404b-bca9-2652e1a39c6d",
        "api://AzureADTokenExchangeUSGov",
    ),
    "usgov_dod": Cloud(
        "https://login.microsoftonline.us",
        "https://dod-graph.microsoft.us",
        "https://portal.azure.us",
        "4602d0b4-76bb-404b-bca9-2652e1a39c6d",
        "api://AzureADTokenExchangeUSGov",
    ),
    "china": Cloud(
        "https://login.chinacloudapi.cn",
        "https://microsoftgraph.chinacloudapi.cn",
        "https://portal.azure.cn",
        "5a532e38-1581-4918-9658-008dc27c1d68",
        "api://AzureADTokenExchangeChina",
    ),
}
