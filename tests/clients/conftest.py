# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the tests of other people's clients share: a tenant of the test's own."""

from __future__ import annotations

import pytest
from unit.sandbox.signing_in import Place, make_place

from sandbox import Running


@pytest.fixture
def place(sandbox: Running, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A new tenant; libraries that read their trusted certificates from the environment trust the sandbox."""
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(sandbox.ca_file))
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1")
    return make_place(sandbox)
