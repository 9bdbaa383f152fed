# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A callback plugin of tests: in the parent of all workers, before the first task, it makes something go wrong or leak."""

from __future__ import annotations

import os
import typing as t

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: saboteur
type: notification
short_description: Makes something go wrong
description: What the variable E(LEAKS_SABOTAGE) names.
"""


class CallbackModule(CallbackBase):
    """Enabled for a run that says what to do."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "saboteur"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_start(self, playbook: t.Any) -> None:
        from leaks import sabotage

        sabotage.carry_out(os.environ["LEAKS_SABOTAGE"])
