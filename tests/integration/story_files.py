# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The modules' stories: tasks in the order in which a tenant sees them. Words such as <domain> stand for what a tenant has of its own."""

from __future__ import annotations

import pathlib
import typing as t

import yaml

STORIES = pathlib.Path(__file__).parent / "stories"
DELEGATED = [
    "Application.ReadWrite.All",
    "Directory.ReadWrite.All",
    "Group.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
]
"""Scopes of the administrator who runs the tasks that need a user."""


def words_of(tenant: dict[str, t.Any], folder: pathlib.Path) -> dict[str, str]:
    """What the words mean in a tenant, as the sandbox tells it."""
    return {
        "<domain>": tenant["default_domain"],
        "<initial>": tenant["default_domain"].split(".")[0],
        "<tenant_id>": tenant["id"],
        "<admin>": tenant["admin"]["user_principal_name"],
        "<folder>": str(folder),
    }


def load_story(name: str, words: dict[str, str]) -> dict[str, t.Any]:
    text = (STORIES / f"{name}.yml").read_text(encoding="utf-8")
    for word, value in words.items():
        text = text.replace(word, value)
    return t.cast("dict[str, t.Any]", yaml.safe_load(text))
