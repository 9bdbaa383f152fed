# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The names of the variables that are given with -e."""

from __future__ import annotations

DOCUMENTATION = r"""
name: extra_variables
short_description: The names of the variables that are given with -e
version_added: 0.2.0
description:
  - They apply to every host, whatever the inventory says. No variable of Ansible's own tells which those are.
options:
  _terms:
    description: Nothing.
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: A tenant must not be given for all hosts at once
  ansible.builtin.assert:
    that: "'entra_tenant_id' not in query('tenantops.entra.extra_variables')"
"""

RETURN = r"""
_list:
  description: The names, sorted.
  type: list
  elements: str
"""

import typing as t

from ansible.plugins.lookup import LookupBase
from ansible.utils.vars import load_extra_vars


class LookupModule(LookupBase):
    """What ansible-core looks for."""

    def run(self, terms: t.Any, variables: t.Any = None, **options: t.Any) -> list[str]:
        return sorted(map(str, load_extra_vars(self._loader)))
