# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is handed over, and nothing else."""

from __future__ import annotations

import re
import typing as t

from ansible.errors import AnsibleFilterError

DOCUMENTATION = r"""
name: handoff_document
short_description: What is handed over to a product's support, and nothing else
version_added: 0.2.0
description:
  - Takes the parts that the role C(support_handoff) is given and returns the document, whose shape C(docs/handoff.schema.json) tells.
  - Everything that the list of what may be handed over does not name is left out of tables and accounts, and refused among the fields.
  - A text that looks like a client secret, a token or a private key is refused wherever it stands. The failure tells the place, not the text.
options:
  _input:
    description:
      - The parts C(product), C(customer), C(fields), C(tables), C(texts), C(accounts), C(notes), C(waiting_for), C(proofs) and, where wished,
        C(settings).
      - All but C(texts) are the role's options. That is a dictionary of rendered texts by their names.
    type: dict
    required: true
author:
  - tenantops.entra contributors (@tenantops)
"""

EXAMPLES = r"""
- name: Show the document
  vars:
    parts:
      product: Some Product
      customer: Some Customer
      fields: [{name: client_id, label: Client ID, value: 00001111-aaaa-2222-bbbb-3333cccc4444}]
  ansible.builtin.debug:
    msg: "{{ parts | tenantops.entra.handoff_document }}"
"""

RETURN = r"""
_value:
  description: The document.
  type: dict
"""

Row = t.Mapping[str, t.Any]
#: What a product may name as a field: a value of one of these, read back from the tenant.
FIELDS = (
    "tenant_id",
    "client_id",
    "issuer",
    "discovery_url",
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "secret_ends",
    "object_id",
    "display_name",
    "identifier_uri",
    "scope",
    "internal_url",
    "external_url",
    "web_redirect_uris",
    "spa_redirect_uris",
    "public_client_redirect_uris",
)
TABLES = ("groups", "secrets")
ACCOUNT = ("user_principal_name", "credentials_stored_at")
PROOF = ("proof", "result", "detail")  # without the days left, which change every day
SETTING = ("label", "value", "property")
#: A client secret of Entra ID, a token or any JSON in base64, a key in PEM.
SECRET = re.compile(r"[\w.~-]{3}[0-9]Q~[\w.~-]{31}|eyJ[\w+/-]{30}|-----BEGIN [A-Z ]*PRIVATE KEY")


def handoff_document(parts: Row) -> dict[str, t.Any]:
    """Values are passed on as the objects they are, so that ansible-core's marks of untrusted texts stay with them.

    Raises AnsibleFilterError where something is named that may not be handed over.
    """
    tables: dict[str, list[Row]] = {name: [] for name in TABLES}
    for table in parts.get("tables", ()):
        columns = [column["name"] for column in table["columns"]]
        tables[_admit(table["name"], TABLES)] = [_keep(row, columns) for row in table["rows"]]
    document = {
        "product": parts["product"],
        "customer": parts["customer"],
        **{_admit(field["name"], FIELDS): field.get("value") for field in parts["fields"]},
        **tables,
        "texts": parts.get("texts", {}),
        "accounts": [_keep(account, ACCOUNT) for account in parts.get("accounts", ())],
        "notes": parts.get("notes", []),
        "waiting_for": parts.get("waiting_for", []),
        "proofs": [_keep(proof, PROOF) for proof in parts.get("proofs", ())],
    }
    if "settings" in parts:
        document["settings"] = [
            {"title": one["title"], "rows": [_keep(row, SETTING) for row in one["rows"]]} for one in parts["settings"]
        ]
    if found := [place for place, text in _walk(document) if SECRET.search(text)]:
        raise AnsibleFilterError(
            f"Nothing was handed over, because this looks like a secret: {', '.join(found)}. "
            "Keep it in a store and name the place where it is kept instead."
        )
    return document


def _admit(name: str, allowed: t.Collection[str]) -> str:
    if name not in allowed:
        raise AnsibleFilterError(f"{name!r} is not among what may be handed over: {', '.join(allowed)}.")
    return name


def _keep(row: Row, names: t.Iterable[str]) -> dict[str, t.Any]:
    return {name: row[name] for name in names if name in row}


def _walk(value: t.Any, place: str = "") -> t.Iterator[tuple[str, str]]:
    """Every text with its place, keys as well."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, t.Mapping):
        for name, one in value.items():
            shown = "(a name)" if SECRET.search(name) else name
            yield f"{place}.{shown}".lstrip("."), name
            yield from _walk(one, f"{place}.{shown}".lstrip("."))
    elif isinstance(value, t.Sequence):
        for number, one in enumerate(value):
            yield from _walk(one, f"{place}[{number}]")


class FilterModule:
    """What ansible-core looks for."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"handoff_document": handoff_document}
