# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A key vault for tests, as much of Azure Key Vault's REST interface as a store of secrets uses."""

from key_vault.server import HOST, KeyVault, running

__all__ = ["HOST", "KeyVault", "running"]
