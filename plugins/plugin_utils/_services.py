# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What only the controller can do for a module."""

from __future__ import annotations

import typing as t

from ansible.utils.display import Display

from ansible_collections.tenantops.entra.plugins.plugin_utils._modules import complete_store, find_needs
from ansible_collections.tenantops.entra.plugins.plugin_utils._stores import open_store


def of(loader: t.Any, params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """The services of one task with these options, by name.

    open_store takes a module's option store and returns a Store; tell shows a line to whoever sits at the terminal;
    complete_store checks an option store that stands inside of others; needs_of takes a module's name and returns its Needs.
    """
    services = {
        "loader": loader,
        "params": params,
        "tell": Display().display,
        "complete_store": complete_store,
        "needs_of": find_needs,
    }
    return {**services, "open_store": lambda spec: open_store(spec, services)}
