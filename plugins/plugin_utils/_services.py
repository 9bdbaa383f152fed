# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What only the controller can do for a module."""

from __future__ import annotations

import typing as t


def of(loader: t.Any) -> dict[str, t.Any]:
    """The services of one task, by name."""
    return {"loader": loader}
