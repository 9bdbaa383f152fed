# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The page over all customers: written once, from the documents that lie in the directory, whoever is in the run."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import urllib.parse
import xml.etree.ElementTree as ET

import yaml

ROOT = pathlib.Path(__file__).parents[2]
HOSTILE = '</td><script>alert("1")</script> & {{ 7 * 7 }}'
HOSTS = {
    "broken": {"fails": True},
    "b tenant": {"customer": "Second", "waiting": ["the return URLs", HOSTILE]},
    "a-tenant": {"customer": f"First {HOSTILE}"},
}
ROLE = {
    "role": "tenantops.entra.support_handoff",
    "support_handoff_key": "some_product",
    "support_handoff_product": "Some Product",
    "support_handoff_customer": "{{ customer }}",
    "support_handoff_recipient": "support@product.example",
    "support_handoff_subject": "Some Product",
    "support_handoff_fields": [],
    "support_handoff_waiting_for": "{{ waiting | default([]) }}",
    "support_handoff_tables": [
        {
            "name": "secrets",
            "label": "Secrets",
            "columns": [{"name": "ends", "label": "Ends"}],
            "rows": [{"ends": "2031-02-03T04:05:06Z"}, {"ends": "2030-02-03T04:05:06Z"}],
        }
    ],
}
ONBOARD = yaml.safe_load((ROOT / "playbooks/onboard.yml").read_text(encoding="utf-8"))
# as in playbooks/onboard.yml, of which it takes one play
PLAYS = [
    {
        "hosts": "all",
        "gather_facts": False,
        "pre_tasks": [{"ansible.builtin.fail": {}, "when": "fails | default(false)"}],
        "roles": [ROLE],
    },
    next(play for play in ONBOARD if play["name"] == "Show all customers on one page"),
]


class Unsafe(str):
    """A text that is no template."""


class Dumper(yaml.SafeDumper):
    """Writes those texts as such."""


Dumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style="'"))


def hand_over(folder: pathlib.Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    hosts = {
        name: {key: [*map(Unsafe, one)] if isinstance(one, list) else Unsafe(one) if key == "customer" else one
               for key, one in variables.items()}
        for name, variables in HOSTS.items()
    }  # fmt: skip
    (folder / "hosts.yml").write_text(yaml.dump({"all": {"hosts": hosts}}, Dumper=Dumper, sort_keys=False))
    (folder / "play.yml").write_text(yaml.safe_dump(PLAYS))
    return subprocess.run(
        [str(pathlib.Path(sys.executable).with_name("ansible-playbook")), "-i", "hosts.yml", "play.yml", *arguments],
        cwd=folder,
        env={**os.environ, "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"), "PWD": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_customer_is_on_the_page_once_with_what_it_waits_for(tmp_path: pathlib.Path) -> None:
    made = hand_over(tmp_path)
    assert "failed=1" in made.stdout
    written = made.stdout.split("Write the page of all customers]")[1].split("PLAY RECAP")[0]
    assert written.count(" -> localhost]") == 1
    page = (tmp_path / "handoff/index.html").read_text(encoding="utf-8")
    root = ET.fromstring(page.removeprefix("<!DOCTYPE html>\n"))  # noqa: S314, our own page
    assert not list(root.iter("script"))
    rows = [["".join(cell.itertext()) for cell in row.iter("td")] for row in root.iter("tr")][1:]
    assert rows == [
        [f"First {HOSTILE}", "Some Product", "Ready", "2030-02-03", "Mail, JSON"],
        ["Second", "Some Product", f"Waiting for the return URLs, and for {HOSTILE}", "2030-02-03", "Mail, JSON"],
    ]
    links = [urllib.parse.unquote(element.attrib["href"]) for element in root.iter("a")]
    assert len(links) == 2 * 3
    assert all((tmp_path / "handoff" / link).is_file() for link in links)

    again = hand_over(tmp_path, "--limit", "a-tenant")
    assert (again.returncode, "changed=0 " in again.stdout) == (0, True), again.stdout
    assert (tmp_path / "handoff/index.html").read_text(encoding="utf-8") == page
