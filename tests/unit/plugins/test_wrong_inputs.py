# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sentences about wrong inputs."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.tenantops.entra.plugins.filter.wrong_inputs import wrong_inputs

SITE = {"input": "site", "matches": "[a-z]+", "must_be": "a name"}
GROUPS = {"input": "groups", "list": True, "one_of": ["name", "id"], "must_be": "a group"}
USERS = {"input": "users", "list": True, "must_be": "a user"}
OPENS = {"input": "opens", "list": True, "lists": True}


@pytest.mark.parametrize(
    ("rule", "given", "says"),
    [
        (SITE, "a site", ["site is 'a site', but must be a name."]),
        (SITE, f"abc8Q~{'x' * 34}", ["site is '***', but must be a name."]),
        (SITE, None, ["site is null, but must be a name."]),
        (SITE, "site", []),
        (GROUPS, [{"name": "Readers"}, {"opens": []}], ["groups[1] has neither name nor id."]),
        (GROUPS, [{"name": "Readers", "id": None}], ["groups[0].id is empty."]),
        (GROUPS, ["Readers"], ["groups[0] is 'Readers', but must be a group."]),
        (USERS, "one@example", ["users is 'one@example', but must be a list."]),
        (USERS, ["one@example", ""], ["users[1] is '', but must be a user."]),
        (OPENS, [["base"], "base"], ["opens[1] is 'base', but must be a list."]),
    ],
)
def test_a_rule_tells_where_and_what(rule: dict[str, t.Any], given: t.Any, says: list[str]) -> None:
    assert wrong_inputs([{**rule, "given": given}]) == says


def test_a_misspelt_input_is_told_with_its_neighbour() -> None:
    known = ["pozi_external_url", "pozi_groups"]
    assert wrong_inputs([], ["pozi_external_uri", "pozi_groups", "x"], known) == [
        "There is no input pozi_external_uri: did you mean pozi_external_url?",
        "There is no input x.",
    ]
