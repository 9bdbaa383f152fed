# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""playbooks/report.yml: every credential of every tenant with its state, in four forms, and an exit code that alarms."""

from __future__ import annotations

import csv
import json
import pathlib
import re
import typing as t
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import demo
import httpx
import pytest
import yaml

from sandbox import Running

HOSTILE = '<script>alert("1")</script> & {{ 7 * 7 }}'
STATES = {31: "ok", 30: "due", 7: "urgent", 1: "urgent", 0: "urgent", -1: "expired"}


class Place(t.NamedTuple):
    """Tenants of their own: one with secrets of every age, one in which nothing is due, and one that there is not."""

    sandbox: Running
    folder: pathlib.Path

    def prepare(self) -> None:
        old, fine = (tenant for tenant in self.sandbox.control("POST", "/tenants", {"count": 2})["tenants"])
        hosts = {
            "old": {"entra_tenant_id": old["id"], "entra_customer": HOSTILE, **self.sign_in(old)},
            "fine": {"entra_tenant_id": fine["id"], "entra_customer": "Fine", **self.sign_in(fine)},
            "gone": {"entra_tenant_id": "11111111-1111-4111-8111-111111111111", **self.sign_in(fine)},
        }
        for host in hosts.values():
            host["entra_customer"] = Unsafe(host.get("entra_customer", "Gone"))
        text = yaml.dump({"all": {"hosts": hosts}}, Dumper=Dumper)
        (self.folder / "hosts.yml").write_text(text, encoding="utf-8")
        asked = {
            "tenant": old["id"],
            "user": old["admin"]["user_principal_name"],
            "scopes": ["Application.ReadWrite.All"],
        }
        token = self.sandbox.control("POST", "/tokens", asked)["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=self.sandbox.url, verify=self.sandbox.tls(), headers=headers) as client:
            made = client.post("/v1.0/applications", json={"displayName": HOSTILE}).json()
            for days in STATES:
                end = datetime.now(UTC) + timedelta(days=days, hours=1 if days >= 0 else 23)
                times = {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": end.strftime("%Y-%m-%dT%H:%M:%SZ")}
                body = {"passwordCredential": {"displayName": f"days {days}", **times}}
                client.post(f"/v1.0/applications/{made['id']}/addPassword", json=body).raise_for_status()

    @staticmethod
    def sign_in(tenant: dict[str, t.Any]) -> dict[str, str]:
        return {f"entra_{name}": value for name, value in tenant["operator"].items()}

    def run(self, *arguments: str) -> demo.Outcome:
        since = len(self.sandbox.journal())
        everything = (
            "-i",
            str(self.folder / "hosts.yml"),
            "-e",
            f"entra_report_directory={self.folder}/report",
            *arguments,
        )
        env = self.sandbox.env()
        run = demo.onboard(env, *everything, folder=self.folder, echo=False, playbook="playbooks/report.yml")
        assert [entry["url"] for entry in self.sandbox.journal(since) if entry["write"]] == []
        return run

    def read(self, name: str) -> str:
        return (self.folder / "report" / name).read_text(encoding="utf-8")


class Unsafe(str):
    """A text that is no template."""


class Dumper(yaml.SafeDumper):
    """Writes those texts as such."""


Dumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


@pytest.fixture
def place(fresh_sandbox: Running, tmp_path: pathlib.Path) -> Place:
    made = Place(fresh_sandbox, tmp_path)
    made.prepare()
    return made


def test_report(place: Place) -> None:
    run = place.run("--limit", "old,fine,gone")
    assert run.code == 2, run.output
    assert {host: counts["failed"] for host, counts in run.hosts.items()} == {"old": 1, "fine": 0, "gone": 1}
    assert "Of this tenant 4 ended or end soon." in run.output
    assert re.search(r"This tenant could not be read\.\s+Sign-in by client_secret", run.output)

    told = json.loads(place.read("credentials.json"))
    mine = {row["days_left"]: row for row in told["credentials"] if row["application"] == HOSTILE}
    assert {days: row["state"] for days, row in mine.items()} == STATES
    assert [row["tenant"] for row in told["credentials"] if row["state"] == "unreadable"] == ["gone"]
    assert told["counts"] | {"ok": 0} == {"unreadable": 1, "expired": 1, "urgent": 3, "due": 1, "ok": 0, "replaced": 0}

    rows = list(csv.DictReader(place.read("credentials.csv").splitlines()))
    assert [row["state"] for row in rows] == [row["state"] for row in told["credentials"]]
    assert {row["customer"] for row in rows} == {HOSTILE, "Fine", "Gone"}
    lines = table(run.output)
    assert len(lines) == len(rows) + 2
    assert any(re.search(r"secret +urgent +7 +\d{4}-\d\d-\d\d +days 7$", line) for line in lines)

    page = place.read("credentials.html")
    root = ET.fromstring(page.replace("<!DOCTYPE html>", ""))  # noqa: S314 (our own file)
    assert not root.findall(".//script")
    assert not re.search(r"(src|href)=\"(?!#)|url\(|@import", page)
    assert len(root.findall(".//tbody/tr")) == len(rows)
    dots = root.findall(".//*[@class='lanes']//a")
    assert {dot.get("href", "")[1:] for dot in dots} <= {row.get("id") for row in root.findall(".//tbody/tr")}
    assert sum(dot.get("class") == "urgent" for dot in dots) == 3

    quiet = place.run("--limit", "fine", "--tags", "report")
    assert quiet.code == 0, quiet.output
    assert [row["tenant"] for row in json.loads(place.read("credentials.json"))["credentials"]] == ["fine"]


def table(output: str) -> list[str]:
    """The lines of the table on the terminal."""
    told = demo.COLOURS.sub("", output).partition("TASK [Show what ends when]")[2].partition('"msg": ')[2]
    return t.cast("list[str]", json.loads(told.partition("\n}")[0]))
