# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role support_handoff by itself: whatever a customer names a group, it stays a text in every document."""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
import yaml

from ansible_collections.tenantops.entra.plugins.filter.assigned_groups import assigned_groups

ROOT = pathlib.Path(__file__).parents[2]
HOSTILE = '</code><script>alert("1")</script> `x` ``y`` [z](https://x.example) | & {{ 7 * 7 }} {% raw %}'
PLAY = """
- hosts: all
  gather_facts: false
  vars:
    hostile: !unsafe '%s'
    assignments:
      - {principal_type: Group, principal_id: 0a-1, principal_name: "{{ hostile }}"}
      - {principal_type: User, principal_id: 0b-1, principal_name: A user}
  roles:
    - role: tenantops.entra.support_handoff
      support_handoff_key: some_product
      support_handoff_product: Some Product
      support_handoff_recipient: "support@product.example\nBcc: other@product.example"
      support_handoff_directory: "" # not the root of the file system
      support_handoff_subject: Some Product
      support_handoff_customer: "{{ hostile }}"
      support_handoff_fields: [{name: display_name, label: Name, value: "{{ hostile }}"}, {name: client_id, label: ID, value: null}]
      support_handoff_tables:
        - name: groups
          label: Groups
          columns: [{name: id, label: ID}, {name: name, label: Group}, {name: opens, label: Opens}]
          rows: "{{ assignments | tenantops.entra.assigned_groups([{'id': '0A-1', 'opens': [hostile]}]) }}"
      support_handoff_accounts: [{user_principal_name: "{{ hostile }}", credentials_stored_at: "{{ hostile }}"}]
      support_handoff_notes: ["{{ hostile }}"]
      support_handoff_settings:
        - title: "{{ hostile }}"
          rows: [{label: "{{ hostile }}", property: "{{ hostile }}", value: ["{{ hostile }}"]}, {label: "on", value: true}]
"""


@pytest.fixture
def documents(tmp_path: pathlib.Path) -> pathlib.Path:
    """The documents of one run, after a second one that changed nothing."""
    (tmp_path / "play.yml").write_text(PLAY % HOSTILE, encoding="utf-8")
    command = [str(pathlib.Path(sys.executable).with_name("ansible-playbook")), "-i", "a-tenant.x,", "play.yml"]
    environment = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "PWD": str(tmp_path)}
    for changed in (2, 0):
        run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
        assert f"changed={changed} " in run.stdout
    return tmp_path / "handoff/a-tenant.x"


def test_names_are_texts_in_every_document(documents: pathlib.Path) -> None:
    data = json.loads((documents / "some_product.json").read_text(encoding="utf-8"))
    assert data["groups"] == [{"id": "0a-1", "name": HOSTILE, "opens": [HOSTILE]}]
    assert data["display_name"] == data["customer"] == data["notes"][0] == HOSTILE
    assert data["client_id"] is None

    page = (documents / "some_product.html").read_text(encoding="utf-8")
    root = ET.fromstring(page.removeprefix("<!DOCTYPE html>\n"))  # noqa: S314, our own page
    assert [element.tag for element in root.iter("script")] == []
    assert [element.text for element in root.iter("code")].count(HOSTILE) == 5

    mail = (documents / "some_product.md").read_text(encoding="utf-8")
    assert mail.startswith("To: support@product.example Bcc: other@product.example\nSubject: ")
    assert f"- Name: ``` {HOSTILE} ```\n- ID: not set\n" in mail
    assert "- </code>" not in mail
    assert "- \\</code>\\<script>" in mail
    assert "\n\\</code>" in mail  # the customer, in a sentence


def test_groups_are_told_by_id_or_name_and_sorted() -> None:
    read = [
        {"principal_type": "Group", "principal_id": "2", "principal_name": "writers"},
        {"principal_type": "User", "principal_id": "3", "principal_name": "Readers"},
        {"principal_type": "Group", "principal_id": "1", "principal_name": "Readers"},
    ]
    known = yaml.safe_load("[{name: readers, catalogues: [a]}, {id: '2', name: '', catalogues: [b]}, {name: x}]")
    assert assigned_groups(read, known) == [
        {"id": "1", "name": "Readers", "catalogues": ["a"]},
        {"id": "2", "name": "writers", "catalogues": ["b"]},
    ]
    assert assigned_groups(read[:1]) == [{"id": "2", "name": "writers"}]
