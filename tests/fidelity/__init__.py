# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How faithful the sandbox is, case by case: what Microsoft documents or others saw, asked of the sandbox (or a tenant)."""
