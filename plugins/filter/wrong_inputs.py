# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is wrong with a role's inputs, told before anything is sent."""

from __future__ import annotations

import difflib
import re
import typing as t

from ansible_collections.tenantops.entra.plugins.module_utils._redact import scrub

DOCUMENTATION = r"""
name: wrong_inputs
short_description: Sentences about what is wrong with a role's inputs
version_added: 0.1.0
description:
  - Goes beyond what an argument spec can say, such as the form of a URL, or that a dictionary names at least one of two keys.
  - Takes rules and returns one sentence for each value that breaks one. An empty list says that all is well.
positional: _input, given, known
options:
  _input:
    description:
      - Rules, each with the C(input) by its name and what is C(given) for it.
      - C(matches) is the regular expression that a text must match as a whole, and C(must_be) says the same in words.
      - With C(list) the input must be a list, and the rule is about its items. With C(lists) these must be lists themselves.
      - Of a dictionary no value may be empty. C(one_of) lists keys of which one must be there.
    type: list
    elements: dict
    required: true
  given:
    description: The names of all inputs that are given, to find misspelt ones.
    type: list
    elements: str
    default: []
  known:
    description: The names of all inputs that there are.
    type: list
    elements: str
    default: []
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Check the inputs
  vars:
    site: map_server
    rules: [{input: site, given: '{{ site }}', matches: '[a-z0-9_]+', must_be: a name in lower case}]
    wrong: '{{ rules | tenantops.entra.wrong_inputs }}'
  ansible.builtin.assert:
    that: wrong | length == 0
    fail_msg: "{{ wrong | join(' ') }}"
"""

RETURN = r"""
_value:
  description: A sentence for each input that is wrong.
  type: list
  elements: str
"""

Rule = t.Mapping[str, t.Any]


def wrong_inputs(rules: t.Iterable[Rule], given: t.Iterable[str] = (), known: t.Collection[str] = ()) -> list[str]:
    return [
        *(_misspelt(name, known) for name in given if name not in known),
        *(s for rule in rules for s in _apply(rule)),
    ]


def _misspelt(name: str, known: t.Collection[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"There is no input {name}" + (f": did you mean {near[0]}?" if near else ".")


def _apply(rule: Rule) -> t.Iterator[str]:
    name, given = rule["input"], rule["given"]
    if not rule.get("list"):
        yield from _check(rule, name, given)
    elif not _is_list(given):
        yield f"{name} is {_show(given)}, but must be a list."
    else:
        for index, item in enumerate(given):
            yield from _check(rule, f"{name}[{index}]", item)


def _check(rule: Rule, place: str, value: t.Any) -> t.Iterator[str]:
    if isinstance(value, t.Mapping):
        yield from (f"{place}.{key} is empty." for key, part in value.items() if part is None or part == "")
        keys = rule.get("one_of") or ()
        if keys and not any(key in value for key in keys):
            yield f"{place} has neither {' nor '.join(keys)}."
    elif rule.get("lists"):
        if not _is_list(value):
            yield f"{place} is {_show(value)}, but must be a list."
    elif "one_of" in rule or not isinstance(value, str) or not re.fullmatch(rule.get("matches", ".+"), value):
        yield f"{place} is {_show(value)}, but must be {rule['must_be']}."


def _is_list(value: t.Any) -> bool:
    return isinstance(value, t.Sequence) and not isinstance(value, str)


def _show(value: t.Any) -> str:
    """What was given, or what is left of it where it looks like a secret."""
    return "null" if value is None else f"'{scrub(str(value))}'"


class FilterModule:
    """What ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"wrong_inputs": wrong_inputs}
