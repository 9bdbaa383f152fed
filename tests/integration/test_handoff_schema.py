# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What may be handed over is a list, the same everywhere, and a secret fits nowhere into it."""

from __future__ import annotations

import copy
import json
import pathlib
import typing as t

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from hypothesis import given
from hypothesis import strategies as st
from integration.handoff_schema import SCHEMA, complaints
from jsonschema import Draft202012Validator

from ansible_collections.tenantops.entra.plugins.filter import handoff_document as plugin

ROLES = pathlib.Path(__file__).parents[2] / "roles"
CANARY = "canary-5f1c"
SECRET = "a1b8Q~" + "x" * 34
ID = "00001111-aaaa-2222-bbbb-3333cccc4444"
PARTS: dict[str, t.Any] = {
    "product": "Some Product",
    "customer": "Some Customer",
    "fields": [
        {"name": "client_id", "label": "Client ID", "value": ID},
        {"name": "web_redirect_uris", "label": "Redirect URIs", "value": ["https://app.example/callback"]},
        {"name": "secret_ends", "label": "Ends", "value": "2030-01-02T03:04:05Z"},
    ],
    "tables": [
        {
            "name": "groups",
            "columns": [{"name": "id"}, {"name": "name"}, {"name": "opens"}],
            "rows": [{"id": ID, "name": "Readers", "opens": ["maps"]}],
        },
        {
            "name": "secrets",
            "columns": [{"name": "name"}, {"name": "key_id"}, {"name": "ends"}, {"name": "stored_at"}],
            "rows": [{"name": "some", "key_id": ID, "ends": None, "stored_at": "The password safe"}],
        },
    ],
    "texts": {"configuration": "a: b\n"},
    "accounts": [{"user_principal_name": "support@app.example", "credentials_stored_at": "The password safe"}],
    "notes": ["A note."],
    "waiting_for": ["the return URLs"],
    "settings": [{"title": "A page", "rows": [{"label": "A setting", "value": True, "property": "isSet"}]}],
}
# every place where a text may stand
PLACES = [
    ("product",),
    ("customer",),
    ("fields", 0, "value"),
    ("fields", 1, "value", 0),
    ("tables", 0, "rows", 0, "name"),
    ("tables", 0, "rows", 0, "opens", 0),
    ("tables", 1, "rows", 0, "stored_at"),
    ("texts", "configuration"),
    ("accounts", 0, "credentials_stored_at"),
    ("notes", 0),
    ("waiting_for", 0),
    ("settings", 0, "title"),
    ("settings", 0, "rows", 0, "value"),
]


def changed(place: tuple[str | int, ...], value: t.Any) -> dict[str, t.Any]:
    parts = copy.deepcopy(PARTS)
    inner: t.Any = parts
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return parts


def test_the_schema_is_one_and_admits_a_whole_document() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    document = plugin.handoff_document(PARTS)
    assert complaints(document) == []
    assert complaints({name: value for name, value in document.items() if name != "settings"}) == []


def test_what_may_be_handed_over_is_the_same_list_everywhere() -> None:
    product = yaml.safe_load((ROLES / "oidc_application/meta/argument_specs.yml").read_text(encoding="utf-8"))
    options = product["argument_specs"]["main"]["options"]["oidc_application_product"]["options"]
    known = yaml.safe_load((ROLES / "oidc_application/vars/main/handoff.yml").read_text(encoding="utf-8"))
    parts = {"product", "customer", "texts", "accounts", "notes", "waiting_for", "proofs", "settings", *plugin.TABLES}
    assert options["handoff"]["options"]["fields"]["options"]["name"]["choices"] == list(plugin.FIELDS)
    assert sorted(known["oidc_application__known"]) == sorted(plugin.FIELDS)
    assert set(SCHEMA["properties"]) - set(plugin.FIELDS) == parts


@pytest.mark.parametrize(
    "change",
    [
        {"client_secret": CANARY},
        {"password": CANARY},
        {"extra": {}},
        {"client_id": CANARY},
        {"issuer": CANARY},
        {"secret_ends": CANARY},
        {"secrets": [{"name": "some", "key_id": ID, "ends": None, "stored_at": "a safe", "value": CANARY}]},
        {"accounts": [{"user_principal_name": "a@b.example", "credentials_stored_at": "a safe", "password": CANARY}]},
        {"groups": [{"id": ID, "name": "Readers", "client_secret": CANARY}]},
        {"groups": [{"id": ID, "name": "Readers", "opens": {"any": CANARY}}]},
        {"texts": {"configuration": {"any": CANARY}}},
        {"settings": [{"title": "A page", "rows": [{"label": "a", "value": None, "hidden": CANARY}]}]},
        {"notes": [f"{SECRET}"]},
        {"texts": {"configuration": f"client_secret: {SECRET}\n"}},
        {"notes": ["n" * 1001]},
        {"notes": None},
    ],
    ids=str,
)
def test_the_schema_refuses_what_the_list_does_not_name(change: dict[str, t.Any]) -> None:
    assert complaints({**plugin.handoff_document(PARTS), **change})


@given(st.text(min_size=1).filter(lambda name: name not in SCHEMA["properties"]), st.text())
def test_the_schema_refuses_any_other_field(name: str, value: str) -> None:
    assert complaints({**plugin.handoff_document(PARTS), name: value})


def test_what_the_list_does_not_name_is_left_out() -> None:
    parts = copy.deepcopy(PARTS)
    parts["password"] = parts["tables"][0]["rows"][0]["password"] = CANARY
    parts["tables"][1]["rows"][0]["value"] = parts["accounts"][0]["password"] = CANARY
    parts["fields"][0]["more"] = parts["settings"][0]["rows"][0]["more"] = parts["settings"][0]["more"] = CANARY
    assert CANARY not in json.dumps(plugin.handoff_document(parts))
    assert plugin.handoff_document(parts) == plugin.handoff_document(PARTS)


@pytest.mark.parametrize("place", [("fields", 0, "name"), ("tables", 0, "name")], ids=str)
def test_a_field_that_the_list_does_not_name_is_refused(place: tuple[str | int, ...]) -> None:
    with pytest.raises(AnsibleFilterError, match="'client_secret' is not among what may be handed over"):
        plugin.handoff_document(changed(place, "client_secret"))


@pytest.mark.parametrize(
    "secret", [SECRET, "Bearer eyJ" + "0" * 40, "-----BEGIN PRIVATE KEY-----"], ids=["secret", "token", "key"]
)
@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_secret_is_refused_wherever_it_stands_and_not_told(place: tuple[str | int, ...], secret: str) -> None:
    with pytest.raises(AnsibleFilterError, match="looks like a secret") as refused:
        plugin.handoff_document(changed(place, f"it is {secret}!"))
    assert secret not in str(refused.value)


def test_a_secret_among_names_is_not_told_either() -> None:
    with pytest.raises(AnsibleFilterError, match="looks like a secret") as refused:
        plugin.handoff_document(changed(("texts", SECRET), SECRET))
    assert SECRET not in str(refused.value)
