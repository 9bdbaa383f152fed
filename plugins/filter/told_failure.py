# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Why a task failed, in one text."""

from __future__ import annotations

import typing as t

DOCUMENTATION = r"""
name: told_failure
short_description: Why a task failed, in one text
version_added: 0.2.0
description:
  - Takes the result of a task that failed, such as C(ansible_failed_result) in a C(rescue). Of a loop it tells each item that failed, once.
  - What a task with C(no_log) said is hidden here, too; in a C(rescue), ansible-core gives its result as it is.
positional: task
options:
  _input:
    description: The result.
    type: dict
    required: true
  task:
    description: The task, such as C(ansible_failed_task).
    type: dict
    default: {}
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Try something
  block:
    - name: Fail
      ansible.builtin.fail:
        msg: It does not work.
  rescue:
    - name: Tell why
      ansible.builtin.debug:
        msg: "{{ ansible_failed_result | tenantops.entra.told_failure(ansible_failed_task) }}"
"""

RETURN = r"""
_value:
  description: The text.
  type: str
"""


HIDDEN = "It failed; what it said is hidden by no_log."


def told_failure(result: t.Mapping[str, t.Any], task: t.Mapping[str, t.Any] | None = None) -> str:
    if (task or {}).get("no_log"):
        return HIDDEN
    failed = [one for one in result.get("results") or [] if one.get("failed")]
    texts = [_read_message(one) for one in failed] or [_read_message(result)]
    return " ".join(dict.fromkeys(text for text in texts if text)) or "It failed without a message."


def _read_message(result: t.Mapping[str, t.Any]) -> str:
    return " ".join(str(result.get("msg") or "").split())


class FilterModule:
    """What ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"told_failure": told_failure}
