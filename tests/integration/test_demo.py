# Copyright: (c) 2026, tenantops.entra contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The demonstration as a test: its runs, and its documents field by field against what the tenants hold."""

from __future__ import annotations

import dataclasses
import json
import pathlib
import re
import typing as t
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import demo
import httpx
import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from integration.handoff_schema import complaints

from sandbox import Running, running

HOSTS = ("harbourview", "redgum", "northern-plains")
PRODUCTS = {
    "harbourview": ("pozi_server", "pomerium"),
    "redgum": ("pozi_server", "writebackextreme"),
    "northern-plains": ("pozi_server", "pomerium", "writebackextreme"),
}
REHEARSED = "northern-plains"
"""The host of the run in check mode, which has every product."""
ONCE = "tenantops.entra.support_handoff : Write the page of all customers"
"""A task that the first host of a run carries out for all."""
ONLY = ("-e", "entra_products=pozi_server")
CHANGED = re.compile(r"^changed: \[(?P<host>[^\] ]+)")
TASK = re.compile(r"^TASK \[(?P<name>.*)\] \*+$")
SCOPES = ["Application.Read.All", "Directory.Read.All", "Directory.ReadWrite.All", "Application.ReadWrite.All"]
APPLICATION = "/beta/applications(uniqueName='pozi-server')"


@dataclasses.dataclass(frozen=True)
class Shown:
    """The three runs of the playbook and where they wrote."""

    tenant: Running
    folder: pathlib.Path
    check: demo.Outcome
    check_left: list[pathlib.Path]
    first: demo.Outcome
    second: demo.Outcome
    writes: dict[str, int]
    """How many writes each run sent."""

    def text(self, host: str, kind: str, product: str = "pozi_server") -> str:
        return (self.folder / "handoff" / host / f"{product}.{kind}").read_text(encoding="utf-8")

    def data(self, host: str, product: str = "pozi_server") -> dict[str, t.Any]:
        return t.cast("dict[str, t.Any]", json.loads(self.text(host, "json", product)))

    def onboard(self, *arguments: str) -> demo.Outcome:
        return demo.onboard(self.tenant.env(), *arguments, folder=self.folder, echo=False)

    def graph(self, host: str, path: str, change: t.Any = None) -> t.Any:
        """What the tenant answers to its own administrator, to a GET or to the PATCH of a change."""
        identifier = inventory(host)["entra_tenant_id"]
        admin = next(entry["admin"] for entry in self.tenant.tenants() if entry["id"] == identifier)
        asked = {"tenant": identifier, "user": admin["user_principal_name"], "scopes": SCOPES}
        token = self.tenant.control("POST", "/tokens", asked)["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.Client(base_url=self.tenant.url, verify=self.tenant.tls(), headers=headers) as client:
            answer = client.get(path) if change is None else client.patch(path, json=change)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None


def inventory(host: str) -> dict[str, t.Any]:
    text = (demo.ROOT / f"inventories/demo/host_vars/{host}.yml").read_text(encoding="utf-8")
    return t.cast("dict[str, t.Any]", yaml.safe_load(text))


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("demo")
    with running() as tenant:
        runs: dict[str, demo.Outcome] = {}
        writes: dict[str, int] = {}
        left: list[pathlib.Path] = []
        seen = 0
        for name, more in (
            ("check", ("--check", "--diff", "--limit", REHEARSED)),
            ("first", ("-vvv", "--diff")),
            ("second", ("-vvv",)),
        ):
            environment = {**tenant.env(), "ANSIBLE_SHOW_CUSTOM_STATS": "1"}
            runs[name] = demo.onboard(environment, *more, folder=folder, echo=False)
            assert runs[name].code == 0, runs[name].output[-8000:]
            count, writes[name] = demo.count_writes(tenant, seen)
            seen += count
            if name == "check":
                left = [path for path in folder.rglob("*/*") if path.is_file()]
        yield Shown(tenant, folder, runs["check"], left, runs["first"], runs["second"], writes)


def changes(run: demo.Outcome) -> set[tuple[str, str]]:
    """Task and host of everything that a run reports as changed."""
    task, found = "", set()
    for line in run.output.splitlines():
        if heading := TASK.match(line):
            task = heading["name"]
        elif changed := CHANGED.match(line):
            found.add((task, changed["host"]))
    return found


def test_the_second_run_changes_and_writes_nothing(shown: Shown) -> None:
    assert sorted(shown.first.hosts) == sorted(HOSTS)
    demo.judge(shown.first, shown.second, (shown.writes["first"], shown.writes["second"]))


def test_the_judge_tells_a_bad_second_run(shown: Shown) -> None:
    with pytest.raises(demo.Failed, match="should change nothing"):
        demo.judge(shown.first, shown.first, (1, 0))
    with pytest.raises(demo.Failed, match="journal holds 3"):
        demo.judge(shown.first, shown.second, (1, 3))


def test_check_mode_predicts_the_first_run(shown: Shown) -> None:
    made = {(task, host) for task, host in changes(shown.first) if host == REHEARSED}
    assert changes(shown.check) == made | {(ONCE, REHEARSED)}
    assert set(PRODUCTS[REHEARSED]) == {one for host in HOSTS for one in PRODUCTS[host]}
    assert len(changes(shown.first)) > 3 * 7
    assert (shown.writes["check"], shown.check_left) == (0, [])


@pytest.mark.parametrize("host", HOSTS)
def test_the_handoff_is_what_the_tenant_holds(shown: Shown, host: str) -> None:
    told, wanted = shown.data(host), inventory(host)
    application = shown.graph(host, APPLICATION)
    published = shown.graph(host, f"/beta/applications/{application['id']}?$select=id,onPremisesPublishing")
    assert (
        told["internal_url"] == published["onPremisesPublishing"]["internalUrl"] == wanted["pozi_server_internal_url"]
    )
    assert (
        told["external_url"] == published["onPremisesPublishing"]["externalUrl"] == wanted["pozi_server_external_url"]
    )
    assert told["client_id"] == application["appId"]
    assert told["tenant_id"] == shown.graph(host, "/v1.0/organization")["value"][0]["id"] == wanted["entra_tenant_id"]
    prefix, _ignored, value = told["scope"].rpartition("/")
    assert prefix in application["identifierUris"]
    assert value in [scope["value"] for scope in application["api"]["oauth2PermissionScopes"] if scope["isEnabled"]]
    account = wanted["pozi_server_support_account"]
    assert told["accounts"] == [{name: account[name] for name in ("user_principal_name", "credentials_stored_at")}]

    assigned = shown.graph(host, f"/v1.0/servicePrincipals(appId='{application['appId']}')/appRoleAssignedTo")["value"]
    groups = {
        entry["principalId"]: entry["principalDisplayName"] for entry in assigned if entry["principalType"] == "Group"
    }
    opens = {group["name"]: group["catalogues"] for group in wanted["pozi_server_groups"]}
    assert {group["id"]: group["name"] for group in told["groups"]} == groups
    assert {group["name"]: group["catalogues"] for group in told["groups"]} == opens


def test_the_documented_identifier_uri_stands_where_the_tenant_takes_it(shown: Shown) -> None:
    assert shown.data("redgum")["scope"] == "https://maps.redgum.example/pozi/user_impersonation"
    assert shown.data("redgum")["notes"] == []
    other = shown.data("harbourview")
    assert other["scope"] == f"api://{other['client_id']}/user_impersonation"
    assert "not a verified domain" in other["notes"][0]


@pytest.mark.parametrize("host", HOSTS)
def test_every_setting_on_the_page_is_what_the_tenant_holds(shown: Shown, host: str) -> None:
    application = shown.graph(host, APPLICATION)
    proxied = shown.graph(host, f"/beta/applications/{application['id']}?$select=id,onPremisesPublishing")
    principal = shown.graph(host, f"/v1.0/servicePrincipals(appId='{application['appId']}')")
    assigned = shown.graph(host, f"/v1.0/servicePrincipals/{principal['id']}/appRoleAssignedTo")["value"]
    group = shown.graph(host, f"/beta/applications/{application['id']}/connectorGroup")
    members = shown.graph(
        host, f"/beta/onPremisesPublishingProfiles/applicationProxy/connectorGroups/{group['id']}/members"
    )["value"]
    scope = application["api"]["oauth2PermissionScopes"][0]
    by_label = {
        "Connector Group": group["name"],
        "Active connectors": sum(member["status"] == "active" for member in members),
        "Scope": shown.data(host)["scope"],
        "Allow public client flows": bool(application["isFallbackPublicClient"]),
        "Who can consent": scope["type"],
        "Admin consent display name": scope["adminConsentDisplayName"],
        "Admin consent description": scope["adminConsentDescription"],
        "User consent display name": scope["userConsentDisplayName"],
        "User consent description": scope["userConsentDescription"],
        "Enabled": scope["isEnabled"],
        "Groups claim": ["SecurityGroup"],
        "In tokens": sorted(
            {"idToken": "id_token", "accessToken": "access_token", "saml2Token": "saml2_token"}[token]
            for token, claims in application["optionalClaims"].items()
            if isinstance(claims, list) and any(claim["name"] == "groups" for claim in claims)
        ),
        "Delegated permissions": ["User.Read"],
        "Application permissions": [],
        "Visible to users": "HideApp" not in principal["tags"],
        "Assigned groups": sorted(
            entry["principalDisplayName"] for entry in assigned if entry["principalType"] == "Group"
        ),
        "Assigned users": sorted(
            entry["principalDisplayName"] for entry in assigned if entry["principalType"] == "User"
        ),
    }
    compared = 0
    for section in shown.data(host)["settings"]:
        for row in section["rows"]:
            held = at({**application, **proxied, "servicePrincipal": principal}, row["property"])
            expected = by_label.get(row["label"], sorted(held) if isinstance(held, list) else held)
            assert row["value"] == expected, row
            compared += 1
    assert compared > 35


def at(value: t.Any, path: str) -> t.Any:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


@pytest.mark.parametrize("host", HOSTS)
def test_the_mail_is_ready_to_send(shown: Shown, host: str) -> None:
    mail, told = shown.text(host, "md"), shown.data(host)
    recipient = inventory(host).get("pozi_server_support_recipient", "support@pozi.com")
    assert mail.startswith(f"To: {recipient}\nSubject: Pozi Server with Microsoft Entra ID: {told['customer']}\n\n")
    for name in ("internal_url", "external_url", "client_id", "tenant_id", "scope"):
        assert f": `{told[name]}`\n" in mail
    for group in told["groups"]:
        assert f"`{group['id']}`" in mail
        assert all(f"`{catalogue}`" in mail for catalogue in group["catalogues"])


@pytest.mark.parametrize("host", HOSTS)
def test_the_page_is_well_formed_and_self_contained(shown: Shown, host: str) -> None:
    page, told = shown.text(host, "html"), shown.data(host)
    root = ET.fromstring(page.removeprefix("<!DOCTYPE html>\n"))  # noqa: S314, our own page
    for element in root.iter():
        assert element.tag not in {"script", "link", "img", "iframe", "object", "embed"}
        assert not {"src", "href", "style", "srcset"} & set(element.attrib)
    style = root.findtext("head/style") or ""
    assert "@import" not in style
    assert "url(" not in style
    texts = {text for element in root.iter() for text in [(element.text or "").strip()] if text}
    for name in ("internal_url", "external_url", "client_id", "tenant_id", "scope"):
        assert told[name] in texts
    for section in told["settings"]:
        for row in section["rows"]:
            values = row["value"] if isinstance(row["value"], list) else [row["value"]]
            assert row["label"] in texts
            assert all(isinstance(value, bool | None) or str(value) in texts for value in values), row


def test_the_handoff_is_published_under_keys_of_the_tenants(shown: Shown) -> None:
    for run in (shown.first, shown.second):
        stats = json.loads(run.output.split("RUN: ", 1)[1].splitlines()[0])
        assert sorted(stats) == [f"entra_handoff_{name}" for name in ("harbourview", "northern_plains", "redgum")]
        for host in HOSTS:
            for product in PRODUCTS[host]:
                told = shown.data(host, product)
                assert complaints(told) == []
                told.pop("settings")
                assert complaints(told) == []
                assert stats[f"entra_handoff_{host.replace('-', '_')}"][product] == told


def test_no_secret_is_in_documents_or_output(shown: Shown) -> None:
    environment = shown.tenant.env()
    secrets = [environment[name] for name in ("AZURE_CLIENT_SECRET", "ENTRA_REFRESH_TOKEN")]
    secrets += [entry["admin"]["password"] for entry in shown.tenant.tenants()]
    vault = VaultLib([("default", VaultSecret((shown.folder / "vault-password").read_bytes()))])
    kept = [yaml.safe_load(vault.decrypt(path.read_bytes())) for path in (shown.folder / "secrets").glob("*.yml")]
    secrets += [record["current"]["secret"] for one in kept for record in one["secrets"].values()]
    assert len(secrets) == 2 + 3 + 4
    texts = {str(path): path.read_text(encoding="utf-8") for path in shown.folder.glob("handoff/*/*")}
    assert len(texts) == 3 * sum(map(len, PRODUCTS.values()))
    texts |= {name: getattr(shown, name).output for name in ("check", "first", "second")}
    for name, text in texts.items():
        assert not [secret for secret in secrets if secret in text], name
        assert not re.search(r"eyJ[\w-]{20,}\.", text), f"{name} holds a token"


def test_a_part_of_the_run_stands_alone(shown: Shown) -> None:
    run = shown.onboard("--limit", "redgum", "--tags", "handoff", *ONLY)
    assert run.code == 0, run.output
    assert run.hosts["redgum"]["changed"] == 0
    assert "Register the application" not in run.output


def test_a_wrong_suffix_is_answered_with_the_right_one(shown: Shown) -> None:
    wrong = {
        "pozi_server_unique_name": "wrong-suffix",
        "pozi_server_internal_url": "http://elsewhere/pozi/",
        "pozi_server_external_url": "https://maps-redgum.msappproxy.net/pozi/",
    }
    run = shown.onboard("--limit", "redgum", "-e", json.dumps(wrong), *ONLY)
    assert run.hosts["redgum"]["failed"] == 1
    assert "redgumcity" in run.output


def test_what_was_changed_by_hand_is_not_handed_over_but_mended(shown: Shown) -> None:
    application = shown.graph("northern-plains", APPLICATION)
    shown.graph("northern-plains", f"/v1.0/applications/{application['id']}", {"spa": {"redirectUris": []}})
    limited = ("--limit", "northern-plains", *ONLY)
    told = shown.onboard(*limited, "--tags", "handoff")
    assert told.hosts["northern-plains"]["failed"] == 1
    assert "asks for: Single-page application redirect URIs. Nothing was handed over" in told.output
    mended = shown.onboard(*limited)
    assert (mended.code, len(changes(mended))) == (0, 1), mended.output
