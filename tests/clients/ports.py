# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A way round msal for Python, which forgets the port of an authority when it asks for a user's realm."""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import HTTPAdapter

from sandbox import Running

FORGETFUL = "https://localhost/"


class ToPort(HTTPAdapter):
    """Sends what was meant for one address to another."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        request.url = str(request.url).replace(FORGETFUL, f"{self.url}/", 1)
        return super().send(request, *args, **more)


def to_sandbox(sandbox: Running) -> requests.Session:
    """A session that trusts the sandbox and finds it without its port."""
    session = requests.Session()
    session.verify = str(sandbox.ca_file)
    session.mount(FORGETFUL, ToPort(sandbox.url))
    return session
