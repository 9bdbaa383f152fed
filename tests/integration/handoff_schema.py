# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The published schema of handoffs as the judge of a document."""

from __future__ import annotations

import json
import pathlib
import typing as t

from jsonschema import Draft202012Validator

SCHEMA = json.loads((pathlib.Path(__file__).parents[2] / "docs/handoff.schema.json").read_text(encoding="utf-8"))


def complaints(document: t.Mapping[str, t.Any]) -> list[str]:
    """What the schema does not admit; the fact, which has no settings, is judged by the same schema."""
    return [f"{one.json_path}: {one.message}" for one in Draft202012Validator(SCHEMA).iter_errors(document)]
